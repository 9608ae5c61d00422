"""The bell wakes who listens; without it they only look later."""

from __future__ import annotations

import threading
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from artel.kernel.bell import JOBS, LIVE, Bell, folder, ring
from artel.kernel.jobs.run import Worker

LONG = 30.0


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path


def test_a_ring_is_heard_once_however_often_it_was_rung() -> None:
    with Bell(JOBS) as bell:
        for _ring in range(1000):
            ring(JOBS)
        assert bell.wait(LONG)
        assert not bell.wait(0)


def test_who_listens_for_one_kind_hears_nothing_of_the_other() -> None:
    with Bell(JOBS) as jobs, Bell(LIVE) as live:
        ring(LIVE, b"stop")
        ring(LIVE)
        assert live.wait(LONG) == {b"stop", b"!"}
        assert not jobs.wait(0)


def test_the_socket_of_a_killed_worker_is_swept_away() -> None:
    with Bell(JOBS) as killed:
        assert killed.socket is not None
        killed.socket.close()
        assert killed.path.exists()
        ring(JOBS)
        assert not killed.path.exists()


def test_a_worker_that_leaves_takes_its_bell_along() -> None:
    with Bell(JOBS) as bell:
        assert list(folder().iterdir()) == [bell.path]
    assert list(folder().iterdir()) == []
    ring(JOBS)


def test_without_a_place_for_sockets_there_is_only_the_waiting(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / ("long" * 40)
    with Bell(JOBS) as bell:
        ring(JOBS)
        assert not bell.wait(0)


def test_idle_threads_wake_at_news_and_do_not_sleep_when_told_to_stop() -> None:
    worker = Worker()
    begun = monotonic()
    waiting = threading.Thread(target=worker.idle, args=(LONG, worker.rings))
    waiting.start()
    worker.wake()
    waiting.join()
    worker.idle(LONG, worker.rings - 1)  # a ring between the look and the wait
    worker.stopping.set()
    worker.idle(LONG, worker.rings)
    assert monotonic() - begun < LONG
