"""From a declared name to what stands in a cell: the words, a link, how it is aligned. Used by lists, cards and history alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.kernel import standing
from artel.kernel.access import path_visible_to
from artel.kernel.actors import Actor
from artel.kernel.records import Item
from artel.lib.phones import readable_phone
from artel.lib.words import capital
from artel.screens.vocabulary import Cell

from . import formats
from .money import currency_field, signs_of, usual_sign
from .references import References, address_of

HIDDEN = gettext_lazy("closed to you")
NUMERIC = {"number", "money", "percent", "integer"}


class Shown(NamedTuple):
    """One value as a person reads it; `tone` is a class of the look."""

    text: str
    address: str = ""
    tone: str = ""

    @property
    def is_empty(self) -> bool:
        return self.text == formats.EMPTY


NOTHING = Shown(formats.EMPTY, "", "dim")


@dataclass(frozen=True)
class Column:
    """A name of the declaration, bound to its model."""

    model: type[models.Model]
    declared: str | Cell

    @property
    def name(self) -> str:
        return self.declared if isinstance(self.declared, str) else self.declared.name

    @cached_property
    def _field(self) -> models.Field[Any, Any] | None:
        if isinstance(self.declared, Cell):
            return None
        try:
            found = self.model._meta.get_field(self.name.partition("__")[0])
        except FieldDoesNotExist:
            return None
        return found if isinstance(found, models.Field) else None

    @cached_property
    def _last(self) -> models.Field[Any, Any] | None:
        """The field at the end of a path."""
        field = self._field
        for part in self.name.split("__")[1:]:
            related = field.related_model if field else None
            if not isinstance(related, type):
                return None
            field = related._meta.get_field(part)  # type: ignore[assignment]
        return field

    @property
    def label(self) -> str:
        """The head of the column, with a capital."""
        spoken = formats.language()
        if spoken not in self._labels:
            self._labels[spoken] = self._labelled()
        return self._labels[spoken]

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {}

    def _labelled(self) -> str:
        if isinstance(self.declared, Cell):
            return capital(self.declared.label)
        return capital(self._last.verbose_name if self._last else _property_label(self.model, self.name))

    @cached_property
    def kind(self) -> str:
        """How it is shown: text, number, money, percent, integer, day, moment, boolean, choice, reference, phone, email."""
        if isinstance(self.declared, Cell):
            return self.declared.kind
        return _kind(self._last)

    @cached_property
    def _is_of_item(self) -> bool:
        """The name of a directory item: one that ships with the product has it in both languages."""
        return self.name == "name" and issubclass(self.model, Item)

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def width(self) -> str:
        """The class that sets the width; text takes what is left."""
        if isinstance(self.declared, Cell) and self.declared.width:
            return f"w{self.declared.width}"
        return "k-code" if self.name == "code" else f"k-{self.kind}"

    @property
    def source(self) -> str | None:
        """The field that the cells are read from; None when they may read anything of the record."""
        if "." in self.name:  # attributes.<code>
            return self.name.partition(".")[0]
        return self._field.name if self._field is not None else None

    @cached_property
    def related(self) -> type[models.Model] | None:
        """The model a reference column points at (the first step of a path)."""
        field = self._field
        related = field.related_model if isinstance(field, models.ForeignKey) else None
        return related if isinstance(related, type) else None

    def unit(self, records: Sequence[Any]) -> str:
        """The sign that all sums of a money column share, told once in its head; "" when they have several, or none."""
        if not self._is_of_sums:
            return ""
        [*found] = set(self._signs(records))
        return found[0] if len(found) == 1 else ""

    @property
    def _is_of_sums(self) -> bool:
        """Sums of the record itself: those of another one may be in another currency."""
        return self.kind == "money" and self.related is None

    def head(self, unit: str) -> str:
        """The label with the unit: «Potential, ₽»."""
        return f"{self.label}, {unit}" if unit else self.label

    def _signs(self, records: Sequence[Any]) -> list[str]:
        """The sign of each record's currency; where it is another record that says it, none."""
        named = self.declared.currency if isinstance(self.declared, Cell) else currency_field(self.model)
        if not named:
            return [usual_sign() if named == "" else ""] * len(records)
        attname = self.model._meta.get_field(named).attname  # type: ignore[union-attr]
        keys = [getattr(record, attname, None) for record in records]
        known = signs_of(set(keys))
        return [known.get(key, "") for key in keys]

    def shown(
        self, records: Sequence[Any], references: References, *, brief: bool = False, unit: str = ""
    ) -> list[Shown]:
        """The cells of this column for one page of records.

        `brief` writes them as lists do: people by their short names, a sum of zero as nothing. Sums go without the sign
        that the head has said already (`unit`).
        """
        if self._is_of_sums:
            return self._sums(records, references, brief, unit)
        if self._field is not None and self.related is not None:
            linked = _briefly if brief else _linked
            return self._referred(self._field.attname, self.related, records, references, linked)
        show = _shower(self.kind, self._field)
        return [show(value) for value in self._values(records, references.actor)]

    def said(self, value: Any) -> Shown:
        """A plain value (no reference) as it would stand in the cell."""
        return _shower(self.kind, self._last)(value)

    def prepare(self, records: Sequence[Any], references: References) -> None:
        """Say which other records the cells will need."""
        if self._field is not None and self.related is not None:
            attname = self._field.attname
            whole = "__" in self.name
            references.want(self.related, (getattr(record, attname) for record in records), whole=whole)

    def _sums(self, records: Sequence[Any], references: References, brief: bool, unit: str) -> list[Shown]:
        plain = formats.sums()
        signs = [""] * len(records) if unit else self._signs(records)
        return [
            NOTHING
            if value is None or (brief and not value)
            else Shown(formats.money(value, sign) if sign else plain(value))
            for value, sign in zip(self._values(records, references.actor), signs, strict=True)
        ]

    def _values(self, records: Sequence[Any], actor: Actor) -> list[Any]:
        """What the cells are made of."""
        if isinstance(self.declared, Cell) and self.declared.value is not None:
            values = self.declared.value(actor, records)
            return [values.get(record.pk) for record in records]
        name = "label" if self._is_of_item else self.name
        return [getattr(record, name) for record in records]

    def _referred(
        self,
        attname: str,
        model: type[models.Model],
        records: Sequence[Any],
        references: References,
        linked: Callable[[Any], Shown],
    ) -> list[Shown]:
        rest = self.name.split("__")[1:]
        show = _shower(self.kind, self._last) if rest else linked
        cells = []
        known: dict[Any, Shown] = {}
        for record in records:
            key = getattr(record, attname)
            if key not in known:
                other = references.seen(model, key)
                known[key] = show(_follow(other, rest)) if other is not None else _unseen(key)
            cells.append(known[key])
        return cells


