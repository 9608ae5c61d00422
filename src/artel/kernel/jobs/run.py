"""One attempt at a job: the lease it holds, what its body may ask and tell, and how it ends.

Every write of an attempt names its number, so a worker that was silent too long and has been replaced can write
nothing more about the job.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from time import monotonic
from traceback import format_exception
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from artel.kernel.actors import Actor
from artel.kernel.outages import outage_of
from artel.kernel.refusals import Refused

from .declare import JobKind, kinds, tell_cancelled
from .models import Job, State, Wish
from .queue import send_on_commit
from .refused import LeaseLost, Stopped

LEASE = timedelta(seconds=30)
BEAT_SECONDS = 5.0
REPORT_SECONDS = 0.5
AGAIN_SECONDS = 1.0
LONGEST_TRACEBACK = 20_000

log = logging.getLogger("artel.jobs")


@dataclass(eq=False)
class Worker:
    """Who performs here, and whether it has been asked to stop."""

    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    stopping: threading.Event = field(default_factory=threading.Event)
    rings: int = 0
    _news: threading.Condition = field(default_factory=threading.Condition)

    def wake(self) -> None:
        """Let the idle threads look again now."""
        with self._news:
            self.rings += 1
            self._news.notify_all()

    def idle(self, seconds: float, heard: int) -> None:
        """Wait for a ring after the `heard` ones (read before looking, so that none is missed), at most so long."""
        with self._news:
            self._news.wait_for(lambda: self.rings != heard or self.stopping.is_set(), seconds)


here: ContextVar[Worker | None] = ContextVar("worker", default=None)


class Run:
    """What the body of a job gets: for whom it works, how far an earlier attempt came, and whom to tell."""

    def __init__(self, job: Job, kind: JobKind[Any], worker: Worker) -> None:
        self.job, self.kind, self.worker = job, kind, worker
        self.actor = replace(
            Actor.job(str(kind.label or kind.name), job.user),
            scopes=None if job.scopes is None else frozenset(job.scopes),
        )
        self.cause: dict[str, Any] = {**job.cause, "job": str(job.pk)}
        self.reached: dict[str, Any] = job.checkpoint
        self.lost = threading.Event()
        self._reported = 0.0

    def write(self, **changes: Any) -> None:
        """Change the job's row, if it is still this attempt's; otherwise `LeaseLost`."""
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state=State.RUNNING)
        if self.lost.is_set() or not mine.update(**changes):
            raise LeaseLost(self.job.name)

    def checkpoint(self, reached: Mapping[str, Any], **progress: Any) -> None:
        """Remember how far the work came, in the caller's transaction: the piece and its checkpoint commit together.

        `progress` is as for `report`. A later attempt finds `reached` in `run.reached`.
        """
        self.write(checkpoint=dict(reached), lease_until=timezone.now() + LEASE, **progress)
        self.reached = dict(reached)

    def report(self, *, done: int, total: int | None = None, sentence: str | None = None) -> None:
        """Tell how far the work is (at most twice a second is written), and stop here if somebody asked for it."""
        if monotonic() - self._reported < REPORT_SECONDS:
            return
        told = {"done": done, "total": total, "sentence": sentence}
        self.write(**{name: value for name, value in told.items() if value is not None})
        self.obey()
        self._reported = monotonic()

    def obey(self) -> None:
        """Raise `Stopped` when the job is to be paused or cancelled, or its worker is going down."""
        wish = Job.objects.filter(pk=self.job.pk).values_list("wish", flat=True).first()
        if wish or self.worker.stopping.is_set():
            raise Stopped(wish or "worker")


def perform(job_id: str | UUID) -> bool:
    """Make one attempt at a waiting job, here and now; False if it is not waiting. Failures are recorded, never raised."""
    worker = here.get() or Worker()
    job = start(job_id, worker)
    if job is None:
        return False
    kind = kinds.get(job.name)
    if kind is None:
        bury(job, f"no job is called {job.name!r} in this version")
        return True
    run = Run(job, kind, worker)
    with beating(run), speaking(run):
        in_the_end(run, partial(stop, run)) if job.wish else attempt(run)
    return True


def start(job_id: str | UUID, worker: Worker) -> Job | None:
    """Take a waiting job: of many that try, one succeeds."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state=State.WAITING).update(
        state=State.RUNNING,
        attempt=F("attempt") + 1,
        worker=worker.name,
        lease_until=now + LEASE,
        started_at=Coalesce(F("started_at"), Value(now)),
    )
    return Job.objects.select_related("user").get(pk=job_id) if taken else None


