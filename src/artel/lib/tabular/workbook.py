"""xlsx: checked against bombs before it is opened, then read by calamine into rows of exact text.

Calamine keeps the sheet as one dense rectangle in memory (about 70 bytes a cell), so what bounds our memory is the number
of cells: it is measured on the unpacked bytes first, never believed from what the file declares.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, NamedTuple

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from artel.lib.malformed import marked as _
from artel.lib.tabular.unreadable import Unreadable

MAX_UNPACKED = 400_000_000  # bytes of all members together
MAX_RATIO = 200  # unpacked to packed; spreadsheets of real data stay below 40
MAX_CELLS = 5_000_000  # of the rectangle that holds the sheet
MAX_MEMBERS = 2_000
_RATIO_MATTERS_FROM = 10_000_000
_BLOCK = 1 << 16
_OVERLAP = 32  # longer than any cell reference, so that one cut by a block's end is still seen
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_CELL = re.compile(rb"<(?:[A-Za-z]+:)?c[\s/>]")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']\$?([A-Za-z]{0,3})\$?([0-9]{1,9})[\"']")
_SIGNIFICANT_DIGITS = 15  # of a number in a spreadsheet
_EXACT_BELOW = 10**_SIGNIFICANT_DIGITS
_OTHER_FORMATS = ("xl/workbook.bin", "content.xml")  # xlsb and ods: calamine would open them past our checks

_BROKEN = _("The spreadsheet is damaged and cannot be opened.")
_NOT_XLSX = _("This is not an xlsx spreadsheet; save the table as xlsx or csv.")
_BOMB = _("The spreadsheet unpacks to more than is sensible and was not opened.")
_TOO_BIG = _("The spreadsheet is larger than %(limit)s cells; save it as csv, which has no such limit.")
_NO_SHEET = _("The spreadsheet has no visible sheet.")
_NO_SUCH_SHEET = _("The spreadsheet has no sheet “%(name)s”. There are: %(known)s.")

Cell = int | float | str | bool | time | date | datetime | timedelta


class Sheet(NamedTuple):
    """One sheet with cells (no chart); people may have hidden it."""

    name: str
    is_hidden: bool


@dataclass(frozen=True)
class OpenedSheet:
    """The sheet that was taken, and those one could take instead, it included."""

    name: str
    sheets: tuple[Sheet, ...]
    _rows: Iterator[list[Cell]]

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """(row number on the sheet, cells as text), once."""
        for number, cells in enumerate(self._rows, start=1):
            yield number, [cell if type(cell) is str else cell_text(cell) for cell in cells]


def open_workbook(path: Path, sheet: str = "") -> OpenedSheet:
    """The sheet of that name, hidden or not, in any case; without a name the first visible one that is not empty.

    Raises Unreadable `broken_workbook`, `not_xlsx`, `bomb`, `too_big`, `no_sheet` or `no_such_sheet`.
    """
    try:
        _refuse_bombs(path)
        return _open_sheet(path, sheet)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, NotImplementedError) as error:
        raise Unreadable("broken_workbook", _BROKEN) from error


def cell_text(value: Cell) -> str:
    """A cell as the exact text a person sees: 7707083893.0 → "7707083893", no exponents, ISO days and moments."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        whole = int(value) if abs(value) < _EXACT_BELOW else None
        return str(whole) if whole == value else format(Decimal(f"{value:.{_SIGNIFICANT_DIGITS}g}"), "f")
    if isinstance(value, timedelta):
        return str(value)
    return value.isoformat()


def _open_sheet(path: Path, wanted: str) -> OpenedSheet:
    try:
        with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
            sheets = tuple(
                Sheet(sheet.name, sheet.visible != SheetVisibleEnum.Visible)
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet
            )
            cells = book.get_sheet_by_name(_named(sheets, wanted)) if wanted else _first_filled(book, sheets)
            return OpenedSheet(cells.name, sheets, cells.iter_rows())
    except Unreadable:
        raise
    except BaseException as error:
        # A panic of the native reader is not an Exception; whatever it says, the file is at fault.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise Unreadable("broken_workbook", _BROKEN) from error


def _named(sheets: Sequence[Sheet], wanted: str) -> str:
    names = [sheet.name for sheet in sheets]
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if wanted in names:
        return wanted
    if not alike:
        raise Unreadable("no_such_sheet", _NO_SUCH_SHEET, name=wanted, known=", ".join(names))
    return alike[0]


def _first_filled(book: CalamineWorkbook, sheets: Sequence[Sheet]) -> CalamineSheet:
    """The first visible one that is not empty, else the first visible one."""
    visible = [sheet.name for sheet in sheets if not sheet.is_hidden]
    if not visible:
        raise Unreadable("no_sheet", _NO_SHEET)
    opened = (book.get_sheet_by_name(name) for name in visible)
    return next((sheet for sheet in opened if sheet.height), None) or book.get_sheet_by_name(visible[0])


def _refuse_bombs(path: Path) -> None:
    with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
        members = archive.infolist()
        names = {member.filename.lower() for member in members}
        if "[content_types].xml" not in names or names.intersection(_OTHER_FORMATS):
            raise Unreadable("not_xlsx", _NOT_XLSX)
        if len(members) > MAX_MEMBERS:
            raise Unreadable("bomb", _BOMB)
        unpacked = 0
        for member in members:
            unpacked += _measured(stream, member, unpacked)


def _measured(stream: BinaryIO, member: zipfile.ZipInfo, unpacked_before: int) -> int:
    """Unpacked bytes of one member; any member may be a sheet, so all are searched for far cells."""
    size = 0
    corner = _Corner()
    for block, packed in _inflated(stream, member):
        size += len(block)
        _check_size(unpacked_before + size, size, packed)
        corner.widen(block)
    return size


def _check_size(total: int, size: int, packed: int) -> None:
    is_dense = size > _RATIO_MATTERS_FROM and size > packed * MAX_RATIO
    if total > MAX_UNPACKED or is_dense:
        raise Unreadable("bomb", _BOMB)


class _Corner:
    """The far corner of the rectangle that a sheet's cell references need, and how many cells stand without one."""

    def __init__(self) -> None:
        self._row = self._column = 1
        self._cells = 0
        self._tail = b""

    def widen(self, block: bytes) -> None:
        seen = self._tail + block
        for letters, digits in _REFERENCE.findall(seen):
            self._row = max(self._row, int(digits))
            self._column = max(self._column, _column_number(letters))
        # What ends in the part seen before was counted then.
        self._cells += sum(found.end() > len(self._tail) for found in _CELL.finditer(seen))
        self._tail = block[-_OVERLAP:]
        if max(self._row * self._column, self._cells) > MAX_CELLS:
            raise Unreadable("too_big", _TOO_BIG, limit=MAX_CELLS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _inflated(stream: BinaryIO, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """What the member really unpacks to, block by block, whatever length it declares, and how many bytes were read for it."""
    stream.seek(member.header_offset)
    _signature, name_length, extra_length = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
    stream.seek(name_length + extra_length, 1)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (block := stream.read(min(left, _BLOCK))):
            left -= len(block)
            yield block, member.compress_size - left
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(member.compress_type)
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and not unpacker.eof and (packed := stream.read(min(left, _BLOCK))):
        left -= len(packed)
        while packed and (block := unpacker.decompress(packed, _BLOCK)):
            yield block, member.compress_size - left
            packed = unpacker.unconsumed_tail
