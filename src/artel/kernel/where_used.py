"""Where a record is used: counts by referring entity, before it is marked for deletion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Model

from .records import Record, facts_of


@dataclass(frozen=True)
class Use:
    """How many live rows of an entity refer to a record."""

    entity: str
    label: Any
    count: int


def uses_of(model: type[Model], keys: Sequence[UUID]) -> dict[UUID, list[Use]]:
    """Live rows that point at the records, parts of the records themselves left out. One query a relation."""
    found: dict[UUID, list[Use]] = defaultdict(list)
    for relation in model._meta.related_objects:
        other: Any = relation.related_model
        name = relation.field.name
        if not issubclass(other, Record) or name == "author" or name in facts_of(other).parent.split("|"):
            continue
        rows = other._base_manager.filter(**{f"{name}__in": keys}, is_deleted=False)
        for key, count in rows.values_list(name).annotate(n=Count("pk")).order_by():
            found[key].append(Use(other._meta.label_lower, other._meta.verbose_name_plural, count))
    return found
