"""What touches many rows at once: an edit of ten thousand deals and its undo, an export of all, and who waits meanwhile; deep pages; the start.

- **bulk**: the comment of the deals of one stage (a tenth of all), by the job that a person orders, against one prepared UPDATE a row in
  one transaction on a twin of the table with its indexes, without triggers; then its undo against the edit.
- **export**: all deals into csv by `artel export`, every field, against seven columns of the table by the driver and Python's csv.
- **waits**: a writer's p95 beside the edit, and beside a funnel that is asked again and again, against him alone.
- **deep**: a page of the API four hundred pages down against the first one.
- **cold**: from `artel serve` to the first answer, against the baseline's under gunicorn.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import artel_server
from bases import BARE_PORT, HERE, Site, bare
from findings import Finding
from importing import WRITERS_BOUND, Base, children_cpu, waited, writer
from measure import Request, send
from processes import python

UNDO_BOUND, DEEP_BOUND = 1, 1.2
PAGES_DOWN, DEEP_LIMIT = 400, 50
COLUMNS = ("code", "name", "status", "potential", "probability", "started_at", "comment")

EDIT = """
import json, sys, time, django
django.setup()
from artel.domains.deals.commands import change_deal
from artel.kernel.actors import Actor
from artel.kernel.jobs.worker import drain
from artel.kernel.people import User
from artel.kernel.undoing import undo_change_set
from artel.screens.bulk import matching
from artel.screens.bulk.edits import edit_of
from artel.screens.filters import Leaf
boss = Actor.person(User.objects.get(login="boss"))
if sys.argv[1] == "undo":
    print(json.dumps({"conflicts": len(undo_change_set(boss, int(sys.argv[2])).conflicts)}))
else:
    values = change_deal.read({"comment": sys.argv[2]}, boss)
    job = matching.order(edit_of(boss, change_deal, values), matching.Matching(Leaf("stage", "equals", sys.argv[1])))
    drain()
    job.refresh_from_db()
    print(json.dumps(job.result))
"""
TOKEN = """
import django
django.setup()
from artel.kernel.actors import Actor
from artel.kernel.admission import issue_token, new_secret, token_arguments
from artel.kernel.people import User
secret = new_secret()
issue_token(Actor.system("benchmarks"), User.objects.get(login="boss"), **token_arguments(secret, "benchmarks"))
print(secret)
"""


def measured(here: Site, names: set[str]) -> Iterator[Finding]:
    """The figures of this file that are named."""
    base = Base(here.surroundings, here.postgres if here.database == "postgres" else None)
    if "deep" in names:
        yield _deep(here, base)
    if "export" in names:
        yield _export(here, base)
    if "bulk" in names:
        yield from _bulk(here, base)
    if "cold" in names:
        yield _cold(here)


def _told(base: Base, script: str, *words: str) -> str:
    command = [python(), "-c", script, *words]
    return subprocess.run(command, env=base.environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _spent(base: Base, script: str, *words: str) -> tuple[Any, float, float]:
    """What a process of ours answers, its CPU seconds with those of the database, and how long it took."""
    began, server, started = children_cpu(), base.server_cpu(), time.monotonic()
    answer = json.loads(_told(base, script, *words))
    return answer, children_cpu() - began + base.server_cpu() - server, time.monotonic() - started


def _bulk(here: Site, base: Base) -> Iterator[Finding]:
    stage = here.material.stages[0]
    mark = f"edited at {time.time():.0f}"
    done, ours, took = _spent(base, EDIT, stage, mark)
    bare_cpu = _bare_update(here, stage)
    detail = {
        "CPU s": ours,
        "of UPDATE": bare_cpu,
        "s": took,
        **{name: done[name] for name in ("rows", "changed", "refused")},
    }
    yield Finding("bulk edit / UPDATE", here.database, here.size, ours / bare_cpu, None, detail=detail)
    undone, spent, seconds = _spent(base, EDIT, "undo", str(done["change_set"]))
    if undone["conflicts"]:
        raise SystemExit(f"the undo of the edit left {undone['conflicts']} rows")
    yield Finding(
        "undo / bulk edit",
        here.database,
        here.size,
        spent / ours,
        UNDO_BOUND,
        detail={"CPU s": spent, "s": seconds},
    )
    yield from _waits(here, base, stage)


def _waits(here: Site, base: Base, stage: str) -> Iterator[Finding]:
    alone = [_alone(base)]
    process = writer(base, 600)
    done = json.loads(_told(base, EDIT, stage, f"beside {time.time():.0f}"))
    beside_edit = waited(process)
    _told(base, EDIT, "undo", str(done["change_set"]))
    process = writer(base, 600)
    until = time.monotonic() + 10
    person = here.material.people["boss"]
    while time.monotonic() < until:
        send(artel_server.PORT, person.get("/reports/sales-funnel"))
    beside_report = waited(process)
    alone.append(_alone(base))
    least = min(alone)
    for what, beside in (("a bulk edit", beside_edit), ("reports", beside_report)):
        detail = {"p95 ms": beside, "alone": least}
        yield Finding(
            f"writers' p95 beside {what}",
            here.database,
            here.size,
            beside / least,
            WRITERS_BOUND,
            detail=detail,
        )


def _alone(base: Base) -> float:
    process = writer(base, 5)
    time.sleep(5)
    return waited(process)


def _bare_update(here: Site, stage: str) -> float:
    """CPU seconds of one prepared UPDATE a row on a twin of the table, in one transaction."""
    if here.database == "sqlite":
        return _bare_update_in_sqlite(here, stage.replace("-", ""))
    import psycopg

    base = Base(here.surroundings, here.postgres)
    with psycopg.connect(here.surroundings["ARTEL_DATABASE_URL"], autocommit=True) as server:
        server.execute("CREATE TABLE twin_deal (LIKE deals_deal INCLUDING ALL)")
        server.execute("INSERT INTO twin_deal SELECT * FROM deals_deal")
        keys = server.execute("SELECT id FROM deals_deal WHERE stage_id = %s", [stage]).fetchall()
        before = base.server_cpu() + time.process_time()
        with server.transaction(), server.cursor() as cursor:
            cursor.executemany(
                "UPDATE twin_deal SET comment = 'edited', version = version + 1 WHERE id = %s", keys
            )
        used = base.server_cpu() + time.process_time() - before
        server.execute("DROP TABLE twin_deal")
    return used


def _bare_update_in_sqlite(here: Site, stage: str) -> float:
    file = here.surroundings["ARTEL_DATABASE_URL"].removeprefix("sqlite:///")
    with tempfile.TemporaryDirectory(dir=Path(file).parent) as folder:
        twin = sqlite3.connect(Path(folder) / "twin", isolation_level=None)
        twin.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; ATTACH '{file}' AS house;")
        shapes = "SELECT sql FROM house.sqlite_master WHERE tbl_name = 'deals_deal' AND type IN ('table', 'index') AND sql IS NOT NULL"
        for (sql,) in twin.execute(f"{shapes} ORDER BY type = 'index'").fetchall():
            twin.execute(sql)
        twin.execute("INSERT INTO main.deals_deal SELECT * FROM house.deals_deal")
        keys = twin.execute("SELECT id FROM main.deals_deal WHERE stage_id = ?", [stage]).fetchall()
        before = time.process_time()
        twin.execute("BEGIN IMMEDIATE")
        twin.executemany(
            "UPDATE main.deals_deal SET comment = 'edited', version = version + 1 WHERE id = ?", keys
        )
        twin.execute("COMMIT")
        used = time.process_time() - before
        twin.close()
    return used


BARE_EXPORT = """
import csv, resource, sys
columns, address, path = sys.argv[1], sys.argv[2], sys.argv[3]
if address.startswith("sqlite"):
    import sqlite3
    rows = sqlite3.connect(address.removeprefix("sqlite:///")).execute(f"SELECT {columns} FROM deals_deal ORDER BY id")
