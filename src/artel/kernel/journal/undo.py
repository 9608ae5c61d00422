"""Undo: the inverse change set. What cannot be put back is listed field by field, and who is in the way.

result = undo(set_id, stamp, may_change=lambda model, keys: forbidden_keys)      # redo = undo(result.set_id, …)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from artel.kernel.refusals import AlreadyUndone, NotThere, Refused

from . import restoring, staging
from .archiving import is_archived
from .conflicts import Conflict, changed_fields, lost_references, refused_rows, with_authors
from .models import ChangeSet, RowChange, State
from .restoring import MayChange
from .staging import Erased, Staged, Stretch
from .writing import ActorStamp, Request, change_set, current_set, end_before_undo, finish_parent, open_parent

COMMAND = "journal.undo"


@dataclass
class UndoResult:
    """What came of an undo: rows put right, what stayed as it is, the new set (None when nothing was written).

    `stayed` counts what stayed, also where somebody heard of it instead of finding it here.
    """

    restored: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    set_id: int | None = None
    stayed: int = 0


Hear = Callable[[list[Conflict]], None]
"""Told of what stays, part after part of a job, so that nobody keeps it all."""


class _Nothing(Exception):
    """The undo goes back: a dry run, a strict one with conflicts, or one that found nothing to do."""


@dataclass(frozen=True)
class _Undo:
    """One undo in progress: by whom, with which right, and how."""

    stamp: ActorStamp
    may_change: MayChange
    strict: bool
    dry_run: bool
    parent: int | None = None
    request: Request | None = None
    hear: Hear | None = None
    ours: frozenset[int] = frozenset()

    def add(self, whole: UndoResult, one: UndoResult) -> None:
        """Count a part; a value that an earlier undo put in place does not stand in the way of this one."""
        stays = sorted(
            (each for each in one.conflicts if each.set_id not in self.ours),
            key=lambda each: (each.entity, each.row, each.field),
        )
        whole.restored += one.restored
        whole.stayed += len(stays)
        if self.hear:
            self.hear(stays)
        else:
            whole.conflicts += stays

    def one(self, undone: int) -> UndoResult:
        """Undo one set in a transaction of its own."""
        result = UndoResult()
        try:
            with transaction.atomic():
                with change_set(
                    self.stamp,
                    command=COMMAND,
                    parent=self.parent,
                    undoes=undone,
                    request=None if self.dry_run else self.request,
                ) as opened:
                    self._restore(undone, opened.id, result)
                    if self.dry_run or not result.restored:
                        raise _Nothing
                result.set_id = opened.id
        except _Nothing:
            pass
        return result

    def _restore(self, undone: int, writing: int, result: UndoResult) -> None:
        whole = self._restore_stretch(Stretch(undone))
        result.conflicts = whole.conflicts
        if not (result.conflicts and (self.strict or whole.rows == 1)):
            result.restored = staging.written(writing)

    def _restore_stretch(self, stretch: Stretch) -> _Restored:
        """At once; when rows of the set stand in one another's way, its later half first, as it was written."""
        with transaction.atomic():
            whole = _restore_at_once(stretch, self.may_change)
            halves = stretch.halves() if any(each.reason == "taken" for each in whole.conflicts) else None
            if halves is None:
                return whole
            transaction.set_rollback(True)
        later, earlier = (self._restore_stretch(half) for half in halves)
        return _Restored(whole.rows, _joined(later.conflicts, earlier.conflicts))


@dataclass
class _Restored:
    """What a stretch of a set came to: rows it had changed, and what stayed."""

    rows: int
    conflicts: list[Conflict]


def _joined(later: list[Conflict], earlier: list[Conflict]) -> list[Conflict]:
    """A row or field that stayed in the later half stays in the earlier: it is told once."""
    told = {(each.row, each.field) for each in later}
    return later + [each for each in earlier if not {(each.row, each.field), (each.row, "")} & told]


def _restore_at_once(stretch: Stretch, may_change: MayChange) -> _Restored:
    erased = staging.stage(stretch)
    tables = staging.staged_tables(stretch.set_id)
    restoring.lock(tables)
    found = _write(tables, may_change) + _named(erased, tables)
    signed = with_authors(found, stretch.set_id, {each.table.label: each.table.id for each in tables})
    return _Restored(staging.count(), signed)


def undo(
    set_id: int,
    stamp: ActorStamp,
    *,
    may_change: MayChange,
    strict: bool = False,
    dry_run: bool = False,
    request: Request | None = None,
    hear: Hear | None = None,
) -> UndoResult:
    """Write the inverse of a set, or of all the sets of a job, the newest first, each in a transaction of its own.

    A set of one record is undone wholly or not at all; of a larger one the rest is undone, unless `strict`. `may_change`
    answers which of the rows of a model the actor may not change. The set answers `request`; that of a job does not. Who gives `hear`
    is told of the conflicts part by part, and the result keeps none; what he raises ends a dry run. Raises NotThere,
    AlreadyUndone (nothing is left of it, since it was undone before), Refused("irreversible"), Refused("field_gone"), Refused("table_gone").
    """
    if current_set() is not None:
        raise transaction.TransactionManagementError("An undo is a change set of its own.")
    undone = _reversible(set_id)
    before = _undoing(undone).order_by("-pk").first()
    ours = _with_parts(undone) if before else frozenset()
    acting = _Undo(stamp, may_change, strict, dry_run, request=request, hear=hear, ours=ours)
    result = _undo(undone, acting, again=before is not None)
    if before and not result.restored and not result.stayed:
        sentence = _("This change was already taken back: %(who)s, change set %(number)s.")
        number = before.parent_id or before.pk
        raise AlreadyUndone(sentence % {"who": before.actor_label, "number": number}, number)
    return result


