"""kill -9 in the middle of an import: the same command takes it up, and every row counts exactly once."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PATIENCE = 120
ROWS = 60

# The process kills itself at a chosen moment: nothing is flushed, closed or rolled back by its own hand.
SUICIDE = """
import os, signal, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
import django
django.setup()
from artel.exchange.tabular import importing
from artel.site.cli import main

importing.CHUNK_ROWS = 10
moment, calls = sys.argv[1], []

def die(): os.kill(os.getpid(), signal.SIGKILL)

def dying(real, *, before):
    def act(*given):
        calls.append(1)
        if before and len(calls) == 3: die()
        done = real(*given)
        if not before and len(calls) == 3: die()
        return done
    return act

if moment == "rows written, checkpoint not":
    importing._checkpoint = dying(importing._checkpoint, before=True)
elif moment == "checkpoint written, not committed":
    importing._checkpoint = dying(importing._checkpoint, before=False)
elif moment == "all rows committed, run not finished":
    importing._finished = lambda *given: die()
sys.exit(main(sys.argv[2:]))
"""
MOMENTS = [
    "rows written, checkpoint not",
    "checkpoint written, not committed",
    "all rows committed, run not finished",
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


def artel(environment: dict[str, str], *words: str, moment: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SUICIDE, moment, *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def saved(folder: Path, mark: str) -> Path:
    """60 rows: every 20th has a bad phone, every 30th repeats the one before; each run brings a region of its own."""
    path = folder / "partners.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "region", "phone"])
        for number in range(ROWS):
            same = number - 1 if number % 30 == 29 else number
            writer.writerow([f"{mark} {same:03}", f"Край {mark}", "нет" if number % 20 == 7 else ""])
    return path


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_import_is_taken_up(home: dict[str, str], tmp_path: Path, moment: str) -> None:
    mark = str(MOMENTS.index(moment))
    path = saved(tmp_path, mark)
    killed = artel(home, "import", "partners", str(path), "--json", moment=moment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    done = artel(home, "import", "partners", str(path), "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    counted = {name: result[name] for name in ("rows", "created", "updated", "skipped", "refused")}
    assert counted == {"rows": ROWS, "created": 55, "updated": 0, "skipped": 2, "refused": 3}
    assert result["created_references"] == 1

    with Path(f"{path}.refused.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row[0] for row in csv.reader(stream)] == ["line", "9", "29", "49"]

    out = tmp_path / "out.csv"
    assert artel(home, "export", "partners", str(out)).returncode == 0
    with out.open(encoding="utf-8-sig", newline="") as stream:
        names = [row["name"] for row in csv.DictReader(stream) if row["name"].startswith(f"{mark} ")]
    assert len(names) == len(set(names)) == 55

    again = json.loads(artel(home, "import", "partners", str(path), "--json").stdout)
    assert (again["created"], again["skipped"], again["refused"]) == (0, 57, 3)
    assert again["change_set"] != result["change_set"]


def test_a_base_after_the_crashes_is_well(home: dict[str, str]) -> None:
    checked = artel(home, "check", "--json")
    assert json.loads(checked.stdout)["well"] is True, checked.stdout
