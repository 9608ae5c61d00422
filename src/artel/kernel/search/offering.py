"""What one entity offers a person who has typed something: the best answers that he may see, the best first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from artel.kernel.access import hidden_paths, ready, restrict, sees_all, sees_few, view_permission
from artel.kernel.actors import Actor
from artel.kernel.ready import Among, Ready

from .asking import Typed
from .commonness import Met
from .models import SearchEntry
from .reading import Hit, read, read_at_hand
from .texts import Source
from .trigrams import Ways

MOST = 400
"""So many hits are put in order."""
SOME = 100
"""So many of those that many records hold."""

Ranked = list[tuple[int, Any]]
"""Records with how well they answer (`asking`), the best first."""


@dataclass(frozen=True)
class Looked:
    """An entity looked through by a person. Whoever may not see a searched field finds by the name alone, if by that."""

    actor: Actor | None
    source: Source
    typed: Typed

    @cached_property
    def hidden(self) -> Collection[str]:
        return hidden_paths(self.actor, self.source.model, tuple(path.name for path in self.source.paths))

    @property
    def is_closed(self) -> bool:
        return self.source.paths[0].name in self.hidden

    @property
    def entries(self) -> QuerySet[SearchEntry]:
        entries = SearchEntry.objects.filter(entity=self.source.entity)
        for word in self.typed.words if self.hidden else ():
            entries = entries.filter(name__contains=word)
        return entries

    def held(self, how: str) -> QuerySet[SearchEntry]:
        return self.entries.filter(self.typed.held(how, self.source.tag))

    def read(self, ways: Ways, most: int, met: Met) -> list[Hit]:
        """Hits of this entity through the trigrams."""
        entity, tag = self.source.entity, self.source.tag
        return read(ways, most, entity=entity, tag=tag, unexpected=met.misleads, share=met.share)

    def allowed(self, hits: Sequence[Hit]) -> Iterator[Hit]:
        """What it may be found by: nothing but the name where another searched field is hidden."""
        if self.is_closed:
            return
        for hit in hits:
            if not self.hidden:
                yield hit
            elif all(word in hit.name for word in self.typed.words):
                yield Hit(hit.entity, hit.key, hit.name, "")


@dataclass(frozen=True)
class Offered(Looked):
    """The records that this person may be offered: visible, neither marked nor archived; `narrowed` to some of them.

    Of a record that is only called by its name no more than `fields` is read.
    """

    actor: Actor
    narrowed: QuerySet[Any] | None = None
    fields: tuple[str, ...] = ()

    @property
    def rows(self) -> QuerySet[Any]:
        model = self.source.model
        rows = model._default_manager.all() if self.narrowed is None else self.narrowed
        return usable(restrict(rows, self.actor, view_permission(model)))

    def records(self, keys: Sequence[UUID]) -> Mapping[UUID, Any]:
        """Those behind some keys, by key."""
        return {record.pk: record for record in self._by_keys.rows(keys=tuple(keys))}

    @cached_property
    def _by_keys(self) -> Ready:
        if self.narrowed is not None:
            return Ready(
                self._among_keys(restrict(self.narrowed, self.actor, view_permission(self.source.model)))
            )
        model, name = self.source.model, f"offered {self.fields}"
        return ready(self.actor, name, model, view_permission(model), self._among_keys, steer=False)

    def _among_keys(self, seen: QuerySet[Any]) -> QuerySet[Any]:
        return self.brief(usable(seen)).filter(Among("keys"))

    def brief(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """No more of them than is asked for."""
        return rows.only(*self.fields) if self.fields and not rows.query.select_related else rows

    def best(self, limit: int, met: Met) -> Ranked:
        """The best of this entity, reached as it is good for how often the text is met and how much the person sees."""
        if self.is_closed:
            return []
        is_common = met.is_common(self.source.entity)
        if is_common and sees_few(self.actor, self.source.model):
            return self._of_mine(limit)
        hits = self._few(met) if self.typed.ways and not is_common else None
        if hits is not None:
            return self.seen(hits, limit)
        return self._of_many(limit, met)

    def _of_many(self, limit: int, met: Met) -> Ranked:
        """A number that is just this, what is at hand, then all by name: each asked for while there are too few."""
        found = self._exact(limit, met)
        if len(found) == limit:
            return found
        names, held = self._at_hand(met)
        hits = {hit.key: hit for hit in (*names, *held)}
        found += self.seen([hits[key] for key in hits.keys() - _keys(found)], limit - len(found))
        if len(names) == SOME:  # else those were all
            found += self._by_name(self.typed.begins(), limit, found)
        if self.typed.ways:
            found += self._by_name(self.typed.held("read_for") & ~self.typed.begins(), limit, found)
        return found

    def _exact(self, limit: int, met: Met) -> Ranked:
        if not self.typed.is_number:
            return []
        return self.seen(self.read(self.typed.exactly, MOST, met), limit)

    def _at_hand(self, met: Met) -> tuple[list[Hit], list[Hit]]:
        """The first names that begin so and, of what may stand anywhere, what the sample holds."""
        entity, ways = self.source.entity, self.typed.ways
        ids = met.at_hand(entity)[:SOME] if ways else []
        return read_at_hand(entity, self.typed.text, ids, ways, SOME)

    def _by_name(self, condition: Q, limit: int, found: Ranked) -> Ranked:
        """Entries walked in the order of names until there are enough, besides those found, that may be seen."""
        more = limit - len(found)
        if more <= 0:
            return []
        seen = Exists(self.rows.filter(pk=OuterRef("record_id")))
        entries = self.entries.filter(condition, seen).exclude(record_id__in=_keys(found))
        return self.seen(hits_of(entries.order_by("name", "record_id"), more), more)

    def _few(self, met: Met) -> list[Hit] | None:
        """All hits; None when there are too many."""
        hits = self.read(self.typed.ways, MOST + 1, met)
        return hits if len(hits) <= MOST else None

    def seen(self, hits: Sequence[Hit], limit: int) -> Ranked:
        """The best of the hits that may be seen: a statement, seldom more."""
        if not hits:
            return []
        rank = self.typed.rank
        ranked = sorted((rank(hit.name, hit.text), hit.name, hit.key) for hit in self.allowed(hits))
        found: Ranked = []
        start, size = 0, limit if sees_all(self.actor, self.source.model) else 6 * limit
        while start < len(ranked) and len(found) < limit:
            chunk = ranked[start : start + size]
            records = self.records([key for _rank, _name, key in chunk])
            found += [(rank, records[key]) for rank, _name, key in chunk if key in records]
            start, size = start + size, MOST
        return found[:limit]

    def _of_mine(self, limit: int) -> Ranked:
        """All that he sees is read."""
        mine = self.held("read_for").filter(record_id__in=self.rows.values("pk"))
        return self.seen(hits_of(mine.order_by("name", "record_id"), MOST), limit)


def _keys(found: Ranked) -> set[UUID]:
    return {record.pk for _rank, record in found}


def hits_of(entries: QuerySet[SearchEntry], most: int) -> list[Hit]:
    return [Hit(*row) for row in entries.values_list("entity", "record_id", "name", "text")[:most]]


def usable(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without what is marked for deletion or archived."""
    names = {field.name for field in rows.model._meta.concrete_fields}
    return rows.filter(**{name: False for name in ("is_deleted", "is_archived") if name in names})
