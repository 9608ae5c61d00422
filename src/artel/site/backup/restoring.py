"""A backup is put back whole or not at all: read through first, loaded beside what was there, compared, then told of later erasures."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from artel.kernel import erased_ids, erasure
from artel.kernel.files.stores import store
from artel.site.subcommands import Failure

from . import databases
from .container import Opener, Reader, opened
from .manifest import DATABASE, FILES, KEY, Manifest, Table
from .taking import KEPT

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass
class Restored:
    """What came of it. `aside` says where what was there before lies; `files` are hashes that the store lacked; `erased_again` counts records."""

    manifest: Manifest
    aside: str = ""
    key_aside: str = ""
    files: list[str] = field(default_factory=list)
    erased_again: int = 0
    migrations: int = 0
    remarks: list[str] = field(default_factory=list)


def look_into(path: Path, opener: Opener | None = None) -> Manifest:
    """Read a whole backup and write nothing. Raises Failure."""
    with opened(path, opener or Opener()) as read:
        read.verify()
        return read.manifest


def restore(path: Path, opener: Opener | None = None, erased: Path | None = None) -> Restored:
    """Become what a backup says; `erased` is a list of erased people kept elsewhere.

    Raises Failure; then everything is as it was.
    """
    with opened(path, opener or Opener()) as read:
        done = Restored(read.manifest)
        _fits(read)
        read.verify()
        more = _listed(erased) if erased else set()
        base = databases.target()
        if who := base.others():
            raise Failure(f"Artel is at work here: {who}. Stop it first.")
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        _check_kept(read)
        done.aside = base.put_aside(stamp)
        try:
            _put_files(read, done)
            _load(base, read)
            _put_key(read, done, stamp)
            done.migrations = _migrate()
            _put_kept(read)
        except BaseException as error:
            base.put_back(done.aside)
            _put_key_back(done.key_aside)
            for sha256 in done.files:
                store().delete(sha256)
            if isinstance(error, OSError):
                raise Failure(
                    f"It was not restored, and all is as it was: {error.strerror or error}."
                ) from error
            raise
    try:
        erased_ids.remember(sorted(more - erased_ids.remembered()))
        done.erased_again = erasure.erase_anew()
    except (DatabaseError, OSError) as error:
        done.remarks.append(
            f"The base is restored, but people erased since are not yet erased again ({error}): "
            "a worker does it within the hour, or run this again."
        )
    return done


def _fits(read: Reader) -> None:
    told = read.manifest
    if told.database != connection.vendor:
        raise Failure(
            f"{read.path} is a copy of a base on {NAMES.get(told.database, told.database)}; "
            f"this Artel is set up with {NAMES[connection.vendor]} (ARTEL_DATABASE_URL)."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    ours = {name for name in told.migrations if name.partition(".")[0] in _own_rooms()}
    if strange := sorted(ours - known):
        raise Failure(
            f"{read.path} was made by a newer Artel ({told.version}), which knows {strange[-1]}: upgrade this one first."
        )


def _own_rooms() -> set[str]:
    from artel.site.cli_migrate import own_labels

    return own_labels()


def _listed(erased: Path) -> set[erased_ids.Erased]:
    try:
        return erased_ids.listed(erased)
    except OSError as no:
        raise Failure(f"{erased} cannot be read: {no.strerror}.") from no
    except ValueError:
        raise Failure(f"{erased} is no list of erased people.") from None


def _put_files(read: Reader, done: Restored) -> None:
    """What the store has under a hash already is the same."""
    for name in read.names(FILES):
        sha256, _dot, piece = name.removeprefix(FILES).partition(".")
        if store().has(sha256, piece):
            continue
        if not piece:
            done.files.append(sha256)
        path = store().new()
        try:
            with read.piece(name) as source, path.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            store().put(sha256, path, piece)
        finally:  # what had no room takes none
            path.unlink(missing_ok=True)


def _check_kept(read: Reader) -> None:
    """A name may lead nowhere but into its own folder."""
    for folder in KEPT:
        own = (Path(settings.HOME) / folder).resolve()
        for name in read.names(f"{folder}/"):
            if not (Path(settings.HOME) / name).resolve().is_relative_to(own):
                raise Failure(f"{read.path} has a file that would lie outside its folder: {name}.")


def _put_kept(read: Reader) -> None:
    """Files of old changes only grow: the longer one knows more."""
    for name in [name for folder in KEPT for name in read.names(f"{folder}/")]:
        path = Path(settings.HOME) / name
        if path.exists() and path.stat().st_size >= read.manifest.pieces[name].size:
            continue
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with read.piece(name) as source:
            _write(path, source)


def _write(path: Path, source: IO[bytes]) -> None:
    """Beside, then in its place: half of it never has its name."""
    fresh = path.with_name(f".{path.name}.restored")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _load(base: databases.Target, read: Reader) -> None:
    with read.piece(DATABASE) as source:
        base.load(source)
    if wrong := base.damage():
        raise Failure(f"The restored base is damaged: {wrong}.")
    if odd := _differing(read.manifest.tables, base.tables()):
        raise Failure(f"The restored base is not what was copied: {', '.join(odd)}.")


def _differing(told: dict[str, Table], found: dict[str, Table]) -> list[str]:
    return [
        f"{name} had {told[name].rows if name in told else 'no'} rows and has {found[name].rows if name in found else 'none'}"
        for name in sorted(told.keys() | found.keys())
        if told.get(name) != found.get(name)
    ]


def _put_key(read: Reader, done: Restored, stamp: str) -> None:
    """The key of the backup signs from now on; the one that was there is kept under another name."""
    if not read.manifest.has_key:
        done.remarks.append("The signing key is not in the backup: set ARTEL_SECRET_KEY as it was.")
        return
    if os.environ.get("ARTEL_SECRET_KEY"):
        done.remarks.append("ARTEL_SECRET_KEY is set: the key of the backup is not used.")
        return
    with read.piece(KEY) as source:
        key = source.read()
    path = Path(settings.HOME) / KEY
    if path.read_bytes() == key:
        return
    done.key_aside = str(path.with_name(f"{KEY}.before-{stamp}"))
    shutil.copy2(path, done.key_aside)
    _write(path, BytesIO(key))
    settings.SECRET_KEY = key.decode().strip()


def _put_key_back(aside: str) -> None:
    if aside:
        with suppress(OSError):
            Path(aside).replace(Path(settings.HOME) / KEY)


def _migrate() -> int:
    """A copy made by an older version is brought up to date; on another server the journal's readers begin anew."""
    before: Any = set(MigrationLoader(connection).applied_migrations)
    call_command("migrate", interactive=False, verbosity=0)
    return len(set(MigrationLoader(connection).applied_migrations) - before)
