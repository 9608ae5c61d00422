"""Importing a table: the whole file is judged first, then its rows go through the commands of the form, chunk by chunk.

Each chunk commits with its change set (a child of the run's) and its checkpoint, so a killed import is taken up again by
the same command and every row counts exactly once.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.exchange.models import Duplicates, ImportRun, RelatedWay, RunState
from artel.exchange.tabular.cells import reader_of, sentence_of
from artel.exchange.tabular.chunks import Chunk, ChunkWriter, Committing
from artel.exchange.tabular.columns import NOWHERE, Column, Layout, PartColumns, layout_of
from artel.exchange.tabular.drafts import Did, Draft, RowReader
from artel.exchange.tabular.existing import Existing, Key, keys_of
from artel.exchange.tabular.gathering import Part
from artel.exchange.tabular.keying import asked_keys, titled_key
from artel.exchange.tabular.known import known_to
from artel.exchange.tabular.mends import mended_rows
from artel.exchange.tabular.refusing import RefusedFile, refused_path
from artel.exchange.tabular.rehearsal import Rehearsal
from artel.exchange.tabular.relatives import Relatives
from artel.exchange.tabular.resolving import References
from artel.exchange.tabular.rules import Rules
from artel.exchange.tabular.waves import waves_of
from artel.kernel.access import require
from artel.kernel.actors import Actor
from artel.kernel.commands import stamp_of
from artel.kernel.dialect import gather_statistics
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import JobEnded, change_set, finish_parent, open_parent
from artel.kernel.refusals import Refused
from artel.lib.tabular.reading import Reading, Row, Table, open_table
from artel.lib.tabular.unreadable import Unreadable
from artel.screens.vocabulary import Resource

CHUNK_ROWS = 500
SHOWN_REFUSALS = 20
MANY_ROWS = 1000
"""After so many the planner is told anew how rows lie."""
COMMAND = "exchange.import_table"

_NO_KEY = _("The file has no column “%(key)s” to look rows up by.")
_NOT_IMPORTED = _("%(entity)s cannot be imported from a file.")
_TAKEN_OVER = _("Another process is importing this file right now.")
_NO_PLACE = _("The file of refused rows cannot be written to %(folder)s.")
_UNDONE = _("It was undone before it was finished.")
_DOES_NOT_ADD_UP = _(
    "The file changed while it was imported: %(rows)s rows were expected, %(done)s were found."
)

Report = Callable[[int, int], None]
Related = Mapping[str, Mapping[str, int]]
"""By kind of related record: how many were created, found and updated."""
RELATED = ("created", "found", "updated")
Heard = Callable[[Sequence[Draft]], None]
_LATER = {one.name: one.default for one in fields(Reading)} | {
    "on_related": RelatedWay.FILL,
    "constants": {},
}
"""Options that say nothing while they are usual: imports begun before there were any are taken up all the same."""


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """How a file is to be read. `key` is a field of the resource, or several joined by `+`; empty = the resource's own keys.

    After commas stand those of related records (`code,partner.inn,person.last_name+person.first_name`).
    `constants` give fields without a column what every row says there. `sheet`, `encoding` and `delimiter` are recognised where they are empty.
    """

    key: str = ""
    duplicates: Duplicates = Duplicates.SKIP
    on_related: RelatedWay = RelatedWay.FILL
    is_strict: bool = False
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""

    @property
    def reading(self) -> Reading:
        return Reading(self.sheet, self.encoding, self.delimiter)


@dataclass(frozen=True)
class Opened:
    """A file that can be imported: nothing has been written yet."""

    actor: Actor
    resource: Resource
    table: Table
    layout: Layout
    options: ImportOptions
    mended: UUID | None = None
    """The prepared import whose mended rows are read in place of those of the file."""

    def rows(self, skip: int = 0) -> Iterator[Row]:
        """The rows after the first `skip`, as they were mended."""
        rows = self.table.rows(skip)
        return mended_rows(rows, self.mended) if self.mended else rows

    @property
    def plan(self) -> str:
        """What makes two imports the same one: actor, entity, file and options."""
        who = str(self.actor.user_id or "")
        given = asdict(self.options).items()
        options = {name: value for name, value in given if name not in _LATER or value != _LATER[name]}
        facts = [who, self.resource.path, self.table.digest, options]
        if self.mended:
            facts.append(str(self.mended))
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def rules(self, rehearsal: Rehearsal | None = None) -> Rules:
        """Raises Refused `no_such_key` when the rows cannot be looked up as asked."""
        links = [part.link for part in self.layout.parts if part.link]
        columns = [*self.layout.own, *links]
        forced = self._asked.get("", "")
        with self._no_key("", forced):
            keys = keys_of(self.resource, columns, forced)
        return self._rules(self.resource, columns, keys, rehearsal)

    def relatives(self, rehearsal: Rehearsal | None = None) -> Relatives:
        """How what the rows bring along is judged and written. Raises Refused `no_such_key`, too."""
        there = {"", *(each.related.name for each in self.layout.parts)}
        for part, key in self._asked.items():
            with self._no_key(part, key):
                if part not in there:
                    raise KeyError(part)
        parts = [
            Part(each.related, self._rules_of(each, rehearsal), each.header, self.options.on_related)
            for each in self.layout.parts
        ]
        within = {own for part in parts for own in part.related.within.values()}
        own = {column.argument.name for column in self.layout.own if column.is_reference}
        return Relatives(parts, within & own)

    @property
    def _asked(self) -> dict[str, str]:
        """The keys that were asked for: of the rows themselves, and by kind of what they bring along."""
        return asked_keys(self.resource, self.options.key)

    @contextmanager
    def _no_key(self, part: str, key: str) -> Iterator[None]:
        """A key that the file does not have, as a refusal in the words of its fields."""
        try:
            yield
        except KeyError as error:
            title = titled_key(known_to(self.actor, self.resource), part, key)
            raise Refused("no_such_key", _NO_KEY % {"key": title}) from error

    def _rules_of(self, part: PartColumns, rehearsal: Rehearsal | None) -> Rules:
        name, found = part.related.name, part.part.known.resource
        within = [*part.related.within]
        asked = self._asked.get(name)
        forced = "+".join([*within, asked]) if asked else ""
        with self._no_key(name, asked or ""):
            keys = keys_of(found, part.columns, forced, part.related.keys)
        rules = self._rules(found, part.columns, keys, rehearsal)
        return replace(rules, prefix=f"{name}.", duplicates=Duplicates.UPDATE)

    def _rules(
        self,
        resource: Resource,
        columns: Sequence[Column],
        keys: Sequence[Key],
        rehearsal: Rehearsal | None,
    ) -> Rules:
        actor, zone = self.actor, timezone.get_default_timezone()
        there = [column for column in columns if column.index != NOWHERE]
        references = [column for column in there if column.is_reference]
        return Rules(
            resource=resource,
            actor=actor,
            columns=columns,
            reader=RowReader(there, [reader_of(column, zone) for column in there], len(self.table.header)),
            references=References(actor, references, self.options.is_strict, rehearsal),
            existing=Existing(resource.model, actor, keys),
            waves=waves_of(resource.model, there),
            duplicates=self.options.duplicates,
            defaults=resource.defaults(actor),
            rehearsal=rehearsal,
        )


def open_import(actor: Actor, resource: Resource, path: Path, options: ImportOptions) -> Opened:
    """Judge the file and the actor's right. Raises Refused with a sentence; nothing is written."""
    require_import(actor, resource, options.duplicates)
    with in_words():
        table = open_table(path, reading=options.reading)
    return open_known(actor, resource, table, options)


