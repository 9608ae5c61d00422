"""csv: which encoding and which delimiter, then rows through the standard reader, in constant memory."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from artel.lib.malformed import marked as _
from artel.lib.tabular.unreadable import Unreadable

DELIMITERS = (",", ";", "\t")
"""Those that are recognised."""
CHOOSABLE = (*DELIMITERS, "|")
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1251": "Windows-1251",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "koi8-r": "KOI8-R",
    "cp866": "DOS (CP866)",
    "mac-cyrillic": "MacCyrillic",
    "cp1252": "Windows-1252",
}
"""Those that one may choose, as people call them. UTF-8 is meant with or without its mark."""
MAX_CELL = 131_072  # characters; the standard reader's own limit
MAX_RECORD = 4_000_000  # characters of one row: what bounds the memory of a file without line ends
_BLOCK = 1 << 16
_START = 4_000
_FEW_NULLS = 50  # fewer than one byte in so many is no writing in two bytes
_SAMPLE_RECORDS = 50
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_EXCEL_HINT = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)  # a line for Excel that some programs put first

_OTHER_ENCODING = _("The file is no text in this encoding: %(encoding)s.")
_NOT_TEXT = _("This is not a table: the file holds binary data.")
_BAD_QUOTES = _("Line %(line)s: quotes are broken or not closed.")
_LONG_CELL = _("Line %(line)s: a cell is longer than %(limit)s characters, or its quote is not closed.")
_LONG_RECORD = _("Line %(line)s: the row is longer than %(limit)s characters.")


@dataclass(frozen=True)
class Dialect:
    """How one csv file is written."""

    encoding: str
    delimiter: str
    skip_lines: int = 0


def sniff(path: Path, encoding: str = "", delimiter: str = "") -> Dialect:
    """The file's encoding (UTF-8, UTF-16, else cp1251) and its delimiter, as far as they are not given.

    Looks at the whole file and raises Unreadable `not_text` when it is not text, `other_encoding` when not in the given one.
    """
    encoding = encoding_of(path, encoding)
    with open_text(path, encoding) as stream:
        hint = _EXCEL_HINT.fullmatch(stream.readline(16))
    if hint:
        return Dialect(encoding, delimiter or hint[1], skip_lines=1)
    candidates = [Dialect(encoding, each) for each in ([delimiter] if delimiter else DELIMITERS)]
    return max(candidates, key=partial(_evidence, path))


def read_records(path: Path, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """(number of the line it starts at, cells) of every record, empty ones included.

    Raises Unreadable `broken_quotes`, `long_cell` or `long_row` where the file stops making sense.
    """
    with open_text(path, dialect.encoding) as stream:
        yield from _records(stream, dialect, strict=True)


def _records(stream: TextIOWrapper, dialect: Dialect, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    record_size = [0]
    lines = islice(_bounded_lines(stream, record_size), dialect.skip_lines, None)
    reader = csv.reader(lines, delimiter=dialect.delimiter, strict=strict)
    line = dialect.skip_lines + 1
    try:
        for cells in reader:
            record_size[0] = 0
            yield line, cells
            line = dialect.skip_lines + reader.line_num + 1
    except csv.Error as error:
        raise _explained(error, line) from error
    except _TooLong as error:
        raise Unreadable("long_row", _LONG_RECORD, line=line, limit=MAX_RECORD) from error


class _TooLong(Exception):
    pass


def _bounded_lines(stream: TextIOWrapper, record_size: list[int]) -> Iterator[str]:
    """Lines as the standard reader wants them; `record_size` is set to 0 by whoever has got a whole record."""
    while line := stream.readline(MAX_RECORD):
        record_size[0] += len(line)
        if record_size[0] >= MAX_RECORD:
            raise _TooLong
        yield line


def _explained(error: csv.Error, line: int) -> Unreadable:
    if "field limit" in str(error):
        return Unreadable("long_cell", _LONG_CELL, line=line, limit=MAX_CELL)
    return Unreadable("broken_quotes", _BAD_QUOTES, line=line)


def open_text(path: Path, encoding: str) -> TextIOWrapper:
    """A text with its line ends as they are, without a byte-order mark."""
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def encoding_of(path: Path, wanted: str = "") -> str:
    """The encoding of a text, or the wanted one if it fits. Raises Unreadable as `sniff` does."""
    if wanted:
        if not _decodes(path, wanted):
            shown = ENCODINGS.get(wanted, wanted)
            raise Unreadable("other_encoding", _OTHER_ENCODING, encoding=shown)
        return wanted
    with path.open("rb") as stream:
        start = stream.read(_START)
    marked = [encoding for bom, encoding in _BOMS if start.startswith(bom)]
    for encoding in marked or [*_without_mark(start), "utf-8", "cp1251"]:
        if _decodes(path, encoding):
            return encoding
    raise Unreadable("not_text", _NOT_TEXT)


def _without_mark(start: bytes) -> list[str]:
    """UTF-16 without its mark shows by the nulls of its line ends, delimiters and Latin letters, all on one side."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if (even and odd) or (even + odd) * _FEW_NULLS < len(start):
        return []
    return ["utf-16-be" if even else "utf-16-le"]


def _decodes(path: Path, encoding: str) -> bool:
    """Whether every byte of the file is text in this encoding."""
    with open_text(path, encoding) as stream:
        try:
            return not any(_CONTROL.search(block) for block in iter(partial(stream.read, _BLOCK), ""))
        except UnicodeError:
            return False


def _evidence(path: Path, dialect: Dialect) -> tuple[int, int]:
    """How well a delimiter fits: sampled records that have as many cells as the header or a few less, its width.

    A delimiter that no other record uses is a comma inside a name; without any delimiter the table has one column.
    """
    first, *rest = _sampled_widths(path, dialect) or [0]
    if first < 2:
        return 0, 1 + rest.count(1)
    fitting = sum(2 <= width <= first for width in rest)
    return (0, 0) if rest and not fitting else (1 + fitting, first)


def _sampled_widths(path: Path, dialect: Dialect) -> list[int]:
    widths: list[int] = []
    with open_text(path, dialect.encoding) as stream, suppress(Unreadable):
        for _line, cells in islice(_records(stream, dialect, strict=False), _SAMPLE_RECORDS):
            if cells:
                widths.append(len(cells))
    return widths
