"""Whose personal values were erased, remembered outside the base: a copy made before and restored does not know of it.

One line a record in `erased` of the home: its entity and key, no names.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

Erased = tuple[str, UUID]


def remember(records: Iterable[Erased]) -> None:
    """Add records to the list, safely on the disk when it returns."""
    lines = "".join(f"{entity} {key}\n" for entity, key in records)
    descriptor = os.open(_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, lines.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remembered() -> set[Erased]:
    """Every record of the list."""
    return listed(_file()) if _file().exists() else set()


def listed(file: Path) -> set[Erased]:
    """The records that such a file names. Raises OSError, and ValueError for another kind of file."""
    lines = (line.split() for line in file.read_text().splitlines())
    return {(parts[0], UUID(parts[1])) for parts in lines if len(parts) == 2}


def _file() -> Path:
    return Path(settings.HOME) / "erased"
