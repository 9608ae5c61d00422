"""Which rows of a chunk come to nothing for certain, and where it must end because that cannot be said.

A row that is refused, or is there already and skipped, brings nothing. One before which such a row has told something that
it asked for was judged by what is not so: if it is well, the chunk is judged again without the other; if it came to nothing
itself, it starts the next chunk, where nothing stands before it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from artel.exchange.tabular.drafts import Did, Draft


@dataclass(frozen=True)
class Sifted:
    """`apart` are the rows that newly came to nothing, by line; `end` is how many rows, from the first, may go together.

    `is_misled`: some row was judged by what another told that came to nothing.
    """

    apart: dict[int, Draft]
    end: int
    is_misled: bool


def sifted(drafts: Sequence[Draft], apart: Container[int], parted: Sequence[Draft], *, mutes: bool) -> Sifted:
    """Sift rows of which those `apart` told nothing; `parted` ones must not go with those before them.

    `mutes`: rows that are there already bring nothing.
    """
    nothing: dict[int, Draft] = {}
    told: set[Any] = set()
    is_misled = False
    ends = {draft.row.line for draft in parted}
    for place, draft in enumerate(drafts):
        line = draft.row.line
        if line in ends:
            return Sifted(nothing, place, is_misled=True)
        if line in apart:
            continue
        ties = {*_ties(draft)}
        is_misled_here = not told.isdisjoint(ties)
        if draft.did is Did.REFUSED or (mutes and draft.did is Did.SKIPPED and draft.brought):
            if is_misled_here:
                return Sifted(nothing, place, is_misled=True)
            nothing[line] = draft
            told |= {*_ties(draft, telling=True)}
        elif is_misled_here:
            is_misled = True
            told |= ties
    return Sifted(nothing, len(drafts), is_misled)


def _ties(draft: Draft, *, telling: bool = False) -> Iterator[tuple[str, Any]]:
    for part, brought in draft.brought.items():
        if brought.tells or not telling:
            yield from ((part, tie) for tie in brought.ties)
