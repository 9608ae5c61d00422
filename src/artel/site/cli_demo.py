"""`artel demo`: a ready CRM in one command, filled, served and ended whole."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from .children import Child, running, stopped_by_signals
from .demo import SIZES, Persona, Record, fill
from .subcommands import Failure, subcommand

HOST = "127.0.0.1"
READY_SECONDS = 60


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="port on this machine (default: %(default)s)")
    parser.add_argument(
        "--size",
        choices=list(SIZES),
        default="small",
        help="how much demo data a new base gets; 100k clients and deals take some minutes, "
        "1m half an hour and more (default: %(default)s)",
    )
    parser.add_argument(
        "--postgres", action="store_true", help="use a PostgreSQL from a wheel instead of SQLite"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="throw away the demo base made earlier and make a new one"
    )


def _home() -> Path:
    return Path(os.environ.get("ARTEL_HOME") or "var").resolve()


def _kind() -> str:
    return (os.environ.get("ARTEL_DATABASE_URL") or "sqlite").partition(":")[0]


def _prepare(given: Namespace) -> None:
    """Before the settings are read: which database, and whether an old one goes."""
    os.environ.setdefault("ARTEL_LOG_LEVEL", "WARNING")
    if given.postgres:
        os.environ["ARTEL_DATABASE_URL"] = "embedded-postgresql:"
    _home().mkdir(mode=0o700, parents=True, exist_ok=True)
    given.lock = _only_one()
    given.record = Record(_home() / f"demo-{_kind()}.json")
    known = given.record.read()
    if given.fresh or (known and not known[0]):
        _throw_away(given.record)


def _only_one() -> int:
    lock = os.open(_home() / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as busy:
        raise Failure(f"A demo is already running with the data in {_home()}.") from busy
    return lock


def _throw_away(record: Record) -> None:
    """Delete the base that a demo made, and nothing else."""
    own = (
        [_home() / f"artel.sqlite3{end}" for end in ("", "-wal", "-shm")]
        if _kind() == "sqlite"
        else [_home() / "postgresql"]
    )
    there = [path for path in own if path.exists()]
    if (os.environ.get("ARTEL_DATABASE_URL") or "embedded-postgresql:") != "embedded-postgresql:":
        raise Failure("The base named by ARTEL_DATABASE_URL is not thrown away by a demo: empty it yourself.")
    if there and record.read() is None:
        raise Failure(
            f"{there[0]} was not made by a demo and stays. Set ARTEL_HOME to another folder for the demo."
        )
    for path in there:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    record.path.unlink(missing_ok=True)


@subcommand(
    "demo", "a ready CRM with demo data on this machine, until Ctrl-C", arguments=_arguments, prepare=_prepare
)
def demo(given: Namespace) -> None:
    """Answers on stdout as soon as pages are served: the address and who may sign in."""
    with stopped_by_signals():
        _require_free(given.port)
        people = _prepared(given.record, SIZES[given.size])
        if people:
            os.environ["ARTEL_DEMO"] = str(given.record.path)
        with running(["serve", "--host", HOST, "--port", str(given.port)], ["worker"]) as children:
            _await_pages(given.port, children)
            print(_welcome(given, people), flush=True)
            _until_one_ends(children)


def _prepared(record: Record, more: int) -> list[Persona]:
    """The base migrated and, when nobody is in it yet, filled; answers who may sign in."""
    from artel.kernel.models import User

    from .cli_migrate import run as migrate

    print("artel: preparing the database", file=sys.stderr, flush=True)
    migrate()
    if known := record.read():
        return known[1]
    return [] if User.objects.exists() else fill(record, more)


def _require_free(port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError as taken:
            raise Failure(
                f"Port {port} cannot be used ({taken.strerror}): choose another with --port."
            ) from taken


def _welcome(given: Namespace, people: Sequence[Persona]) -> str:
    address = f"http://{HOST}:{given.port}/"
    if given.json:
        return json.dumps(
            {"address": address, "people": [asdict(each) for each in people]}, ensure_ascii=False
        )
    signs = [f"  {each.role:<15} {each.login:<10} {each.password}" for each in people]
    told = signs or ["  This base was filled before: sign in as the people who are in it."]
    return "\n".join([f"Artel is ready: {address}", *told, "Ctrl-C ends it."])


def _await_pages(port: int, children: Sequence[Child]) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and all(child.poll() is None for child in children):
        with socket.socket() as tried:
            if tried.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise Failure("The pages did not start: see the messages above.")


def _until_one_ends(children: Sequence[Child]) -> None:
    while all(child.poll() is None for child in children):
        time.sleep(0.5)
    raise Failure("A process of the demo ended by itself: see the messages above.")
