"""The records that files belong to, as far as somebody sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from artel.kernel.access import one_seen, predicate, seen_by_key, view_permission
from artel.kernel.actors import Actor
from artel.kernel.wholes import holders

from .models import File, FileLink

Owned = Mapping[UUID, Sequence[Any]]


def records_of(actor: Actor, files: Sequence[File]) -> Owned:
    """By the key of each file (which he sees) its records that the actor sees, as they were attached: one query, and one a kind of records."""
    links = FileLink._base_manager.filter(file__in=[file.pk for file in files], is_deleted=False)
    rows = list(links.order_by("created_at", "pk").values_list("file", "entity", "record_id"))
    kinds = {model._meta.label_lower: model for model in holders()} if rows else {}
    wanted: dict[str, set[UUID]] = {}
    for _file, entity, key in rows:
        if entity in kinds:
            wanted.setdefault(entity, set()).add(key)
    seen = {entity: seen_by_key(actor, kinds[entity], keys) for entity, keys in wanted.items()}
    found: dict[UUID, list[Any]] = {file.pk: [] for file in files}
    for file, entity, key in rows:
        if (record := seen.get(entity, {}).get(key)) is not None:
            found[file].append(record)
    return found


def of_record(actor: Actor, entity: str, key: UUID) -> Q:
    """The condition on files of one record; of one that the actor does not see there are none."""
    model = _kind(entity)
    if model is None or one_seen(actor, model, key) is None:
        return Q(pk__in=[])
    links = FileLink._base_manager.filter(entity=entity, record_id=key, is_deleted=False)
    return Q(pk__in=links.values("file"))


def of_kind(actor: Actor, entity: str) -> Q:
    """The condition on files of records of a kind, of those that the actor sees."""
    model = _kind(entity)
    if model is None:
        return Q(pk__in=[])
    named = FileLink._base_manager.filter(entity=entity, is_deleted=False, file=OuterRef(OuterRef("pk")))
    visible = predicate(actor, model, view_permission(model))
    return Q(Exists(model._base_manager.filter(visible, pk__in=named.values("record_id"))))


def _kind(entity: str) -> Any:
    return next((model for model in holders() if model._meta.label_lower == entity), None)
