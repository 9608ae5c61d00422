"""Declared filters: read from the address, applied to the rows, shown as chips that are edited in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from artel.kernel.access import seen_by_key
from artel.kernel.actors import Actor
from artel.kernel.arguments import Argument
from artel.kernel.people import User
from artel.screens.vocabulary import Filter

from . import formats
from .addresses import page_address
from .cells import Column, column_of

ME = "me"
NONE = "none"
BETWEEN = ".."


YES = {"true", "1", "yes", "да"}  # people type addresses, too


@dataclass(frozen=True)
class Choice:
    """One value a filter offers."""

    value: str
    label: str


@dataclass(frozen=True)
class DeclaredFilter:
    """A filter of a list: a field of the model, or a Filter that narrows by itself."""

    model: type[models.Model]
    declared: str | Filter

    @property
    def name(self) -> str:
        return self.declared if isinstance(self.declared, str) else self.declared.name

    @cached_property
    def _column(self) -> Column:
        return column_of(self.model, self.name)

    @cached_property
    def _field(self) -> models.Field[Any, Any]:
        found = self.model._meta.get_field(self.name)
        assert isinstance(found, models.Field)
        return found

    @property
    def label(self) -> str:
        if isinstance(self.declared, Filter):
            words = str(self.declared.label)
            return words[:1].upper() + words[1:]
        return self._column.label

    @property
    def kind(self) -> str:
        """Which control asks for it: choice, reference, boolean, days, range or text."""
        if isinstance(self.declared, Filter):
            return self.declared.kind or ("choice" if self.declared.choices else "text")
        kind = self._column.kind
        return {"day": "days", "moment": "days", "money": "range", "number": "range", "integer": "range"}.get(
            kind, kind
        )

    def choices(self, actor: Actor) -> list[Choice]:
        """What may be chosen; empty for kinds that are typed."""
        if self.kind == "boolean":
            return [Choice("true", _("yes")), Choice("false", _("no"))]
        if isinstance(self.declared, Filter):
            found = self.declared.choices(actor) if self.declared.choices else ()
            return [Choice(code, str(label)) for code, label in found]
        if self.kind == "choice":
            return [Choice(str(code), str(label)) for code, label in self._field.flatchoices]
        return []

    @property
    def lookup(self) -> str:
        """Where a reference is searched for."""
        related = self._column.related
        return page_address("web:lookup", related._meta.label_lower) if related else ""

    @property
    def is_of_people(self) -> bool:
        """Whether «me» makes sense here."""
        return self._column.related is User

    @property
    def may_be_empty(self) -> bool:
        return (
            isinstance(self.declared, str)
            and self.kind == "reference"
            and self.model._meta.get_field(self.name).null
        )

    def apply(self, rows: QuerySet[Any], actor: Actor, text: str) -> QuerySet[Any]:
        """The rows this value leaves; a value that means nothing leaves none, never all."""
        try:
            if isinstance(self.declared, Filter):
                narrowed: QuerySet[Any] = self.declared.apply(rows, actor, text)
                return narrowed
            return rows.filter(self._condition(actor, text))
        except (ValueError, ValidationError, InvalidOperation):
            return rows.none()

    def _condition(self, actor: Actor, text: str) -> Q:
        if self.kind == "reference":
            return self._referring(actor, text)
        if self.kind == "days":
            return self._within(*(moments_of(text) if self._column.kind == "moment" else days_of(text)))
        if self.kind == "range":
            return self._within(*numbers_of(text))
        if self.kind == "boolean":
            return Q(**{self.name: text.casefold() in YES})
        if self.kind == "choice":
            return Q(**{f"{self.name}__in": text.split(",")})
        return Q(**{self.name: text})

    def _within(self, low: Any, high: Any) -> Q:
        condition = Q() if low is None else Q(**{f"{self.name}__gte": low})
        strict = isinstance(high, datetime)
        return (
            condition
            if high is None
            else condition & Q(**{f"{self.name}__{'lt' if strict else 'lte'}": high})
        )

    def _referring(self, actor: Actor, text: str) -> Q:
        """Only records this person may see can be asked for: guessing a key tells nothing."""
        condition = Q(pk__in=[])
        words = set(text.split(","))
        if NONE in words:
            condition |= Q(**{f"{self.name}__isnull": True})
        if ME in words and actor.user_id:
            condition |= Q(**{self.name: actor.user_id})
        keys = [record.pk for record in self._named(actor, words - {ME, NONE})]
        return condition | Q(**{f"{self.name}__in": keys}) if keys else condition

    def _named(self, actor: Actor, words: set[str]) -> list[models.Model]:
        related = self._column.related
        keys = [UUID(word) for word in words]
        if not keys or related is None:
            return []
        return list(seen_by_key(actor, related, keys).values())

    def said(self, actor: Actor, text: str) -> str:
        """The value as the chip says it."""
        if self.kind == "reference":
            return self._said_reference(actor, text)
        if self.kind == "days":
            return _said_range(*(_shown_day(part) for part in _ends(text)))
        if self.kind == "range":
            return _said_range(*(_shown_number(part) for part in _ends(text)))
        labels = {choice.value: choice.label for choice in self.choices(actor)}
        return ", ".join(labels.get(part, part) for part in text.split(",")) if labels else text

    def _said_reference(self, actor: Actor, text: str) -> str:
        words = text.split(",")
        fixed = [{ME: _("me"), NONE: _("not filled in")}[word] for word in words if word in {ME, NONE}]
        try:
            named = self._named(actor, {word for word in words if word not in {ME, NONE}})
        except ValueError:
            named = []
        return ", ".join([*fixed, *(str(record) for record in named)]) or _("nothing visible to you")


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


def numbers_of(text: str) -> tuple[Decimal | None, Decimal | None]:
    """Both ends of a range of numbers; one that is left open is None."""
    low, high = _ends(text)
    return _number(low), _number(high)


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


def _shown_day(text: str) -> str:
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


def days_of(text: str) -> tuple[date | None, date | None]:
    """Both ends of a range of days."""
    low, high = _ends(text)
    return _day(low), _day(high)


def moments_of(text: str) -> tuple[datetime | None, datetime | None]:
    """The same for moments: the end is the midnight after the last day."""
    low, high = days_of(text)
    return _midnight(low), _midnight(high + timedelta(days=1) if high else None)


def _midnight(value: date | None) -> datetime | None:
    return None if value is None else timezone.make_aware(datetime.combine(value, time.min))
