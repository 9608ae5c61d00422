"""From what people and files give to typed values, and back to texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from artel.kernel import standing
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import UNKNOWN, Argument, Values
from artel.kernel.refusals import type_of_text
from artel.lib.names import sort_key

from .models import Attribute, AttributeChoice, Kind
from .record import Attributed

DIGITS, PLACES = 15, 6
LONGEST_TEXT = 1000

KINDS: Mapping[str, str] = {
    Kind.STRING: "text",
    Kind.NUMBER: "decimal",
    Kind.DATE: "day",
    Kind.BOOLEAN: "boolean",
    Kind.CHOICE: "choice",
}


def definitions(model: type[Attributed]) -> list[Attribute]:
    """The attributes an entity has now, in their order: one query, a second one for choices if there are attributes.

    A page takes them from what stands. The list is not to be changed.
    """
    return standing.once(("attributes", model), partial(_read, model))


def _read(model: type[Attributed]) -> list[Attribute]:
    return list(Attribute.objects.of(model).prefetch_related("choices"))


def present_choices(attribute: Attribute) -> list[AttributeChoice]:
    """The items of the list in their order, the archived among them: old values must still be shown."""
    choices = [choice for choice in attribute.choices.all() if not choice.is_deleted]
    return sorted(choices, key=lambda choice: (choice.position, choice.sort_name))


def argument_of(attribute: Attribute) -> Argument:
    """The attribute as a field of a form, an endpoint or an import: `attributes.<code>`."""
    offered = [choice for choice in present_choices(attribute) if not choice.is_archived]
    return Argument(
        name=attribute.path,
        label=attribute.label,
        kind=KINDS[attribute.kind],
        required=attribute.is_required and attribute.kind != Kind.BOOLEAN,
        choices=[(choice.code, choice.label) for choice in offered],
        max_length=LONGEST_TEXT,
        max_digits=DIGITS,
        decimal_places=PLACES,
    )


def read_value(attribute: Attribute, raw: Any) -> Any:
    """One value as it is kept in JSON; None when empty. Raises ValidationError with a sentence."""
    if attribute.kind == Kind.CHOICE and isinstance(raw, str):
        raw = _code_of(attribute, raw)
    if attribute.kind == Kind.BOOLEAN and raw in (None, ""):
        return None
    return stored(argument_of(attribute).read(raw))


def _code_of(attribute: Attribute, raw: str) -> str:
    """A choice may be given by its code or by one of its names."""
    wanted = sort_key(raw)
    named = (choice for choice in attribute.choices.all() if wanted in _names(choice))
    return next((choice.code for choice in named), raw)


def _names(item: Attribute | AttributeChoice) -> set[str]:
    return {sort_key(name) for name in (item.code, item.name, item.name_en) if name}


def stored(value: Any) -> Any:
    """A typed value as JSON holds it: numbers as numbers, days as ISO texts, nothing as None."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


def typed(attribute: Attribute, value: Any) -> Any:
    """A value out of JSON as Python knows it: Decimal, date, bool, text or the code of a choice."""
    if value is None:
        return None
    if attribute.kind == Kind.NUMBER:
        return Decimal(str(value))
    return date.fromisoformat(value) if attribute.kind == Kind.DATE else value


def shown(attribute: Attribute, value: Any) -> Any:
    """The typed value with the label of a choice in its place, for people."""
    if attribute.kind != Kind.CHOICE or value is None:
        return typed(attribute, value)
    return next((choice.label for choice in attribute.choices.all() if choice.code == value), value)


def read(
    known: Sequence[Attribute], raw: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, type_of_text]]:
    """All values of a record after a change, and a sentence for each bad one by `attributes.<code>`.

    `raw` is by code; attributes it does not name keep their values of `before`. Without `before` (a new record) the
    required ones must be there.
    """
    by_code = {attribute.code: attribute for attribute in known}
    values = dict(before or {})
    errors: dict[str, type_of_text] = {f"attributes.{code}": UNKNOWN for code in raw if code not in by_code}
    for code, attribute in by_code.items():
        if code not in raw and (before is not None or not attribute.is_required or attribute.is_archived):
            continue
        if before is not None and raw[code] is not None and raw[code] == before.get(code):
            continue  # what stands may stay, also a choice that is archived by now
        try:
            values[code] = read_value(attribute, raw.get(code))
        except ValidationError as error:
            errors[attribute.path] = error.messages[0]
    return {code: value for code, value in values.items() if value is not None}, errors


def checked_attributes(model: type[Attributed]) -> Callable[[Act, list[Line[Any, Values]]], None]:
    """A rule for ``record_commands(Partner, fields=[…, "attributes"], check=checked_attributes(Partner))``.

    It reads what was given for attributes, keeps the others, and refuses a line with a sentence beside each bad one.
    """

    def check(act: Act, lines: list[Line[Any, Values]]) -> None:
        touched = [
            line for line in lines if line.is_open and ("attributes" in line.args or line.subject is None)
        ]
        known = definitions(model) if touched else []
        for line in touched:
            given = line.args.get("attributes") or {}
            before = None if line.subject is None else line.subject.attributes
            line.args["attributes"], errors = read(known, given, before)
            if errors:
                line.refuse("invalid", _("Some fields need correcting."), fields=errors)

    return check


def diff(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[tuple[str, Any, Any]]:
    """What changed between two images of the column: (code, before, after), by code; for history and conflicts."""
    old, new = before or {}, after or {}
    return [
        (code, old.get(code), new.get(code))
        for code in sorted({*old, *new})
        if old.get(code) != new.get(code)
    ]


def match(known: Iterable[Attribute], heading: str) -> Attribute | None:
    """The attribute that a column heading means: `attributes.<code>` or either name; a code alone may be a field's."""
    wanted = sort_key(heading)
    return next(
        (one for one in known if wanted in {one.path, sort_key(one.name), sort_key(one.name_en)}), None
    )