def require_import(actor: Actor, resource: Resource, duplicates: Duplicates = Duplicates.SKIP) -> None:
    """Raises Refused when the resource takes no files, or this actor's in no such way."""
    writers = [one for one in (resource.rows or resource.create, resource.change) if one]
    if not resource.imports or not writers:
        raise Refused("not_imported", _NOT_IMPORTED % {"entity": resource.path})
    needed = writers if duplicates is Duplicates.UPDATE else writers[:1]
    for command in needed:
        require(actor, command.permission)


def open_known(actor: Actor, resource: Resource, table: Table, options: ImportOptions) -> Opened:
    """The same of a table that was read before. Its columns and its right are judged anew."""
    require_import(actor, resource, options.duplicates)
    known = known_to(actor, resource)
    with in_words():
        layout = layout_of(known, table.header, options.mapping, options.constants)
    opened = Opened(actor, resource, table, layout, options)
    opened.rules()
    opened.relatives()
    return opened


@contextmanager
def in_words() -> Iterator[None]:
    """What is wrong with the file, as a refusal in the reader's language."""
    try:
        yield
    except Unreadable as error:
        raise Refused(error.code, sentence_of(error)) from error


def begin(opened: Opened, path: Path) -> ImportRun:
    """The unfinished run of the same import, or a new one with its change set.

    What was undone is not taken up: the rows that are gone would be missing for ever. Raises Refused `no_place` where
    the file of refused rows could not be written.
    """
    if not os.access(opened.table.path.parent, os.W_OK):
        raise Refused("no_place", _NO_PLACE % {"folder": opened.table.path.parent})
    try:
        return _unfinished(opened) or _new(opened, path)
    except IntegrityError:  # another process has just begun the same import
        return ImportRun.objects.unfinished().get(plan=opened.plan)


