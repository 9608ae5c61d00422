"""An import of people, against COPY of the same rows; its undo; how long others wait meanwhile; deals with all they bring along.

The file: a person with partner, role, position, phone and e-mail a row, 2 % bad, 5 % repeated; journal and search are
written. CPU is that of the importing process, its start included, and of the database. COPY takes the same physical rows
(people, roles, contact points, row changes, search entries) into empty twins of the tables with all their indexes, without
triggers and foreign keys. A writer changes partners one by one, alone and beside the import.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import artel_server
from findings import Finding
from processes import PostgreSQL, cpu_seconds, python

TICKS = os.sysconf("SC_CLK_TCK")
COMPANIES = 2_000
IMPORT_BOUND, WRITERS_BOUND = 8, 5
WRITER = """
import sys, time, django
django.setup()
from artel.domains.partners.commands import partners
from artel.domains.partners.models import Partner
from artel.kernel.actors import Actor
actor, keys, waits = Actor.system("benchmarks"), list(Partner.objects.values_list("pk", flat=True)[:50]), []
print("ready", flush=True)
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until and not sys.stdin in __import__("select").select([sys.stdin], [], [], 0)[0]:
    started = time.monotonic()
    partners.change(actor, keys[len(waits) % 50], comment=str(len(waits)))
    waits.append(time.monotonic() - started)
waits.sort()
print(waits[int(len(waits) * 0.95)] * 1000, flush=True)
"""


@dataclass
class Base:
    """A base under measurement and the processes that work for it."""

    surroundings: dict[str, str]
    postgres: PostgreSQL | None = None
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = {**os.environ, **self.surroundings}

    def artel(self, *words: str) -> dict[str, Any]:
        command = [python(), "-m", "artel.site.cli", *words, "--json"]
        said = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True
        ).stdout
        answer: dict[str, Any] = json.loads(said)
        return answer

    def server_cpu(self) -> float:
        """Seconds of the server: its living processes and those that have ended."""
        if self.postgres is None:
            return 0.0
        stat = Path(f"/proc/{self.postgres.postmaster}/stat").read_text().rpartition(")")[2].split()
        return cpu_seconds(self.postgres.backends()) + (int(stat[13]) + int(stat[14])) / TICKS


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def write_files(folder: Path, rows: int) -> tuple[Path, Path]:
    """The partners and the people; the same for the same number of rows."""
    chance = random.Random(20261121)
    names = [f"Общество {number:05} «Ёлка»" for number in range(COMPANIES)]
    companies, people = folder / "companies.csv", folder / "people.csv"
    with companies.open("w", newline="") as stream:
        csv.writer(stream).writerows([["name"], *([name] for name in names)])
    lines: list[list[str]] = []
    for number in range(rows):
        fate = chance.random()
        line = [
            chance.choice(names),
            f"{chance.choice(('Орлов', 'Ёлкин', 'Белов', 'Жуков'))}{number}",
            chance.choice(("Иван", "Пётр", "Олег", "Семён")),
            "Иванович",
            chance.choice(("Решает", "Влияет", "Пользуется")),
            chance.choice(("Директор", "Бухгалтер", "Инженер", "Закупщик")),
            f"+7 9{chance.randrange(10**9):09}",
            "нет почты" if fate < 0.02 else f"person{number}@example.org",
        ]
        lines.append(list(chance.choice(lines)) if lines and 0.02 <= fate < 0.07 else line)
    header = ["partner", "last_name", "first_name", "middle_name", "role", "position", "phone", "email"]
    with people.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
    return companies, people


OWN = {
    "partners_person": "true",
    "partners_contactrole": "true",
    "partners_personcontactpoint": "true",
    "search_searchentry": "entity = 'partners.person'",
    "journal_rowchange": "set_id IN (SELECT id FROM journal_changeset WHERE parent_id = {parent})",
}
"""The tables that an import of people writes, and which rows of them are its own."""


def copied(base: Base, parent: int) -> tuple[int, float]:
    """(physical rows, CPU seconds) of loading what the import wrote into twins of its tables with all their indexes.

    PostgreSQL loads by COPY. SQLite has none: its own fastest way is one transaction of prepared inserts.
    """
    own = {table: condition.format(parent=parent) for table, condition in OWN.items()}
    if base.postgres is None:
        return _copied_in_sqlite(base.surroundings["ARTEL_DATABASE_URL"].removeprefix("sqlite:///"), own)
    import psycopg

    rows = 0
    with psycopg.connect(base.surroundings["ARTEL_DATABASE_URL"], autocommit=True) as server:
        content: dict[str, bytes] = {}
        for table, condition in own.items():
            server.execute(f"CREATE TABLE twin_{table} (LIKE {table} INCLUDING ALL)")
            with server.cursor().copy(f"COPY (SELECT * FROM {table} WHERE {condition}) TO STDOUT") as copy:
                content[table] = b"".join(copy)
            rows += content[table].count(b"\n")
        before = base.server_cpu() + time.process_time()
        for table, text in content.items():
            with server.cursor().copy(f"COPY twin_{table} FROM STDIN") as copy:
                copy.write(text)
        used = base.server_cpu() + time.process_time() - before
        for table in own:
            server.execute(f"DROP TABLE twin_{table}")
    return rows, used


def _copied_in_sqlite(file: str, own: Mapping[str, str]) -> tuple[int, float]:
    source = sqlite3.connect(file)
    content = {
        table: source.execute(f"SELECT * FROM {table} WHERE {condition}").fetchall()
        for table, condition in own.items()
    }
    shapes = source.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND (tbl_name IN "
        f"({', '.join('?' * len(own))}) AND type IN ('table', 'index') OR name = 'search_grams' "
        "OR tbl_name = 'search_searchentry' AND type = 'trigger') ORDER BY type = 'trigger', type = 'index'",
        list(own),
    ).fetchall()
    twins = Path(file).with_name("twins.sqlite3")
    target = sqlite3.connect(twins, isolation_level=None)
    target.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    for (sql,) in shapes:
        target.execute(sql)
    before = time.process_time()
    target.execute("BEGIN IMMEDIATE")
    for table, rows in content.items():
        if rows:
            target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    target.execute("COMMIT")
    used = time.process_time() - before
    target.close()
    for leftover in twins.parent.glob("twins.sqlite3*"):
        leftover.unlink()
    return sum(map(len, content.values())), used


def writer(base: Base, seconds: float) -> subprocess.Popen[str]:
    command = [python(), "-c", WRITER, str(seconds)]
    process = subprocess.Popen(
        command, env=base.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()
    return process


def waited(process: subprocess.Popen[str]) -> float:
    """The writer's p95, ms; it is told to stop."""
    return float(process.communicate("\n")[0])


