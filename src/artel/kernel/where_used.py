"""Where a record is used: counts by referring entity, before it is marked for deletion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet
from django.utils.translation import gettext as _

from .access import restrict, view_permission
from .actors import Actor
from .pointers import pointer_columns
from .records import Record, facts_of


@dataclass(frozen=True)
class _Relation:
    """A field of a model that may refer to the record, and which of its rows do."""

    model: Any
    field: str
    of: Q = Q()

    def rows(self, keys: Iterable[UUID]) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._base_manager.filter(
            self.of, **{f"{self.field}__in": keys}, is_deleted=False
        )
        return rows


@dataclass(frozen=True)
class Use:
    """How many live rows of an entity refer to a record, and by which of their fields."""

    count: int
    relation: _Relation

    @property
    def entity(self) -> str:
        return str(self.relation.model._meta.label_lower)

    @property
    def label(self) -> str:
        return str(self.relation.model._meta.verbose_name_plural)

    def rows(self, key: UUID) -> QuerySet[Any]:
        """The rows themselves."""
        return self.relation.rows([key])

    def seen_by(self, actor: Actor, key: UUID) -> QuerySet[Any]:
        """Those that the actor may see."""
        return restrict(self.rows(key), actor, view_permission(self.relation.model))


def uses_of(model: type[Model], keys: Sequence[UUID]) -> dict[UUID, list[Use]]:
    """Live rows that point at the records, parts of the records themselves left out. One query a relation."""
    found: dict[UUID, list[Use]] = defaultdict(list)
    for relation in (*_relations(model), *_pointers(model)):
        counted = relation.rows(keys).values_list(relation.field).annotate(n=Count("pk")).order_by()
        for key, count in counted:
            found[key].append(Use(count, relation))
    return found


def told_uses(actor: Actor, key: UUID, uses: Iterable[Use]) -> str:
    """«Deals: 3, contacts: 1» as far as the actor may see them; of the others only that they are there."""
    counts = [(use.label, use.seen_by(actor, key).count(), use.count) for use in uses]
    told = [f"{label}: {seen}" for label, seen, _all in counts if seen]
    hidden = sum(there - seen for _label, seen, there in counts)
    return ", ".join([*told, str(_("records that are closed to you"))] if hidden else told)


def _pointers(model: type[Model]) -> Iterator[_Relation]:
    """Where a record stands as one of several kinds: the subject of an interaction, the source of a deal."""
    for one in pointer_columns():
        if (of := one.to(model)) is not None:
            yield _Relation(one.model, one.key, of)


def _relations(model: type[Model]) -> Iterator[_Relation]:
    """What may point at a record: neither its parts nor what it hangs on itself (a contact person's roles)."""
    above = facts_of(model).parent.split("|")
    for relation in model._meta.related_objects:
        if relation.get_accessor_name() in above:
            continue
        other: Any = relation.related_model
        name = relation.field.name
        if issubclass(other, Record) and name != "author" and name not in facts_of(other).parent.split("|"):
            yield _Relation(other, name)
