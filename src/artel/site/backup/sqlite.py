"""SQLite: its own online copy, taken in one read transaction, beside the writers."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import time
from typing import IO

from django.conf import settings
from django.db import connection

from .databases import Take
from .manifest import Table

ASIDE = "backup-"
LONGEST = 24 * 3600
"""How folders of the home begin in which a copy is made, and the seconds after which nobody works in one any more."""

BLOCK = 1 << 20
BESIDE = ("-wal", "-shm", "-journal")
_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
)


class Copy:
    """A finished copy in a file of ours."""

    packed = True

    def __init__(self, path: Path) -> None:
        self.path = path

    def tables(self) -> dict[str, Table]:
        return _tables(self.path)

    def column(self, sql: str) -> list[str]:
        with closing(sqlite3.connect(self.path)) as base:
            return [str(value) for (value,) in base.execute(sql)]

    def dump(self, take: Take) -> None:
        with self.path.open("rb") as source:
            while some := source.read(BLOCK):
                take(some)


@contextmanager
def moment() -> Iterator[Copy]:
    """The copy lies in the home while the block runs."""
    _forget_leftovers()
    with tempfile.TemporaryDirectory(prefix=ASIDE, dir=settings.HOME) as folder:
        path = Path(folder) / "database"
        with (
            connection.wrap_database_errors,
            closing(sqlite3.connect(_file())) as source,
            closing(sqlite3.connect(path)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        yield Copy(path)


def _forget_leftovers() -> None:
    """Copies that a killed backup left in the home: no erasure would reach them."""
    for left in Path(settings.HOME).glob(f"{ASIDE}*"):
        with suppress(FileNotFoundError):
            if max((one.stat().st_mtime for one in [left, *left.iterdir()]), default=0) < time() - LONGEST:
                shutil.rmtree(left, ignore_errors=True)


def _file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _tables(path: Path) -> dict[str, Table]:
    with closing(sqlite3.connect(path)) as base:
        names = [name for (name,) in base.execute(_TABLES)]
        count = 'SELECT count(*) FROM "{}"'.format
        return {name: Table(base.execute(count(name)).fetchone()[0]) for name in names}


class File:
    """The file of this house's base."""

    def others(self) -> str:
        path = _file()
        if not path.exists():
            return ""
        connection.close()
        try:
            with closing(sqlite3.connect(path, timeout=1)) as base:
                # Its log can only be given up by who is alone with it; that also brings everything into the one file.
                base.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.DatabaseError as error:
            # Anything else is damage: all the more reason to put a copy in its place.
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                return f"a process has {path} open"
        return ""

    def put_aside(self, stamp: str) -> str:
        path = _file()
        connection.close()
        if not path.exists():
            return ""
        aside = path.with_name(f"{path.name}.before-{stamp}")
        for tail in ("", *BESIDE):
            if (one := path.with_name(path.name + tail)).exists():
                one.rename(aside.with_name(aside.name + tail))
        return str(aside)

    def put_back(self, aside: str) -> None:
        path = _file()
        connection.close()
        for tail in ("", *BESIDE):
            path.with_name(path.name + tail).unlink(missing_ok=True)
            if aside and (one := Path(aside + tail)).exists():
                one.rename(path.with_name(path.name + tail))

    def load(self, source: IO[bytes]) -> None:
        path = _file()
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            shutil.copyfileobj(source, out, BLOCK)
            out.flush()
            os.fsync(out.fileno())

    def tables(self) -> dict[str, Table]:
        return _tables(_file())

    def damage(self) -> str:
        try:
            with closing(sqlite3.connect(_file())) as base:
                (said,) = base.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as wrong:
            return str(wrong)
        return "" if said == "ok" else str(said)
