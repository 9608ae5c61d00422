"""Keyset paging both ways: a page begins beyond the last row seen, by (sort column, key); nothing is skipped and nothing counted."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Field, Model, Q, QuerySet

from artel.kernel.attributes.expressions import AttributeValue, NumberField
from artel.kernel.item_order import NameAsRead

ORDER = "made_order"


@dataclass(frozen=True)
class Lead:
    """A key that stands before the order itself: rows of one group lie together. `by` gives it, `kept` reads it from an address."""

    name: str
    by: Any
    kept: Callable[[Any], Any]
    descending: bool = False
    may_be_empty: bool = True

    def of(self, record: Model) -> Any:
        return getattr(record, self.name)


@dataclass(frozen=True)
class Sort:
    """By which column a list stands; the key follows in the same direction, so the order is total.

    `by` is an expression that stands in `column` by its name: a custom attribute, or the name of an item as it is read.
    """

    column: str
    descending: bool = False
    by: AttributeValue | NameAsRead | None = field(default=None, compare=False)
    leads: tuple[Lead, ...] = field(default=(), compare=False)

    @classmethod
    def read(cls, text: str) -> Sort:
        """`-created_at` is the newest first."""
        return cls(text.lstrip("-"), text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.column}" if self.descending else self.column

    @property
    def path(self) -> str:
        """What rows are compared by."""
        return ORDER if self.by else self.column

    def order(self, backwards: bool = False) -> tuple[str, ...]:
        """What order_by takes."""
        sign = "-" if self.descending != backwards else ""
        leads = [f"{'-' if lead.descending != backwards else ''}{lead.name}" for lead in self.leads]
        return *leads, f"{sign}{self.path}", f"{sign}pk"

    def ready(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with what they are compared by."""
        made = {lead.name: lead.by for lead in self.leads} | ({ORDER: self.by} if self.by else {})
        return rows.annotate(**made) if made else rows


@dataclass(frozen=True)
class Cursor:
    """The row a page begins beyond."""

    value: Any
    key: UUID
    leads: tuple[Any, ...] = ()

    @classmethod
    def of(cls, record: Model, sort: Sort) -> Cursor:
        """The place of a record; in a grouped order, and by the name as it is read, the record comes from the list itself."""
        leads = tuple(lead.of(record) for lead in sort.leads)
        if isinstance(sort.by, NameAsRead):  # small letters are what this database takes for them
            return cls(getattr(record, ORDER), record.pk, leads)
        if sort.by:
            return cls(sort.by.of(record), record.pk, leads)
        return cls(getattr(record, _field(type(record), sort).attname), record.pk, leads)

    @classmethod
    def read(cls, model: type[Model], sort: Sort, text: str) -> Cursor | None:
        """The cursor of an address; one that was tampered with or belongs to another column is as good as none."""
        try:
            value, key, *leads = json.loads(base64.urlsafe_b64decode(text.encode()))
            read = [
                None if one is None else lead.kept(one) for lead, one in zip(sort.leads, leads, strict=True)
            ]
            return cls(None if value is None else _typed(model, sort, value), UUID(key), tuple(read))
        except (ValueError, TypeError, ArithmeticError, ValidationError):
            return None

    def __str__(self) -> str:
        shown, *leads = (None if one is None else str(one) for one in (self.value, *self.leads))
        return base64.urlsafe_b64encode(json.dumps([shown, str(self.key), *leads]).encode()).decode()


@dataclass(frozen=True)
class Slice:
    """One page of records and whether there is more on either side."""

    records: Sequence[Any]
    has_before: bool
    has_after: bool


def cut(
    rows: QuerySet[Any], sort: Sort, size: int, *, after: Cursor | None = None, before: Cursor | None = None
) -> Slice:
    """The page after or before a cursor, or the first one: one query for `size` rows and one row more."""
    if before is not None:
        found = list(
            beyond(rows, sort, before, backwards=True).order_by(*sort.order(backwards=True))[: size + 1]
        )
        return Slice(found[:size][::-1], len(found) > size, True)
    start = sort.ready(rows) if after is None else beyond(rows, sort, after)
    found = list(start.order_by(*sort.order())[: size + 1])
    return Slice(found[:size], after is not None, len(found) > size)


def beyond(rows: QuerySet[Any], sort: Sort, cursor: Cursor, *, backwards: bool = False) -> QuerySet[Any]:
    """Rows strictly beyond the cursor in the order of `sort`."""
    nullable = sort.by is None and _field(rows.model, sort).null
    greater = sort.descending == backwards
    further = _past(sort.path, cursor, greater, nullable)
    for lead, value in reversed(list(zip(sort.leads, cursor.leads, strict=True))):
        same = Q(**{f"{lead.name}__isnull": True}) if value is None else Q(**{lead.name: value})
        further = _strictly(lead, value, lead.descending == backwards) | (same & further)
    return sort.ready(rows).filter(further)


def _strictly(lead: Lead, value: Any, greater: bool) -> Q:
    """Groups beyond this one; those without a value stand where this database sorts them."""
    empty_is_further = connection.features.nulls_order_largest == greater
    if value is None:
        return Q(pk__in=[]) if empty_is_further else Q(**{f"{lead.name}__isnull": False})
    further = Q(**{f"{lead.name}__{'gt' if greater else 'lt'}": value})
    return (
        further | Q(**{f"{lead.name}__isnull": True}) if lead.may_be_empty and empty_is_further else further
    )


def _past(column: str, cursor: Cursor, greater: bool, nullable: bool) -> Q:
    """Empty values stand where this database sorts them, so the index serves both the order and the condition."""
    word = "gt" if greater else "lt"
    further = Q(**{f"pk__{word}": cursor.key})
    empty_is_further = connection.features.nulls_order_largest == greater
    if cursor.value is None:
        same = Q(**{f"{column}__isnull": True}) & further
        return same if empty_is_further else same | Q(**{f"{column}__isnull": False})
    ranged = Q(**{f"{column}__{word}e": cursor.value})
    condition = ranged & (Q(**{f"{column}__{word}": cursor.value}) | further)
    return condition | Q(**{f"{column}__isnull": True}) if nullable and empty_is_further else condition


def _typed(model: type[Model], sort: Sort, value: str) -> Any:
    if sort.by is None:
        return _field(model, sort).to_python(value)
    return Decimal(value) if isinstance(sort.by.output_field, NumberField) else value


def _field(model: type[Model], sort: Sort) -> Field[Any, Any]:
    found = model._meta.get_field(sort.column)
    assert isinstance(found, Field)
    return found
