"""From a declaration to a row, and from a row to the queue: the row first, in the caller's transaction.

The queue hears of it after the commit only. A process that dies in between leaves a row without a delivery, which
`resend` finds, so nothing that was committed is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from artel.kernel.bell import JOBS, ring

from .declare import Order
from .models import Job

UNSENT_AFTER = timedelta(seconds=10)


@task()
def deliver(job_id: str) -> None:
    """What travels through the queue. Delivered twice, or for a job that is not waiting, it does nothing."""
    from .run import perform  # noqa: PLC0415 -- run.py sends retries through this module

    perform(job_id)


def enqueue(order: Order[Any], arguments: Mapping[str, Any]) -> Job:
    """Write the job, or return the one that has its name and key already."""
    job = build(order, arguments)
    with transaction.atomic():
        owed = insert([job])
        send_on_commit(owed)
    return job if owed or job.key is None else Job.objects.get(name=job.name, key=job.key)


def build(order: Order[Any], arguments: Mapping[str, Any]) -> Job:
    """The row of an order, not yet written. A user's rights travel with it, narrowed by the token's scopes."""
    actor = order.actor
    return Job(
        name=order.kind.name,
        key=order.key,
        arguments=json.loads(json.dumps(dict(arguments))),
        queue=order.kind.queue,
        priority=order.kind.priority,
        user_id=actor.user_id if actor else None,
        scopes=sorted(actor.scopes) if actor and actor.scopes is not None else None,
        cause=dict(order.cause),
        due_at=order.due_at or timezone.now(),
    )


def insert(jobs: Sequence[Job]) -> list[Job]:
    """Write those whose key is new, in one statement, and return them."""
    Job.objects.bulk_create(jobs, ignore_conflicts=True)
    written = set(Job.objects.filter(pk__in=[job.pk for job in jobs]).values_list("pk", flat=True))
    return [job for job in jobs if job.pk in written]


def send_on_commit(jobs: Sequence[Job]) -> None:
    """Tell the queue once the transaction is through. If telling fails, the work stays owed and `resend` tells it."""
    if jobs:
        transaction.on_commit(lambda: send(jobs), robust=True)


def send(jobs: Iterable[Job]) -> None:
    """Hand waiting jobs to the queue, all in one transaction."""
    now = timezone.now()
    with transaction.atomic():
        for job in jobs:
            later = job.due_at if job.due_at > now else None
            handed = deliver.using(queue_name=job.queue, priority=job.priority, run_after=later).enqueue(
                str(job.pk)
            )
            Job.objects.filter(pk=job.pk).update(delivery=handed.id)
        transaction.on_commit(partial(ring, JOBS))


def resend(now: datetime, limit: int = 500) -> int:
    """Hand over what was committed but never sent; returns how many."""
    unsent = list(Job.objects.unsent(now - UNSENT_AFTER).order_by("id")[:limit])
    send(unsent)
    return len(unsent)
