"""What a backup says of itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1
NAME = "manifest.json"
DATABASE = "database"
FILES = "files/"
KEY = "secret.key"


@dataclass(frozen=True)
class Table:
    """How many rows a table had and, where the database can say, the sum of their hashes: the order of rows is nothing."""

    rows: int
    sum: str = ""


@dataclass(frozen=True)
class Piece:
    """One member of the container: its bytes, and their SHA-256."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """Written last: a file without it is not whole.

    `lost` are hashes of files whose bytes were not in the store when the copy was made; `has_key` is false where the
    signing key comes from the environment and is kept by whoever set it.
    """

    made_at: str
    version: str
    database: str
    migrations: list[str]
    tables: dict[str, Table]
    pieces: dict[str, Piece] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    has_key: bool = False
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def files(self) -> int:
        """Stored files, their pictures not counted."""
        return sum(name.startswith(FILES) and "." not in name for name in self.pieces)

    def dumped(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def loaded(text: bytes) -> Manifest:
    """Raises ValueError when this is no manifest that this version can read."""
    try:
        told: dict[str, Any] = json.loads(text)
        if told["format"] > FORMAT:
            raise ValueError("a newer format")
        told["tables"] = {name: Table(**table) for name, table in told["tables"].items()}
        told["pieces"] = {name: Piece(**piece) for name, piece in told["pieces"].items()}
        return Manifest(**told)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(str(wrong)) from wrong
