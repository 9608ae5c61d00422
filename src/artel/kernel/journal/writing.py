"""How a change set is opened: the one way through which business tables may be written.

with transaction.atomic(), change_set(stamp, command="deals.move_deal") as opened:
    deal.save()                                 # plain saves, updates, raw SQL: the triggers see them all
    publish(opened, DealMoved(deal.pk))
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.kernel import standing
from artel.kernel.bell import LIVE, ring
from artel.kernel.dialect import dialect_of
from artel.kernel.dialect.contract import MIGRATION, Written
from artel.kernel.refusals import Refused

from .catalogue import table_of_number
from .models import ChangeSet, Event, RowChange, State

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class ActorStamp:
    """The actor as the journal writes him down: his kind (person, token, job, process, system), key and name.

    `scopes` narrow what follows from the act, too: its subscribers act within them.
    """

    kind: str
    id: UUID | None
    label: str
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Request:
    """What a change set answers, when it may be asked for twice: its key (unique) and a digest of all that was asked."""

    key: str
    digest: str


Model = type[models.Model]
SCOPES = "scopes"


@dataclass(eq=False)
class OpenSet:
    """A change set that is open in this transaction, and what the commands' own hand has written in it.

    `inserted` are complete rows by attname; `updated` are keys with the former values by attname. Other writes (raw ones,
    cascades, triggers) show only in `counted`: the set's rows by number of the table and operation, known once it is closed.
    """

    written: Written = field(repr=False)
    at: datetime
    command: str
    inserted: dict[Model, list[dict[str, Any]]] = field(default_factory=dict)
    updated: dict[Model, list[tuple[UUID, dict[str, Any]]]] = field(default_factory=dict)
    counted: dict[tuple[int, str], int] = field(default_factory=dict)
    results: list[str | None] | None = None

    @cached_property
    def id(self) -> int:
        """Its key, which the base gives when the set is written down: at the latest now."""
        return int(self.written.row()[0])

    def write_down(self) -> None:
        """Let the set be in the base before what follows. Raises IntegrityError when its request was answered before."""
        _ = self.id


Reader = Callable[[OpenSet], None]
_readers: list[Reader] = []


def before_commit(reader: Reader) -> Reader:
    """Register what must be done with every change set once its rows are written and counted (the search index)."""
    _readers.append(reader)
    return reader


_open: WeakKeyDictionary[BaseDatabaseWrapper, OpenSet] = WeakKeyDictionary()


def _base() -> Any:
    """The connection itself: the proxy would be asked for every name."""
    return connections[DEFAULT_DB_ALIAS]


def current_set() -> OpenSet | None:
    """The set that is open on this thread's connection."""
    return _open.get(_base())


@contextmanager
def change_set(
    stamp: ActorStamp,
    *,
    command: str,
    cause: Mapping[str, Any] | None = None,
    parent: int | None = None,
    undoes: int | None = None,
    irreversible: bool = False,
    request: Request | None = None,
) -> Iterator[OpenSet]:
    """Open a change set inside an atomic block; inside another open set, join that one.

    A `request` that was answered before raises IntegrityError at the first question to the base; a `parent` that has
    ended, as one that is being undone has, raises JobEnded.
    An exception that leaves the block marks the atomic block for rollback: no act is left half done.
    Raises TransactionManagementError outside an atomic block.
    """
    base = _base()
    if outer := _open.get(base):
        yield outer
        return
    if not base.in_atomic_block:
        raise transaction.TransactionManagementError("A change set needs an atomic block.")
    if parent is not None:
        _go_on_with(parent)
    at = timezone.now()
    columns = _columns(
        stamp, at, command=command, cause=cause, undoes=undoes, irreversible=irreversible, parent=parent
    )
    if request:
        columns |= {"request_key": request.key, "request_digest": request.digest}
    opened = OpenSet(_write(columns, opened=True), at, command)
    _open[base] = opened
    try:
        yield opened
        _close(opened, answers=request is not None)
        for reader in _readers:
            reader(opened)
        transaction.on_commit(_ring, robust=True)
    except BaseException:
        base.set_rollback(True)
        raise
    finally:
        del _open[base]


def _ring() -> None:
    """Who follows the journal looks at once."""
    ring(LIVE)