def _unfinished(opened: Opened) -> ImportRun | None:
    known = ImportRun.objects.unfinished().filter(plan=opened.plan).first()
    if known and ChangeSet.objects.filter(undoes=known.change_set).exists():
        abandon(known, str(_UNDONE))
        return None
    return known


def _new(opened: Opened, path: Path) -> ImportRun:
    run = ImportRun(
        entity=opened.resource.path,
        file=str(path),
        plan=opened.plan,
        user=opened.actor.user,
        options=asdict(opened.options),
        total=opened.table.row_count,
    )
    with transaction.atomic():
        run.change_set = open_parent(
            stamp_of(opened.actor), command=COMMAND, cause={"import": str(run.pk), "file": path.name}
        )
        run.save(force_insert=True)
    return run


def abandon(run: ImportRun, sentence: str, state: RunState = RunState.FAILED) -> None:
    """Leave a run where it is, for good; what it wrote stays and may be undone."""
    run.state, run.sentence, run.finished_at = state, sentence, timezone.now()
    with transaction.atomic():
        run.save(update_fields=["state", "sentence", "finished_at"])
        finish_parent(run.change_set, "broken")


def carry_on(run: ImportRun, opened: Opened, report: Report = lambda done, total: None) -> ImportRun:
    """Import what is left of the run's rows and finish it; `report` hears (rows done, rows in all) after each chunk.

    Raises JobEnded when somebody takes the run back meanwhile: nothing is written after that.
    """
    refused = RefusedFile(refused_path(opened.table.path), opened.table.header)
    writer = ChunkWriter(opened.rules(), partial(_set_of, opened.actor, run), opened.relatives())
    rows = opened.rows(skip=run.position)
    try:
        with in_words():
            for _chunk in _written(writer, rows, partial(_checkpoint, run, refused)):
                run.refresh_from_db()
                report(run.position, run.total)
    except JobEnded:
        abandon(run, str(_UNDONE))
        raise
    return _finished(run, refused)


@dataclass
class Rehearsed:
    """What a dry run counted, and the first refused rows."""

    seconds: float = 0.0
    counts: Counter[Did] = field(default_factory=Counter)
    created_references: int = 0
    related: Related = field(default_factory=dict)
    refusals: list[Draft] = field(default_factory=list)


