"""The one reader of a web process: it follows the journal while somebody listens, and tells each stream what is new.

Woken by the bell of this machine, and looking by itself every second for what other machines did: two small statements a look.
While nobody listens there is no thread, no socket and no statement.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection

from artel.exchange.models import ImportRun
from artel.exchange.work import jobs_of
from artel.kernel import standing
from artel.kernel.bell import LIVE, Bell, ring
from artel.kernel.jobs.models import Job
from artel.kernel.journal.following import News, news_after

from .stream import Stream
from .telling import tell, tell_run
from .watches import RunWatch

LOOK_SECONDS = 1.0
LINGER_SECONDS = 60.0
"""Pages come and go: the thread stays that long after the last stream."""

STALE_SECONDS = 10.0
AT_ONCE = 500
MOST_STREAMS = 5000
MOST_OF_ONE = 16
STOP, OUT = b"stop", b"out "

log = logging.getLogger("artel.live")


class Full(Exception):
    """More streams than one person, or one process, may hold."""


class Follower:
    """The streams of a process and how far the journal was read for them."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.place = 0
        self._lock = threading.Lock()
        self._epoch: int | None = None
        self._thread: threading.Thread | None = None
        self._looked_at = self._left_at = 0.0

    def join(self, stream: Stream) -> None:
        """Follow the journal for a stream from its place on. Raises Full."""
        with self._lock:
            if len(self.streams) >= MOST_STREAMS or self.held_by(stream.viewer.key) >= MOST_OF_ONE:
                raise Full
            # What came between the page's look at the journal and now is read again; the others know it already.
            self.place = min(self.place, stream.place) if self.streams else stream.place
            stream.left, stream.is_fresh = self.leave, self.is_fresh
            self.streams.add(stream)
            self._begin()

    def leave(self, stream: Stream) -> None:
        with self._lock:
            self.streams.discard(stream)
            self._left_at = monotonic()

    def held_by(self, user: UUID | None) -> int:
        return sum(stream.viewer.key == user for stream in self.streams)

    def known_place(self) -> int:
        """A place that every page made from now on has behind it; 0 while nothing is followed."""
        return self.place if self.streams and self.is_fresh() else 0

    def is_fresh(self) -> bool:
        return monotonic() - self._looked_at < STALE_SECONDS

    def hang_up(self, streams: Iterable[Stream], why: str = "") -> None:
        for stream in list(streams):
            stream.close(why)
            self.leave(stream)

    def _begin(self) -> None:
        if self._thread is None:
            self._looked_at = monotonic()
            self._thread = threading.Thread(target=self._run, name="live", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        with Bell(LIVE) as bell:
            while self._is_wanted():
                self._heed(bell.wait(LOOK_SECONDS))
                try:
                    self.look()
                except DatabaseError:
                    # Browsers that cannot be told anything must know that: they come again, and say so meanwhile.
                    log.warning("live events: the database does not answer", exc_info=True)
                    self.hang_up(self.streams)
                    connection.close()
                except Exception:
                    log.exception("live events")
                    self.hang_up(self.streams)
        connection.close()

    def _is_wanted(self) -> bool:
        with self._lock:
            if self.streams or self.is_lingering:
                return True
            self._thread = None
            return False

    @property
    def is_lingering(self) -> bool:
        return monotonic() - self._left_at < LINGER_SECONDS

    def _heed(self, said: set[bytes]) -> None:
        if STOP in said:
            self.hang_up(self.streams, "again")
        for word in said:
            if word.startswith(OUT):
                self.hang_up_on(UUID(bytes=word[len(OUT) :]))

    def hang_up_on(self, user: UUID) -> None:
        """Close the streams of a person: browsers where he is signed in come again."""
        self.hang_up([stream for stream in self.streams if stream.viewer.key == user], "again")

    def look(self) -> None:
        """Tell every stream what is new for it."""
        if not self.streams:
            return
        with standing.read_once():
            self._judge()
            with self._lock:
                place, streams = self.place, list(self.streams)
            news = news_after(place, AT_ONCE)
            if news:
                self._tell(news, streams)
            self._follow_runs(streams)
        self._looked_at = monotonic()

    def _judge(self) -> None:
        """When something that stands has changed: is everybody still here, and are his rights the same?"""
        kept = standing.present()
        if kept is None or kept.epoch == self._epoch:
            return
        self._epoch = kept.epoch
        for stream in list(self.streams):
            has_other_rights = stream.viewer.again(kept)
            if has_other_rights is None:
                self.hang_up([stream], "out")
            elif has_other_rights:
                stream.say("epoch", why="rights")

    def _tell(self, news: News, streams: list[Stream]) -> None:
        for stream in streams:
            if stream.place < news.place:
                self._tell_one(stream, news.after(stream.place))
        with self._lock:
            # A stream that joined meanwhile may stand before these news.
            self.place = min([news.place, *(stream.place for stream in self.streams)])

    def _tell_one(self, stream: Stream, news: News) -> None:
        """What breaks for one is told to that one alone."""
        try:
            tell(stream, news)
        except DatabaseError:
            raise
        except Exception:
            log.exception("live events of one stream")
            self.hang_up([stream])

    def _follow_runs(self, streams: list[Stream]) -> None:
        """Runs keep no journal: a query or two for each kind say which of those watched have moved."""
        watched = [(stream, watch) for stream in streams for watch in stream.watches.runs]
        if not watched:
            return
        moved = {key: row for kind in KINDS for key, *row in kind(_keys(watched))}
        for stream, watch in watched:
            if moved.get(watch.key) != watch.row:
                watch.row = moved.get(watch.key)
                tell_run(stream, watch)


def _keys(watched: Sequence[tuple[Stream, RunWatch]]) -> list[UUID]:
    return list({watch.key for _stream, watch in watched})


def _jobs(keys: Sequence[UUID]) -> Iterable[tuple[Any, ...]]:
    return Job.objects.filter(pk__in=keys).values_list("pk", "state", "wish", "done", "total", "sentence")


def _imports(keys: Sequence[UUID]) -> Iterable[tuple[Any, ...]]:
    """An import stands where its job does: paused, it does not move by itself."""
    found = list(ImportRun.objects.filter(pk__in=keys).values_list("pk", "state", "position"))
    jobs = jobs_of([key for key, *_row in found]).values_list("key", "state", "wish") if found else ()
    steered = {key: (state, wish) for key, state, wish in jobs}
    for key, *row in found:
        yield key, *row, steered.get(str(key))


KINDS = (_jobs, _imports)

follower = Follower()


def sign_off(user: UUID) -> None:
    """The person has signed out somewhere: streams of his are opened anew by those browsers that may."""
    follower.hang_up_on(user)
    ring(LIVE, OUT + user.bytes)
