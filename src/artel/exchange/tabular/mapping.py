"""What the columns of a file are taken for before it is imported: each feeds one field, or is left out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence

from artel.exchange.tabular.columns import Layout, is_refusal_column, titled
from artel.exchange.tabular.known import Known, Offer, argument_name, offers_by_header
from artel.lib.tabular.reading import fold_header
from artel.lib.words import capital

Taken = dict[str, str | None]
"""Header of the file → name of a field, None for a column that is left out."""


def taken(known: Known, header: Sequence[str], remembered: Mapping[str, str | None]) -> Taken:
    """As it was taken before (`remembered`, by folded headers), else as the header says; of two for one field the first.

    What nobody knows, what is only read, and what is no longer a field is left out.
    """
    by_header, writable = offers_by_header(known), {one.name: one for one in known.writable_offers}
    found = {
        title: one
        for index, title in enumerate(header)
        if (one := _taken(title, by_header, writable, remembered)) and not is_refusal_column(index, title)
    }
    meant = dict(zip(found, titled(known, list(found.values())), strict=True))
    chosen: Taken = dict.fromkeys(header)
    fed: set[tuple[str, ...]] = set()
    for title, one in meant.items():
        if one.feeds not in fed:
            chosen[title] = one.name
            fed.add(one.feeds)
    return chosen


def _taken(
    title: str,
    by_header: Mapping[str, Offer],
    writable: Mapping[str, Offer],
    remembered: Mapping[str, str | None],
) -> Offer | None:
    folded = fold_header(title)
    said = by_header.get(folded)
    name = remembered.get(folded, said.name if said else None)
    return writable.get(name or "") or (writable.get(said.name) if said and name else None)


def kept(mapping: Mapping[str, str | None]) -> Taken:
    """A mapping as it is remembered: by headers as they are compared."""
    return {fold_header(title): name for title, name in mapping.items()}


def headers_key(header: Sequence[str]) -> str:
    """What files with the same headers have in common, in whatever order; a file of refused rows is like its original."""
    titles = {fold_header(title) for index, title in enumerate(header) if not is_refusal_column(index, title)}
    return hashlib.sha256(json.dumps(sorted(titles)).encode()).hexdigest()


def lacking(known: Known, layout: Layout, given: Collection[str]) -> list[str]:
    """Titles of what a new record must have and the file does not bring; `given` are fields that have a default."""
    fed = layout.fed
    return [
        capital(known.label(one))
        for one in known.writable
        if known.must(one) and argument_name(one) not in fed and one.name not in given
    ]
