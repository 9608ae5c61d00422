"""From the events of change sets to the jobs of their subscribers.

An event is marked in the transaction that writes its jobs, and a job is accepted once under its event's key, so a crash
anywhere between the act's commit and here loses nothing and repeats nothing. A mark on each event, not a position in the
journal, so that an act that commits late is not passed by, and a restored base goes on where it was.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from artel.kernel.actors import ActorKind
from artel.kernel.journal.models import Event
from artel.kernel.journal.writing import SCOPES

from .declare import Happened, Order, Subscription, subscriptions
from .models import Job
from .queue import build, insert, send_on_commit

AT_ONCE = 500


def undispatched() -> QuerySet[Event]:
    """Events whose jobs have not been written yet."""
    return Event.objects.filter(dispatched_at__isnull=True)


def dispatch() -> int:
    """Owe every subscriber its job for the events that are new; returns how many events. Idle, it only looks."""
    return sum(iter(_some, 0)) if undispatched().exists() else 0


def _some() -> int:
    with transaction.atomic():
        events = list(_taken())
        jobs = insert([job_of(event, one) for event in events for one in subscriptions.get(event.name, ())])
        undispatched().filter(pk__in=[event.pk for event in events]).update(dispatched_at=timezone.now())
        send_on_commit(jobs)
    return len(events)


def _taken() -> QuerySet[Event]:
    """The next events in their order; those that another process is at are its own."""
    rows = undispatched().select_related("set").order_by("pk")
    return rows.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]


def job_of(event: Event, subscription: Subscription) -> Job:
    """The subscriber acts for the person whose act it was, if it was a person's, within the scopes of his token."""
    happened: Happened = {
        "id": str(event.pk),
        "name": event.name,
        "facts": event.payload,
        "change_set": event.set_id,
        "at": event.set.at.isoformat(),
    }
    cause: dict[str, Any] = {"change_set": event.set_id, "event": event.pk}
    job = build(Order(subscription.kind, key=f"event {event.pk}", cause=cause), {"event": happened})
    job.user_id = event.set.actor_id if event.set.actor_kind != ActorKind.SYSTEM else None
    job.scopes = (event.set.cause or {}).get(SCOPES)
    return job
