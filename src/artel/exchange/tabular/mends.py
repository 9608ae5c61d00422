"""Rows of a file as they were mended on the page that checks it: the file is read as it is, and corrected on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from uuid import UUID

from artel.exchange.models import MendedRow
from artel.lib.tabular.reading import Row

READ_AT_ONCE = 500
"""Rows between two questions to the base."""


def mended_rows(rows: Iterator[Row], prepared: UUID) -> Iterator[Row]:
    """The same rows, mended: one query for so many of them, and no more of them in memory."""
    while few := list(islice(rows, READ_AT_ONCE)):
        between = MendedRow.objects.filter(prepared=prepared, line__gte=few[0].line, line__lte=few[-1].line)
        mends = {mend.line: mend for mend in between}
        for row in few:
            mend = mends.get(row.line)
            yield row if mend is None else mended(row, mend.cells, is_left_out=mend.is_left_out)


def mended(row: Row, cells: Mapping[str, str], *, is_left_out: bool) -> Row:
    """A row with some of its cells written anew; what is left out says nothing."""
    if is_left_out:
        return Row(row.line, [""] * len(row.cells), is_left_out=True)
    return Row(row.line, [cells.get(str(place), text) for place, text in enumerate(row.cells)])
