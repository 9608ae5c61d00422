"""kill -9 in the middle of a change of many: another worker takes it up, and every row counts exactly once."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

import killing
from forking import Parent

ROWS = 60

SCRIPT = """
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
mark = sys.argv[2]

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
def home(new_home: Callable[[], dict[str, str]], parent_in: Callable[[dict[str, str]], Parent]) -> Parent:
    """Of processes with a base of their own, on the database the tests run on."""
    return parent_in(new_home())


def at(home: Parent, moment: str, mark: str) -> subprocess.CompletedProcess[str]:
    return killing.run(home, SCRIPT, moment, mark)


def done(home: Parent, moment: str, mark: str) -> Any:
    """What stands in the base after that."""
    process = at(home, moment, mark)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


@pytest.mark.only_on("postgres", "a killed import is taken up on the other, by the same means")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_change_is_taken_up(home: Parent, moment: str) -> None:
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
