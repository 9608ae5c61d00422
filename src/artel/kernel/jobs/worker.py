"""The worker process: lanes that take deliveries from the database queue, and the scheduler beside them.

With a broker the broker's own workers take the deliveries; `schedule.tick` is then all that is left of this module.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from time import monotonic
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as Performer
from django_tasks_db.models import DBTaskResult

from artel.kernel.bell import JOBS, Bell

from . import dispatch, schedule
from .models import Job
from .run import Worker, here, perform

LANES: Mapping[str, int] = {"default": 1, "long": 1, "outside": 2}
POLL_SECONDS = 1.0
GRACE_SECONDS = 8.0

log = logging.getLogger("artel.jobs")


def run(
    *, lanes: Mapping[str, int] | None = None, poll: float = POLL_SECONDS, grace: float = GRACE_SECONDS
) -> int:
    """Work until SIGTERM or SIGINT, then let running jobs reach their next checkpoint; returns the exit status 0.

    `lanes` = threads per queue. A job that does not come to a checkpoint within `grace` seconds is given back and its
    transaction dies with the process: it runs again elsewhere, from its last checkpoint.
    """
    worker = Worker()
    heed_signals(worker.stopping)
    queues = [queue for queue, count in (lanes or LANES).items() for _ in range(count)]
    bodies = [*(partial(lane, worker, queue, poll) for queue in queues), partial(scheduler, worker, poll)]
    threads = [threading.Thread(target=body, daemon=True) for body in bodies]
    for thread in threads:
        thread.start()
    log.info("worker %s started", worker.name)
    listen(worker, poll)
    return leave(worker, threads, grace)


def listen(worker: Worker, poll: float) -> None:
    """Until told to stop, pass every ring of the bell on to the idle threads."""
    with Bell(JOBS) as bell:
        while not worker.stopping.is_set():
            if bell.wait(poll):
                worker.wake()
    worker.wake()


def heed_signals(stopping: threading.Event) -> None:
    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, ask_to_stop)


def leave(worker: Worker, threads: Sequence[threading.Thread], grace: float) -> int:
    """Wait for the lanes; what is still running then is given back before the process ends under it."""
    end = monotonic() + grace
    for thread in threads:
        thread.join(max(0.0, end - monotonic()))
    try:
        log.info("worker %s stopped, %s jobs given back", worker.name, schedule.release(worker.name))
    except DatabaseError:
        log.warning(
            "worker %s stopped, its jobs wait for the end of their leases", worker.name, exc_info=True
        )
    if any(thread.is_alive() for thread in threads):
        os._exit(0)
    return 0


def lane(worker: Worker, queue: str, poll: float) -> None:
    """Take and perform deliveries of one queue, one after another; an empty or absent database is tried again."""
    here.set(worker)
    while not worker.stopping.is_set():
        close_old_connections()
        heard = worker.rings
        try:
            idle = not serve(worker, queue)
        except DatabaseError:
            log.warning("queue %s: the database does not answer", queue, exc_info=True)
            idle = True
        if idle:
            worker.idle(poll, heard)
    connection.close()


def serve(worker: Worker, queue: str) -> bool:
    """Perform one delivery; False if there is none."""
    delivery = claim(worker, queue)
    if delivery is None:
        return False
    performer(worker, queue).run_task(delivery)
    return True


def claim(worker: Worker, queue: str) -> DBTaskResult[Any, Any] | None:
    """Take the first delivery that is ready. Looking comes first and takes no lock, so an idle lane disturbs nobody."""
    ready = DBTaskResult.objects.ready().filter(queue_name=queue)
    if not ready.exists():
        return None
    with transaction.atomic():
        delivery = ready.get_locked()
        if delivery is not None:
            delivery.claim(worker.name[:64])
    return delivery


def performer(worker: Worker, queue: str) -> Performer:
    """The library's own way of running a task and recording its result, without its loop."""
    return Performer(
        queue_names=[queue],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker.name[:64],
    )


def scheduler(worker: Worker, poll: float) -> None:
    """Tick every `poll` seconds and dispatch events at every ring; the role is given up on the way out."""
    next_tick = 0.0
    while not worker.stopping.is_set():
        close_old_connections()
        heard = worker.rings
        try:
            if monotonic() >= next_tick:
                next_tick = monotonic() + poll
                schedule.tick(worker.name)
            else:
                dispatch.dispatch()
        except DatabaseError:
            log.warning("scheduler: the database does not answer", exc_info=True)
        worker.idle(poll, heard)
    schedule.yield_role(schedule.LEADER, worker.name)
    connection.close()


def drain(limit: int = 10_000) -> int:
    """Perform everything that is due, in this process and thread, until nothing is left; returns how many attempts.

    For commands that wait for their own work, and for tests.
    """
    for attempts in range(limit):
        dispatch.dispatch()
        job = Job.objects.due(timezone.now()).order_by("-priority", "due_at", "id").first()
        if job is None:
            return attempts
        perform(job.pk)
    return limit
