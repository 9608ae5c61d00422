"""Options (функциональные опции): a subsystem switched off disappears from menus, forms, API and permissions; its data stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import standing
from .refusals import type_of_text
from .registers import Option


@dataclass(frozen=True)
class OptionFact:
    """What a room declares of an option."""

    code: str
    label: type_of_text
    default: bool = True
    help: type_of_text = ""


_declared: dict[str, OptionFact] = {}


def declare(code: str, label: type_of_text, *, default: bool = True, help: type_of_text = "") -> OptionFact:  # noqa: A002 -- the word of forms
    _declared[code] = OptionFact(code, label, default, help)
    return _declared[code]


def declared() -> Iterator[OptionFact]:
    return iter(_declared.values())


def switched() -> dict[str, bool]:
    """All options with their present state: one query, or none while a page is being made."""
    kept = standing.present()
    return kept.once("options", _switched) if kept else _switched()


def _switched() -> dict[str, bool]:
    stored = dict(Option.objects.filter(is_deleted=False).values_list("code", "is_on"))
    return {code: stored.get(code, fact.default) for code, fact in _declared.items()}


def is_on(code: str) -> bool:
    """Whether a subsystem is in use. Raises KeyError for an undeclared option."""
    fact = _declared[code]
    if standing.present():
        return switched()[code]
    stored = Option.objects.filter(code=code, is_deleted=False).values_list("is_on", flat=True).first()
    return fact.default if stored is None else stored
