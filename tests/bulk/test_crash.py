"""kill -9 in the middle of a change of many: another worker takes it up, and every row counts exactly once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 120
ROWS = 60

# The process kills itself at a chosen moment: nothing is flushed, closed or rolled back by its own hand.
SUICIDE = """
import json, os, signal, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from artel.domains.company.factories import HOUSE, person
from artel.domains.partners.commands import partners
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.kernel.jobs import schedule, worker
from artel.kernel.jobs.models import Job
from artel.kernel.jobs.run import Run
from artel.kernel.people import User
from artel.kernel.actors import Actor
from artel.screens.bulk import matching
from artel.screens.bulk.edits import edit_of
from artel.screens.filters import Leaf

matching.CHUNK = 10
moment, mark = sys.argv[1:3]
calls = []

def die(): os.kill(os.getpid(), signal.SIGKILL)

def dying(real, *, before):
    def act(*given, **more):
        calls.append(1)
        if before and len(calls) == 3: die()
        done = real(*given, **more)
        if not before and len(calls) == 3: die()
        return done
    return act

if moment == "rows written, checkpoint not":
    Run.checkpoint = dying(Run.checkpoint, before=True)
elif moment == "checkpoint written, not committed":
    Run.checkpoint = dying(Run.checkpoint, before=False)
elif moment == "all rows committed, job not finished":
    matching.finish_parent = lambda *given: die()

if moment == "prepare":
    call_command("migrate", verbosity=0)
    user = User.objects.filter(login="boss").first()
    boss = Actor.person(user) if user else person("boss", "administrator")
    firms = [partner(f"{mark} {number:03}", HOUSE, comment=mark) for number in range(60)]
    given = {"comment": f"{mark} done", "head": str(firms[7].pk)}
    matching.order(
        edit_of(boss, partners.change, partners.change.read(given, boss)),
        matching.Matching(Leaf("comment", "equals", mark)),
        key=mark,
    )
elif moment == "undo":
    from artel.kernel.undoing import undo_change_set
    job = Job.objects.get(name="screens.bulk_change", key__endswith=mark)
    undo_change_set(Actor.person(job.user), job.result["change_set"])
else:
    schedule.reap(timezone.now() + timedelta(minutes=5))
    worker.drain()

job = Job.objects.get(name="screens.bulk_change", key__endswith=mark)
rows = list(Partner.objects.filter(name__startswith=f"{mark} ").order_by("pk").values_list("comment", "version"))
print(json.dumps({"result": job.result, "state": job.state, "error": job.error, "rows": rows}))
"""
MOMENTS = [
    "rows written, checkpoint not",
    "checkpoint written, not committed",
    "all rows committed, job not finished",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, new_base: Callable[[], str]) -> dict[str, str]:
    """The environment of a base of its own, on the database the tests run on."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("ARTEL_", "DJANGO_"))}
    return {
        **bare,
        "PYTHONPATH": str(ROOT / "src"),
        "ARTEL_HOME": str(tmp_path_factory.mktemp("home")),
        "ARTEL_DATABASE_URL": new_base(),
    }


def at(home: dict[str, str], moment: str, mark: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", SUICIDE, moment, mark]
    return subprocess.run(line, env=home, capture_output=True, text=True, timeout=PATIENCE, check=False)


def done(home: dict[str, str], moment: str, mark: str) -> Any:
    """What stands in the base after that."""
    process = at(home, moment, mark)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_change_is_taken_up(home: dict[str, str], moment: str) -> None:
    mark = f"Марка{MOMENTS.index(moment)}"
    before = done(home, "prepare", mark)["rows"]
    assert at(home, moment, mark).returncode == -signal.SIGKILL

    state = done(home, "go on", mark)
    assert state["state"] == "done", state["error"]
    counts = {name: state["result"][name] for name in ("rows", "changed", "unchanged", "refused")}
    assert counts == {"rows": ROWS, "changed": ROWS - 1, "unchanged": 0, "refused": 1}
    steps = [now[1] - then[1] for now, then in zip(state["rows"], before, strict=True)]
    assert sorted(steps) == [0, *[1] * (ROWS - 1)], "each row was changed once, the refused one never"
    assert sum(comment == f"{mark} done" for comment, _version in state["rows"]) == ROWS - 1

    assert all(comment == mark for comment, _version in done(home, "undo", mark)["rows"])
