"""Rows copied from a spreadsheet: cells between tabs, those with line ends or tabs inside in quotes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO

_CELL = re.compile(r'"((?:[^"]|"")*)"(?=\t|\r?\n|\Z)|([^\t\r\n]*)')
_END = re.compile(r"\t|\r\n|\r|\n|\Z")


def as_csv(text: str) -> str:
    """The copied rows as a table that every reader understands; a text without tabs is one already, and stays."""
    if "\t" not in text:
        return text
    written = StringIO()
    csv.writer(written).writerows(_rows(text))
    return written.getvalue()


def _rows(text: str) -> Iterator[list[str]]:
    """A quote that is not closed at the end of its cell is a sign like any other."""
    cells: list[str] = []
    place = 0
    while place < len(text):
        found = _CELL.match(text, place)
        assert found  # an empty cell is one, too
        quoted, plain = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        end = _END.match(text, found.end())
        assert end
        place = end.end()
        if end[0] != "\t":
            yield cells
            cells = []
        elif place == len(text):
            cells.append("")
    if cells:
        yield cells