def attempt(run: Run) -> None:
    """Run the body and record how it ended."""
    try:
        with transaction.atomic() if run.kind.atomic else nullcontext():
            result = run.kind.body(run, **run.job.arguments)
            finish(run, State.DONE, result=result, error="", traceback="")
    except LeaseLost:
        log.warning("job %s: another worker took over attempt %s", run.job, run.job.attempt)
    except Stopped:
        in_the_end(run, partial(stop, run))
    except Exception as error:
        log.warning("job %s failed", run.job, exc_info=True)
        in_the_end(run, partial(fail, run, error))


def in_the_end(run: Run, write: Callable[[], None]) -> None:
    """Write how an attempt ended, as soon as the base takes it: a full disk or a base that is away takes nothing.

    Given up when the worker goes down; then the lease ends by itself.
    """
    while True:
        try:
            return write()
        except DatabaseError as error:
            if connection.in_atomic_block or not outage_of(error) or run.worker.stopping.wait(AGAIN_SECONDS):
                raise  # a transaction around this has failed as a whole
            connection.close_if_unusable_or_obsolete()


def finish(run: Run, state: State, **changes: Any) -> None:
    run.write(state=state, wish=Wish.NOTHING, lease_until=None, finished_at=timezone.now(), **changes)


def stop(run: Run) -> None:
    """Do what was asked: cancel, pause, or leave the work to another worker at once."""
    wish = Job.objects.filter(pk=run.job.pk).values_list("wish", flat=True).first()
    if wish == Wish.CANCEL:
        with transaction.atomic():
            finish(run, State.CANCELLED)
            tell_cancelled(run.job)
    elif wish == Wish.PAUSE:
        run.write(state=State.PAUSED, wish=Wish.NOTHING, lease_until=None)
    else:
        wait_again(run.job, timedelta())


def fail(run: Run, error: Exception) -> None:
    """Wait for the next try, or be dead: after the last retry, and at once when a rule said no. What passes is no failure."""
    outage = outage_of(error)
    said = str(outage.at_work) if outage else str(error) or type(error).__name__
    told: dict[str, Any] = {"error": said, "traceback": "".join(format_exception(error))[-LONGEST_TRACEBACK:]}
    try:
        if outage and outage.passes:
            wait_again(run.job, run.kind.backoff, **told)
            return
        told["failures"] = run.job.failures + 1
        if isinstance(error, Refused) or run.job.failures >= run.kind.retries:
            finish(run, State.DEAD, **told)
        else:
            wait_again(run.job, run.kind.wait(run.job.failures + 1), **told)
    except LeaseLost:
        log.warning("job %s: another worker took over attempt %s", run.job, run.job.attempt)


def wait_again(job: Job, wait: timedelta, **changes: Any) -> bool:
    """Put a running attempt back into waiting and send it; False if the attempt is no longer the current one."""
    with transaction.atomic():
        job.due_at = timezone.now() + wait
        changes |= {"state": State.WAITING, "due_at": job.due_at, "delivery": "", "lease_until": None}
        running = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING)
        if not running.update(**changes):
            return False
        send_on_commit([job])
    return True


def bury(job: Job, sentence: str, **changes: Any) -> None:
    """A dead letter without another try."""
    Job.objects.filter(pk=job.pk, attempt=job.attempt, state=State.RUNNING).update(
        state=State.DEAD, error=sentence, lease_until=None, finished_at=timezone.now(), **changes
    )


@contextmanager
def speaking(run: Run) -> Iterator[None]:
    """Sentences a job leaves behind are in the language of the person it works for."""
    language = getattr(run.job.user, "language", "")
    with translation.override(language) if language else nullcontext():
        yield


@contextmanager
def beating(run: Run) -> Iterator[None]:
    """Renew the lease from a thread of its own while the body works, however long a statement takes."""
    done = threading.Event()
    thread = threading.Thread(target=beat, args=(run, done), name=f"lease of {run.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def beat(run: Run, done: threading.Event) -> None:
    while not done.wait(BEAT_SECONDS):
        try:
            run.write(lease_until=timezone.now() + LEASE)
        except LeaseLost:
            run.lost.set()
            break
        except DatabaseError:
            log.warning("lease of job %s could not be renewed", run.job, exc_info=True)
    connection.close()
