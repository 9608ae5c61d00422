"""One way to open a table, whatever file it is in: the whole file is checked first, then its rows stream.

The check reads everything once, so that a file broken in its last line is refused before anything has been done with
its first one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from artel.lib.malformed import marked as _
from artel.lib.tabular.defusing import armed
from artel.lib.tabular.text import encoding_of, read_records, sniff
from artel.lib.tabular.unreadable import Unreadable
from artel.lib.tabular.workbook import Sheet, open_workbook

MAX_COLUMNS = 1_000

_SPACES = re.compile(r"\s+")
_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")

_EMPTY = _("The file is empty.")
_EMPTY_SHEET = _("The sheet “%(name)s” is empty.")
_OLD_EXCEL = _(
    "This is an old or password-protected Excel file; save it as xlsx without a password, or as csv."
)
_UNNAMED = _("Column %(column)s has no name in the first row.")
_TWICE = _("The first row names the column “%(name)s” twice.")
_TOO_MANY = _("The first row has more than %(limit)s columns.")


class Row(NamedTuple):
    """One row of a table: the line (csv) or row (xlsx) it starts at and its cells as text.

    There are as many cells as columns, and more only when the row has values beyond the last column. `is_left_out`:
    somebody said that it is not to be read; it is counted all the same.
    """

    line: int
    cells: list[str]
    is_left_out: bool = False


@dataclass(frozen=True)
class Reading:
    """How a file is read: which sheet of a spreadsheet, which encoding and delimiter of a text. What is empty is recognised."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""


AS_RECOGNISED = Reading()


@dataclass(frozen=True)
class Table:
    """A file that was read to its end once and made sense. `reading` says how; `sheets` are those of a spreadsheet."""

    path: Path
    header: tuple[str, ...]
    row_count: int
    digest: str  # SHA-256 of the file, hex
    first: tuple[Row, ...] = ()
    reading: Reading = AS_RECOGNISED
    sheets: tuple[Sheet, ...] = ()

    def rows(self, skip: int = 0) -> Iterator[Row]:
        """The rows after the first `skip`; rows without a single value are not rows and are not counted."""
        return islice(_rows(_source(self.path, self.reading).records, len(self.header)), skip, None)


def open_table(path: Path, first: int = 0, reading: Reading = AS_RECOGNISED) -> Table:
    """Checks the file and returns its table. Raises Unreadable, a sentence why, for whatever is not one.

    The first row that has a value is the header; of the others so many come with the table as `first` says. Sheets, encodings,
    delimiters and limits: see `workbook` and `text`.
    """
    source = _source(path, reading)
    records = source.records
    header = next((cells for _line, cells in records if _has_value(cells)), None)
    if header is None:
        raise _nothing_in(source)
    names = _checked_header(header)
    valued = (record for record in records if _has_value(record[1]))
    kept = tuple(_row(line, cells, len(names)) for line, cells in islice(valued, first))
    row_count = len(kept) + sum(1 for _record in valued)
    return Table(path, names, row_count, _digest(path), kept, source.reading, source.sheets)


def fold_header(name: str) -> str:
    """A column name as headers are compared: without case, spaces, ё and a stray byte-order mark."""
    return _SPACES.sub("", name.strip("\ufeff")).casefold().replace("ё", "е")


class Format(NamedTuple):
    """Another kind of text that holds rows: how it begins, and its records (heads first) from a path and an encoding."""

    mark: bytes
    records: Callable[[Path, str], Iterator[tuple[int, list[str]]]]


OTHER_FORMATS: list[Format] = []
"""Those that higher rooms have added."""


class _Source(NamedTuple):
    """The records of a file, each with the line it starts at, and how they are read."""

    records: Iterator[tuple[int, list[str]]]
    reading: Reading
    sheets: tuple[Sheet, ...] = ()


def _source(path: Path, reading: Reading) -> _Source:
    with path.open("rb") as stream:
        start = stream.read(200)
    if not start:
        raise Unreadable("empty", _EMPTY)
    beginning = start.replace(b"\0", b"").lstrip(_BLANK).upper()
    if start[:8] == _OLE:
        raise Unreadable("old_excel", _OLD_EXCEL)
    if start.startswith(_ZIP):
        opened = open_workbook(path, reading.sheet)
        return _Source(opened.records(), Reading(sheet=opened.name), opened.sheets)
    for one in OTHER_FORMATS:
        if beginning.startswith(one.mark):
            encoding = encoding_of(path, reading.encoding)
            return _Source(one.records(path, encoding), Reading(encoding=encoding))
    dialect = sniff(path, reading.encoding, reading.delimiter)
    return _Source(
        read_records(path, dialect), Reading(encoding=dialect.encoding, delimiter=dialect.delimiter)
    )


def _nothing_in(source: _Source) -> Unreadable:
    if len(source.sheets) > 1:
        return Unreadable("empty", _EMPTY_SHEET, name=source.reading.sheet)
    return Unreadable("empty", _EMPTY)


def _rows(records: Iterator[tuple[int, list[str]]], width: int) -> Iterator[Row]:
    with_values = (record for record in records if _has_value(record[1]))
    for line, cells in islice(with_values, 1, None):
        yield _row(line, cells, width)


def _row(line: int, cells: list[str], width: int) -> Row:
    if len(cells) != width:
        _fit(cells, width)
    return Row(line, [armed(cell) if cell[:1] == "'" else cell for cell in cells])


def _has_value(cells: list[str]) -> bool:
    return bool("".join(cells).strip())


def _fit(cells: list[str], width: int) -> None:
    """Pads a short row; drops the empty cells of a long one, which spreadsheets leave behind."""
    cells.extend([""] * (width - len(cells)))
    while len(cells) > width and not cells[-1]:
        cells.pop()


def _checked_header(cells: list[str]) -> tuple[str, ...]:
    names = [cell.strip("\ufeff \t\r\n\xa0") for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise Unreadable("too_many_columns", _TOO_MANY, limit=MAX_COLUMNS)
    seen = set()
    for number, name in enumerate(names, start=1):
        if not name:
            raise Unreadable("unnamed_column", _UNNAMED, column=number)
        if fold_header(name) in seen:
            raise Unreadable("duplicate_column", _TWICE, name=name)
        seen.add(fold_header(name))
    return tuple(names)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
