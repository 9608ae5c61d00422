"""A declared field bound to its model: how it is read, written as JSON, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone

from artel.kernel.access import FieldSet, fields_visible_to, path_visible_to
from artel.kernel.actors import Actor
from artel.kernel.arguments import Argument, argument_of_field
from artel.kernel.attributes.models import Attribute
from artel.kernel.attributes.record import Attributed
from artel.kernel.attributes.values import definitions
from artel.kernel.records import Record
from artel.screens.vocabulary import Field, Resource

from .references import References

ATTRIBUTES = "attributes"
OWN = ("id", "version", "is_deleted", "created_at", "changed_at")
"""What every resource has without declaring it."""

NAME = "_name"


@dataclass(frozen=True)
class Column:
    """One field of a resource."""

    model: type[models.Model]
    declared: Field

    @property
    def name(self) -> str:
        return self.declared.name

    @property
    def path(self) -> str:
        return self.declared.path or self.name

    @cached_property
    def steps(self) -> tuple[models.Field[Any, Any], ...]:
        """The model fields the path goes through; empty when it is no column (computed, or only written)."""
        found: list[models.Field[Any, Any]] = []
        model: Any = self.model
        if self.declared.fetch is not None or self.path == "-":
            return ()
        for part in self.path.split("__"):
            try:
                field = model._meta.get_field(part)
            except (FieldDoesNotExist, AttributeError):
                return ()
            if not isinstance(field, models.Field):
                return ()
            found.append(field)
            model = field.related_model
        return tuple(found)

    @property
    def is_read(self) -> bool:
        return self.path != "-"

    @property
    def is_column(self) -> bool:
        return bool(self.steps)

    @cached_property
    def folded(self) -> str:
        """The column that a name is compared and ordered by: without case and ё; the path itself for others."""
        twin = f"sort_{self.path}"
        names = {field.name for field in self.model._meta.concrete_fields}
        return twin if twin in names else self.path

    @property
    def can_sort(self) -> bool:
        """Only columns of the record itself: an order by somebody else's hidden name would tell it."""
        return len(self.steps) == 1

    @property
    def can_filter(self) -> bool:
        return self.is_column and self.declared.filter

    @cached_property
    def argument(self) -> Argument | None:
        """The last field as an argument: its kind, choices and limits."""
        return argument_of_field(self.steps[-1]) if self.steps else None

    @cached_property
    def kind(self) -> str:
        if self.steps and isinstance(self.steps[-1], models.UUIDField):
            return "key"
        return self.declared.kind or (self.argument.kind if self.argument else "text")

    @property
    def target(self) -> type[models.Model] | None:
        """The model a reference points at."""
        if not self.steps:
            return self.declared.model
        related: type[models.Model] | None = self.steps[-1].related_model
        return related

    @property
    def is_reference(self) -> bool:
        """Read as a key with a name beside it."""
        return self.target is not None

    def read(self, records: Sequence[Any], references: References) -> dict[str, list[Any]]:
        """The field of each record as JSON, by its name; a reference's name stands beside its key."""
        if self.declared.fetch is not None:
            found = self.declared.fetch(references.actor, records)
            values = [found.get(record.pk) for record in records]
        elif len(self.steps) <= 1 and not self.is_reference:
            write, column = WRITERS.get(self.kind, plain), self.path
            return {
                self.name: [
                    None if (value := getattr(record, column)) is None else write(value) for record in records
                ]
            }
        else:
            values = references.follow(self.steps, records)
        made = {self.name: [plain(value) for value in values]}
        if self.is_reference:
            made[f"{self.name}{NAME}"] = [None if value is None else str(value) for value in values]
        return made


def plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if value is None or isinstance(value, str | bool | int | float | dict | list):
        return value
    if isinstance(value, models.Model):
        return str(value.pk)
    for type_of_value, write in _BY_TYPE:
        if isinstance(value, type_of_value):
            return write(value)
    return str(value)


def _moment(value: datetime) -> str:
    return timezone.localtime(value).isoformat()


def _number(value: Decimal) -> str:
    return f"{value:f}"


_BY_TYPE: Sequence[tuple[type, Callable[[Any], Any]]] = (
    (Decimal, _number),
    (datetime, _moment),
    (date, date.isoformat),
)
WRITERS: Mapping[str, Callable[[Any], Any]] = {
    "decimal": _number,
    "moment": _moment,
    "day": date.isoformat,
    "key": str,
    "text": str,
    "lines": str,
    "choice": str,
}


_columns: dict[str, tuple[Resource, list[Column]]] = {}


def columns_of(resource: Resource) -> list[Column]:
    """All fields of a resource, bound once a process."""
    kept = _columns.get(resource.path)
    if kept is None or kept[0] is not resource:
        own = [Field(name=name, argument="") for name in OWN if resource.field(name) is None]
        kept = resource, [Column(resource.model, one) for one in [*own, *resource.fields]]
        _columns[resource.path] = kept
    return kept[1]


@dataclass(frozen=True, eq=False)
class Bound:
    """A resource and who asks for it: only what this actor may see of it."""

    resource: Resource
    actor: Actor

    @property
    def model(self) -> type[Record]:
        return self.resource.model

    @cached_property
    def visible(self) -> FieldSet:
        return fields_visible_to(self.actor, self.model)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """By name, without the hidden ones: for this caller they do not exist."""
        seen = self.visible
        return {
            one.name: one
            for one in columns_of(self.resource)
            if one.name in seen
            and path_visible_to(self.actor, self.model, one.path)
            and not one.name.startswith(ATTRIBUTES)
        }

    @property
    def has_attributes(self) -> bool:
        return issubclass(self.model, Attributed) and ATTRIBUTES in self.visible

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """Custom attributes by `attributes.<code>`, without the hidden ones; read only when somebody asks by them."""
        if not issubclass(self.model, Attributed) or not self.has_attributes:
            return {}
        return {one.path: one for one in definitions(self.model) if one.path in self.visible}

    def _attributes_of(self, record: Any) -> dict[str, Any]:
        return {
            code: value for code, value in record.attributes.items() if f"{ATTRIBUTES}.{code}" in self.visible
        }

    @cached_property
    def sorts(self) -> list[str]:
        """What the list may be sorted by: columns whose index the room has declared, and the key (the order of creation)."""
        named = [*self.resource.sorts, *(one.name for one in self.resource.fields if one.sort)]
        return [
            *(name for name in dict.fromkeys(named) if name in self.columns and self.columns[name].can_sort),
            "id",
        ]

    def shown(self, records: Sequence[Any], only: Container[str] | None = None) -> list[dict[str, Any]]:
        """The records as JSON objects, of the fields in `only`; a query for each kind of restricted record they refer to."""
        references = References(self.actor)
        made: dict[str, list[Any]] = {}
        read = [one for one in self.columns.values() if one.is_read and (only is None or one.name in only)]
        for one in read:
            references.want(one.steps, records)
        for one in read:
            made.update(one.read(records, references))
        if self.has_attributes and (only is None or ATTRIBUTES in only):
            made[ATTRIBUTES] = [self._attributes_of(record) for record in records]
        names = list(made)
        return [dict(zip(names, values, strict=True)) for values in zip(*made.values(), strict=True)]


def public_joins(bound: Bound) -> list[str]:
    """References to plain directories that the actor may see anyway: joined, they cost no query of their own."""
    return [
        one.path
        for one in bound.columns.values()
        if len(one.steps) == 1 and one.target is not None and References(bound.actor).is_open(one.target)
    ]
