"""What a person may do to a job: each act is one conditional UPDATE, so a worker that is faster wins cleanly."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from .declare import tell_cancelled
from .models import Job, State, Wish
from .queue import send_on_commit

Jobs = list[UUID]


def pause(keys: Jobs) -> None:
    """Waiting jobs rest at once, running ones at their next checkpoint."""
    _move(keys, [State.WAITING], state=State.PAUSED)
    _move(keys, [State.RUNNING], wish=Wish.PAUSE)


def cancel(keys: Jobs) -> None:
    """Running jobs end at their next checkpoint, others at once; what is finished stays as it is."""
    _end(keys, [State.WAITING, State.PAUSED])
    _move(keys, [State.RUNNING], wish=Wish.CANCEL)


def drop(keys: Jobs) -> None:
    """Dead letters that nobody needs any more."""
    _end(keys, [State.DEAD])


def resume(keys: Jobs) -> None:
    """Paused jobs go on from their checkpoints."""
    _again(keys, State.PAUSED)


def retry(keys: Jobs) -> None:
    """Dead jobs try again from their checkpoints, with all their retries."""
    _again(keys, State.DEAD, failures=0, crashes=0)


def _end(keys: Jobs, states: list[State]) -> None:
    now = timezone.now()
    with transaction.atomic():
        _move(keys, states, state=State.CANCELLED, finished_at=now)
        for job in Job.objects.filter(pk__in=keys, state=State.CANCELLED, finished_at=now):
            tell_cancelled(job)


def _move(keys: Jobs, states: list[State], **changes: Any) -> None:
    Job.objects.filter(pk__in=keys, state__in=states).update(**changes)


def _again(keys: Jobs, state: State, **changes: Any) -> None:
    with transaction.atomic():
        jobs = list(Job.objects.filter(pk__in=keys, state=state).select_for_update())
        now = timezone.now()
        _move(
            [job.pk for job in jobs],
            [state],
            state=State.WAITING,
            wish=Wish.NOTHING,
            delivery="",
            due_at=now,
            finished_at=None,
            **changes,
        )
        for job in jobs:
            job.due_at = now
        send_on_commit(jobs)