def _undo(undone: ChangeSet, acting: _Undo, *, again: bool) -> UndoResult:
    """A set at once, a job part by part; one that was undone before is rehearsed, lest it leave an empty set."""
    if not undone.children.exists():
        one = acting.one(undone.pk)
        result = UndoResult(set_id=one.set_id)
        acting.add(result, one)
        return result
    if acting.dry_run:
        return _rehearse(undone, acting)
    if acting.strict or again:
        rehearsal = _rehearse(undone, replace(acting, hear=None))
        if not rehearsal.restored or (acting.strict and rehearsal.stayed):
            if acting.hear:
                acting.hear(rehearsal.conflicts)
            return rehearsal
    return _undo_job(undone, acting)


def _undoing(undone: ChangeSet) -> QuerySet[ChangeSet]:
    """The sets that put this one, or a part of this job, back before."""
    return ChangeSet.objects.filter(Q(undoes=undone) | Q(undoes__parent=undone))


def _with_parts(undone: ChangeSet) -> frozenset[int]:
    """The sets that have undone this one before, and their parts."""
    by = _undoing(undone)
    return frozenset(ChangeSet.objects.filter(Q(pk__in=by) | Q(parent__in=by)).values_list("pk", flat=True))


def _reversible(set_id: int) -> ChangeSet:
    found = ChangeSet.objects.filter(pk=set_id).first()
    if found is None:
        raise missing(set_id)
    if found.irreversible or found.children.filter(irreversible=True).exists():
        raise Refused(
            "irreversible", _("This act went out of the house and cannot be undone: act again instead.")
        )
    return found


def missing(set_id: int) -> NotThere:
    """Why a set is not to be had: its time has passed, or there is none to be seen."""
    if is_archived(set_id) and not ChangeSet.objects.filter(pk=set_id).exists():
        sentence = _(
            "This change is older than the journal keeps: it lies in the archive and cannot be taken back."
        )
        return NotThere("archived", sentence)
    return NotThere("not_found", _("There is no such change, or it is not visible to you."))


def _parts(job: ChangeSet) -> Iterator[int]:
    """The sets of a job, the newest first, and what the job wrote under its own name last."""
    for child in job.children.order_by("-pk"):
        if child.children.exists():
            yield from _parts(child)
        else:
            yield child.pk
    if RowChange.objects.filter(set=job).exists():
        yield job.pk


def _undo_job(job: ChangeSet, acting: _Undo) -> UndoResult:
    """Each part is committed before the next begins, so that no lock is held for long; what was begun can go on later.

    The job ends first: a part that is being written is waited for and taken back with the others, none comes after it.
    """
    end_before_undo(job.pk)
    parent = open_parent(acting.stamp, command=COMMAND, undoes=job.pk)
    whole = UndoResult(set_id=parent)
    try:
        for part in list(_parts(job)):
            acting.add(whole, _Undo(acting.stamp, acting.may_change, False, False, parent).one(part))
    except BaseException:
        finish_parent(parent, State.BROKEN)
        raise
    finish_parent(parent, State.DONE)
    return whole


def _rehearse(job: ChangeSet, acting: _Undo) -> UndoResult:
    """Undo every part in one transaction that goes back: a part may stand in the way of an earlier one until it is undone."""
    whole = UndoResult()
    try:
        with transaction.atomic():
            for part in list(_parts(job)):
                acting.add(whole, _Undo(acting.stamp, acting.may_change, False, False).one(part))
            raise _Nothing
    except _Nothing:
        return whole


def _write(tables: list[Staged], may_change: MayChange) -> list[Conflict]:
    """Do what can be done; what stayed."""
    found: list[Conflict] = []
    for each in tables:
        restoring.settle_missing(each)
        for op in "ui":
            restoring.refuse_forbidden(each, may_change, op)
        found += restoring.changed_since(each) + changed_fields(each)
    while True:
        try:
            with transaction.atomic():
                found += _turn(tables, may_change)
            return found + [conflict for each in tables for conflict in refused_rows(each)]
        except restoring.Again as again:
            staging.refuse(*again.marks)


def _turn(tables: list[Staged], may_change: MayChange) -> list[Conflict]:
    """Write it all; references that could not be put back. Raises Again when a deleted row has to stay after all."""
    restoring.refuse_referenced(tables)
    for each in tables:
        restoring.delete_made(each)
    _bring_back(tables, may_change)
    if staging.allow_again("taken"):  # rows put back may have let go of the keys
        for each in tables:
            restoring.settle_missing(each)
        _bring_back(tables, may_change)
    lost = [conflict for each in tables for conflict in lost_references(each)]
    restoring.check_references(tables, all_went=not lost and not staging.refused("taken"))
    return lost


def _bring_back(tables: list[Staged], may_change: MayChange) -> None:
    restoring.make_again(tables, may_change)
    for each in tables:
        restoring.put_back(each)
        restoring.follow_attributes(each)


def _named(erased: list[Erased], tables: list[Staged]) -> list[Conflict]:
    """Erased fields under their names of today."""
    staged = {each.table.id: each for each in tables}
    names = {
        (number, column.name): name
        for number, each in staged.items()
        for column, name in each.updated + each.imaged
    }
    return [
        Conflict(
            staged[each.table_id].table.label,
            each.row_id,
            names.get((each.table_id, each.key), each.key),
            "erased",
        )
        for each in erased
    ]