else:
    import psycopg
    rows = psycopg.connect(address).cursor("all")
    rows.itersize = 2000
    rows.execute(f"SELECT {columns} FROM deals_deal ORDER BY id")
with open(path, "w", newline="") as file:
    csv.writer(file).writerows(rows)
print("{}")
"""


def _export(here: Site, base: Base) -> Finding:
    with tempfile.TemporaryDirectory() as folder:
        began, server, started = children_cpu(), base.server_cpu(), time.monotonic()
        told = base.artel("export", "deals", f"{folder}/deals.csv")
        ours, took = children_cpu() - began + base.server_cpu() - server, time.monotonic() - started
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        address = here.surroundings["ARTEL_DATABASE_URL"]
        _none, bare_cpu, _seconds = _spent(
            base, BARE_EXPORT, ", ".join(COLUMNS), address, f"{folder}/bare.csv"
        )
    detail = {
        "CPU s": ours,
        "of the driver": bare_cpu,
        "s": took,
        "rows": told["rows"],
        "MB at most": largest,
    }
    return Finding("export / driver and csv", here.database, here.size, ours / bare_cpu, None, detail=detail)


def _deep(here: Site, base: Base) -> Finding:
    secret = _told(base, TOKEN).strip()
    headers = (("Authorization", f"Bearer {secret}"),)
    first = f"/api/v1/deals?sort=-potential&limit={DEEP_LIMIT}"
    cursor, pages = "", 0
    line = HTTPConnection("127.0.0.1", artel_server.PORT, timeout=60)
    while pages < PAGES_DOWN:
        line.request("GET", first + (f"&cursor={quote(cursor)}" if cursor else ""), headers=dict(headers))
        told = json.loads(line.getresponse().read())
        if not told["next"]:
            break
        cursor, pages = told["next"], pages + 1
    figures = [
        here.run(lambda _n, path=path: Request(path, headers=headers))
        for path in (first, f"{first}&cursor={quote(cursor)}")
    ]
    detail = {"pages down": pages, **figures[1].detail(), **figures[0].detail("first ")}
    return Finding(
        "deep page / first page",
        here.database,
        here.size,
        figures[1].cpu / figures[0].cpu,
        DEEP_BOUND,
        detail=detail,
    )


def _cold(here: Site) -> Finding:
    """Seconds until the first answer; the median of three starts."""
    ours = sorted(
        _started(
            [python(), "-m", "artel.site.cli", "serve", "--port", "18310"],
            18310,
            here.surroundings,
            "/sign-in",
        )
        for _ in range(3)
    )[1]
    with bare(here):
        pass
    command = [
        python(),
        "-m",
        "gunicorn",
        "-w",
        "1",
        "-b",
        f"127.0.0.1:{BARE_PORT}",
        "bare_django:application",
    ]
    others = sorted(_started(command, BARE_PORT, {}, "/ping", HERE / "bare") for _ in range(3))[1]
    return Finding(
        "cold start / bare",
        here.database,
        here.size,
        ours / others,
        None,
        detail={"s": ours, "bare s": others},
    )


def _started(
    command: list[str], port: int, surroundings: dict[str, str], path: str, folder: Path | None = None
) -> float:
    began = time.monotonic()
    with subprocess.Popen(
        command,
        env={**os.environ, **surroundings},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            while True:
                try:
                    line = HTTPConnection("127.0.0.1", port, timeout=5)
                    line.request("GET", path)
                    line.getresponse().read()
                    return time.monotonic() - began
                except OSError:
                    time.sleep(0.01)
        finally:
            process.terminate()
            process.wait(20)
