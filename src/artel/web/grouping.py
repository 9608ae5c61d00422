"""Rows of a list in groups: the order begins with the group, and every group of a page has a head with its count and sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, ForeignKey, Model

from artel.kernel.actors import Actor
from artel.kernel.attributes.expressions import AttributeValue, NumberField
from artel.kernel.item_order import as_read
from artel.kernel.records import facts_of
from artel.screens.filters.fields import FilterField, field_of, fields_of

from .attributes import cell_of
from .cells import Column, column_of
from .paging import Lead

GROUPED = {"choice", "reference", "tree", "boolean", "day", "text", "integer"}
"""Kinds of fields by which rows may be grouped: a group is one value."""


@dataclass(frozen=True)
class Grouping:
    """By which field rows are grouped, and what the order begins with therefore."""

    asked: FilterField
    descending: bool
    leads: tuple[Lead, ...]

    @property
    def name(self) -> str:
        return self.asked.name

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    def column(self, model: type[Model]) -> Column:
        """How the value of a group reads."""
        return column_of(model, cell_of(self.asked.attribute) if self.asked.attribute else self.name)


def grouping(model: type[Model], actor: Actor, text: str) -> Grouping | None:
    """The grouping that an address names (`-stage` from the last); None for a field that cannot be or is not to be seen."""
    asked = field_of(model, text.lstrip("-"), actor) if text else None
    if asked is None or asked.walk or not _groups(asked):
        return None
    descending = text.startswith("-")
    return Grouping(asked, descending, _leads(asked, descending))


def offered(model: type[Model], actor: Actor) -> list[FilterField]:
    """The fields by which this person may group, by their labels."""
    return sorted(
        (one for one in fields_of(model, actor) if not one.walk and _groups(one)), key=lambda one: one.label
    )


def _groups(asked: FilterField) -> bool:
    if asked.kind not in GROUPED or asked.declared or (asked.column is None and asked.attribute is None):
        return False
    return asked.name not in {"name", "code", "version"}


def _leads(asked: FilterField, descending: bool) -> tuple[Lead, ...]:
    if asked.attribute is not None:
        by = AttributeValue(asked.attribute)
        kept: Callable[[Any], Any] = Decimal if isinstance(by.output_field, NumberField) else _plain
        return (Lead("group_value", by, kept, descending, may_be_empty=False),)
    column: Any = asked.column
    if not isinstance(column, ForeignKey):
        return (Lead("group_value", F(column.name), column.to_python, descending, column.null),)
    key = Lead("group_key", F(column.attname), column.target_field.to_python, descending, column.null)
    return (*_by_name(column, descending), key)


def _by_name(column: Any, descending: bool) -> tuple[Lead, ...]:
    """Groups stand by name where everybody who sees the directory sees all of it; the order would tell a hidden name."""
    related = column.related_model
    try:
        name = related._meta.get_field("sort_name")
    except FieldDoesNotExist:
        return ()
    if not facts_of(related).public:
        return ()
    by = as_read(related, column.name) or F(f"{column.name}__sort_name")
    return (Lead("group_name", by, name.to_python, descending, column.null),)


def _plain(value: Any) -> Any:
    return {"True": True, "False": False}.get(value, value)


@dataclass(frozen=True)
class Group:
    """The rows of one group on a page: from `start` to `end` (not included)."""

    start: int
    end: int


def groups_of(found: Grouping, records: Sequence[Any]) -> Iterator[Group]:
    """The groups of a page in its order."""
    start = 0
    for _value, rows in groupby(records, key=partial(_value_of, found)):
        end = start + len(list(rows))
        yield Group(start, end)
        start = end


def _value_of(found: Grouping, record: Any) -> tuple[Any, ...]:
    return tuple(lead.of(record) for lead in found.leads)
