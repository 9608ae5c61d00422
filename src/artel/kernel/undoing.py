"""Undo as people do it: whoever may change every row a set touched may put it back; pages, API and command line call this.

A set of which the actor sees no row answers as a missing one. A conflict never tells the value of a field that is hidden
from him, nor names a record he may not see.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Model, Q

from .access import fields_visible_to, predicate, view_permission
from .actors import Actor
from .commands import stamp_of
from .journal.catalogue import table_of_number
from .journal.conflicts import Conflict
from .journal.models import ChangeSet, RowChange
from .journal.undo import Hear, UndoResult, missing, undo
from .journal.writing import Request
from .wholes import change_permission, changeable

ROWS_LOOKED_AT = 200
"""So many rows of each entity are asked whether the actor sees one of them: enough for every set made by hand."""


def undo_change_set(
    actor: Actor,
    set_id: int,
    *,
    strict: bool = False,
    dry_run: bool = False,
    request: Request | None = None,
    hear: Hear | None = None,
) -> UndoResult:
    """Put a set back, or all sets of a job. `strict`: all or nothing; `dry_run`: only say what would stay.

    What stays is in the result, or told to `hear` part by part: then an import of any size takes no more memory.

    Raises NotThere for a set that is not there or not the actor's to see, AlreadyUndone for one of which nothing is left,
    Refused for one that cannot be undone.
    """
    if not sees(actor, set_id):
        raise missing(set_id)
    result = undo(
        set_id,
        stamp_of(actor),
        may_change=_refused_to(actor, set_id),
        strict=strict,
        dry_run=dry_run,
        request=request,
        hear=(lambda found: hear([_shown(actor, conflict) for conflict in found])) if hear else None,
    )
    result.conflicts = [_shown(actor, conflict) for conflict in result.conflicts]
    return result


def sees(actor: Actor, set_id: int) -> bool:
    """Whether the actor may see a row that the set, or a set of the job, touched (of deleted ones: all such rows, or those he deleted)."""
    if actor.is_unbounded:
        return True
    rows = RowChange.objects.filter(Q(set_id=set_id) | Q(set__parent_id=set_id))
    own = _is_own(actor, set_id)
    return any(
        _sees_one(actor, rows, number, own=own)
        for number in rows.values_list("table_id", flat=True).distinct()
    )


def _is_own(actor: Actor, set_id: int) -> bool:
    return bool(ChangeSet.objects.filter(pk=set_id, actor_id=actor.user_id).exists())


def _sees_one(actor: Actor, rows: Any, number: int, *, own: bool) -> bool:
    known = table_of_number(number)
    if known is None:
        return False
    model: Any = known[0]
    touched = rows.filter(table_id=number).order_by("id")
    keys = list(touched.exclude(op="d").values_list("row_id", flat=True)[:ROWS_LOOKED_AT])
    visible = predicate(actor, model, view_permission(model))
    if model._base_manager.filter(visible, pk__in=keys).exists():
        return True
    gone_for_him = (own and actor.has(view_permission(model))) or _whole(actor, model)
    return gone_for_him and bool(touched.filter(op="d").exists())


def _whole(actor: Actor, model: type[Model]) -> bool:
    """Rows that are no more have no owner to ask: only who sees all such records may speak of them."""
    return predicate(actor, model, view_permission(model)) == Q()


def _refused_to(actor: Actor, set_id: int) -> Any:
    own = _is_own(actor, set_id)

    def refused(model: type[Model], keys: list[UUID]) -> Collection[UUID]:
        if actor.is_unbounded:
            return ()
        reached = changeable(actor, model)
        rows = model._base_manager
        allowed = set(rows.filter(reached, pk__in=keys).values_list("pk", flat=True))
        gone = set(keys) - set(rows.filter(pk__in=keys).values_list("pk", flat=True))
        if gone and actor.has(change_permission(model)) and (own or reached == Q()):
            allowed |= gone  # rows that are no more have no owner to ask: what one removed oneself, one may bring back
        return set(keys) - allowed

    return refused


def _shown(actor: Actor, conflict: Conflict) -> Conflict:
    from django.apps import apps  # noqa: PLC0415 -- the registry of models is ready only now

    model = apps.get_model(conflict.entity)
    if conflict.field and conflict.field not in fields_visible_to(actor, model):
        return replace(conflict, ours=None, theirs=None)
    return conflict
