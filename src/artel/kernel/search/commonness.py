"""How common a text is in each entity, told by a sample of the entries that the process keeps while the base's epoch stays.

Asking the database costs a statement an entity, and where many hold the text that is dear, too. The sample holds some four
thousand entries: what ten of them hold is common, whatever the size of the base.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db import connection
from django.db.models import Max

from artel.kernel import standing

from .asking import Typed
from .models import SearchEntry
from .reading import Share
from .trigrams import Part, grams

SAMPLED = 4000
COMMON = 10
"""So many entries of the sample make a text common; an entity with fewer in it is small."""
REMEMBERED = 20_000
"""So many pieces of words are remembered with those who hold them."""


@dataclass(frozen=True)
class Sample:
    """Entries in the order of their ids; which of them hold a piece of a word is found out when it is first asked."""

    ids: Sequence[int] = ()
    entities: Sequence[str] = ()
    texts: Sequence[str] = ()
    _holders: dict[str, Sequence[int]] = field(default_factory=dict)

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        return Counter(self.entities)

    def holders(self, piece: str) -> Sequence[int]:
        """Where in the sample a piece is held: a trigram, or what is shorter."""
        found = self._holders.get(piece)
        if found is None:
            if len(self._holders) >= REMEMBERED:
                self._holders.clear()
            found = [place for place, text in enumerate(self.texts) if piece in text]
            self._holders[piece] = found
        return found

    def share(self, piece: str) -> int:
        """How many of the sample hold a piece."""
        return len(self.holders(piece))

    def holding(self, typed: Typed) -> Sequence[int]:
        """Where in the sample is held what was typed."""
        if not typed.ways:
            return self.holders(f"\n {typed.text}")
        return sorted({place for way in typed.ways for place in self._of_way(way)})

    def _of_way(self, way: Sequence[Part]) -> Sequence[int]:
        first, *rest = way
        return [place for place in self._of_word(first) if all(self._holds(place, word) for word in rest)]

    def _of_word(self, word: Part) -> set[int]:
        return {place for pattern in word.patterns for place in self._of_pattern(pattern)}

    def _of_pattern(self, pattern: str) -> Sequence[int]:
        rarest = min(map(self.holders, grams(pattern)), key=len)
        return [place for place in rarest if pattern in self.texts[place]]

    def _holds(self, place: int, word: Part) -> bool:
        text = self.texts[place]
        return any(pattern in text for pattern in word.patterns)


@dataclass(frozen=True)
class Met:
    """Where something typed is met in the sample; `sample` is None where nothing is known, and empty for a base of few entries."""

    sample: Sample | None
    places: Sequence[int] = ()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many hold it, by entity."""
        return Counter(self.sample.entities[place] for place in self.places) if self.sample else {}

    def is_common(self, entity: str = "") -> bool:
        """In an entity, or in all of them together."""
        return (self.counts.get(entity, 0) if entity else len(self.places)) >= COMMON

    def is_large(self, entity: str) -> bool:
        """Whether too many records are of the entity for reading them one by one; so they may be where nothing is known."""
        return self.sample is None or self.sample.sizes.get(entity, 0) >= COMMON

    def at_hand(self, entity: str) -> Sequence[int]:
        """Ids of the entity's entries in the sample that held it when that was taken."""
        sample = self.sample or Sample()
        return [sample.ids[place] for place in self.places if sample.entities[place] == entity]

    @property
    def share(self) -> Share | None:
        """How many of the sample hold a piece of a word."""
        return self.sample.share if self.sample else None

    @property
    def is_of_few(self) -> bool:
        """Whether the whole base has few entries."""
        return self.sample is not None and not self.sample.ids

    @property
    def misleads(self) -> bool:
        """Whether PostgreSQL, which knows one share for all entities, may take the text for common where it is not."""
        return connection.vendor == "postgresql" and (self.sample is None or self.is_common())


def met(typed: Typed) -> Met:
    """What the sample says of it; taken once an epoch, and nowhere but where something is kept of the base."""
    kept = standing.present()
    if kept is None:
        return Met(None)
    sample: Sample = kept.once("search sample", _taken)
    return Met(sample, sample.holding(typed))


def _taken() -> Sample:
    last = SearchEntry.objects.aggregate(last=Max("id"))["last"] or 0
    if last <= SAMPLED:
        return Sample()
    entries = SearchEntry.objects.filter(id__in=_chosen(last)).order_by("id")
    rows = list(entries.values_list("id", "entity", "text"))
    return Sample([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])


def _chosen(last: int) -> Sequence[int]:
    """The same ids in every process, and nearly the same while the base grows: what is at hand does not jump about."""
    chance = random.Random(SAMPLED)  # noqa: S311 -- no secret
    numbers = range(1, (1 << last.bit_length()) + 1)
    drawn = chance.sample(numbers, min(2 * SAMPLED, len(numbers)))
    return [number for number in drawn if number <= last][:SAMPLED]
