"""How common a text is in each entity, told by a sample of the entries that the process keeps while the base's epoch stays.

Asking the database costs a statement an entity, and where many hold the text that is dear, too. The sample holds some four
thousand entries: what ten of them hold is common, whatever the size of the base.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from artel.kernel import standing

from .asking import Typed, Word
from .models import SearchEntry

SAMPLED = 4000
COMMON = 10
"""So many entries of the sample make a text common; an entity with fewer in it is small."""


@dataclass(frozen=True)
class Part:
    """Entries of one entity: their values put together, their stems put together, and how many they are."""

    values: str
    stems: str
    size: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Part:
        parts = [text.partition("~") for text in texts]
        return cls("".join(one[0] for one in parts), "".join("".join(one[1:]) for one in parts), len(texts))

    def holding(self, typed: Typed) -> int:
        """About how many hold what was typed: a word that stands twice in one text counts twice."""
        if not typed.ways:
            return self.values.count(f"\n {typed.text}")
        return max(min(self._word(word) for word in way) for way in typed.ways)

    def _word(self, word: Word) -> int:
        plain = self.values.count(word.text)
        return max(plain, self.stems.count(word.stem)) if word.stem else plain


Sample = Mapping[str, Part]
"""By entity. A base of few entries needs none: it is empty."""


@dataclass(frozen=True)
class Met:
    """How often something typed is met among the entries of the sample, by entity; `kept` is None without a sample."""

    kept: Sample | None
    counts: Mapping[str, int]

    def is_common(self, entity: str = "") -> bool:
        """In an entity, or in all of them together."""
        return (self.counts.get(entity, 0) if entity else sum(self.counts.values())) >= COMMON

    def is_large(self, entity: str) -> bool:
        """Whether too many records are of the entity for reading them one by one; so they may be where nothing is known."""
        return self.kept is None or (entity in self.kept and self.kept[entity].size >= COMMON)

    @property
    def is_of_few(self) -> bool:
        """Whether the whole base has few entries."""
        return self.kept is not None and not self.kept

    @property
    def misleads(self) -> bool:
        """Whether PostgreSQL, which knows one share for all entities, may take the text for common where it is not."""
        return connection.vendor == "postgresql" and (self.kept is None or self.is_common())


def met(typed: Typed) -> Met:
    """What the sample says of it; taken once an epoch, and nowhere but where something is kept of the base."""
    kept = standing.present()
    if kept is None:
        return Met(None, {})
    sample = kept.once("search sample", _taken)
    return Met(sample, {entity: part.holding(typed) for entity, part in sample.items()})


def _taken() -> Sample:
    last = SearchEntry.objects.aggregate(last=Max("id"))["last"] or 0
    if last <= SAMPLED:
        return {}
    chosen = random.sample(range(1, last + 1), SAMPLED)
    texts: dict[str, list[str]] = defaultdict(list)
    for entity, text in SearchEntry.objects.filter(id__in=chosen).values_list("entity", "text"):
        texts[entity].append(text)
    return {entity: Part.of(found) for entity, found in texts.items()}