def measure(base: Base, folder: Path, rows: int) -> Iterator[Finding]:
    database, size = "postgres" if base.postgres else "sqlite", f"{rows // 1000}k rows"
    companies, people = write_files(folder, rows)
    base.artel("import", "partners", str(companies))
    began, server = children_cpu(), base.server_cpu()
    result = base.artel("import", "contact-people", str(people))
    ours, backend = children_cpu() - began, base.server_cpu() - server
    count, used = copied(base, result["change_set"])
    told = {name: result[name] for name in ("created", "skipped", "refused")}
    detail = {"CPU s": ours + backend, "of COPY": used, "physical rows": count, **told}
    yield Finding("import / COPY", database, size, (ours + backend) / used, IMPORT_BOUND, detail=detail)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    speed = rows / result["seconds"]
    yield Finding("import, rows a second", database, size, speed, None, "rows/s", {"MB at most": largest})
    began, server = children_cpu(), base.server_cpu()
    started = time.monotonic()
    undone = base.artel("undo", str(result["change_set"]))
    took, spent = time.monotonic() - started, children_cpu() - began + base.server_cpu() - server
    detail = {"CPU s": spent, "s": took, "import s": result["seconds"], "rows": undone["restored"]}
    yield Finding("undo / import", database, size, spent / (ours + backend), 1, detail=detail)
    if undone["conflicts"]:
        raise SystemExit(f"the undo left {len(undone['conflicts'])} rows: {undone['conflicts'][0]}")
    yield _beside(base, people, database, size)
    yield from _brought(base, folder, rows, database)


def _brought(base: Base, folder: Path, rows: int, database: str) -> Iterator[Finding]:
    """Deals alone, then deals whose rows bring along a client, new or known, and a contact person."""
    chance, path, size = random.Random(20261128), folder / "deals.csv", f"{rows // 1000}k rows"
    plain = ["name", "kind", "potential"]
    brought = ["partner.name", "partner.phone", "person.name", "person.phone", "person.position"]
    for what, head in (("deals", plain), ("deals with clients and people", [*plain, *brought])):
        lines = []
        for number in range(rows):
            firm = chance.randrange(rows // 5)
            client = [f"Фирма {firm:05}", f"+7 495 {firm:07}"]
            who = [f"Орлов{firm} Иван{number % 3} Петрович", f"+7 9{number:09}", "Директор"]
            lines.append([f"Сделка {number}", "Продажа", str(number), *client, *who][: len(head)])
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows([head, *lines])
        result = base.artel("import", "deals", str(path))
        speed = rows / result["seconds"]
        told = {part: counts["created"] for part, counts in result["related"].items()}
        yield Finding(f"import of {what}, rows a second", database, size, speed, None, "rows/s", told)


def _beside(base: Base, people: Path, database: str, size: str) -> Finding:
    """How long another writer waits while the import runs, against him alone just before and just after."""
    alone = [_alone(base)]
    process = writer(base, 600)
    base.artel("import", "contact-people", str(people))
    beside = waited(process)
    alone.append(_alone(base))
    least = min(alone)
    detail = {"p95 ms": beside, "alone": least}
    return Finding("other writers' p95", database, size, beside / least, WRITERS_BOUND, detail=detail)


def _alone(base: Base) -> float:
    process = writer(base, 8)
    time.sleep(8)
    return waited(process)


def measured(database: str, folder: Path, rows: int = 20_000) -> Iterator[Finding]:
    """In a base of its own, empty but for the companies."""
    with tempfile.TemporaryDirectory(prefix="artel-import-", dir=folder) as name:
        here = Path(name)
        here.chmod(0o755)
        postgres = PostgreSQL(here / "postgresql") if database == "postgres" else None
        address = f"sqlite:///{here / 'artel.sqlite3'}"
        if postgres:
            postgres.start()
            postgres.create("artel_import", fresh=True)
            address = postgres.address("artel_import")
        base = Base(artel_server.environment(here / "home", address), postgres)
        try:
            artel_server.migrate(base.surroundings)
            yield from measure(base, here, rows)
        finally:
            if postgres:
                postgres.stop()
