"""`FILE.refused.csv`: line, column, reason and the original cells, exactly once each, also after a crash.

The run keeps how many bytes of the file belong to its committed chunks; whatever a killed process wrote beyond them is cut
off when the run is taken up again. With its three leading columns the file may be corrected and imported as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from os import SEEK_END
from pathlib import Path

from artel.exchange.tabular.columns import REFUSAL_COLUMNS
from artel.exchange.tabular.drafts import Draft
from artel.lib.tabular.writing import csv_cell

_BOM = "\ufeff"


def refused_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.refused.csv")


class RefusedFile:
    """The refused rows of one run; there is no file while there is nothing to write."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self._header = header

    def write(self, drafts: Iterable[Draft], size: int) -> int:
        """Write the rows after the first `size` bytes, cutting off what is beyond; returns the new size.

        When somebody took the file away meanwhile, a new one is begun.
        """
        lines = [_line(draft) for draft in drafts]
        if not lines:
            return size
        if size > self._there():
            size = 0
        if not size:
            lines.insert(0, _BOM + _row([*REFUSAL_COLUMNS, *self._header]))
        with self.path.open("r+b" if size else "wb") as stream:
            stream.truncate(size)
            stream.seek(0, SEEK_END)
            stream.write("".join(lines).encode())
            return stream.tell()

    def finish(self, size: int) -> None:
        """Cut off what no committed chunk wrote; remove what an earlier import left, when this one refused nothing."""
        if not size:
            self.path.unlink(missing_ok=True)
        elif self._there() > size:
            os.truncate(self.path, size)

    def _there(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0


def _line(draft: Draft) -> str:
    return _row([draft.row.line, ", ".join(draft.columns), " ".join(draft.reasons), *draft.row.cells])


def _row(values: Sequence[str | int]) -> str:
    return ",".join(map(csv_cell, values)) + "\r\n"
