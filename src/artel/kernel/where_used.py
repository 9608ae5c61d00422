"""Where a record is used: counts by referring entity, before it is marked for deletion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Model, QuerySet

from .records import Record, facts_of


@dataclass(frozen=True)
class Use:
    """How many live rows of an entity refer to a record, and by which of their fields."""

    entity: str
    label: Any
    count: int
    field: str = ""

    def rows(self, key: UUID) -> QuerySet[Any]:
        """The rows themselves."""
        model: Any = apps.get_model(self.entity)
        rows: QuerySet[Any] = model._default_manager.filter(**{self.field: key}, is_deleted=False)
        return rows


def uses_of(model: type[Model], keys: Sequence[UUID]) -> dict[UUID, list[Use]]:
    """Live rows that point at the records, parts of the records themselves left out. One query a relation."""
    found: dict[UUID, list[Use]] = defaultdict(list)
    for other, name in _relations(model):
        rows = other._base_manager.filter(**{f"{name}__in": keys}, is_deleted=False)
        for key, count in rows.values_list(name).annotate(n=Count("pk")).order_by():
            found[key].append(Use(other._meta.label_lower, other._meta.verbose_name_plural, count, name))
    return found


def _relations(model: type[Model]) -> Iterator[tuple[Any, str]]:
    """What may point at a record: neither its parts nor what it hangs on itself (a contact person's roles)."""
    above = facts_of(model).parent.split("|")
    for relation in model._meta.related_objects:
        if relation.get_accessor_name() in above:
            continue
        other: Any = relation.related_model
        name = relation.field.name
        if issubclass(other, Record) and name != "author" and name not in facts_of(other).parent.split("|"):
            yield other, name
