"""Writers side by side, and one killed in the middle, on a base of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

PATIENCE_SECONDS = 120
WRITERS, ACTS = 8, 40


class Base:
    """A base of its own and the processes that work on it."""

    def __init__(self, parent: Any) -> None:
        self.parent = parent
        self.running: list[Any] = []
        self.ask("begin")

    def start(self, *act: str) -> Any:
        script = "from artel.kernel.journal.tests.scenario import main; main(*sys.argv[1:])"
        self.running.append(process := self.parent.begin(script, *act))
        return process

    def answer(self, process: Any) -> Any:
        out, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, errors
        return json.loads(out)

    def ask(self, *act: str) -> Any:
        return self.answer(self.start(*act))


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


def test_many_writers_leave_one_true_journal_and_its_reader_loses_nothing(base: Base) -> None:
    reader = base.start("read", str(WRITERS * ACTS))
    writers = [base.start("write", str(seed), str(ACTS)) for seed in range(WRITERS)]
    numbers = [number for writer in writers for number in base.answer(writer)]
    met = base.answer(reader)
    found = base.ask("replay")
    assert (found["breaks"], found["differing"]) == (0, 0)
    assert len(found["sets"]) == WRITERS * ACTS
    assert found["counted"] == found["changes"]
    assert len(met) == len(set(met))
    assert set(met) == set(found["sets"])
    assert len(numbers) == len(set(numbers)) >= WRITERS * ACTS


def test_a_writer_killed_in_the_middle_leaves_nothing(base: Base) -> None:
    writer = base.start("bring", "50")
    assert writer.stdout.readline() == "half\n"
    writer.kill()
    writer.wait()
    assert base.ask("left") == [0, 0, 0, 0]
    again = base.start("bring", "50")
    again.communicate("go on\n", timeout=PATIENCE_SECONDS)
    assert base.ask("left") == [50, 50, 1, 0]
