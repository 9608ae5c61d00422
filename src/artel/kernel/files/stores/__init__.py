"""Where bytes lie: one module a store. What is put under a hash is never changed, so nothing here needs a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings


class Store(Protocol):
    """What the house asks of a place for bytes. `piece` names a picture made of them ("small", "1"); "" is the bytes themselves."""

    def new(self) -> Path:
        """A path on this machine, on the same disk where there is one, for bytes that are still coming in."""

    def put(self, sha256: str, source: Path, piece: str = "") -> None:
        """Take the bytes of a whole file (it moves away) and keep them, safely on the disk when it returns."""

    def open(self, sha256: str, piece: str = "") -> BinaryIO:
        """A seekable stream. Raises FileNotFoundError."""

    def has(self, sha256: str, piece: str = "") -> bool:
        """Whether the bytes are there."""

    def pieces(self, sha256: str) -> list[str]:
        """The names of the pictures made of the bytes."""

    def at_hand(self, sha256: str) -> AbstractContextManager[Path]:
        """The bytes as a file of this machine, to be read only, while the block runs. Raises FileNotFoundError."""

    def delete(self, sha256: str) -> None:
        """Forget the bytes and their pictures; that they are not there is no fault."""

    def held(self) -> Iterator[set[str]]:
        """The hashes of everything kept, some at a time, each once and in the order of their beginnings."""

    def forget_unfinished(self, before: float) -> int:
        """Remove what began to come in before a moment (seconds since 1970) and never ended; answers how much."""


@lru_cache(maxsize=8)
def _folder(place: Path) -> Store:
    from .folder import FolderStore  # noqa: PLC0415 -- a store's own needs are loaded with it

    return FolderStore(place)


def store() -> Store:
    """The store of this house: a folder of its home."""
    return _folder(Path(settings.HOME) / "files")
