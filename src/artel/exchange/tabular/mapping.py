"""What the columns of a file are taken for before it is imported: each feeds one field, or is left out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence

from artel.exchange.tabular.columns import (
    Column,
    Known,
    argument_name,
    fields_by_header,
    is_refusal_column,
)
from artel.lib.tabular.reading import fold_header
from artel.lib.words import capital

Taken = dict[str, str | None]
"""Header of the file → name of a field, None for a column that is left out."""


def taken(known: Known, header: Sequence[str], remembered: Mapping[str, str | None]) -> Taken:
    """As it was taken before (`remembered`, by folded headers), else as the header says; of two for one field the first.

    What nobody knows, what is only read, and what is no longer a field is left out.
    """
    by_header, writable = fields_by_header(known), {one.name: one for one in known.writable}
    found: Taken = {}
    fed: set[str] = set()
    for index, title in enumerate(header):
        folded = fold_header(title)
        said = by_header.get(folded)
        name = remembered.get(folded, said.name if said else None)
        one = writable.get(name or "") or (writable.get(said.name) if said and name else None)
        if one is None or argument_name(one) in fed or is_refusal_column(index, title):
            found[title] = None
        else:
            found[title] = one.name
            fed.add(argument_name(one))
    return found


def kept(mapping: Mapping[str, str | None]) -> Taken:
    """A mapping as it is remembered: by headers as they are compared."""
    return {fold_header(title): name for title, name in mapping.items()}


def headers_key(header: Sequence[str]) -> str:
    """What files with the same headers have in common, in whatever order; a file of refused rows is like its original."""
    titles = {fold_header(title) for index, title in enumerate(header) if not is_refusal_column(index, title)}
    return hashlib.sha256(json.dumps(sorted(titles)).encode()).hexdigest()


def lacking(known: Known, columns: Sequence[Column], given: Collection[str]) -> list[str]:
    """Titles of what a new record must have and the file does not bring; `given` are fields that have a default."""
    fed = {column.argument.name for column in columns}
    return [
        capital(known.label(one))
        for one in known.writable
        if known.must(one) and argument_name(one) not in fed and one.name not in given
    ]
