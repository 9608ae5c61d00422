"""What somebody must do at every tick, and only one process at a time: bring back the work of dead workers, send what
was never sent, turn events into jobs, ring the clock.

Every step is safe when two processes do it at once; the lease only saves them the trouble.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from croniter import croniter
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone

from . import dispatch
from .declare import CronLine, cron_lines
from .models import CronMark, Job, Lease, State
from .queue import resend
from .run import bury, wait_again

LEADER = "scheduler"
LEADS_FOR = timedelta(seconds=15)
MOST_CRASHES = 5

log = logging.getLogger("artel.jobs")

Step = Callable[[datetime], object]
_further: list[Step] = []


def at_every_tick(step: Step) -> Step:
    """Register what else must be looked at every second, by one process at a time: idle, it asks one small question."""
    _further.append(step)
    return step


def tick(holder: str, now: datetime | None = None) -> bool:
    """Do what is due, if `holder` is or becomes the one that leads; False if another one does."""
    now = now or timezone.now()
    if not hold(LEADER, holder, now):
        return False
    for step in (reap, resend, ring, dispatch_events, *_further):
        attempt(step, now)
    return True


def attempt(step: Step, now: datetime) -> None:
    """A step that fails is logged and tried at the next tick; the others still run."""
    try:
        step(now)
    except Exception:
        log.exception("scheduler: %s failed", step.__name__)


def dispatch_events(now: datetime) -> int:
    return dispatch.dispatch()


def hold(name: str, holder: str, now: datetime) -> bool:
    """Take or renew a role for a while; of many that try, one succeeds."""
    if Lease.objects.filter(name=name, holder=holder, until__gt=now + LEADS_FOR / 2).exists():
        return True  # renewing at every look would be a write a second for nothing
    until = now + LEADS_FOR
    free = Lease.objects.filter(Q(holder=holder) | Q(until__lt=now), name=name)
    if free.update(holder=holder, until=until):
        return True
    _, fresh = Lease.objects.get_or_create(name=name, defaults={"holder": holder, "until": until})
    return bool(fresh)


def yield_role(name: str, holder: str) -> None:
    """Give a role up at once, so that the next process need not wait for the lease to end."""
    try:
        Lease.objects.filter(name=name, holder=holder).delete()
    except DatabaseError:
        log.warning("the role %s was not given up", name, exc_info=True)


def reap(now: datetime) -> int:
    """Bring back running jobs whose worker is silent; one that has outlived its workers too often is dead."""
    abandoned = list(Job.objects.abandoned(now).order_by("lease_until")[:500])
    for job in abandoned:
        log.warning("job %s: worker %s is gone, attempt %s is given up", job, job.worker, job.attempt)
        if job.crashes + 1 >= MOST_CRASHES:
            bury(job, f"the worker stopped {MOST_CRASHES} times during this job", crashes=F("crashes") + 1)
        else:
            wait_again(job, timedelta(), crashes=F("crashes") + 1)
    return len(abandoned)


def release(worker: str) -> int:
    """Bring back at once the jobs of a worker that is about to exit; returns how many."""
    held = list(Job.objects.filter(state=State.RUNNING, worker=worker))
    return sum(wait_again(job, timedelta()) for job in held)


def ring(now: datetime) -> int:
    """Enqueue the lines of the cron table whose time came since they were last looked at; returns how many.

    A line seen for the first time waits for its next time. Of several missed times one run is made.
    """
    marks: dict[str, datetime] = dict(CronMark.objects.values_list("name", "last_at"))
    return sum(ring_line(line, marks.get(line.name), now) for line in cron_lines.values())


def ring_line(line: CronLine, last_at: datetime | None, now: datetime) -> bool:
    if last_at is None:
        CronMark.objects.get_or_create(name=line.name, defaults={"last_at": now})
        return False
    moment = latest(line.when, now)
    if moment <= last_at:
        return False
    with transaction.atomic():
        mine = CronMark.objects.filter(name=line.name, last_at=last_at).update(last_at=moment)
        if mine:
            line.kind.using(key=f"cron {moment.isoformat()}", cause={"cron": line.when}).enqueue()
    return bool(mine)


def latest(when: str, now: datetime) -> datetime:
    """The last moment not after `now` that five cron fields name in the company's time zone."""
    local = timezone.localtime(now) + timedelta(microseconds=1)
    moment: datetime = croniter(when, local).get_prev(datetime)
    return moment.astimezone(now.tzinfo)
