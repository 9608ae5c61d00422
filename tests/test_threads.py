"""The threads that make pages: the one just used comes first, never more than allowed, nobody waits for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from artel.site.threads import Threads


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


def test_the_thread_used_last_is_used_first(loop: asyncio.AbstractEventLoop) -> None:
    threads, together = Threads(4, loop), threading.Barrier(3, timeout=10)

    async def asked() -> tuple[set[int], set[int]]:
        at_once = await asyncio.gather(*(threads.run(_at, together) for _ in range(3)))
        one_by_one = set()
        for _ in range(20):
            while len(threads._idle) < 3:  # one that has answered may be just about to lie down
                await asyncio.sleep(0.001)
            one_by_one.add(await threads.run(threading.get_ident))
        return set(at_once), one_by_one

    at_once, one_by_one = loop.run_until_complete(asked())
    assert len(at_once) == 3
    assert len(one_by_one) == 1
    assert one_by_one < at_once
    threads.wait()


def _at(together: threading.Barrier) -> int:
    together.wait()
    return threading.get_ident()


def test_no_more_than_so_many_work_and_the_others_wait_their_turn(loop: asyncio.AbstractEventLoop) -> None:
    threads, begun, lock = Threads(2, loop), [], threading.Lock()
    most, now = 0, 0

    def act(number: int) -> int:
        nonlocal most, now
        with lock:
            begun.append(number)
            now += 1
            most = max(most, now)
        threading.Event().wait(0.01)
        with lock:
            now -= 1
        return number

    async def asked() -> list[int]:
        answers: list[int] = await asyncio.gather(*(threads.run(act, number) for number in range(12)))
        return answers

    assert loop.run_until_complete(asked()) == list(range(12))
    assert sorted(begun) == list(range(12))
    assert most == 2
    threads.wait()


def test_what_a_page_raises_is_told(loop: asyncio.AbstractEventLoop) -> None:
    threads = Threads(1, loop)

    async def asked(fault: BaseException) -> None:
        def act() -> None:
            raise fault

        await threads.run(act)

    for fault in (KeyError("here"), SystemExit(3)):
        with pytest.raises(type(fault)):
            loop.run_until_complete(asked(fault))
    threads.wait()


def test_those_that_have_not_begun_are_refused_at_the_end(loop: asyncio.AbstractEventLoop) -> None:
    threads, go_on = Threads(1, loop), threading.Event()

    async def asked() -> tuple[str, bool, bool]:
        first = threads.run(lambda: "done" if go_on.wait(10) else "late")
        second = threads.run(str)
        threads.close()
        third = threads.run(str)
        go_on.set()
        return await first, second.cancelled(), third.cancelled()

    assert loop.run_until_complete(asked()) == ("done", True, True)
    threads.wait()
    assert "page" not in {one.name for one in threading.enumerate()}


def test_a_thread_that_the_system_refuses_takes_nobodys_place(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = Threads(1, loop)

    def refused(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def asked() -> str:
        with monkeypatch.context() as moment:
            moment.setattr(threading.Thread, "start", refused)
            with pytest.raises(RuntimeError):
                threads.run(str)
        return await asyncio.wait_for(threads.run(lambda: "done"), 10)

    assert loop.run_until_complete(asked()) == "done"
    threads.wait()