def _close(opened: OpenSet, *, answers: bool) -> None:
    results = [json.dumps(opened.results)] if answers else []
    base = _base()
    dialect = dialect_of(base)
    with dialect.repeated(base) as cursor:
        cursor.execute(dialect.end_set(answers=answers), [opened.id, *results, opened.id, opened.id])
        text = cursor.fetchone()[0] or ""
    for part in text.split():
        number, op, count = part.split(":")
        opened.counted[int(number), op] = int(count)
        table = table_of_number(int(number)) if opened.command != MIGRATION else None
        if table and table[1].standing:
            standing.written()


@contextmanager
def system_set(command: str) -> Iterator[OpenSet]:
    """A transaction and change set of the house itself: set-up, demo data, upkeep."""
    stamp = ActorStamp("system", None, "system")
    with transaction.atomic(), change_set(stamp, command=command) as opened:
        yield opened


def open_parent(
    stamp: ActorStamp,
    *,
    command: str,
    cause: Mapping[str, Any] | None = None,
    undoes: int | None = None,
    irreversible: bool = False,
) -> int:
    """Begin a job of many transactions: the id that its sets give as their `parent`. Commit it before the first."""
    columns = _columns(
        stamp,
        timezone.now(),
        command=command,
        cause=cause,
        undoes=undoes,
        irreversible=irreversible,
        state=State.OPEN,
    )
    return int(_write(columns, opened=False).row()[0])


class JobEnded(Refused):
    """A part of a job came after its end: it was finished, given up or taken back."""


def _go_on_with(parent: int) -> None:
    """Hold the job's row to the end of the part: who ends the job waits for the part, and sees it then."""
    job = ChangeSet.objects.select_for_update(no_key=True).values_list("state", flat=True)
    if job.filter(pk=parent).first() != State.OPEN:
        raise JobEnded("job_ended", _("This work was ended or taken back meanwhile."))


def end_before_undo(job: int) -> None:
    """No part may follow what is about to be taken back; commits by itself, once the part being written has."""
    ChangeSet.objects.filter(pk=job, state=State.OPEN).update(state=State.BROKEN)


def finish_parent(parent: int, state: str) -> None:
    """End a job as "done" or "broken" and count its rows. It may be undone whole in each state."""
    rows = RowChange.objects.filter(set__parent_id=parent).count()
    ChangeSet.objects.filter(pk=parent).update(state=State(state), row_count=rows)


def publish(opened: OpenSet, *events: object) -> None:
    """Write facts (dataclass instances of plain values) into the open set; a rollback takes them along."""
    rows = [
        (opened.id, event_name(type(event)), json.dumps(vars(event), cls=DjangoJSONEncoder))
        for event in events
    ]
    base = _base()
    if len(rows) > 1:
        with base.cursor() as cursor:
            dialect_of(base).insert_many(cursor, Event._meta.db_table, _EVENT, rows)
    elif rows:
        dialect_of(base).write(base, _ONE_EVENT, rows[0])


_EVENT = ("set_id", "name", "payload")
_ONE_EVENT = f"INSERT INTO {Event._meta.db_table} ({', '.join(_EVENT)}) VALUES (%s, %s, %s)"


def event_name(kind: type) -> str:
    """`deals.DealWon`: the room of its module and the class."""
    _house, *rooms = kind.__module__.split(".")
    room = rooms[1] if rooms[:1] == ["domains"] else rooms[0] if rooms else kind.__module__
    return f"{room}.{kind.__name__}"


def _columns(
    stamp: ActorStamp,
    at: datetime,
    *,
    command: str,
    cause: Mapping[str, Any] | None,
    undoes: int | None,
    irreversible: bool,
    parent: int | None = None,
    state: State = State.DONE,
) -> dict[str, Any]:
    base = _base()
    if stamp.scopes is not None:
        cause = {**(cause or {}), SCOPES: stamp.scopes}
    return {
        "at": base.ops.adapt_datetimefield_value(at),
        "actor_kind": stamp.kind,
        "actor_id": stamp.id and dialect_of(base).key(stamp.id),
        "actor_label": stamp.label[:250],
        "command": command,
        "cause": None if cause is None else json.dumps(cause, cls=DjangoJSONEncoder),
        "parent_id": parent,
        "undoes_id": undoes,
        "node": settings.BASE_PREFIX,
        "state": str(state),
        "irreversible": irreversible,
    }


def _write(columns: dict[str, Any], *, opened: bool) -> Written:
    base = _base()
    dialect = dialect_of(base)
    return dialect.write(base, *dialect.begin_set(columns, opened=opened))
