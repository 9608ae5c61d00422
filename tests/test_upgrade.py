"""A base made by the previous state of the house is brought up to date and loses nothing.

The previous state is the newest commit whose set of migrations is another than the present one, or the commit named in
`upgrade_from`, from which migrations are never edited again. What a migration does to rows it does in a change set: every
row it did not journal must be what it was.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[1]
MARKER = Path(__file__).with_name("upgrade_from")
MIGRATIONS = ":(glob)src/artel/**/migrations/*.py"
PATIENCE = 240

FILL = """
from pathlib import Path
import os, django
django.setup()
from artel.site.demo import Record, fill
fill(Record(Path(os.environ["ARTEL_HOME"]) / "demo.json"))
"""

# Raw rows, so that the same lines read a base of any age: table -> columns and rows by key.
DUMP = """
import json, django
django.setup()
from django.db import connection
found = {}
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f'SELECT * FROM "{table}"')
        columns = [each[0] for each in cursor.description]
        found[table] = [dict(zip(columns, row)) for row in cursor.fetchall()]
print(json.dumps(found, default=str))
"""

BUSINESS = """
import json, django
django.setup()
from artel.kernel.journal.catalogue import journalled_models
print(json.dumps({model._meta.label_lower: model._meta.db_table for model in journalled_models()}))
"""

Rows = dict[str, list[dict[str, Any]]]


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the history of the project cannot be read here: {done.stderr.strip()}")
    return done.stdout


@pytest.fixture(scope="module")
def marker() -> str:
    """The commit from which migrations are frozen."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: there is no previous state to upgrade from")
    commit = MARKER.read_text().split()[0]
    _git("cat-file", "-e", f"{commit}^{{commit}}")
    return commit


def _migrations_of(commit: str) -> set[str]:
    names = _git("ls-tree", "-r", "--name-only", commit, "src/artel").splitlines()
    return {name for name in names if "/migrations/" in name and name.endswith(".py")}


def _previous(marker: str) -> str:
    """The newest commit since the marker that knew other migrations than the files here, or the marker."""
    present = {str(path.relative_to(ROOT)) for path in (ROOT / "src/artel").glob("**/migrations/*.py")}
    since = _git("rev-list", "--first-parent", f"{marker}..HEAD").split()
    return next((commit for commit in since if _migrations_of(commit) != present), marker)


@pytest.fixture(scope="module")
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty base, on the database that is tested."""
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('upgrade') / 'old.sqlite3'}"
        return
    import psycopg

    name, server = f"upgrade_{os.getpid()}", os.environ["ARTEL_DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        )
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _run(source: Path, home: Path, address: str, *words: str) -> str:
    """Python with the code of `source` on the base at `address`: what it prints."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("ARTEL_", "DJANGO_"))}
    given = {"PYTHONPATH": str(source), "ARTEL_HOME": str(home), "ARTEL_DATABASE_URL": address}
    done = subprocess.run(
        [sys.executable, *words],
        env={**bare, **given, "DJANGO_SETTINGS_MODULE": "artel.site.settings", "ARTEL_LOG_LEVEL": "WARNING"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(words)[:200]}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_migrations_are_not_edited_once_they_are_frozen(marker: str) -> None:
    """A base that has run a migration never runs it again: a change is a migration of its own."""
    edited = _git("diff", "--name-status", "--no-renames", "--diff-filter=MD", marker, "--", MIGRATIONS)
    assert edited == "", (
        "undo these edits, or name a later commit in tests/upgrade_from while nothing is released"
    )


def test_a_base_of_the_previous_state_is_brought_up_to_date(
    marker: str, address: str, tmp_path: Path
) -> None:
    archive = subprocess.run(
        ["git", "archive", _previous(marker), "src"], cwd=ROOT, capture_output=True, check=True
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
        # Python before 3.11.4 knows no filter, and takes no notice of one.
        packed.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
        packed.extractall(tmp_path)
    old, new, home = tmp_path / "src", ROOT / "src", tmp_path / "home"
    _run(old, home, address, "-m", "artel.site.cli", "migrate")
    _run(old, home, address, "-c", FILL)
    before: Rows = json.loads(_run(old, home, address, "-c", DUMP))

    _run(new, home, address, "-m", "artel.site.cli", "migrate")
    after: Rows = json.loads(_run(new, home, address, "-c", DUMP))
    tables: dict[str, str] = json.loads(_run(new, home, address, "-c", BUSINESS))
    _run(new, home, address, "-m", "artel.site.cli", "check")

    assert len(before[tables["partners.partner"]]) > 10, "the demo has filled nothing"
    assert _told_of(after, before) == before["journal_changeset"], "the journal itself is kept"
    touched = _touched(after, before)
    for label, table in tables.items():
        if table in before:
            assert _differing(before[table], after[table]) <= touched.get(label, set()), label


def _told_of(after: Rows, before: Rows) -> list[dict[str, Any]]:
    """The change sets of the old base as they stand now, with the columns they had."""
    known = {each["id"]: each for each in after["journal_changeset"]}
    return [{name: known[row["id"]].get(name) for name in row} for row in before["journal_changeset"]]


def _touched(after: Rows, before: Rows) -> dict[str, set[str]]:
    """Entity -> keys of the rows that the upgrade journalled."""
    old = {each["id"] for each in before["journal_changeset"]}
    labels = {each["id"]: each["name"].lower() for each in after["journal_journaltable"]}
    found: dict[str, set[str]] = {}
    for change in after["journal_rowchange"]:
        if change["set_id"] not in old:
            found.setdefault(labels[change["table_id"]], set()).add(str(change["row_id"]))
    return found


def _differing(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> set[str]:
    """Keys of rows that came, went or differ in the columns known to both."""
    old, new = ({str(row["id"]): row for row in rows} for rows in (before, after))
    shared = {
        key for key in old.keys() & new.keys() if _common(old[key], new[key]) != _common(new[key], old[key])
    }
    return shared | (old.keys() ^ new.keys())


def _common(row: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in other}
