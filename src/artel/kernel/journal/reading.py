"""Reading the journal: what is new for a reader, what one set changed, what happened to one record.

with read_new("search") as sets:            # sets not read before, oldest first; the place is kept when the block ends
    for one in sets:
        for change in changes_of(one.pk): ...
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, Field, OuterRef, Q, QuerySet

from artel.kernel import standing
from artel.kernel.dialect import dialect_of
from artel.kernel.ready import Given, Question, Ready

from .catalogue import Model, number_of, table_of_number
from .models import ChangeSet, JournalReader, RowChange
from .renames import Renames
from .staging import query
from .values import value_of

TOLD = ("set", "table_id", "row_id", "owner_id", "op", "before", "after")
TOLD_OF_SETS = ("at", "actor_kind", "actor_id", "actor_label", "command", "undoes", "irreversible")
"""What a history needs of a change and of its set; the answers to requests may be long."""


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, in the types of its model; a reference as its key."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Entry:
    """One write to one row. `op`: i made, u changed, d deleted. `model` is None when the house has no such records now.

    A made row has no fields: it is its own image until it changes. A deleted one has them all, `after` being None.
    """

    id: int
    set: ChangeSet
    model: Model | None
    row: UUID
    owner: UUID | None
    op: str
    fields: tuple[FieldChange, ...]
    is_undone: bool = False
    """Whether a later set took this one back; told by `history` only."""


@contextmanager
def read_new(reader: str, *, limit: int = 1000) -> Iterator[list[ChangeSet]]:
    """Change sets the reader has not read, about `limit` at most, none lost and none twice.

    One transaction: what the block writes and the reader's new place are committed together. Two readers of the same name
    wait for one another. An open transaction holds back the sets of all that began after it.
    """
    with transaction.atomic():
        JournalReader.objects.get_or_create(name=reader)
        place = JournalReader.objects.select_for_update().get(name=reader)
        found = query(dialect_of(connection).new_sets(), [int(place.position or 0), limit])
        sets = ChangeSet.objects.in_bulk([number for number, _ in found])
        yield [sets[number] for number, _ in found]
        if found:
            place.position = str(found[-1][1])
            place.save(update_fields=["position"])


def changes_of(set_id: int) -> Iterator[Entry]:
    """What a set changed, in the order of writing; of a job, what all its sets did."""
    rows = RowChange.objects.filter(Q(set_id=set_id) | Q(set__parent_id=set_id))
    renames = Renames()
    for change in rows.select_related("set").order_by("pk").iterator(2000):
        yield _entry(change, renames)


def some_of(set_id: int, *, tables: Collection[int], after: int = 0, limit: int = 500) -> list[Entry]:
    """The next of a set's writes to some tables, in the order of writing, after the one with that id."""
    rows = RowChange.objects.filter(set_id=set_id, table_id__in=tables, pk__gt=after)
    renames = _renames()
    # An expression, or the planner might walk the whole journal instead of asking for the set.
    page = rows.select_related("set").order_by((F("pk") + 0).asc())[:limit]
    return [_entry(change, renames) for change in page]


def history(
    model: Model, row: UUID, *, before: int | None = None, limit: int = 50, parts: bool = True
) -> list[Entry]:
    """What happened to a record, and to its parts if wanted, the latest first; `before` is the last entry's id of a page."""
    renames = _renames()
    if before is None:
        asked = asking_for(model, row, limit, parts=parts)
        changes = asked.ready.rows(**asked.given)
    else:
        changes = list(_page(_of_record(number_of(model) or 0, row, parts), before, limit))
    return [_entry(change, renames) for change in changes]


def asking_for(model: Model, row: UUID, limit: int, *, parts: bool = True) -> Question:
    """What `history` asks the base for its latest."""
    return _latest(number_of(model) or 0, limit, parts).asking(row=row)


@lru_cache(maxsize=512)
def _latest(number: int, limit: int, parts: bool) -> Ready:
    return Ready(_page(_of_record(number, Given("row"), parts), None, limit))


def history_of_sets(model: Model, row: UUID, sets: Collection[int], *, limit: int = 50) -> list[Entry]:
    """The same of some change sets only."""
    rows = _of_record(number_of(model) or 0, row, True).filter(set_id__in=list(sets))
    renames = _renames()
    return [_entry(change, renames) for change in _page(rows, None, limit)]


def _of_record(number: int, row: UUID | Given, parts: bool) -> QuerySet[RowChange]:
    own = Q(row_id=row, table_id=number)
    return RowChange.objects.filter(own | Q(owner_id=row) if parts else own)


def _renames() -> Renames:
    return standing.once("renames", Renames)


def _page(rows: QuerySet[RowChange], before: int | None, limit: int) -> QuerySet[RowChange]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    # An expression, or the planner might walk the whole journal backwards instead of asking both indexes.
    undone = Exists(ChangeSet.objects.filter(undoes=OuterRef("set_id")))
    told = rows.select_related("set").only(*TOLD, *(f"set__{name}" for name in TOLD_OF_SETS))
    return told.annotate(is_undone=undone).order_by((F("pk") + 0).desc())[:limit]


def _entry(change: RowChange, renames: Renames) -> Entry:
    known = table_of_number(change.table_id)
    model = known[0] if known else None
    fields = tuple(_fields(change, model, renames))
    return Entry(
        change.pk,
        change.set,
        model,
        change.row_id,
        change.owner_id,
        change.op,
        fields,
        getattr(change, "is_undone", False),
    )


@lru_cache(maxsize=512)
def _fields_by_name(model: Model) -> dict[str, Field[Any, Any]]:
    return {field.name: field for field in model._meta.concrete_fields}


def _fields(change: RowChange, model: Model | None, renames: Renames) -> Iterator[FieldChange]:
    before, after = change.before or {}, change.after or {}
    known = {} if model is None else _fields_by_name(model)
    for key in before:
        name = renames.todays_name(change.table_id, key, change.set_id, known) or key
        values = (before[key], after.get(key))
        if field := known.get(name):
            yield FieldChange(name, *(value_of(field, value) for value in values))
        else:
            yield FieldChange(name, *values)
