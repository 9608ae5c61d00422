"""The few threads that make pages: the one that was at work last is the next to work."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

GRACE_SECONDS = 10

Job = tuple[Callable[..., Any], tuple[Any, ...], "asyncio.Future[Any]"]


@dataclass
class Waiter:
    """One that waits; it holds its connection to the database and what it has read by it."""

    woken: threading.Lock = field(default_factory=threading.Lock)
    job: Job | None = None

    def __post_init__(self) -> None:
        self.woken.acquire()


class Threads:
    """At most `most` threads for one loop.

    A pool of the standard library wakes each in turn, so under one person's clicks every thread and its connection is cold
    again; it also carries each answer back through two futures.
    """

    def __init__(self, most: int, loop: asyncio.AbstractEventLoop) -> None:
        self.most = most
        self.loop = loop
        self._lock = threading.Lock()
        self._idle: list[Waiter] = []
        self._waiting: deque[Job] = deque()
        self._made: list[threading.Thread] = []
        self._is_closed = False
        atexit.register(self.wait)

    def run(self, act: Callable[..., T], *given: Any) -> asyncio.Future[T]:
        """From the loop: its answer, or what it has raised."""
        answer: asyncio.Future[T] = self.loop.create_future()
        job = (act, given, answer)
        with self._lock:
            if self._is_closed:
                answer.cancel()
            elif self._idle:
                idle = self._idle.pop()
                idle.job = job
                idle.woken.release()
            elif len(self._made) < self.most:
                thread = threading.Thread(target=self._work, args=(job,), name="page", daemon=True)
                thread.start()  # one that the system has no room for is none
                self._made.append(thread)
            else:
                self._waiting.append(job)
        return answer

    def close(self) -> None:
        """From the loop: no job begins any more; those begun go on to their end."""
        self._send_home()
        while self._waiting:
            self._waiting.popleft()[2].cancel()

    def wait(self) -> None:
        """Before the process ends: what a page has begun to write it may finish."""
        self._send_home()
        until = time.monotonic() + GRACE_SECONDS
        for thread in self._made:
            thread.join(max(0.0, until - time.monotonic()))

    def _send_home(self) -> None:
        with self._lock:
            self._is_closed = True
            while self._idle:
                self._idle.pop().woken.release()

    def _work(self, job: Job | None) -> None:
        me = Waiter()
        while job:
            self._do(*job)
            job = None  # while this thread waits, nothing of the last page is held
            job = self._next(me)

    def _next(self, me: Waiter) -> Job | None:
        with self._lock:
            if self._is_closed:
                return None
            if self._waiting:
                return self._waiting.popleft()
            me.job = None
            self._idle.append(me)
        me.woken.acquire()
        return me.job

    def _do(self, act: Callable[..., Any], given: tuple[Any, ...], answer: asyncio.Future[Any]) -> None:
        try:
            done, error = act(*given), None
        except BaseException as raised:  # noqa: BLE001 -- told to whoever waits
            done, error = None, raised
        # A loop that has ended waits for nothing.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(_settle, answer, done, error)


def _settle(answer: asyncio.Future[Any], done: Any, error: BaseException | None) -> None:
    if answer.done():
        return
    if error:
        answer.set_exception(error)
    else:
        answer.set_result(done)
