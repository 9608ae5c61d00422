"""Which rows of a chunk must wait for which: a row waits for the one before it with its key, and for the one it refers to.

What rows bring along they bring in the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model

from artel.exchange.tabular.columns import Column
from artel.exchange.tabular.drafts import Draft, Kin
from artel.exchange.tabular.references import folded_name, lookup_column
from artel.kernel.records import facts_of

MOST_WAVES = 10
"""A row that would wait longer starts the next chunk."""

Names = tuple[tuple[Column, Callable[[str], str]], ...]


@dataclass(frozen=True)
class Waves:
    """`inner` are the columns that refer to records of the imported entity itself; `names` are those it is found by."""

    inner: tuple[Column, ...]
    names: Names

    def arrange(self, drafts: Sequence[Draft], *, cuts: bool = False) -> int:
        """Set each row's wave; returns how many rows, from the first, may go into one chunk.

        `cuts`: a row that waits may be left out after all, and what it brings along with it: it starts the next chunk.
        """
        last: dict[tuple[str, ...], int] = {}
        by_key: dict[tuple[str, ...], int] = {}
        brought: dict[Kin, int] = {}
        for place, draft in enumerate(drafts):
            before = [last.get(draft.key, -1), *(last.get(text, -1) for text in self._refers_to(draft))]
            before += [by_key.get(text, -1) for text in draft.other_keys]
            kins = [one.kin for one in draft.brought.values()]
            draft.wave = max(1 + max(before), *(brought.get(kin, 0) for kin in kins), 0)
            if draft.wave >= MOST_WAVES or (cuts and draft.wave and draft.brought):
                return place
            by_key[draft.key] = draft.wave
            brought |= dict.fromkeys(kins, draft.wave)
            for text in (draft.key, *draft.other_keys, *((name,) for name in self.names_of(draft))):
                if text:
                    last[text] = draft.wave
        return len(drafts)

    def names_of(self, draft: Draft) -> list[str]:
        """What other rows may call this one; nothing when no column of the file could."""
        if not self.inner:
            return []
        return [text for column, fold in self.names if (text := fold(column.text_of(draft.row.cells)))]

    def _refers_to(self, draft: Draft) -> list[tuple[str, ...]]:
        texts = [text for column in self.inner if (text := draft.texts.get(column.argument.name))]
        return [(form,) for text in texts for form in (text.strip(), folded_name(text))]


def waves_of(model: type[Model], columns: Sequence[Column]) -> Waves:
    """The ways in which rows of this entity may speak of each other."""
    found_by = facts_of(model).lookup
    names = tuple(
        (column, lookup_column(model, column.name).fold) for column in columns if column.name in found_by
    )
    return Waves(tuple(column for column in columns if column.argument.model is model), names)
