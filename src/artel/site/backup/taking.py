"""A backup is taken beside the work: the base as it was at one moment, then the bytes that its files name, then the rest of the home.

Stored bytes and old changes are only ever added to, so what is copied after the moment holds all that the moment knows of.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from artel import __version__
from artel.kernel.files.stores import store
from artel.site.subcommands import Failure

from . import databases
from .container import Lock, Opener, Writer, opened, written
from .manifest import DATABASE, FILES, KEY, Manifest

KEPT = ("journal", "imports")
"""Folders of the home that nobody could make anew. The list of erased people is not among them: it must outlive a restore."""

BLOCK = 1 << 20
_GZIP = 31


def take(path: Path, lock: Lock | None = None, opener: Opener | None = None) -> Manifest:
    """Write a backup into a new file and read it again. `opener` reads an encrypted one; without it only its frame is looked at.

    Raises Failure; then nothing of the file is left.
    """
    part = path.with_name(f".{path.name}.part")
    if path.exists():
        raise Failure(f"{path} is there already: name another file.")
    with written(part, lock or Lock()) as out:
        manifest = _fill(out)
    try:
        if not lock or opener:
            with opened(part, opener or Opener()) as read:
                read.verify()
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    with suppress(OSError):  # not every system can sync a folder
        _sync(path.parent)
    return manifest


def _fill(out: Writer) -> Manifest:
    applied = MigrationRecorder(connection).applied_migrations()
    if not any(app == "files" for app, _name in applied):
        raise Failure("There is no base of Artel here to copy: artel migrate makes one.")
    with databases.moment() as base:
        manifest = Manifest(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            version=__version__,
            database=connection.vendor,
            migrations=sorted(f"{app}.{name}" for app, name in applied),
            tables=base.tables(),
        )
        hashes = base.column("SELECT sha256 FROM files_blob ORDER BY sha256")
        with out.piece(DATABASE, packed=base.packed) as put:
            base.dump(put)
    manifest.lost = list(_copy_files(out, hashes))
    for folder in KEPT:
        for file in sorted((Path(settings.HOME) / folder).rglob("*")):
            if file.is_file():
                _copy_kept(out, file)
    manifest.has_key = not os.environ.get("ARTEL_SECRET_KEY")
    if manifest.has_key:
        with (Path(settings.HOME) / KEY).open("rb") as source:
            out.copy(KEY, source)
    out.close(manifest)
    return manifest


def _copy_files(out: Writer, hashes: Iterable[str]) -> Iterator[str]:
    """The hashes whose bytes are not there, an erasure meanwhile among the reasons."""
    for sha256 in hashes:
        try:
            with store().open(sha256) as source:
                out.copy(FILES + sha256, source)
            for piece in store().pieces(sha256):
                with store().open(sha256, piece) as source:
                    out.copy(f"{FILES}{sha256}.{piece}", source)
        except FileNotFoundError:
            yield sha256


def _copy_kept(out: Writer, file: Path) -> None:
    name = file.relative_to(settings.HOME).as_posix()
    with suppress(FileNotFoundError), file.open("rb") as source:  # thrown away meanwhile
        if file.suffix != ".gz":
            out.copy(name, source)
            return
        left = whole_length(source)
        source.seek(0)
        with out.piece(name) as put:
            while left and (some := source.read(min(left, BLOCK))):
                put(some)
                left -= len(some)


def whole_length(source: IO[bytes]) -> int:
    """Up to where a file of old changes is whole: it grows by members, and what is just being written is still in the base."""
    whole = place = 0
    member, text = zlib.decompressobj(_GZIP), b""
    while text := text or source.read(BLOCK):
        try:
            member.decompress(text, BLOCK)
        except zlib.error:
            break
        left = member.unused_data if member.eof else member.unconsumed_tail
        place += len(text) - len(left)
        if member.eof:
            whole, member = place, zlib.decompressobj(_GZIP)
        text = left
    return whole


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
