"""Old change sets leave the base for a file a month: `journal/2025-11.jsonl.gz` of the home.

A line is a set or one of its changes, so that a set of any size takes no memory. Personal fields stay out: no erasure has
to reach these files. A set goes when its whole job is past the term, its events are told and every reader has read it. A
crash may leave a set in the file twice, never in none: `sets_of` tells it once.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL

from artel.kernel.dialect import dialect_of

from .catalogue import facts_of, table_of_number
from .models import ChangeSet, Event, JournalReader, RowChange, State
from .renames import Renames
from .values import ERASED

ARCHIVE = "archive"
"""The reader whose position is the greatest id of a set that has gone."""

AT_ONCE = 500


def archive(before: datetime) -> int:
    """Move sets older than a moment into the files of their months; how many went."""
    count = 0
    while few := list(_ripe(before)[:AT_ONCE]):
        with transaction.atomic():
            _write(few)
            _forget([one.pk for one in few])
        count += len(few)
    return count


def is_archived(set_id: int) -> bool:
    """Whether a set that is not there has gone into a file."""
    place = JournalReader.objects.filter(name=ARCHIVE).first()
    return place is not None and set_id <= int(place.position)


def has_archived() -> bool:
    """Whether any set has gone into a file."""
    return JournalReader.objects.filter(name=ARCHIVE).exists()


def sets_of(month: str) -> Iterator[dict[str, Any]]:
    """The sets of a month's file ("2025-11"), each with its "changes"."""
    found: dict[int, dict[str, Any]] = {}
    changes: dict[int, dict[int, Any]] = {}
    with gzip.open(_file(month), "rt", encoding="utf-8") as lines:
        for line in lines:
            written = json.loads(line)
            if "command" in written:
                found[written["id"]] = written
            else:
                changes.setdefault(written["set"], {})[written["id"]] = written
    for number, one in found.items():
        yield {**one, "changes": list(changes.get(number, {}).values())}


def _ripe(before: datetime) -> Any:
    late = ChangeSet.objects.filter(at__gte=before)
    open_jobs = ChangeSet.objects.filter(state=State.OPEN)
    waiting = Event.objects.filter(set=OuterRef("pk"), dispatched_at=None)
    ripe = ChangeSet.objects.filter(at__lt=before).exclude(state=State.OPEN).exclude(is_open=True)
    ripe = ripe.exclude(Exists(late.filter(parent=OuterRef("pk"))) | Exists(waiting))
    ripe = ripe.exclude(
        Exists(late.filter(parent=OuterRef("parent"))) | Exists(open_jobs.filter(pk=OuterRef("parent")))
    )
    if places := list(_places()):
        place = RawSQL(dialect_of(connection).place_of_set(), [])  # noqa: S611 -- our own words
        ripe = ripe.annotate(place=place).filter(place__lte=min(places))
    return ripe.order_by("pk")


def _places() -> Iterator[int]:
    """Where readers of all sets stand; those that look for something of their own keep notes instead of a place."""
    readers = JournalReader.objects.exclude(name=ARCHIVE)
    for position in readers.values_list("position", flat=True):
        if not position or position.isdecimal():
            yield int(position or 0)


def _write(sets: list[ChangeSet]) -> None:
    """One more member of each month's file, safely on the disk when this returns."""
    months: dict[str, list[ChangeSet]] = {}
    for one in sets:
        months.setdefault(f"{one.at:%Y-%m}", []).append(one)
    for month, few in months.items():
        path = _file(month)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with path.open("ab") as file:
            with gzip.open(file, "wt", encoding="utf-8") as lines:
                for one in few:
                    _write_set(lines, one)
            file.flush()
            os.fsync(file.fileno())


def _write_set(lines: IO[str], one: ChangeSet) -> None:
    names = ("at", "actor_kind", "actor_id", "command", "cause", "parent_id", "undoes_id", "node", "state")
    _line(lines, {"id": one.pk, **{name: getattr(one, name) for name in names}})
    personal = _Personal()
    for change in RowChange.objects.filter(set=one).order_by("pk").iterator(2000):
        known = table_of_number(change.table_id)
        _line(
            lines,
            {
                "id": change.pk,
                "set": one.pk,
                "entity": known[1].label if known else change.table_id,
                "row": change.row_id,
                "owner": change.owner_id,
                "op": change.op,
                "before": personal.held_out(change.table_id, change.before),
                "after": personal.held_out(change.table_id, change.after),
            },
        )


def _line(lines: IO[str], content: dict[str, Any]) -> None:
    lines.write(json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n")


class _Personal:
    """Which members of an image are personal: by the table's facts, under all the names the fields ever had."""

    def __init__(self) -> None:
        self._renames = Renames()
        self._names = lru_cache(maxsize=None)(self._names_of)

    def _names_of(self, number: int) -> set[str]:
        known = table_of_number(number)
        return self._renames.names_ever(number, facts_of(known[0]).personal if known else ())

    def held_out(self, number: int, image: dict[str, Any] | None) -> dict[str, Any] | None:
        if image is None:
            return None
        if table_of_number(number) is None:  # nobody can tell any more which of them are personal
            return {name: {ERASED: True} for name in image}
        names = self._names(number)
        return {name: {ERASED: True} if name in names else value for name, value in image.items()}


def _forget(ids: list[int]) -> None:
    for model in (RowChange, Event):
        model.objects.filter(set_id__in=ids)._raw_delete("default")
    ChangeSet.objects.filter(pk__in=ids)._raw_delete("default")
    place, _is_new = JournalReader.objects.get_or_create(name=ARCHIVE, defaults={"position": "0"})
    place.position = str(max(int(place.position), *ids))
    place.save(update_fields=["position"])


def _file(month: str) -> Path:
    return Path(settings.HOME) / "journal" / f"{month}.jsonl.gz"
