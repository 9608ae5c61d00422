"""Who works with whom: asked by filters («my department») and by what is shared with departments. The company's room tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from .refusals import type_of_text


@dataclass(frozen=True)
class Colleagues:
    """`mine`: user keys of a person's department and below; `units`: keys of his departments and those above them.

    Both are conditions for SQL, so they are never older than the base. `choices` names all departments, parents first.
    """

    mine: Callable[[UUID], QuerySet[Any]]
    units: Callable[[UUID], QuerySet[Any]]
    choices: Callable[[], list[tuple[UUID, type_of_text]]]


_told: list[Colleagues] = []


def tell(colleagues: Colleagues) -> None:
    """Register who knows; company does."""
    _told[:] = [colleagues]


def known() -> Colleagues | None:
    """Who knows, if a room does."""
    return _told[0] if _told else None
