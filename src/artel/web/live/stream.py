"""One open stream: for whom, what it watches, and what waits to be sent, as server-sent events."""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from .viewer import Viewer
from .watches import Watches

PING_SECONDS = 15.0
"""A browser that has heard nothing for more than twice that long takes the connection for lost."""

LONGEST_SECONDS = 900.0
"""Then a stream is opened anew, with the session as it is by then."""

WAITING = 200
"""Messages that may wait for a slow browser; one that is further behind is told to read its page again."""


class Stream:
    """Filled by the follower's thread, emptied by the server's loop. `wake` is called when there is something to take."""

    def __init__(self, viewer: Viewer, watches: Watches, place: int) -> None:
        self.viewer, self.watches, self.place = viewer, watches, place
        self.is_closed = False
        self.wake: Callable[[], Any] = lambda: None
        self.left: Callable[[Stream], Any] = lambda _stream: None
        self.is_fresh: Callable[[], bool] = lambda: True
        self._waiting: deque[bytes] = deque()
        self._ends = monotonic() + LONGEST_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 -- not all at once

    def say(self, event: str, **told: Any) -> None:
        """Have an event sent; its id is the place in the journal up to which the browser then knows everything."""
        if len(self._waiting) >= WAITING:
            self._waiting.clear()
            event, told = "stale", {}
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        self._waiting.append(f"event: {event}\nid: {self.place}\ndata: {body}\n\n".encode())
        self.wake()

    def take(self) -> bytes:
        """All that waits."""
        taken = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return b"".join(taken)

    def ping(self) -> None:
        """Say that all is well, unless the follower itself has lost the base; an old stream is asked to begin anew."""
        if monotonic() > self._ends:
            self.close("again")
        elif self.is_fresh():
            self.say("ping", at=now())

    def close(self, why: str = "") -> None:
        """End the stream once what waits is sent. `why`: again (open it at once), out (the person may look no more)."""
        if why:
            self.say("bye", why=why)
        self.is_closed = True
        self.wake()

    def leave(self) -> None:
        """The browser has gone, or the stream was closed."""
        self.is_closed = True
        self.left(self)


def now() -> str:
    return timezone.now().isoformat(timespec="milliseconds")


class LiveResponse(StreamingHttpResponse):
    """An answer whose connection stays open where the server in front of the pages can hold it (`site.front`).

    Under any other server it says what is known by now and ends, and the browser asks again after some seconds.
    """

    def __init__(self, stream: Stream) -> None:
        super().__init__(self._once(), content_type="text/event-stream; charset=utf-8")
        self.stream = stream
        # no-transform and X-Accel-Buffering: what stands between must neither gather nor compress.
        self["Cache-Control"] = "no-store, no-transform"
        self["X-Accel-Buffering"] = "no"

    def _once(self) -> Iterator[bytes]:
        yield self.stream.take()
