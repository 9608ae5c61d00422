"""Real workers on a base of their own: killed, told to leave, side by side."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from artel.kernel.jobs.run import LEASE

PATIENCE_SECONDS = 60


class Base:
    """A base of its own and the processes that work on it."""

    def __init__(self, parent: Any) -> None:
        self.parent = parent
        self.running: list[Any] = []
        self.ask("begin")

    def start(self, *act: str) -> Any:
        script = "from artel.kernel.jobs.tests.scenario import main; main(*sys.argv[1:])"
        self.running.append(process := self.parent.begin(script, *act))
        return process

    def start_worker(self) -> Any:
        """A worker that has begun to look for work."""
        worker = self.start("work")
        assert worker.stdout.readline() == "ready\n"
        return worker

    def ask(self, *act: str) -> Any:
        process = self.start(*act)
        out, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, errors
        return json.loads(out)

    def wait_until(self, seen: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The state as soon as it is as expected; the bound only ends a test that has failed."""
        end = monotonic() + PATIENCE_SECONDS
        state: dict[str, Any] = self.ask("state")
        while not seen(state):
            assert monotonic() < end, state
            sleep(0.1)
            state = self.ask("state")
        return state

    def leave(self, worker: Any) -> int:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=PATIENCE_SECONDS)
        code: int = worker.returncode
        return code


@pytest.fixture
def base(
    new_home: Callable[[], dict[str, str]], parent_in: Callable[[dict[str, str]], Any]
) -> Iterator[Base]:
    made = Base(parent_in(new_home()))
    yield made
    for process in made.running:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_a_job_whose_worker_is_killed_goes_on_where_it_was(base: Base, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    first = base.start_worker()
    base.ask("enqueue-pieces", str(gate))
    base.wait_until(lambda state: len(state["effects"]) == 3)
    first.kill()
    first.wait()
    left = base.ask("state")["jobs"][0]
    assert (left["state"], left["attempt"], left["done"]) == ("running", 1, 3)

    # Before anybody else works: a clock ahead would find his lease over too.
    assert base.ask("later", str(LEASE.total_seconds() + 5))
    second = base.start_worker()
    gate.touch()
    state = base.wait_until(lambda state: state["jobs"][0]["state"] == "done")
    assert state["effects"] == [f"piece {number}" for number in range(10)]
    assert (state["jobs"][0]["attempt"], state["jobs"][0]["crashes"], state["jobs"][0]["failures"]) == (
        2,
        1,
        0,
    )
    assert base.leave(second) == 0


@pytest.mark.only_on("postgres", "workers are the same; their base is tried by the others")
def test_a_worker_told_to_leave_hands_its_job_on_without_waiting(base: Base, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    first = base.start_worker()
    base.ask("enqueue-pieces", str(gate))
    base.wait_until(lambda state: len(state["effects"]) == 3)
    assert base.leave(first) == 0
    left = base.ask("state")["jobs"][0]
    assert (left["state"], left["crashes"]) == ("waiting", 0)

    gate.touch()
    second = base.start_worker()
    state = base.wait_until(lambda state: state["jobs"][0]["state"] == "done")
    assert state["effects"] == [f"piece {number}" for number in range(10)]
    assert base.leave(second) == 0


def test_two_workers_share_many_jobs_and_each_has_its_effect_once(base: Base) -> None:
    count = 150
    workers = [base.start_worker(), base.start_worker()]
    base.ask("enqueue-effects", str(count))
    state = base.wait_until(lambda state: all(row["state"] == "done" for row in state["jobs"]))
    assert state["effects"] == sorted(f"effect {number}" for number in range(count))
    assert len(state["jobs"]) == count
    assert len({row["worker"] for row in state["jobs"]}) == 2
    assert [base.leave(worker) for worker in workers] == [0, 0]


@pytest.mark.only_on("postgres", "workers are the same; their base is tried by the others")
def test_a_worker_that_hardly_ever_looks_is_woken(base: Base) -> None:
    """It would look again in ten minutes; the test's own patience is one."""
    worker = base.start("doze")
    assert worker.stdout.readline() == "ready\n"
    base.ask("state")  # by now it has looked once and sleeps
    base.ask("enqueue-effects", "2")
    base.wait_until(lambda state: all(row["state"] == "done" for row in state["jobs"]))
    worker.kill()
