"""References as programs write them: a key, or a code, a name or a key in another system that only one record has. One query a kind of record and look-up key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.external_ids import named_outside
from artel.kernel.lookup_fields import lookup_fields
from artel.lib.names import sort_key

FOLDED = {"name": "sort_name"}


def resolve(
    actor: Actor, model: type[models.Model], raw: Iterable[str], keys: Sequence[str] = ()
) -> dict[str, Any]:
    """What each text names, among the records the actor may see; texts that name none, or several, are left out."""
    wanted = {text for text in raw if text}
    rows = restrict(model._default_manager.all(), actor, view_permission(model))
    ids = {text: key for text in wanted if (key := _uuid(text)) is not None}
    records = rows.in_bulk(list(set(ids.values()))) if ids else {}
    found = {text: records[key] for text, key in ids.items() if key in records}
    for name in lookup_fields(actor, model, keys):
        if not _is_text(model, name):
            continue
        if lacking := wanted - found.keys() - ids.keys():
            found.update(_by(rows, name, lacking))
    if lacking := wanted - found.keys() - ids.keys():
        found.update(_by_external_id(rows, lacking))
    return found


def _by_external_id(rows: QuerySet[Any], texts: Collection[str]) -> Mapping[str, Any]:
    named = named_outside(rows.model, texts)
    seen = rows.in_bulk({key for keys in named.values() for key in keys}) if named else {}
    there = {text: [seen[key] for key in keys if key in seen] for text, keys in named.items()}
    return {text: several[0] for text, several in there.items() if len(several) == 1}


def _is_text(model: type[models.Model], name: str) -> bool:
    try:
        return isinstance(model._meta.get_field(name), models.CharField)
    except FieldDoesNotExist:
        return False


def _by(rows: QuerySet[Any], name: str, texts: Iterable[str]) -> Mapping[str, Any]:
    folded = FOLDED.get(name, "")
    is_folded = bool(folded) and _is_text(rows.model, folded)
    column = folded if is_folded else name
    asked = {text: (sort_key(text) if is_folded else text)[:250] for text in texts}
    by_value: dict[str, list[Any]] = defaultdict(list)
    present = rows.filter(is_deleted=False) if hasattr(rows.model, "is_deleted") else rows
    for record in present.filter(**{f"{column}__in": set(asked.values())}):
        by_value[getattr(record, column)].append(record)
    return {text: by_value[value][0] for text, value in asked.items() if len(by_value[value]) == 1}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
