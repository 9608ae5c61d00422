"""Declared filters: read from the address, told in the one language of filters, shown as chips that are edited in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from artel.kernel.access import seen_by_key
from artel.kernel.actors import Actor
from artel.kernel.arguments import Argument
from artel.screens.filters import Any_, Leaf, Node
from artel.screens.filters.fields import FilterField
from artel.screens.filters.hints import choices_of
from artel.screens.filters.operators import WORDS

from . import formats
from .addresses import page_address

ME = "me"
NONE = "none"
BETWEEN = ".."
CONTROLS = {
    "day": "days",
    "moment": "days",
    "decimal": "range",
    "integer": "range",
    "tree": "choice",
    "found": "text",
}


@dataclass(frozen=True)
class Choice:
    """One value a filter offers."""

    value: str
    label: str


@dataclass(frozen=True)
class DeclaredFilter:
    """A filter of a list: a field that the screens declare, as a control and a chip."""

    asked: FilterField

    @property
    def name(self) -> str:
        return self.asked.name

    @property
    def label(self) -> str:
        return self.asked.label

    @property
    def kind(self) -> str:
        """Which control asks for it: choice, reference, boolean, days, range or text."""
        if self.asked.declared is not None:
            return self.asked.declared.kind or ("choice" if self.asked.declared.choices else "text")
        return CONTROLS.get(self.asked.kind, self.asked.kind)

    def choices(self, actor: Actor) -> list[Choice]:
        """What may be chosen; empty for kinds that are typed."""
        found = choices_of(self.asked, actor)
        if found and self.may_be_empty:
            found = [*found, (NONE, _("not filled in"))]
        return [Choice(value, label) for value, label in found]

    @property
    def lookup(self) -> str:
        """Where a reference is searched for."""
        target = self.asked.target
        return page_address("web:lookup", target._meta.label_lower) if target else ""

    @property
    def is_of_people(self) -> bool:
        """Whether «me» makes sense here."""
        return self.asked.is_of_people

    @property
    def may_be_empty(self) -> bool:
        if self.asked.attribute is not None:
            return self.kind == "choice"
        return self.asked.target is not None and bool(self.asked.column and self.asked.column.null)

    def condition(self, text: str) -> Node:
        """What a value of the address asks for, in the language of filters."""
        if self.kind in {"days", "range"}:
            return Leaf(self.name, "between", list(_ends(text)))
        words = text.split(",")
        if self.kind == "boolean":
            return Any_(tuple(Leaf(self.name, "equals", word) for word in words))
        if self.kind == "text":
            return Leaf(self.name, "begins" if self.asked.attribute else "equals", text)
        asked: list[Node] = [Leaf(self.name, "empty")] if NONE in words and self.may_be_empty else []
        if named := [word for word in words if word != NONE or not self.may_be_empty]:
            asked.append(Leaf(self.name, "within" if self.asked.kind == "tree" else "in", named))
        return asked[0] if len(asked) == 1 else Any_(tuple(asked))

    def said(self, actor: Actor, text: str) -> str:
        """The value as the chip says it."""
        if self.kind == "reference":
            return self._said_reference(actor, text)
        if self.kind == "days":
            return _said_range(*(shown_day(part) for part in _ends(text)))
        if self.kind == "range":
            return _said_range(*(_shown_number(part) for part in _ends(text)))
        labels = {choice.value: choice.label for choice in self.choices(actor)}
        return ", ".join(labels.get(part, part) for part in text.split(",")) if labels else text

    def _said_reference(self, actor: Actor, text: str) -> str:
        words = text.split(",")
        told = {**{word: str(label) for word, label in WORDS.items()}, NONE: _("not filled in")}
        fixed = [told[word] for word in words if word in told]
        try:
            named = self._named(actor, {word for word in words if word not in told})
        except ValueError:
            named = []
        return ", ".join([*fixed, *(str(record) for record in named)]) or _("nothing visible to you")

    def _named(self, actor: Actor, words: set[str]) -> list[models.Model]:
        target = self.asked.target
        keys = [UUID(word) for word in words]
        return list(seen_by_key(actor, target, keys).values()) if keys and target else []


@dataclass(frozen=True)
class Chip:
    """One active filter of a list."""

    filter: DeclaredFilter
    value: str
    said: str
    without: str

    @property
    def ends(self) -> tuple[str, str]:
        """From and to, as the fields of the control show them."""
        low, high = _ends(self.value)
        return (typed(low), typed(high)) if self.filter.kind == "days" else (low, high)


def given(declared: Sequence[DeclaredFilter], query: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The active filters of an address. Two fields `x_from`, `x_to` of a form make one value; several boxes a list."""
    found: dict[str, str] = {}
    for each in declared:
        values = [value.replace("\x00", "") for value in query.get(each.name, ()) if value.strip("\x00 ")]
        low, high = (_first(query, f"{each.name}_{end}") for end in ("from", "to"))
        if values:
            found[each.name] = ",".join(values)[:500]
        elif low or high:
            found[each.name] = (
                f"{plain_day(low)}{BETWEEN}{plain_day(high)}"
                if each.kind == "days"
                else f"{low}{BETWEEN}{high}"
            )
    return found


def _first(query: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(query.get(name, ())), "").replace("\x00", "").strip()


def _ends(text: str) -> tuple[str, str]:
    low, dots, high = text.partition(BETWEEN)
    return (low, high) if dots else (text, text)


def _said_range(low: str, high: str) -> str:
    if low and high:
        return low if low == high else f"{low} – {high}"
    return _("from %(value)s") % {"value": low} if low else _("up to %(value)s") % {"value": high}


def _number(text: str) -> Decimal | None:
    plain = text.replace(formats.NBSP, "").replace(" ", "").replace(",", ".").replace(formats.MINUS, "-")
    return Decimal(plain) if plain else None


def _shown_number(text: str) -> str:
    try:
        return formats.number(_number(text)) if text else ""
    except InvalidOperation:
        return text


_DAY = Argument(name="day", label="", kind="day")


def _day(text: str) -> date | None:
    found: date | None = _DAY.read(text)
    return found


def plain_day(text: str) -> str:
    """A typed day as the address keeps it; nonsense stays as typed and finds nothing."""
    try:
        found = _day(text)
    except ValidationError:
        return text
    return found.isoformat() if found else ""


def shown_day(text: str) -> str:
    try:
        found = _day(text)
    except ValidationError:
        return text
    return formats.day(found) if found else ""


def typed(text: str) -> str:
    try:
        return formats.typed_day(_day(text))
    except ValidationError:
        return text
