"""kill -9 at any moment of imports, changes of many and other jobs: in the end the base holds exactly what an undisturbed one holds.

A worker is killed so often (`ARTEL_TEST_KILLS`, 4 by default), each time at a random moment after it has taken up work. The same work is
then done on another base without a kill; what stands in both is compared, and so is what the doctor says.

    ARTEL_TEST_KILLS=200 python -m pytest tests/test_random_kills.py --database postgres -n0
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

import killing
from artel.kernel.jobs.schedule import MOST_CRASHES
from forking import Parent

KILLS = int(os.environ.get("ARTEL_TEST_KILLS") or 4)
SEED = int(os.environ.get("ARTEL_TEST_KILLS_SEED") or 11)
ROWS = 1000
LONGEST_SECONDS = 0.6
KILLS_A_ROUND = MOST_CRASHES - 1
"""One more, and a job is laid aside for a person to decide about, as it should be."""

SCRIPT = """
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from django.conf import settings
from django.utils import timezone
from artel.domains.company.factories import HOUSE, person
from artel.domains.partners.commands import partners
from artel.domains.partners.models import Partner, PartnerContactPoint
from artel.exchange.models import ImportRun
from artel.exchange.tabular.importing import ImportOptions, open_import
from artel.exchange.work import owe
from artel.kernel.actors import Actor
from artel.kernel.erasure import forget_for_good
from artel.kernel.jobs import schedule, worker
from artel.kernel.jobs.models import Job, State
from artel.kernel.journal.models import ChangeSet, RowChange
from artel.kernel.people import User
from artel.screens.bulk import matching
from artel.screens.bulk.edits import edit_of
from artel.screens.filters import Leaf
from artel.screens.registry import resource
from artel.exchange.tabular import importing
from artel.site.doctor import examine

importing.CHUNK_ROWS = matching.CHUNK = 25
words = sys.argv[2:]

def order(number):
    user = User.objects.filter(login="boss").first()
    boss = Actor.person(user) if user else person("boss", "administrator")
    path = Path(settings.HOME) / f"{number}.csv"
    lines = [f"Волга {number}-{row if row % 40 else row + 1};Край {row % 5};{'нет' if row % 50 == 7 else '+7495123' + f'{row:04}'}" for row in range(ROWS)]
    path.write_text("name;region;phone\\n" + "\\n".join(lines))
    owe(open_import(boss, resource("partners"), path, ImportOptions()), path)
    if number:
        given = {"comment": f"round {number}"}
        found = matching.Matching(Leaf("name", "contains", f"Волга {number - 1}-"))
        matching.order(edit_of(boss, partners.change, partners.change.read(given, boss)), found, key=str(number))
    forget_for_good.enqueue()

def left():
    return Job.objects.exclude(state__in=[State.DONE, State.DEAD, State.CANCELLED]).count()

def told():
    rows = list(Partner.objects.order_by("name").values_list("name", "region__name", "comment", "version", "is_deleted"))
    phones = sorted(PartnerContactPoint.objects.values_list("value", flat=True))
    runs = [
        {name: getattr(run, name) for name in ("position", "created", "updated", "skipped", "refused", "state")}
        for run in ImportRun.objects.order_by("started_at")
    ]
    jobs = [
        [job.name, job.state, {name: job.result[name] for name in ("rows", "changed", "unchanged", "refused")} if job.name == "screens.bulk_change" else None]
        for job in Job.objects.exclude(name="kernel.forget_for_good").order_by("name", "created_at")
        if job.name in ("exchange.import", "screens.bulk_change")
    ]
    changes = RowChange.objects.filter(table_id__isnull=False)
    return {
        "rows": len(rows), "hash": sha256(repr(rows).encode()).hexdigest(), "phones": sha256(repr(phones).encode()).hexdigest(),
        "runs": runs, "jobs": jobs, "changes": changes.count(), "codes": Partner.objects.values("code").distinct().count(),
        "ill": [f"{part.name}: {said}" for part in examine(deep=True) for said in part.findings],
    }

if words[0] == "order":
    ROWS = int(words[2])
    order(int(words[1]))
elif words[0] == "work":
    schedule.reap(timezone.now() + timedelta(minutes=5))
    print("ready", flush=True)
    while left():
        Job.objects.filter(state=State.WAITING).update(due_at=timezone.now())
        worker.drain()
    print("done", flush=True)
else:
    print(json.dumps(told(), ensure_ascii=False))
"""


def run(home: Parent, *words: str) -> str:
    done = killing.run(home, SCRIPT, "", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def killed(home: Parent, after: float) -> bool:
    """Whether a worker was killed so many seconds after it began, or had done everything before."""
    worker = home.begin(killing.BEGIN + SCRIPT, "", "work")
    assert worker.stdout.readline() == "ready\n"
    time.sleep(after)
    worker.kill()
    return worker.wait() == -signal.SIGKILL and "done" not in worker.stdout.read()


@pytest.mark.only_on(
    "postgres", "a few kills only prove that this test works", unless="ARTEL_TEST_KILLS" in os.environ
)
def test_what_stands_after_many_kills_is_what_stands_without_them(
    new_home: Callable[[], dict[str, str]], parent_in: Callable[[dict[str, str]], Parent]
) -> None:
    disturbed, calm = parent_in(new_home()), parent_in(new_home())
    chance, kills, rounds = random.Random(SEED), 0, 0
    while kills < KILLS:
        run(disturbed, "order", str(rounds), str(ROWS))
        here = 0
        while (
            kills < KILLS and here < KILLS_A_ROUND and killed(disturbed, chance.uniform(0, LONGEST_SECONDS))
        ):
            kills, here = kills + 1, here + 1
        run(disturbed, "work")
        rounds += 1
    for number in range(rounds):
        run(calm, "order", str(number), str(ROWS))
        run(calm, "work")
    found, wanted = (told(home) for home in (disturbed, calm))
    assert found == wanted
    assert found["ill"] == []
    assert found["rows"] == found["codes"]
    sys.stderr.write(
        f"{kills} kills in {rounds} rounds (seed {SEED}): {found['rows']} records, {found['changes']} changes, "
        f"hash {found['hash'][:16]}\n"
    )


def told(home: Parent) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(home, "tell"))
    return found
