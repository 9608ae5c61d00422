"""What somebody must do at every tick, and only one process at a time: bring back the work of dead workers, send what
was never sent, turn events into jobs, ring the clock.

Every step is safe when two processes do it at once; the lease only saves them the trouble. The clock may be set forward or back
at any time: who is silent is told by a clock that cannot be, and what waits for an hour that comes twice is waited for no longer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from croniter import croniter
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone

from . import dispatch
from .declare import CronLine, cron_lines
from .models import CronMark, Job, Lease, State
from .queue import resend, send
from .run import BEAT_SECONDS, LEASE, bury, wait_again

LEADER = "scheduler"
LEADS_FOR = timedelta(seconds=15)
MOST_CRASHES = 5
AT_ONCE = 500
MISSED_SECONDS = 2 * BEAT_SECONDS + 2
"""After so long without a beat an end of a lease that has passed is believed."""
APART = timedelta(minutes=1)
"""Clocks of machines that work together may be so far apart; beyond that, one was set back."""

log = logging.getLogger("artel.jobs")

Step = Callable[[datetime], object]
_further: list[Step] = []
_set_back: list[Step] = []
_seen: dict[UUID, tuple[datetime | None, float]] = {}
"""The end of each running job's lease, and when, by the steady clock, this process first saw it."""


def at_every_tick(step: Step) -> Step:
    """Register what else must be looked at every second, by one process at a time: idle, it asks one small question."""
    _further.append(step)
    return step


def when_set_back(step: Step) -> Step:
    """Register what waits for a moment that was reckoned from an earlier one, and need not wait when the clock was set back."""
    _set_back.append(step)
    return step


def tick(holder: str, now: datetime | None = None) -> bool:
    """Do what is due, if `holder` is or becomes the one that leads; False if another one does."""
    now = now or timezone.now()
    if not hold(LEADER, holder, now):
        return False
    for step in (watch, resend, ring, dispatch_events, *_further):
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
    until, too_far = now + LEADS_FOR, now + LEADS_FOR + APART
    held = Lease.objects.filter(name=name, holder=holder, until__gt=now + LEADS_FOR / 2, until__lte=too_far)
    if held.exists():
        return True  # renewing at every look would be a write a second for nothing
    free = Lease.objects.filter(Q(holder=holder) | Q(until__lt=now) | Q(until__gt=too_far), name=name)
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


def watch(now: datetime) -> int:
    """Bring back running jobs whose worker is silent, by what this process has seen: each beat moves the end of the lease.

    So a clock set forward takes no work from who is at it, and one set back leaves none with who is gone.
    """
    steady, running = monotonic(), Job.objects.filter(state=State.RUNNING)
    leases = dict(running.values_list("pk", "lease_until"))
    known = {key: _seen[key] for key, until in leases.items() if key in _seen and _seen[key][0] == until}
    _seen.clear()
    _seen.update({key: (until, steady) for key, until in leases.items()} | known)
    silent = [key for key, (until, since) in _seen.items() if steady - since >= _patience(until, now)]
    left = list(running.filter(pk__in=silent)) if silent else []
    return given_back([job for job in left if job.lease_until == _seen[job.pk][0]])


def _patience(until: datetime | None, now: datetime) -> float:
    return MISSED_SECONDS if until is not None and until < now else LEASE.total_seconds()


def reap(now: datetime) -> int:
    """Bring back at once all running jobs whose leases have ended."""
    return given_back(list(Job.objects.abandoned(now).order_by("lease_until")[:AT_ONCE]))


def given_back(abandoned: Sequence[Job]) -> int:
    """Let others do what silent workers were at; what has outlived its workers too often is dead."""
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
    if any(last_at > now + APART for last_at in marks.values()):
        marks = set_back(marks, now)
    return sum(ring_line(line, marks.get(line.name), now) for line in cron_lines.values())


def set_back(marks: dict[str, datetime], now: datetime) -> dict[str, datetime]:
    """The clock has told a later hour before: nothing waits until that comes again. What was rung then is not rung twice.

    The marks go back last: what is broken off before that is seen and done again.
    """
    log.warning("the clock was set back: what was to be tried again is tried now")
    waiting = Q(attempt__gt=0, due_at__gt=now) | Q(delivery="", created_at__gt=now)
    owed = Job.objects.filter(waiting, state=State.WAITING).order_by("id")
    while some := list(owed[:AT_ONCE]):
        send_now(some, now)
    for step in _set_back:
        attempt(step, now)
    ahead = {name: at for name, at in marks.items() if at > now}
    told = {name: latest(line.when, now) if (line := cron_lines.get(name)) else now for name in ahead}
    for name, at in told.items():
        CronMark.objects.filter(name=name, last_at=ahead[name]).update(last_at=at)
    return marks | told


def send_now(owed: Sequence[Job], now: datetime) -> None:
    """Let waiting jobs be tried at once, all of them or none."""
    for job in owed:
        job.due_at = now
    with transaction.atomic():
        Job.objects.filter(pk__in=[job.pk for job in owed], state=State.WAITING).update(due_at=now)
        send(owed)


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
