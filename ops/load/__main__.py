"""Drive `artel serve` as other CRMs were driven, and print what it serves: see README.md beside."""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1] / "tests" / "benchmarks"), str(HERE.parents[1] / "src")]

import artel_server  # noqa: E402 -- found by the line above
from bases import Site, site  # noqa: E402
from driving import Driven, drive  # noqa: E402
from fill import SIZES  # noqa: E402
from importing import Base, children_cpu  # noqa: E402
from operations import OPERATIONS, clients_by_program  # noqa: E402
from processes import cpu_seconds, python  # noqa: E402

CLIENTS = (1, 8)
ROWS = 10_000


@dataclass
class Told:
    """What one database came to. `driven` by operation, for one client and for eight; `rows` and `house` in words."""

    database: str
    load: str = ""
    driven: dict[str, list[Driven]] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    house: dict[str, str] = field(default_factory=dict)


def measured(size: str, database: str, folder: Path, operations: int) -> Told:
    told = Told(database, load=_load())
    with site(size, database, folder) as here:
        told.house["base of the house, MB"] = f"{_base_megabytes(here):,.0f}"
        told.house["cold start to the first page, s (CPU s)"] = _cold(here)
        for name, asks in OPERATIONS.items():
            requests = asks(here.material)
            told.driven[name] = _both(here, name, requests, operations)
        base = _base(here)
        token = _token(base)
        one, many = clients_by_program(token), clients_by_program(token, 100)
        told.driven["create a client (API)"] = _both(here, "API", one, operations)
        told.driven["create 100 clients (API)"] = _both(here, "API, 100", many, 20)
        told.house["memory of a server process at the end, MB"] = f"{here.server.worker_memory() / 2**20:.0f}"
        told.rows.update(_imported(base))
        told.rows.update(_made(base))
    told.load += f" … {_load()}"
    return told


def _base(here: Site) -> Base:
    return Base(here.surroundings, here.postgres if here.database == "postgres" else None)


def _both(here: Site, name: str, requests: Any, operations: int) -> list[Driven]:
    base = _base(here)

    def used() -> float:
        """Of the database those who have ended, too: a query's helpers live no longer than it."""
        return cpu_seconds(here.server.processes()) + base.server_cpu()

    found = []
    for clients in CLIENTS:
        one = drive(artel_server.PORT, requests, used, operations, clients)
        print(
            f"{here.database}: {name}, {clients}: p50 {one.p50:.1f} ms, p95 {one.p95:.1f}, CPU {one.cpu:.1f}, "
            f"{one.throughput:.0f} a second",
            file=sys.stderr,
            flush=True,
        )
        found.append(one)
    return found


def _cold(here: Site) -> str:
    """A restart beside the running database, to the first page of signing in."""
    here.server.stop()
    begun = time.perf_counter()
    here.server.start("/sign-in")
    return f"{time.perf_counter() - begun:.1f} ({cpu_seconds(here.server.processes()):.1f})"


def _base_megabytes(here: Site) -> float:
    if here.database == "sqlite":
        return Path(here.surroundings["ARTEL_DATABASE_URL"].removeprefix("sqlite:///")).stat().st_size / 2**20
    import psycopg

    with psycopg.connect(here.surroundings["ARTEL_DATABASE_URL"]) as asking:
        found = asking.execute("SELECT pg_database_size(current_database())").fetchone()
    return (found[0] if found else 0) / 2**20


def _token(base: Base) -> str:
    return str(base.artel("token", "add", "boss")["token"])


def _imported(base: Base) -> dict[str, str]:
    """Ten thousand clients with a phone and an e-mail from a csv, doubles looked for, one command from its start."""
    with tempfile.TemporaryDirectory(prefix="artel-load-") as folder:
        path = Path(folder) / "clients.csv"
        mark = int(time.time())
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["name", "phone", "email"])
            rows.writerows(
                [f"ООО Завоз {mark} {row}", f"+7 916 {row:07}", f"z{mark}-{row}@example.org"]
                for row in range(ROWS)
            )
        before, begun = base.server_cpu() + children_cpu(), time.perf_counter()
        told = base.artel("import", "partners", str(path))
        took, used = time.perf_counter() - begun, base.server_cpu() + children_cpu() - before
    if told["created"] != ROWS:
        raise SystemExit(f"the import made {told['created']} of {ROWS} rows")
    return {
        f"import of {ROWS:,} clients": f"{ROWS / took:,.0f}/s ({used * 1000 / ROWS:.2f} with the database)"
    }


def _made(base: Base) -> dict[str, str]:
    done = subprocess.run(
        [python(), str(HERE / "creating.py")],
        env=base.environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return {name: f"{rate:,.0f}/s ({cpu:.2f})" for name, (rate, cpu) in json.loads(done.stdout).items()}


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def tables(found: Sequence[Told]) -> Iterator[str]:
    """Markdown: a row an operation, then rows a second, then the house."""
    yield "| operation | database | n | KB | p50 | p95 | CPU ms | a second, 8 clients | p95, 8 clients |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name in found[0].driven:
        for told in found:
            one, eight = told.driven[name]
            yield (
                f"| {name} | {told.database} | {one.operations} | {one.kilobytes:.1f} | {one.p50:.1f} | {one.p95:.1f} | "
                f"{one.cpu:.1f} | {_short(eight.throughput)} | {eight.p95:.0f} |"
            )
    for title, part in (("creating rows, rows a second (CPU ms a row)", "rows"), ("the house", "house")):
        yield ""
        yield f"| {title} | {' | '.join(told.database for told in found)} |"
        yield "|---" * (len(found) + 1) + "|"
        for name in getattr(found[0], part):
            yield f"| {name} | {' | '.join(getattr(told, part)[name] for told in found)} |"


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="ops/load", description=__doc__)
    parser.add_argument(
        "--size", choices=list(SIZES), default="100k", help="deals and clients (default: %(default)s)"
    )
    parser.add_argument(
        "--database", choices=["sqlite", "postgres"], help="one only; both when it is left out"
    )
    parser.add_argument("--operations", type=int, default=120, help="of each kind (default: %(default)s)")
    parser.add_argument(
        "--keep", type=Path, required=True, help="where the filled bases stay; they are written to"
    )
    parser.add_argument("--markdown", action="store_true", help="print tables")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC).isoformat(timespec="minutes")
    databases = [given.database] if given.database else ["sqlite", "postgres"]
    found = [measured(given.size, one, given.keep.resolve(), given.operations) for one in databases]
    if given.markdown:
        loads = ", ".join(f"{one.database} {one.load}" for one in found)
        print(f"{at}, {given.size} deals, load of the machine: {loads}", *tables(found), sep="\n")
    if given.json:
        print(
            json.dumps(
                {"at": at, "size": given.size, "found": [asdict(one) for one in found]}, ensure_ascii=False
            )
        )


if __name__ == "__main__":
    main()
