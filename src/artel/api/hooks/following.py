"""Looks every second whether any web-hook has anything to tell: one statement for all of them while there is nothing.

What a web-hook does not tell of is passed by here, for all web-hooks at once; the others get a job each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from artel.api.models import DeliveryState, WebHookDelivery, WebHookProgress
from artel.kernel.dialect import dialect_of
from artel.kernel.jobs.models import FINISHED, Job
from artel.kernel.jobs.schedule import at_every_tick, when_set_back
from artel.kernel.journal.following import sets_after
from artel.kernel.journal.models import RowChange

from .kinds import numbers, tables
from .telling import tell

AT_ONCE = 500


@at_every_tick
def follow(now: datetime) -> int:
    """Owe a job to every web-hook that has something to tell; returns how many."""
    waiting = list(_waiting(now))
    if not waiting:
        return 0
    _settle(waiting)
    for progress in (eager := _eager(waiting)):
        with transaction.atomic():
            owed = tell.using(cause={"web_hook": str(progress.pk)}).enqueue(hook=str(progress.pk))
            WebHookProgress.objects.filter(pk=progress.pk).update(job=owed.pk)
    return len(eager)


@when_set_back
def try_again(now: datetime) -> int:
    """A failing web-hook does not wait until a clock that was set back has caught up."""
    late = WebHookDelivery.objects.filter(state=DeliveryState.FAILING, retry_at__gt=now)
    late.update(retry_at=now)
    held: QuerySet[WebHookProgress] = WebHookProgress.objects.filter(retry_at__gt=now)
    return held.update(retry_at=now)


def _waiting(now: datetime) -> QuerySet[WebHookProgress]:
    """Web-hooks that no job is at and that stand behind the journal, or have something to send again."""
    at_work = Job.objects.filter(pk=OuterRef("job")).exclude(state__in=FINISHED)
    asked = WebHookDelivery.objects.filter(hook=OuterRef("pk"), state=DeliveryState.ASKED)
    due = Q(retry_at=None) | Q(retry_at__lte=now)
    behind = Q(hook__is_active=True) & due & ~Q(place=F("last"))
    rows: QuerySet[WebHookProgress] = WebHookProgress.objects.filter(hook__is_deleted=False)
    rows = rows.annotate(last=last_place(), is_asked=Exists(asked)).select_related("hook")
    return rows.filter(behind | Q(is_asked=True), ~Exists(at_work))


def last_place() -> Coalesce:
    """The place of the last set that readers may read, within another question."""
    last = RawSQL(f"({dialect_of(connection).last_place()})", [])  # noqa: S611 -- our own words
    return Coalesce(last, 0, output_field=models.BigIntegerField())


def _settle(waiting: Sequence[WebHookProgress]) -> None:
    """A place that lies ahead is of another server, or of a journal that has gone to files: all there was is behind it."""
    for progress in waiting:
        if progress.place > progress.last:  # type: ignore[attr-defined]
            progress.place = progress.last  # type: ignore[attr-defined]
            WebHookProgress.objects.filter(pk=progress.pk).update(
                place=progress.place, within_set=0, within_row=0, turn=F("turn") + 1
            )


def _eager(waiting: Sequence[WebHookProgress]) -> list[WebHookProgress]:
    """Those with something to tell; the others are moved past what does not concern them."""
    eager = [one for one in waiting if one.is_asked or one.delivery]  # type: ignore[attr-defined]
    looking = [one for one in waiting if one not in eager]
    if not looking:
        return eager
    batch = sets_after(min(one.place for one in looking), AT_ONCE)
    touched, known = _touched([number for number, _place in batch]), numbers()
    read, idle = batch[-1][1] if batch else 0, []
    for one in looking:
        told = tables(one.hook, known)
        concerns = any(place > one.place and told & touched[number] for number, place in batch)
        # Who stands beyond what was read here looks for itself.
        if concerns or one.place >= read:
            eager.append(one)
        else:
            idle.append(one)
    _pass_by(idle, read)
    return eager


def _touched(sets: Sequence[int]) -> dict[int, set[int]]:
    """The tables that each of the sets has written to."""
    found: dict[int, set[int]] = {number: set() for number in sets}
    rows = RowChange.objects.filter(set_id__in=sets)
    for number, table in rows.values_list("set_id", "table_id").distinct().order_by():
        found[number].add(table)
    return found


def _pass_by(idle: Sequence[WebHookProgress], read: int) -> None:
    """Move web-hooks past what does not concern them, all at once; whoever was moved meanwhile stays."""
    if idle:
        unmoved = reduce(or_, (Q(pk=one.pk, turn=one.turn) for one in idle))
        WebHookProgress.objects.filter(unmoved).update(
            place=read, within_set=0, within_row=0, turn=F("turn") + 1
        )
