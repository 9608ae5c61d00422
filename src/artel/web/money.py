"""Sums with the signs of their currencies. A room of the business knows currencies; pages ask it for their signs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from artel.kernel.records import facts_of

Signs = Callable[[Iterable[UUID | None]], Mapping[UUID | None, str]]
_signs: list[Signs] = []


def signs_by(give: Signs) -> Signs:
    """Register what gives a sign (₽, or a code without one) by the key of a currency; None is the management currency."""
    _signs[:] = [give]
    return give


def signs_of(keys: Iterable[UUID | None]) -> Mapping[UUID | None, str]:
    """The signs of some currencies; those nobody knows are left out."""
    return _signs[0](keys) if _signs else {}


def usual_sign() -> str:
    """The sign of the management currency."""
    return signs_of([None]).get(None, "")


def currency_field(model: Any) -> str | None:
    """The field by which sums of a model have their currency: "" is the management one, None one of another record."""
    named = facts_of(model).currency if hasattr(model, "facts") else ""
    return None if "__" in named else named
