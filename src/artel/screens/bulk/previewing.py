"""The difference before anything is written: how many would change, which stay, and the first of them field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from artel.kernel.access import reaches_all_seen, restrict
from artel.kernel.refusals import Refused

from .comparing import present, unchanged
from .edits import Edit
from .selected import attempt, lines_of

SHOWN = 20
TRIED = 200
"""So many of those that would change are done and taken back, to tell what a rule refuses."""
LOOKED_AT = 10_000
CHUNK = 500


@dataclass(frozen=True)
class Shown:
    """One record that would change: what stands there now, by field, and why a rule refuses it."""

    record: Any
    now: Mapping[str, Any]
    refusal: Refused | None = None


@dataclass
class Preview:
    """What an edit would do: rows = changing + same + closed_count + refused, as far as the first of them were `tried`.

    `is_more`: there are more rows than were looked at.
    """

    rows: int = 0
    changing: int = 0
    same: int = 0
    is_more: bool = False
    closed: list[Any] = field(default_factory=list)
    closed_count: int = 0
    refused: list[Shown] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    tried: int = 0


def preview(edit: Edit, rows: QuerySet[Any]) -> Preview:
    """Look at the visible rows, in the order of their keys; nothing stays written."""
    found = Preview()
    first: list[Any] = []
    for records in _chunks(rows):
        looked_at = records[: LOOKED_AT - found.rows]
        first += _judge(edit, looked_at, found)[: TRIED - len(first)]
        if len(looked_at) < len(records):
            found.is_more = True
            break
    _try(edit, first, found)
    return found


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    after: UUID | None = None
    while records := list((rows.filter(pk__gt=after) if after else rows).order_by("pk")[:CHUNK]):
        yield records
        after = records[-1].pk


def _judge(edit: Edit, records: Sequence[Any], found: Preview) -> list[Any]:
    """Count a chunk; answers those that would change."""
    same = unchanged(edit, records)
    others = [one for one in records if one.pk not in same]
    allowed = _allowed(edit, others)
    closed = [one for one in others if one.pk not in allowed]
    changing = [one for one in others if one.pk in allowed]
    found.rows += len(records)
    found.same += len(same)
    found.changing += len(changing)
    found.closed_count += len(closed)
    found.closed += closed[: SHOWN - len(found.closed)]
    return changing


def _allowed(edit: Edit, records: Sequence[Any]) -> set[UUID]:
    """Those of visible records that this person may change."""
    permission = edit.command.permission
    keys = {one.pk for one in records}
    if not keys or reaches_all_seen(edit.actor, permission, edit.model):
        return keys
    rows = restrict(edit.model._default_manager.filter(pk__in=keys), edit.actor, permission)
    return set(rows.values_list("pk", flat=True))


def _try(edit: Edit, records: Sequence[Any], found: Preview) -> None:
    """What the rules say of the first of them, and what stands in those shown."""
    refusals = _refusals(edit, records)
    now = present(edit.actor, records, list(edit.values))
    told = [
        Shown(one, {name: now[name].get(one.pk) for name in now}, refusals.get(one.pk)) for one in records
    ]
    found.tried = len(told)
    found.refused = [one for one in told if one.refusal]
    found.changing -= len(found.refused)
    found.shown = [one for one in told if not one.refusal][:SHOWN]


def _refusals(edit: Edit, records: Sequence[Any]) -> dict[UUID, Refused]:
    """The act done and taken back: each record that a rule refuses, with its sentence."""
    lines = lines_of(edit, {one.pk: None for one in records})
    with transaction.atomic():
        attempt(edit, lines)
        transaction.set_rollback(True)
    return {key: line.refusal for key, line in lines.items() if line.refusal}
