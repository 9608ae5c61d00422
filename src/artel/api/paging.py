"""Keyset paging over any declared order: a page begins strictly beyond the last row of the one before; nothing is counted."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Field, Model, Q, QuerySet

from artel.kernel.attributes.expressions import AttributeValue, NumberField


@dataclass(frozen=True)
class Key:
    """One column of an order; `by` is the expression of a custom attribute (never empty) that stands in `path`, `name` its name."""

    path: str
    descending: bool = False
    name: str = ""
    by: AttributeValue | None = None

    @property
    def term(self) -> str:
        return f"-{self.path}" if self.descending else self.path

    @property
    def told(self) -> str:
        """The key in a cursor."""
        return f"{'-' if self.descending else ''}{self.name}" if self.by else self.term

    def nullable(self, model: type[Model]) -> bool:
        return self.by is None and bool(_field(model, self).null)

    def typed(self, model: type[Model], value: Any) -> Any:
        """A value of a cursor. Raises ValidationError."""
        if self.by and isinstance(self.by.output_field, NumberField):
            return Decimal(value)
        if self.by:
            return self.by.output_field.to_python(value)
        return None if value is None else _field(model, self).to_python(value)

    def written(self, record: Any) -> str | None:
        if self.by:
            return str(self.by.of(record))
        value = record.pk if self.path == "pk" else getattr(record, record._meta.get_field(self.path).attname)
        return None if value is None else str(value)

    def beyond(self, value: Any, nullable: bool) -> Q:
        """Rows strictly after `value`; empty values stand where this database sorts them."""
        nulls_come_last = connection.features.nulls_order_largest != self.descending
        if value is None:
            return Q(pk__in=[]) if nulls_come_last else Q(**{f"{self.path}__isnull": False})
        further = Q(**{f"{self.path}__{'lt' if self.descending else 'gt'}": value})
        return further | Q(**{f"{self.path}__isnull": True}) if nullable and nulls_come_last else further

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def from_here(self, value: Any, nullable: bool) -> Q:
        """Not before `value`: the part of the condition that an index serves."""
        if value is None or (nullable and connection.features.nulls_order_largest != self.descending):
            return Q()
        return Q(**{f"{self.path}__{'lte' if self.descending else 'gte'}": value})


@dataclass(frozen=True)
class Order:
    """A total order: the wanted columns, then the record's key in the direction of the last of them."""

    keys: tuple[Key, ...]

    @classmethod
    def of(cls, wanted: Sequence[Key]) -> Order:
        keys = [key for key in wanted if key.path != "pk"]
        last = next((key.descending for key in wanted if key.path == "pk"), None)
        if last is None:
            last = keys[-1].descending if keys else False
        return cls((*keys, Key("pk", last)))

    def ready(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with the attributes they are compared by."""
        by = {key.path: key.by for key in self.keys if key.by}
        return rows.annotate(**by) if by else rows

    def sorted(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows that are `ready`."""
        return rows.order_by(*(key.term for key in self.keys))

    def after(self, rows: QuerySet[Any], cursor: str) -> QuerySet[Any]:
        """Rows beyond the cursor. Raises ValueError for one that was not made for this order."""
        values = self._read(rows.model, cursor)
        condition, equal = Q(), Q()
        for key, value in zip(self.keys, values, strict=True):
            condition |= equal & key.beyond(value, key.nullable(rows.model))
            equal &= key.same(value)
        first = self.keys[0].from_here(values[0], self.keys[0].nullable(rows.model))
        return rows.filter(first & condition)

    def cursor(self, record: Any) -> str:
        """The place right after a record."""
        shown = [key.written(record) for key in self.keys]
        return base64.urlsafe_b64encode(json.dumps([self._name, *shown]).encode()).decode().rstrip("=")

    @property
    def _name(self) -> str:
        return ",".join(key.told for key in self.keys)

    def _read(self, model: type[Model], cursor: str) -> list[Any]:
        try:
            name, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if name != self._name or len(values) != len(self.keys):
                raise ValueError("another order")
            return [key.typed(model, value) for key, value in zip(self.keys, values, strict=True)]
        except (ValidationError, TypeError, UnicodeError, ArithmeticError) as error:
            raise ValueError("no cursor of ours") from error


def _field(model: type[Model], key: Key) -> Field[Any, Any]:
    found: Any = model._meta.pk if key.path == "pk" else model._meta.get_field(key.path)
    return found.target_field if found.related_model and key.path != "pk" else found  # type: ignore[no-any-return]