def rehearse(
    opened: Opened, report: Report = lambda done, total: None, refused: Heard = lambda drafts: None
) -> Rehearsed:
    """Say what the import would do; `report` hears how far it is, as that of `carry_on`, `refused` all that would be refused."""
    found, started = Rehearsed(), monotonic()
    for chunk in rehearsed(opened, opened.rows()):
        refused(chunk.refused)
        found.counts += chunk.counts
        found.created_references += chunk.counted
        found.related = added(found.related, chunk.related)
        found.refusals += chunk.refused[: SHOWN_REFUSALS - len(found.refusals)]
        report(found.counts.total(), opened.table.row_count)
    found.seconds = round(monotonic() - started, 3)
    return found


def rehearsed(opened: Opened, rows: Iterator[Row]) -> Iterator[Chunk]:
    """What would become of the rows: every chunk is written by the same commands and taken back."""
    rehearsal = Rehearsal()
    writer = ChunkWriter(opened.rules(rehearsal), partial(_set_of, opened.actor), opened.relatives(rehearsal))
    return _written(writer, rows, lambda chunk: None)


def _written(writer: ChunkWriter, rows: Iterator[Row], committing: Committing) -> Iterator[Chunk]:
    """Chunk after chunk; rows that could not go with the others start the next one. Where few could, few more are tried."""
    waiting: list[Row] = []
    size = CHUNK_ROWS
    while waiting := [*waiting, *islice(rows, max(0, size - len(waiting)))]:
        chunk = writer.write(waiting[:size], committing)
        size = min(CHUNK_ROWS, 2 * len(chunk.drafts) + 1)
        waiting = waiting[len(chunk.drafts) :]
        yield chunk


def _set_of(actor: Actor, run: ImportRun | None = None) -> AbstractContextManager[object]:
    """One change set for a chunk, under the run's own; a rehearsal's has none above it."""
    cause = {"import": str(run.pk)} if run else None
    return change_set(stamp_of(actor), command=COMMAND, parent=run.change_set if run else None, cause=cause)


def _checkpoint(run: ImportRun, refused: RefusedFile, chunk: Chunk) -> None:
    """Move the run on by a chunk, in its transaction. Raises Refused `taken_over` when another process did that."""
    counts = chunk.counts
    unmoved = ImportRun.objects.unfinished().filter(pk=run.pk, position=run.position)
    is_ours = unmoved.update(
        position=run.position + len(chunk.drafts),
        **{did.value: F(did.value) + counts[did] for did in Did},
        created_references=F("created_references") + chunk.counted,
        related=added(run.related, chunk.related),
    )
    if not is_ours:
        raise Refused("taken_over", _TAKEN_OVER)
    if chunk.refused:  # only now: the file may already hold what another process has written further on
        size = refused.write(chunk.refused, run.refused_bytes)
        ImportRun.objects.filter(pk=run.pk).update(refused_bytes=size)


def added(counted: Related, more: Related) -> dict[str, dict[str, int]]:
    """Counts of related records together with those of another chunk."""
    return {
        part: {kind: counted.get(part, {}).get(kind, 0) + more.get(part, {}).get(kind, 0) for kind in RELATED}
        for part in {**counted, **more}
    }


def _finished(run: ImportRun, refused: RefusedFile) -> ImportRun:
    """Close the run: done when every row is accounted for, else failed."""
    run.finished_at = timezone.now()
    run.state = RunState.DONE if run.adds_up else RunState.FAILED
    if not run.adds_up:
        run.sentence = str(_DOES_NOT_ADD_UP % {"rows": run.total, "done": run.position})
    with transaction.atomic():
        run.save(update_fields=["finished_at", "state", "sentence"])
        finish_parent(run.change_set, "done" if run.adds_up else "broken")
    if run.total >= MANY_ROWS:
        gather_statistics(connection)
    refused.finish(run.refused_bytes)
    return run
