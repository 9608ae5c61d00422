"""`python tests/benchmarks/importing.py [--rows N] [--database sqlite|postgres]`: an import of people, against COPY.

The file: a person with partner, role, position, phone and e-mail a row, 2 % bad, 5 % repeated; journal and search are
written. CPU is that of the importing process and of the database. COPY takes the same physical rows (people, roles,
contact points, row changes, search entries) into empty twins of the tables with all their indexes, without triggers.
A writer changes partners one by one, alone and beside the import.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import artel_server
from processes import PostgreSQL, cpu_seconds, python

TICKS = os.sysconf("SC_CLK_TCK")
COMPANIES = 2_000
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


def copied(base: Base, parent: int) -> tuple[int, float]:
    """(physical rows, CPU seconds) of COPY of what the import wrote into twins of its tables."""
    import psycopg

    assert base.postgres is not None
    own = {
        "partners_person": "true",
        "partners_contactrole": "true",
        "partners_personcontactpoint": "true",
        "search_searchentry": "entity = 'partners.person'",
        "journal_rowchange": f"set_id IN (SELECT id FROM journal_changeset WHERE parent_id = {parent})",
    }
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


def measure(base: Base, folder: Path, rows: int) -> None:
    companies, people = write_files(folder, rows)
    base.artel("import", "partners", str(companies))
    cpu, server = children_cpu(), base.server_cpu()
    result = base.artel("import", "contact-people", str(people))
    client, backend = children_cpu() - cpu, base.server_cpu() - server
    print(json.dumps({name: result[name] for name in ("rows", "created", "updated", "skipped", "refused")}))
    print(
        f"import: {rows / result['seconds']:8.0f} rows/s, {result['seconds']:.1f} s; CPU {client:.1f} s of ours, {backend:.1f} s of the server"
    )
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"memory: {largest} MB at most")
    if base.postgres:
        count, used = copied(base, result["change_set"])
        print(
            f"COPY of the same {count} physical rows: CPU {used:.2f} s; import / COPY = {(client + backend) / used:.1f} (bound 8)"
        )
    started = time.monotonic()
    undone = base.artel("undo", str(result["change_set"]))
    print(
        f"undo:   {undone['restored']} rows in {time.monotonic() - started:.1f} s, {len(undone['conflicts'])} stay"
    )
    process = writer(base, 8)
    time.sleep(8)
    alone = waited(process)
    process = writer(base, 600)
    base.artel("import", "contact-people", str(people))
    beside = waited(process)
    print(
        f"another writer's p95: alone {alone:.1f} ms, beside the import {beside:.1f} ms = {beside / alone:.1f} (bound 5)"
    )


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="postgres")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="artel-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        postgres = PostgreSQL(folder / "postgresql") if given.database == "postgres" else None
        address = f"sqlite:///{folder / 'artel.sqlite3'}"
        if postgres:
            postgres.start()
            postgres.create("artel_import", fresh=True)
            address = postgres.address("artel_import")
        base = Base(artel_server.environment(folder / "home", address), postgres)
        try:
            base.artel("migrate")
            measure(base, folder, given.rows)
        finally:
            if postgres:
                postgres.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
