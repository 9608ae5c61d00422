"""kill -9 in the middle of an import: the same command takes it up, and every row counts exactly once."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import killing
from forking import Parent

ROWS = 60

SCRIPT = """
from artel.exchange.tabular import importing
from artel.site.cli import main

importing.CHUNK_ROWS = 10
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
def home(new_home: Callable[[], dict[str, str]], parent_in: Callable[[dict[str, str]], Parent]) -> Parent:
    """Of processes with a base of their own, on the database the tests run on."""
    return parent_in(new_home())


def artel(home: Parent, *words: str, moment: str = "") -> subprocess.CompletedProcess[str]:
    return killing.run(home, SCRIPT, moment, *words)


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
@pytest.mark.only_on("sqlite", "a killed change of many is taken up on the other, by the same means")
def test_a_killed_import_is_taken_up(home: Parent, tmp_path: Path, moment: str) -> None:
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


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.only_on("sqlite", "a killed change of many is taken up on the other, by the same means")
def test_what_rows_bring_along_is_made_once_all_the_same(home: Parent, tmp_path: Path, moment: str) -> None:
    mark = f"S{MOMENTS.index(moment)}"
    path = tmp_path / "deals.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["partner.name", "person.name", "person.phone", "name", "kind"])
        for number in range(ROWS):
            phone = "нет" if number % 20 == 7 else ""
            writer.writerow([f"{mark} {number % 7}", f"{mark} Иван", phone, str(number), "Продажа"])
    killed = artel(home, "import", "deals", str(path), "--json", moment=moment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    result = json.loads(artel(home, "import", "deals", str(path), "--json").stdout)
    assert (result["created"], result["refused"]) == (57, 3)
    assert result["related"]["partner"] == {"created": 7, "found": 50, "updated": 0}
    assert result["related"]["person"] == {"created": 7, "found": 50, "updated": 0}
    undone = json.loads(artel(home, "undo", str(result["change_set"]), "--json").stdout)
    assert undone["conflicts"] == []
    out = tmp_path / "out.csv"
    assert artel(home, "export", "partners", str(out)).returncode == 0
    assert f"{mark} " not in out.read_text("utf-8-sig")


@pytest.mark.only_on("sqlite", "a killed change of many is taken up on the other, by the same means")
def test_a_base_after_the_crashes_is_well(home: Parent) -> None:
    checked = artel(home, "check", "--json")
    assert json.loads(checked.stdout)["well"] is True, checked.stdout
