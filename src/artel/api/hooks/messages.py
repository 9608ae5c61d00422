"""The next piece of the journal for a web-hook: one change set is one message, a large one is cut into pages.

Nothing of a message is kept: it is made from the journal when it is sent, so an erasure reaches it and rights are asked then.
The same piece has the same id for the same web-hook for ever, whenever it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef

from artel.api.models import WebHook, WebHookProgress
from artel.kernel.access import view_permission
from artel.kernel.actors import Actor
from artel.kernel.journal.following import sets_after
from artel.kernel.journal.models import ChangeSet, RowChange
from artel.kernel.journal.reading import Entry, some_of
from artel.kernel.people import User

from .events import events_of
from .kinds import numbers, tables

PAGE = 500
"""Rows of the journal that one message tells of at most."""

SETS = 200
ALL_ROWS = -1


@dataclass(frozen=True)
class Standpoint:
    """Where a web-hook stands in the journal; see WebHookProgress."""

    place: int
    within_set: int = 0
    within_row: int = 0

    @classmethod
    def of(cls, progress: WebHookProgress) -> Standpoint:
        return cls(progress.place, progress.within_set, progress.within_row)


@dataclass(frozen=True)
class Message:
    """One request's worth: the events of a page of a change set, and where the web-hook stands when it is told."""

    id: UUID
    made: ChangeSet
    after_row: int
    events: Sequence[dict[str, Any]]
    has_more: bool
    then: Standpoint

    def body(self, actor: Actor, number: int) -> bytes:
        """The JSON that is signed and sent. Who acted is told by key, and only to whom people are shown."""
        knows_people = actor.has(view_permission(User))
        by = str(self.made.actor_id) if self.made.actor_id and knows_people else None
        data = {
            "number": number,
            "change_set": self.made.pk,
            "act": self.made.command,
            "actor": {"kind": self.made.actor_kind, "id": by},
            "undoes": self.made.undoes_id,
            "has_more": self.has_more,
            "events": self.events,
        }
        return packed("changes", self.made.at, data)


def packed(kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    document = {"type": kind, "timestamp": at.astimezone(UTC).isoformat(), "data": data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def id_of(hook: UUID, change_set: int, after_row: int) -> UUID:
    """The id of the message that tells of a piece of the journal."""
    return uuid5(hook, f"{change_set}:{after_row}")


class Reader:
    """Reads the journal on behalf of one web-hook's person."""

    def __init__(self, hook: WebHook, actor: Actor) -> None:
        self.hook, self.actor = hook, actor
        self.tables = tables(hook, numbers())

    def next(self, at: Standpoint) -> tuple[Message | None, Standpoint]:
        """The first message after a standpoint, and the standpoint right before it; none when all is told."""
        while batch := sets_after(at.place, SETS):
            holding = self._holding([number for number, _place in batch])
            for number, finished in _walk(at, batch):
                if number in holding and not (number == at.within_set and at.within_row == ALL_ROWS):
                    at, message = self._page(number, at, finished)
                    if message:
                        return message, at
                at = finished
        return None, at

    def again(self, change_set: int, after_row: int) -> Message | None:
        """The message of a piece told before, as it is now; none when nothing of it may be told any more."""
        entries = self._rows(change_set, after_row)
        events = events_of(self.hook, self.actor, entries)
        if not events:
            return None
        return self._message(entries, events, after_row, Standpoint(0))

    def _holding(self, sets: Sequence[int]) -> set[int]:
        """Those of the sets that wrote to a table the web-hook tells of."""
        rows = RowChange.objects.filter(set_id=OuterRef("pk"), table_id__in=self.tables)
        return set(ChangeSet.objects.filter(Exists(rows), pk__in=sets).values_list("pk", flat=True))

    def _page(self, number: int, at: Standpoint, finished: Standpoint) -> tuple[Standpoint, Message | None]:
        """The next page of a set of which anything may be told, and the standpoint before it."""
        start = at.within_row if number == at.within_set else 0
        while entries := self._rows(number, start):
            last, has_more = entries[-1].id, len(entries) == PAGE
            then = Standpoint(at.place, number, last) if has_more else finished
            if events := events_of(self.hook, self.actor, entries):
                return at, self._message(entries, events, start, then)
            if not has_more:
                break
            at, start = then, last
        return at, None

    def _rows(self, number: int, start: int) -> list[Entry]:
        return some_of(number, tables=self.tables, after=start, limit=PAGE)

    def _message(
        self, entries: Sequence[Entry], events: Sequence[dict[str, Any]], start: int, then: Standpoint
    ) -> Message:
        made = entries[0].set
        number = id_of(self.hook.pk, made.pk, start)
        return Message(number, made, start, events, len(entries) == PAGE, then)


def _walk(at: Standpoint, batch: Sequence[tuple[int, int]]) -> Iterator[tuple[int, Standpoint]]:
    """The sets that are not told of yet, in their order, and the standpoint once each is told.

    Several sets may share one place, which is passed with the last of them.
    """
    begun = next((place for number, place in batch if number == at.within_set), None)
    before = at.place
    for index, (number, place) in enumerate(batch):
        is_last = index + 1 == len(batch) or batch[index + 1][1] != place
        finished = Standpoint(place) if is_last else Standpoint(before, number, ALL_ROWS)
        if is_last:
            before = place
        if place == begun and number < at.within_set:
            continue
        yield number, finished


def moved(at: Standpoint) -> dict[str, int]:
    """The columns of a standpoint."""
    return dict(vars(at))