def _unseen(key: Any) -> Shown:
    return NOTHING if key is None else Shown(str(HIDDEN), "", "dim")


def column_of(model: type[models.Model], declared: str | Cell) -> Column:
    """The column of a declaration; one that is a name is made once a process, with what its field says of it."""
    return _named(model, declared) if isinstance(declared, str) else Column(model, declared)


def columns_seen(actor: Actor, model: type[models.Model], names: Iterable[str | Cell]) -> list[Column]:
    """The declared columns, less those that tell what is hidden from this person."""
    columns = [column_of(model, each) for each in names]
    return [one for one in columns if path_visible_to(actor, model, one.name)]


@lru_cache(maxsize=4096)
def _named(model: type[models.Model], name: str) -> Column:
    return Column(model, name)


def _follow(record: Any, path: Sequence[str]) -> Any:
    for part in path:
        record = getattr(record, part, None)
    return record


def _property_label(model: type[models.Model], name: str) -> Any:
    found = getattr(getattr(model, name, None), "fget", None)
    return getattr(found, "short_description", name.replace("_", " "))


def _kind(field: models.Field[Any, Any] | None) -> str:
    for types_of_field, kind in (
        (models.ForeignKey, "reference"),
        (models.BooleanField, "boolean"),
        (models.DateTimeField, "moment"),
        (models.DateField, "day"),
        (models.DecimalField, "number"),
        (models.IntegerField, "integer"),
        (models.EmailField, "email"),
    ):
        if isinstance(field, types_of_field):
            return "money" if kind == "number" and getattr(field, "decimal_places", 0) == 2 else kind
    return "choice" if field is not None and field.flatchoices else "text"


def _linked(record: Any) -> Shown:
    return Shown(str(record), address_of(record)) if record is not None else NOTHING


def _briefly(record: Any) -> Shown:
    return Shown(getattr(record, "short", "") or str(record), address_of(record))


def _texted(value: Any) -> Shown:
    if isinstance(value, models.Model):
        return _linked(value)
    if isinstance(value, list):
        return Shown(", ".join(str(one) for one in value)) if value else NOTHING
    return Shown(str(value)) if value not in (None, "") else NOTHING


def _formatted(write: Callable[[Any], str]) -> Callable[[Any], Shown]:
    return lambda value: NOTHING if value is None else Shown(write(value))


def _answered(value: Any) -> Shown:
    return NOTHING if value is None else Shown(_("yes") if value else _("no"))


def _shower(kind: str, field: models.Field[Any, Any] | None) -> Callable[[Any], Shown]:
    """How values of a kind are written; chosen once a column, called once a row."""
    if kind == "choice" and field is not None:
        return _chosen(field, formats.language())
    if kind in _WRITERS:
        return standing.of_page((kind, formats.language()), lambda: _formatted(_WRITERS[kind]()))
    return _SHOWERS.get(kind, _texted)


@lru_cache(maxsize=1024)
def _chosen(field: models.Field[Any, Any], _language: str) -> Callable[[Any], Shown]:
    shown = {code: Shown(str(label)) for code, label in field.flatchoices}

    def show(value: Any) -> Shown:
        return NOTHING if value in (None, "") else shown.get(value) or Shown(str(value))

    return show


_WRITERS: Mapping[str, Callable[[], Callable[[Any], str]]] = {
    "moment": formats.moments,
    "money": formats.sums,
}
"""Kinds whose writer settles the person's language and zone before the first value."""


_SHOWERS: Mapping[str, Callable[[Any], Shown]] = {
    "boolean": _answered,
    "day": _formatted(formats.day),
    "number": _formatted(formats.number),
    "integer": _formatted(formats.number),
    "percent": _formatted(formats.percent),
    "email": lambda value: Shown(value, f"mailto:{value}") if value else NOTHING,
    "phone": lambda value: Shown(readable_phone(value), f"tel:{value}") if value else NOTHING,
    "reference": _linked,
}
