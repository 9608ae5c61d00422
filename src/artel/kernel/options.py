"""Options (функциональные опции): a subsystem switched off disappears from menus, forms, API and permissions; its data stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import standing
from .refusals import Refused, type_of_text
from .registers import Option, option_labels


@dataclass(frozen=True)
class OptionFact:
    """What a room declares of an option."""

    code: str
    label: type_of_text
    default: bool = True
    help: type_of_text = ""


_declared: dict[str, OptionFact] = {}
_guarded: dict[str, str] = {}


def declare(code: str, label: type_of_text, *, default: bool = True, help: type_of_text = "") -> OptionFact:  # noqa: A002 -- the word of forms
    _declared[code] = OptionFact(code, label, default, help)
    option_labels[code] = label
    return _declared[code]


def guard(code: str, *permissions: str) -> None:
    """Permissions that nobody can use while the option is off."""
    _guarded.update(dict.fromkeys(permissions, code))


def require(permission: str) -> None:
    """Raise Refused("switched_off") when the permission belongs to a subsystem that is switched off."""
    if (code := _guarded.get(permission)) and not is_on(code):
        sentence = _("“%(what)s” is switched off: an administrator may switch it on.")
        raise Refused("switched_off", sentence % {"what": _declared[code].label})


def declared() -> Iterator[OptionFact]:
    return iter(_declared.values())


def switched() -> dict[str, bool]:
    """All options with their present state: one query, or none while a page is being made."""
    return standing.once("options", _switched)


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
