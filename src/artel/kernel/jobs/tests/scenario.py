"""A base of its own and real processes: what `test_processes` begins, kills and asks. Answers are one JSON on stdout."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any


def main(act: str, *arguments: str) -> None:
    logging.getLogger("django_tasks").setLevel(logging.ERROR)
    declare_jobs()
    sys.stdout.write(json.dumps(ACTS[act](*arguments)))


def declare_jobs() -> None:
    from artel.kernel.jobs import job

    job("scenario.pieces")(pieces)
    job("scenario.effect", atomic=True)(effect)


def pieces(run: Any, *, gate: str) -> None:
    """Ten pieces, each committed with its checkpoint; before the fourth it waits until the gate's file exists."""
    from django.db import transaction

    for number in range(run.reached.get("next", 0), 10):
        while number == 3 and not Path(gate).exists():
            run.obey()
            sleep(0.02)
        with transaction.atomic():
            write(f"piece {number}")
            run.checkpoint({"next": number + 1}, done=number + 1, total=10)


def effect(run: Any, *, key: str) -> None:
    write(key)


def write(key: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (name) VALUES (%s)", [key])


def begin() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE effect (name text)")


def enqueue_pieces(gate: str) -> str:
    from artel.kernel.jobs.declare import kinds

    return str(kinds["scenario.pieces"].enqueue(gate=gate).pk)


def enqueue_effects(count: str) -> int:
    """That many jobs, every one of them enqueued twice under its key."""
    from artel.kernel.jobs.declare import kinds

    for number in [*range(int(count)), *range(int(count))]:
        kinds["scenario.effect"].using(key=f"effect {number}").enqueue(key=f"effect {number}")
    return int(count)


def state() -> dict[str, Any]:
    """The jobs of the scenario and the names written, sorted."""
    from django.db import connection

    from artel.kernel.jobs.models import Job

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM effect ORDER BY name")
        effects = [name for (name,) in cursor.fetchall()]
    jobs = Job.objects.filter(name__startswith="scenario").order_by("id")
    columns = ("state", "attempt", "crashes", "failures", "done", "worker")
    return {"effects": effects, "jobs": list(jobs.values(*columns))}


def later(seconds: str) -> bool:
    """Whether work was taken from workers that would be silent after that time."""
    from django.utils import timezone

    from artel.kernel.jobs.schedule import reap

    moment: datetime = timezone.now() + timedelta(seconds=float(seconds))
    return reap(moment) > 0


def work(poll: float = 0.05) -> int:
    from artel.kernel.jobs import worker

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return worker.run(lanes={"default": 1}, poll=poll, grace=5)


def doze() -> int:
    return work(poll=600)


ACTS: dict[str, Any] = {
    "begin": begin,
    "enqueue-pieces": enqueue_pieces,
    "enqueue-effects": enqueue_effects,
    "state": state,
    "later": later,
    "work": work,
    "doze": doze,
}
