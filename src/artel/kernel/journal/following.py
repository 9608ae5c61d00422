"""Following the journal as it grows, for who keeps no place in the base: an open page has nothing to lose in a crash.

As for every reader, an open transaction holds back the sets of all that began after it (`reading.read_new`).

place = place_now()
...
news = news_after(place, 500)               # what was done since; news.place is where to go on
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from artel.kernel.dialect import dialect_of

from .catalogue import Model, number_of, table_of_number
from .models import ChangeSet, RowChange

FEW_ROWS = 2000
"""So many rows of new sets are read whole; of more only those that somebody asks for."""

AT_ONCE = 500


class Deed(NamedTuple):
    """A change set as others hear of it: when, and who."""

    id: int
    place: int
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_label: str
    row_count: int | None


class Touch(NamedTuple):
    """One write to one row. `owner` is the whole of which the row is a part."""

    set: Deed
    table: int
    row: UUID
    owner: UUID | None

    @property
    def model(self) -> Model | None:
        """None when the house has no such records now."""
        known = table_of_number(self.table)
        return known[0] if known else None


@dataclass
class About:
    """What was written to a record and to parts of it, in the order of writing."""

    key: UUID
    touches: list[Touch] = field(default_factory=list)

    @property
    def deeds(self) -> list[Deed]:
        return list({touch.set.id: touch.set for touch in self.touches}.values())

    @property
    def is_itself(self) -> bool:
        """Whether any of it was written to the record itself, or all to its parts."""
        return any(touch.row == self.key for touch in self.touches)


@dataclass
class News:
    """Change sets between two places, the oldest first. `is_cut`: there are more than was asked for."""

    place: int
    deeds: Mapping[int, Deed] = field(default_factory=dict)
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.deeds)

    def after(self, place: int) -> News:
        """Those of them that come after a place."""
        later = {key: deed for key, deed in self.deeds.items() if deed.place > place}
        return self if len(later) == len(self.deeds) else News(self.place, later, self.is_cut)

    @cached_property
    def _few(self) -> list[Touch] | None:
        if sum(deed.row_count or 0 for deed in self.deeds.values()) > FEW_ROWS:
            return None
        return list(self._touches(self._rows))

    @property
    def _rows(self) -> QuerySet[RowChange]:
        return RowChange.objects.filter(set_id__in=list(self.deeds))

    def about(self, keys: Collection[UUID]) -> dict[UUID, About]:
        """What was done to these records or to parts of them, by the record's key."""
        found: dict[UUID, About] = {}
        wanted = set(keys)
        for touch in self._of(keys) if wanted else ():
            for key in wanted & {touch.row, touch.owner}:
                if key is not None:
                    found.setdefault(key, About(key)).touches.append(touch)
        return found

    def _of(self, keys: Collection[UUID]) -> Iterator[Touch]:
        if self._few is not None:
            yield from self._few
            return
        asked = list(keys)
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            yield from self._touches(self._rows.filter(Q(row_id__in=some) | Q(owner_id__in=some)))

    def _touches(self, rows: QuerySet[RowChange]) -> Iterator[Touch]:
        written = rows.order_by("pk").values_list("set_id", "table_id", "row_id", "owner_id")
        for set_id, table, row, owner in written.iterator(2000):
            yield Touch(self.deeds[set_id], table, row, owner)

    def rows_of(self, model: Model) -> Collection[UUID] | QuerySet[Any]:
        """The keys of a model's rows that were written, or the query for them when they are many; empty when there are none."""
        number = number_of(model)
        if self._few is not None:
            return {touch.row for touch in self._few if touch.table == number}
        rows = self._rows.filter(table_id=number or 0)
        return rows.values("row_id") if rows.exists() else ()

    def sets_of(self, model: Model) -> list[Deed]:
        """The deeds that wrote to rows of a model."""
        number = number_of(model)
        if self._few is not None:
            found = {touch.set.id for touch in self._few if touch.table == number}
        else:
            found = set(self._rows.filter(table_id=number or 0).values_list("set_id", flat=True).distinct())
        return [deed for key, deed in self.deeds.items() if key in found]


def place_now() -> int:
    """The place of the last set that readers may read; 0 in an empty journal."""
    return _place(dialect_of(connection).last_place())


def is_kept(place: int) -> bool:
    """Whether all sets after a place are still in the base: older ones may have gone to files."""
    return place == 0 or _place(dialect_of(connection).first_place()) <= place


def _place(sql: str) -> int:
    with dialect_of(connection).repeated(connection) as cursor:
        cursor.execute(sql)
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def sets_after(place: int, limit: int) -> list[tuple[int, int]]:
    """Numbers and places of the sets after a place, in the order of the journal, `limit` at most (all of the last place)."""
    with dialect_of(connection).repeated(connection) as cursor:
        cursor.execute(dialect_of(connection).new_sets(), [place, limit])
        found = [(int(number), int(place)) for number, place in cursor.fetchall()]
    return sorted(found, key=lambda one: (one[1], one[0]))


def news_after(place: int, limit: int) -> News:
    """What was done after a place, `limit` sets at most (all of the last place); idle, it is one small query."""
    found = sets_after(place, limit)
    if not found:
        return News(place)
    places = dict(found)
    rows = ChangeSet.objects.filter(pk__in=list(places)).order_by("pk")
    told = rows.values_list("id", "at", "actor_kind", "actor_id", "actor_label", "row_count")
    deeds = {row[0]: Deed(row[0], places[row[0]], *row[1:]) for row in told}
    return News(max(places.values()), deeds, len(found) >= limit)
