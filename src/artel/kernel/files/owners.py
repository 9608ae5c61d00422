"""The records that files belong to, as far as somebody sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from artel.kernel.access import seen_by_key
from artel.kernel.actors import Actor
from artel.kernel.wholes import holders

from .models import File, FileLink

Owned = Mapping[UUID, Sequence[Any]]


def records_of(actor: Actor, files: Sequence[File]) -> Owned:
    """By the key of each file its records that the actor sees, as they were attached: one query, and one a kind of records."""
    links = FileLink.objects.visible_to(actor).filter(file__in=[file.pk for file in files], is_deleted=False)
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
