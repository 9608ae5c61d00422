"""An edit of all rows that a filter leaves: a job, chunk by chunk, taken up where a killed one has stopped.

What travels is the filter, never a list of keys: it is asked when the work is done, with the rights of that moment. Each
chunk commits with its checkpoint, all chunks are parts of one change set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.commands import find, stamp_of
from artel.kernel.jobs import Stopped, job
from artel.kernel.jobs.models import Job, Wish
from artel.kernel.journal.writing import change_set, finish_parent, open_parent
from artel.kernel.records import Record
from artel.kernel.refusals import Refused
from artel.screens.filters import EVERYTHING, Node, condition, dump, read
from artel.screens.finding import matching

from .comparing import unchanged
from .edits import Edit, edit_of
from .selected import attempt, lines_of

if TYPE_CHECKING:
    from artel.kernel.jobs.run import Run

CHUNK = 200
TOLD = 200
"""So many refused rows are kept with their sentences; the others are counted."""


@dataclass(frozen=True)
class Matching:
    """Which rows: those that a tree of conditions and words leave. Rows marked for deletion are left alone."""

    tree: Node = EVERYTHING
    words: str = ""

    def rows(self, actor: Actor, model: type[Record], at: datetime | None = None) -> QuerySet[Any]:
        """The visible rows, as far as they were there at that moment. Raises BadFilter."""
        at = at or timezone.now()
        asked = condition(model, self.tree, actor, at)
        rows = restrict(model._default_manager.filter(is_deleted=False), actor, view_permission(model))
        return matching(rows.filter(asked, created_at__lte=at), self.words, actor)


def order(edit: Edit, rows: Matching, *, key: str | None = None) -> Job:
    """Owe the edit to a worker; the same `key` of the same person is accepted once. Raises BadFilter."""
    rows.rows(edit.actor, edit.model)
    named = f"{edit.actor.user_id or edit.actor.label} {key}"[:200] if key else None
    owed: Job = bulk_change.using(actor=edit.actor, key=named).enqueue(
        command=edit.command.name, values=edit.kept(), filter=dump(rows.tree), words=rows.words
    )
    return owed


def _may_change(actor: Actor, job: Job) -> bool:
    try:
        return actor.has(find(job.arguments["command"]).permission)
    except KeyError:
        return False


@job("screens.bulk_change", label=_("Bulk change"), queue="long", may_do=_may_change)
def bulk_change(
    run: Run,
    *,
    command: str,
    values: dict[str, Any],
    filter: dict[str, Any],  # noqa: A002 -- the word of lists
    words: str,
) -> dict[str, Any]:
    """Change what matches and answer the reconciliation: rows = changed + unchanged + refused."""
    act = find(command)
    edit = edit_of(run.actor, act, act.read(values, run.actor))
    chosen = Matching(read(filter), words)
    reached = Reached.of(run.reached) if run.reached else _begun(run, edit, chosen)
    try:
        reached = _carried_on(run, edit, chosen, reached)
    except Stopped as stop:
        if str(stop) == Wish.CANCEL:
            finish_parent(reached.change_set, "broken")
        raise
    except Refused:
        finish_parent(reached.change_set, "broken")
        raise
    finish_parent(reached.change_set, "done")
    return reached.kept()


@dataclass
class Reached:
    """How far the work came: the last key dealt with and the counts so far; `moment` is when it began."""

    entity: str
    change_set: int
    moment: datetime
    total: int
    after: UUID | None = None
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[list[str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.changed + self.unchanged + self.refused

    def kept(self) -> dict[str, Any]:
        """As JSON, also for the page of the run."""
        return {
            **vars(self),
            "moment": self.moment.isoformat(),
            "after": str(self.after) if self.after else None,
            "rows": self.rows,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Reached:
        given = {name: value for name, value in kept.items() if name != "rows"}
        after = UUID(given["after"]) if given["after"] else None
        return cls(**{**given, "moment": datetime.fromisoformat(given["moment"]), "after": after})


def _begun(run: Run, edit: Edit, chosen: Matching) -> Reached:
    """The change set of the whole, and how many rows there are to look at."""
    moment = timezone.now()
    total = chosen.rows(run.actor, edit.model, moment).order_by().count()
    with transaction.atomic():
        parent = open_parent(stamp_of(run.actor), command=edit.command.name, cause=run.cause)
        reached = Reached(edit.model._meta.label_lower, parent, moment, total)
        run.checkpoint(reached.kept(), done=0, total=total)
    return reached


def _carried_on(run: Run, edit: Edit, chosen: Matching, reached: Reached) -> Reached:
    """The chunks that are left, by the order of their keys: a row that no longer matches once changed is not met again."""
    rows = chosen.rows(run.actor, edit.model, reached.moment).order_by("pk")
    while records := list((rows.filter(pk__gt=reached.after) if reached.after else rows)[:CHUNK]):
        reached = _chunk(run, edit, reached, records)
        run.report(done=reached.rows, total=max(reached.total, reached.rows))
    return reached


def _chunk(run: Run, edit: Edit, reached: Reached, records: list[Any]) -> Reached:
    """Write a chunk and how far the work is, in one transaction. Raises JobEnded once the whole was taken back."""
    same = unchanged(edit, records)
    lines = lines_of(edit, {one.pk: None for one in records if one.pk not in same})
    with transaction.atomic():
        if lines:
            with change_set(
                stamp_of(run.actor), command=edit.command.name, parent=reached.change_set, cause=run.cause
            ):
                attempt(edit, lines)
        refused = [[str(key), str(line.refusal)] for key, line in lines.items() if line.refusal]
        further = Reached(
            **{
                **vars(reached),
                "after": records[-1].pk,
                "changed": reached.changed + len(lines) - len(refused),
                "unchanged": reached.unchanged + len(same),
                "refused": reached.refused + len(refused),
                "refusals": [*reached.refusals, *refused][:TOLD],
            }
        )
        run.checkpoint(further.kept(), done=further.rows)
    return further
