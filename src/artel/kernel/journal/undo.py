"""Undo: the inverse change set. What cannot be put back is listed field by field, and who is in the way.

result = undo(set_id, stamp, may_change=lambda model, keys: forbidden_keys)      # redo = undo(result.set_id, …)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from artel.kernel.refusals import NotThere, Refused

from . import restoring, staging
from .conflicts import Conflict, changed_fields, lost_references, refused_rows, with_authors
from .models import ChangeSet, RowChange, State
from .restoring import MayChange
from .staging import Erased, Staged
from .writing import ActorStamp, change_set, current_set, finish_parent, open_parent

COMMAND = "journal.undo"


@dataclass
class UndoResult:
    """What came of an undo: rows put right, what stayed as it is, the new set (None when nothing was written)."""

    restored: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    set_id: int | None = None


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

    def one(self, undone: int) -> UndoResult:
        """Undo one set in a transaction of its own."""
        result = UndoResult()
        try:
            with transaction.atomic():
                with change_set(self.stamp, command=COMMAND, parent=self.parent, undoes=undone) as opened:
                    self._restore(undone, result)
                    if self.dry_run or not result.restored:
                        raise _Nothing
                result.set_id = opened.id
        except _Nothing:
            pass
        return result

    def _restore(self, undone: int, result: UndoResult) -> None:
        erased = staging.stage(undone)
        tables = staging.staged_tables(undone)
        restoring.lock(tables)
        result.restored, found = _write(tables, self.may_change)
        found += _named(erased, tables)
        result.conflicts = with_authors(found, undone, {each.table.label: each.table.id for each in tables})
        if result.conflicts and (self.strict or staging.count() == 1):
            result.restored = 0


def undo(
    set_id: int,
    stamp: ActorStamp,
    *,
    may_change: MayChange,
    strict: bool = False,
    dry_run: bool = False,
) -> UndoResult:
    """Write the inverse of a set, or of all the sets of a job, the newest first, each in a transaction of its own.

    A set of one record is undone wholly or not at all; of a larger one the rest is undone, unless `strict`. `may_change`
    answers which of the rows of a model the actor may not change. Raises NotThere, Refused("irreversible"),
    Refused("field_gone"), Refused("table_gone").
    """
    if current_set() is not None:
        raise transaction.TransactionManagementError("An undo is a change set of its own.")
    undone = _reversible(set_id)
    acting = _Undo(stamp, may_change, strict, dry_run)
    if not undone.children.exists():
        return acting.one(undone.pk)
    if dry_run or strict:
        rehearsal = _rehearse(undone, acting)
        if dry_run or rehearsal.conflicts:
            return rehearsal
    return _undo_job(undone, acting)


def _reversible(set_id: int) -> ChangeSet:
    found = ChangeSet.objects.filter(pk=set_id).first()
    if found is None:
        raise NotThere("not_found", _("There is no such change set, or its time has passed."))
    if found.irreversible or found.children.filter(irreversible=True).exists():
        raise Refused(
            "irreversible", _("This act went out of the house and cannot be undone: act again instead.")
        )
    return found


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
    """Each part is committed before the next begins, so that no lock is held for long; what was begun can go on later."""
    parent = open_parent(acting.stamp, command=COMMAND, undoes=job.pk)
    whole = UndoResult(set_id=parent)
    try:
        for part in list(_parts(job)):
            one = _Undo(acting.stamp, acting.may_change, False, False, parent).one(part)
            whole.restored += one.restored
            whole.conflicts += one.conflicts
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
                one = _Undo(acting.stamp, acting.may_change, False, False).one(part)
                whole.restored += one.restored
                whole.conflicts += one.conflicts
            raise _Nothing
    except _Nothing:
        return whole


def _write(tables: list[Staged], may_change: MayChange) -> tuple[int, list[Conflict]]:
    """Do what can be done; rows written and what stayed."""
    found: list[Conflict] = []
    for each in tables:
        restoring.settle_missing(each)
        for op in "ui":
            restoring.refuse_forbidden(each, may_change, op)
    restored = restoring.make_again(tables, may_change)
    for each in tables:
        found += changed_fields(each) + lost_references(each)
        rows, broken = restoring.put_back(each)
        restored += rows
        staging.refuse(each.table.id, broken, "taken")
        restoring.follow_attributes(each)
    for each in tables:
        found += restoring.changed_since(each)
    restoring.refuse_referenced(tables)
    restored += sum(restoring.delete_made(each) for each in tables)
    return restored, found + [conflict for each in tables for conflict in refused_rows(each)]


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
