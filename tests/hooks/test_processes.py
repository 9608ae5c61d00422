"""A real worker killed between a request and its note: it is sent again, nothing is lost, nothing overtakes."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

import pytest

from artel.kernel.jobs.run import LEASE
from forking import Child, Parent

from .receiver import Receiver, receiving

PATIENCE_SECONDS = 60


class Base:
    """A base of its own and the processes that work on it."""

    def __init__(self, parent: Parent) -> None:
        self.parent = parent
        self.running: list[Child] = []

    def start(self, *act: str) -> Child:
        process = self.parent.begin("from tests.hooks.scenario import main; main(*sys.argv[1:])", *act)
        self.running.append(process)
        return process

    def start_worker(self) -> Child:
        worker = self.start("work")
        assert worker.stdout.readline() == "ready\n"
        return worker

    def ask(self, *act: str) -> Any:
        process = self.start(*act)
        out, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, errors
        return json.loads(out)


@pytest.fixture
def base(
    new_home: Callable[[], dict[str, str]], parent_in: Callable[[dict[str, str]], Parent]
) -> Iterator[Base]:
    made = Base(parent_in({**new_home(), "ARTEL_OUTBOUND_ALLOW": "127.0.0.1"}))
    yield made
    for process in made.running:
        if process.poll() is None:
            process.kill()
            process.wait()


def until(seen: Callable[[], bool]) -> None:
    """Wait as long as it takes; the bound only ends a test that has failed."""
    end = monotonic() + PATIENCE_SECONDS
    while not seen():
        assert monotonic() < end
        sleep(0.02)


@pytest.mark.only_on(
    "postgres", "killed workers of the other are in the tests of jobs; the order is asked of both"
)
def test_a_worker_killed_between_the_request_and_its_note_sends_again_and_in_order(base: Base) -> None:
    with receiving() as receiver:
        base.ask("begin", receiver.address)
        keys = base.ask("partners", "0", "6")
        first = base.start_worker()
        receiver.at = (3, first.kill)
        until(lambda: first.poll() is not None)
        assert first.returncode == -signal.SIGKILL
        assert [one["data"]["number"] for one in receiver.documents] == [1, 2, 3]
        assert base.ask("state") == {"delivered": 2, "number": 2}

        base.ask("later", str(LEASE.total_seconds() + 5))
        second = base.start_worker()
        until(lambda: len(receiver.came) >= 7)
        keys += base.ask("partners", "6", "2")
        until(lambda: len(receiver.came) >= 9)
        second.send_signal(signal.SIGTERM)
        second.communicate(timeout=PATIENCE_SECONDS)
        assert second.returncode == 0
        assert base.ask("state") == {"delivered": 8, "number": 8}
        check(receiver, keys)


def check(receiver: Receiver, keys: list[str]) -> None:
    """Every record once, in the order of the acts, but for the message that came twice under one id."""
    assert [one["data"]["number"] for one in receiver.documents] == [1, 2, 3, 3, 4, 5, 6, 7, 8]
    ids = [headers["webhook-id"] for headers, _body in receiver.came]
    assert ids[2] == ids[3]
    once = {headers["webhook-id"]: json.loads(body) for headers, body in receiver.came}
    assert len(once) == 8
    records = [document["data"]["events"][0]["record"] for document in once.values()]
    assert records == keys
