"""The clock of the machine is set an hour forward and back under a running server and worker: nobody loses work, waits or is put out.

The processes get their time from libfaketime (Debian's package `faketime`), which reads how far it is off from a file. Without it
these tests are skipped; what they look at is tested with moments of the tests' own in artel/kernel/jobs/tests/test_clock.py, too.
"""

from __future__ import annotations

import http.server
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.backup.house import House

from serving import Server, free_port

LIBRARIES = sorted(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"))
ROWS, MANY_ROWS = 2500, 4000
HOUR = 3600
PATIENCE_SECONDS = 90

pytestmark = [
    # Nobody may set the machine's clock for a test; `./artel test` installs the library where it may.
    pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed (apt install faketime)"),
    pytest.mark.only_on(
        "sqlite", "what is over is reckoned by the same code", unless="ARTEL_TEST_CLOCKS" in os.environ
    ),
]

SCRIPT = """
from pathlib import Path
from django.test import Client
from django.utils import timezone
from artel.domains.partners.models import Partner
from artel.exchange.models import ImportRun
from artel.exchange.tabular.importing import ImportOptions, open_import
from artel.exchange.work import owe
from artel.kernel.actors import Actor
from artel.kernel.jobs.models import CronMark, Job
from artel.kernel.journal.models import ChangeSet
from artel.kernel.people import User
from artel.screens.registry import resource
word, *given = sys.argv[1:]
boss = Actor.person(User.objects.get(login="boss"))
if word == "sign in":
    seat = Client()
    seat.force_login(boss.user, backend="django.contrib.auth.backends.ModelBackend")
    print(seat.cookies["sessionid"].value)
elif word == "order":
    path = Path(given[0])
    path.write_text("name\\n" + "\\n".join(f"{path.stem} {row}" for row in range(int(given[1]))))
    owe(open_import(boss, resource("partners"), path, ImportOptions()), path)
elif word == "hook":
    from artel.api.commands import add_webhook
    from artel.api.hooks.signing import new_secret
    add_webhook(boss, name="Warehouse", address=given[0], user=boss.user, entities=["partners"], secret=new_secret())
elif word == "tell":
    print(json.dumps({
        "runs": [[run.state, run.created, run.adds_up, run.seconds >= 0] for run in ImportRun.objects.order_by("pk")],
        "jobs": [[job.state, job.failures, job.crashes] for job in Job.objects.filter(name="exchange.import").order_by("pk")],
        "position": sum(run.position for run in ImportRun.objects.all()),
        "names": list(Partner.objects.filter(name__startswith="Ока").order_by("pk").values_list("name", flat=True)),
        "rung": CronMark.objects.filter(last_at__gt=timezone.now()).exists(),
        "journal": list(ChangeSet.objects.filter(command="partners.add_partner", parent=None).order_by("pk").values_list("pk", flat=True)),
    }))
"""


@dataclass
class Clock:
    """How far the clock of the processes is off."""

    file: Path

    def set(self, seconds: int) -> None:
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{seconds:+d}s\n")
        beside.rename(self.file)
        time.sleep(1.1)  # until every process has looked

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "0",  # looked at once a second: not at every call of so many
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@dataclass
class Seat:
    """Somebody's browser and program, beside a server and a worker whose clock is the test's."""

    house: House
    clock: Clock
    server: Server
    browser: httpx.Client
    program: httpx.Client

    def tell(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.house.inside(SCRIPT, "tell"))
        return found

    def order(self, name: str, rows: int = ROWS) -> None:
        self.house.inside(SCRIPT, "order", str(self.house.home / f"{name}.csv"), str(rows))

    def until(self, fits: Callable[[dict[str, Any]], bool], pause: float = 0.1) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not fits(found := self.tell()):
            assert time.monotonic() < deadline, found
            time.sleep(pause)  # a look costs as much
        return found

    def add(self, name: str) -> httpx.Response:
        return self.program.post("/api/v1/partners", json={"name": name})


@pytest.fixture(scope="module")
def new_seat(new_home: Callable[[], dict[str, str]]) -> Callable[[], AbstractContextManager[Seat]]:
    """A seat at a server and a worker of its own, while it is looked at."""

    @contextmanager
    def make() -> Iterator[Seat]:
        environment = {**new_home(), "ARTEL_OUTBOUND_ALLOW": "127.0.0.1", "ARTEL_LANGUAGE": "en"}
        house = House(environment)
        clock = Clock(house.home / "clock")
        clock.set(0)
        server = Server({**environment, **clock.environment}, free_port())
        known = {"base_url": f"http://127.0.0.1:{server.port}", "timeout": 30}
        try:
            house.artel("user", "add", "boss", "--role", "administrator")
            token = house.artel("token", "add", "boss").stdout.split()[-1]
            session = house.inside(SCRIPT, "sign in").strip()
            server.wait_for("/sign-in", 200)
            with (
                httpx.Client(**known, cookies={"sessionid": session}) as browser,
                httpx.Client(**known, headers={"Authorization": f"Bearer {token}"}) as program,
            ):
                yield Seat(house, clock, server, browser, program)
        finally:
            server.stop()
            house.close()

    return make


@pytest.fixture
def seat(new_seat: Callable[[], AbstractContextManager[Seat]]) -> Iterator[Seat]:
    with new_seat() as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def left(new_seat: Callable[[], AbstractContextManager[Seat]]) -> Iterator[Seat]:
    """Where a worker of a later hour has left work behind; another waits out the lease of it while the other tests are made."""
    with new_seat() as made:
        made.clock.set(HOUR)
        made.order("Волга", MANY_ROWS)
        made.until(lambda found: found["position"] > 0)
        made.server.processes[1].send_signal(signal.SIGKILL)
        made.server.processes[1].wait()
        made.clock.set(0)
        made.server.begin_worker()
        yield made


def ended(count: int) -> Callable[[dict[str, Any]], bool]:
    return lambda found: [state for state, *_ in found["jobs"]].count("done") == count


def test_work_pages_and_programs_go_on_through_every_jump(seat: Seat) -> None:
    for number, off in enumerate((0, HOUR, 0, -HOUR, 0)):
        if off == 0 and number:
            seat.order(f"Волга{number}")
            seat.until(lambda found: found["position"] % ROWS > 0 or found["jobs"][-1][0] == "done")
        seat.clock.set(off)
        assert seat.browser.get("/partners").status_code == 200, "nobody is signed out"
        assert seat.add(f"Ока {number}").status_code == 201
        assert seat.program.get("/api/v1/partners").status_code == 200
    found = seat.until(ended(2), pause=1)
    assert found["runs"] == [["done", ROWS, True, True]] * 2
    assert found["jobs"] == [["done", 0, 0]] * 2, "no worker was taken for dead"
    assert found["names"] == [f"Ока {number}" for number in range(5)], "keys of one process rise"
    assert len(found["journal"]) == 5
    assert [one.poll() for one in seat.server.processes] == [None, None]
    assert seat.house.done("check", "--deep")["well"] is True


def passing(happened: Callable[[], bool]) -> float:
    """Wait until something has happened; how many seconds that took."""
    begun = time.monotonic()
    while not happened():
        assert time.monotonic() - begun < PATIENCE_SECONDS
        time.sleep(0.02)
    return time.monotonic() - begun


class Receiver(http.server.ThreadingHTTPServer):
    """A program that is told: it has no time for the first message."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hearing)
        self.heard: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Hearing(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        heard = self.server.heard  # type: ignore[attr-defined]
        heard.append(self.path)
        self.send_response(503 if len(heard) < 3 else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


def test_what_is_told_to_others_waits_for_no_hour_that_comes_twice(seat: Seat) -> None:
    with Receiver() as receiver:
        seat.house.inside(SCRIPT, "hook", f"http://127.0.0.1:{receiver.server_port}/")
        seat.clock.set(HOUR)
        seat.until(lambda found: found["rung"])  # the scheduler has seen the later hour
        seat.add("Ока")
        # The next attempt is a minute away: an hour and a minute.
        passing(lambda: len(receiver.heard) == 2)
        seat.clock.set(0)
        assert passing(lambda: len(receiver.heard) == 3) < 30
        receiver.shutdown()


def test_what_a_worker_of_a_later_hour_left_is_taken_up_at_once(left: Seat) -> None:
    found = left.until(ended(1), pause=1)
    assert (found["runs"], found["jobs"]) == ([["done", MANY_ROWS, True, True]], [["done", 0, 1]])
