"""Bytes in a folder: `ab/cd/abcd…`, each written beside, synced and renamed, so that half a file never has a name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

LENGTH = 64
INCOMING = "incoming"


class FolderStore:
    """A store on this machine's disk, or on one that several machines mount."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def new(self) -> Path:
        folder = self.place / INCOMING
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / uuid4().hex

    def put(self, sha256: str, source: Path, piece: str = "") -> None:
        target = self._path(sha256, piece)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        near = self._on_this_disk(source)
        try:
            _sync(near)
            near.replace(target)
        except OSError:
            if near != source:
                near.unlink(missing_ok=True)
            raise
        for folder in (target.parent, target.parent.parent):
            with suppress(OSError):  # not every system can sync a folder
                _sync(folder)

    def open(self, sha256: str, piece: str = "") -> BinaryIO:
        return self._path(sha256, piece).open("rb")

    def has(self, sha256: str, piece: str = "") -> bool:
        return self._path(sha256, piece).exists()

    def pieces(self, sha256: str) -> list[str]:
        path = self._path(sha256)
        return sorted(
            each.name[LENGTH + 1 :].removesuffix(".webp") for each in path.parent.glob(f"{path.name}.*")
        )

    @contextmanager
    def at_hand(self, sha256: str) -> Iterator[Path]:
        path = self._path(sha256)
        path.stat()
        yield path

    def delete(self, sha256: str) -> None:
        path = self._path(sha256)
        for each in (path, *path.parent.glob(f"{path.name}.*")):
            each.unlink(missing_ok=True)

    def held(self) -> Iterator[set[str]]:
        for folder in sorted(self.place.glob("[0-9a-f][0-9a-f]")):
            yield {path.name[:LENGTH] for path in folder.glob("[0-9a-f][0-9a-f]/*")}

    def forget_unfinished(self, before: float) -> int:
        left = [path for path in (self.place / INCOMING).glob("*") if path.stat().st_mtime < before]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _on_this_disk(self, source: Path) -> Path:
        """The file itself, or where it lies on another disk a copy that can be renamed."""
        if source.stat().st_dev == self.place.stat().st_dev:
            return source
        near = self.new()
        try:
            shutil.move(source, near)
        except OSError:  # a full disk is not left fuller than it was
            near.unlink(missing_ok=True)
            raise
        return near

    def _path(self, sha256: str, piece: str = "") -> Path:
        if len(sha256) != LENGTH or not sha256.isalnum():
            raise FileNotFoundError(sha256)
        return self.place / sha256[:2] / sha256[2:4] / (f"{sha256}.{piece}.webp" if piece else sha256)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
