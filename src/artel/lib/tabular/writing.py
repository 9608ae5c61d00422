"""Tables out: csv that Excel opens in UTF-8 and without running formulas, xlsx in constant memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from artel.lib.malformed import Malformed
from artel.lib.malformed import marked as _
from artel.lib.tabular.defusing import defused, kept_armed

if TYPE_CHECKING:
    from xlsxwriter.format import Format

Value = str | int | float | Decimal | bool | date | datetime | None

# Quoted also for the delimiters of other programs, so that `a;=b` cannot become two cells there.
_NEEDS_QUOTES = re.compile(r'[",;\t\r\n]|^\s|\s$')
_EXACT_DIGITS = 15
_MAX_SHEET_ROWS, _MAX_SHEET_CELL = 1_048_576, 32_767
_FIRST_SHEET_YEAR = 1900  # earlier days are no dates to a spreadsheet and are written as text
_SHEET_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}

_TOO_MANY_ROWS = _("A spreadsheet holds %(limit)s rows at most; export to csv.")
_CELL_TOO_LONG = _("A spreadsheet's cell holds %(limit)s characters at most; export to csv.")


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """Writes `.xlsx` as a spreadsheet and anything else as csv; returns the number of rows written.

    Moments must already be in the reader's zone: xlsx knows no offsets and shows their local time, csv has both.
    A file that could not be written whole leaves what stood under its name. Raises Malformed, OSError.
    """
    is_sheet = path.suffix.lower() == ".xlsx"
    count = 0
    with whole(path) as place, XlsxWriter(place) if is_sheet else CsvWriter(place) as writer:
        writer.write(header)
        for count, row in enumerate(rows, start=1):  # noqa: B007
            writer.write(row)
    return count


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write instead of the path: the file takes its name when it is complete. Pipes and the like are written to."""
    if path.exists() and not path.is_file():
        yield path
        return
    place = path.with_name(f".{path.name}.part")
    try:
        yield place
        place.replace(path)
    finally:
        place.unlink(missing_ok=True)


class CsvWriter:
    """A csv file: UTF-8 with BOM, CRLF, formulas defused."""

    def __init__(self, path: Path, *, delimiter: str = ",") -> None:
        self._path = path
        self._delimiter = delimiter

    def __enter__(self) -> Self:
        self._stream: TextIO = self._path.open("w", encoding="utf-8-sig", newline="")
        return self

    def write(self, row: Sequence[Value]) -> None:
        self._stream.write(self._delimiter.join(map(csv_cell, row)) + "\r\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()


def csv_cell(value: Value) -> str:
    """One cell as csv text, quoted where needed."""
    text = _plain(value)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


class XlsxWriter:
    """A spreadsheet of one sheet; a row is on disk as soon as the next one comes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._row = 0

    def __enter__(self) -> Self:
        from xlsxwriter import Workbook  # noqa: PLC0415 -- long to load, and few processes write spreadsheets

        # What it lays aside stays there when there is no room for the end.
        self._aside = TemporaryDirectory(prefix="artel-sheet-")
        self._book = Workbook(self._path, {**_SHEET_OPTIONS, "tmpdir": self._aside.name})
        self._sheet = self._book.add_worksheet()
        self._day: Format = self._book.add_format({"num_format": "dd.mm.yyyy"})
        self._moment: Format = self._book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        return self

    def write(self, row: Sequence[Value]) -> None:
        if self._row >= _MAX_SHEET_ROWS:
            raise Malformed("too_many_rows", _TOO_MANY_ROWS, limit=_MAX_SHEET_ROWS)
        for column, value in enumerate(row):
            self._write_cell(column, value)
        self._row += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 -- as above

        with self._aside:
            try:
                self._book.close()
            except FileCreateError as no:
                raise no.args[0] from no

    def _write_cell(self, column: int, value: Value) -> None:
        sheet, row = self._sheet, self._row
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, date) and value.year >= _FIRST_SHEET_YEAR:
            sheet.write_datetime(
                row, column, value, self._moment if isinstance(value, datetime) else self._day
            )
        elif _is_exact_number(value):
            sheet.write_number(row, column, value)
        else:
            sheet.write_string(row, column, _fitting(kept_armed(_plain_text(value))))


def _plain(value: Value) -> str:
    return defused(_plain_text(value)) if isinstance(value, str) else _plain_text(value)


def _plain_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_exact_number(value: Value) -> bool:
    """Whether a spreadsheet's number keeps all digits; longer ones are written as text."""
    if isinstance(value, Decimal):
        return len(value.as_tuple().digits) <= _EXACT_DIGITS
    return isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**_EXACT_DIGITS)


def _fitting(text: str) -> str:
    if len(text) > _MAX_SHEET_CELL:
        raise Malformed("cell_too_long", _CELL_TOO_LONG, limit=_MAX_SHEET_CELL)
    return text
