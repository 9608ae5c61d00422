"""The file of a backup: a zip that any tool opens; encrypted, a zip of two files that the `age` tool decrypts.

plain       manifest.json, database, files/HASH, journal/…, imports/…, secret.key
encrypted   backup.zip.age, and key.age where a passphrase opens it (age -d key.age > key; age -d -i key backup.zip.age)
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import localtime
from typing import IO, Any, BinaryIO

from artel.site.subcommands import Failure

from .manifest import NAME, Manifest, Piece, loaded

BLOCK = 1 << 20
SEALED, SEALED_KEY = "backup.zip.age", "key.age"
BROKEN = "{path} is not a whole backup: {why}."


@dataclass(frozen=True)
class Lock:
    """What closes a backup: a passphrase, or the public keys of those who may open it."""

    passphrase: str = ""
    recipients: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.passphrase or self.recipients)


@dataclass(frozen=True)
class Opener:
    """What opens it: the passphrase, or the text of a file with private keys."""

    passphrase: str = ""
    identities: str = ""


class Writer:
    """Puts pieces into a new container and remembers what they were."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.pieces: dict[str, Piece] = {}

    @contextmanager
    def piece(self, name: str, *, packed: bool = False) -> Iterator[Callable[[bytes], None]]:
        """A new piece, by the function that takes its bytes."""
        told = zipfile.ZipInfo(name, localtime()[:6])
        told.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        told.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with self.archive.open(told, "w", force_zip64=True) as out:

            def take(some: bytes) -> None:
                nonlocal size
                digest.update(some)
                size += len(some)
                out.write(some)

            yield take
        self.pieces[name] = Piece(size, digest.hexdigest())

    def copy(self, name: str, source: IO[bytes], *, packed: bool = False) -> None:
        with self.piece(name, packed=packed) as take:
            while some := source.read(BLOCK):
                take(some)

    def close(self, manifest: Manifest) -> None:
        manifest.pieces = self.pieces
        self.archive.writestr(NAME, manifest.dumped(), zipfile.ZIP_DEFLATED)


@contextmanager
def written(path: Path, lock: Lock) -> Iterator[Writer]:
    """A new file that nobody else may read, on the disk when the block ends; gone when it fails."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Failure(
            f"{path} is there: another backup is being written, or one was broken off; then delete it."
        ) from None
    except OSError as no:
        raise Failure(f"{path} cannot be written: {no.strerror}.") from no
    try:
        with os.fdopen(descriptor, "w+b") as file:
            if lock:
                with _sealed(file, lock) as archive:
                    yield Writer(archive)
            else:
                with zipfile.ZipFile(file, "w", compresslevel=1) as archive:
                    yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def _sealed(file: BinaryIO, lock: Lock) -> Iterator[zipfile.ZipFile]:
    """What is written into the zip goes through a pipe to the thread that encrypts it: nothing lies open on a disk."""
    import pyrage

    with zipfile.ZipFile(file, "w") as outer:
        recipients: list[Any] = [_recipient(text) for text in lock.recipients]
        if lock.passphrase:
            identity = pyrage.x25519.Identity.generate()
            outer.writestr(SEALED_KEY, pyrage.passphrase.encrypt(str(identity).encode(), lock.passphrase))
            recipients.append(identity.to_public())
        taken, given = os.pipe()

        def encrypt() -> None:
            with os.fdopen(taken, "rb") as source, outer.open(SEALED, "w", force_zip64=True) as out:
                pyrage.encrypt_io(source, out, recipients)

        with ThreadPoolExecutor(1) as other:
            encrypted = other.submit(encrypt)
            # When the pipe breaks, the other end tells why.
            with (
                suppress(BrokenPipeError),
                os.fdopen(given, "wb") as pipe,
                zipfile.ZipFile(pipe, "w", compresslevel=1) as archive,
            ):
                yield archive
            encrypted.result()


def _recipient(text: str) -> Any:
    import pyrage

    try:
        return (pyrage.ssh.Recipient if text.startswith("ssh-") else pyrage.x25519.Recipient).from_str(text)
    except pyrage.RecipientError:
        raise Failure(f"{text[:20]}… is no public key: use one that begins with age1 or ssh-.") from None


class Reader:
    """A whole backup that is open."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path, self.archive = path, archive
        try:
            self.manifest = loaded(archive.read(NAME))
        except KeyError:
            raise Failure(BROKEN.format(path=path, why="it has no list of what is in it")) from None
        except (zipfile.BadZipFile, zlib.error, EOFError) as wrong:
            raise Failure(BROKEN.format(path=path, why=str(wrong).rstrip("."))) from wrong
        except ValueError:
            raise Failure(
                f"{path} was made by another version of Artel, which this one cannot read."
            ) from None

    def piece(self, name: str) -> IO[bytes]:
        return self.archive.open(name)

    def names(self, beginning: str) -> list[str]:
        return [name for name in self.manifest.pieces if name.startswith(beginning)]

    def verify(self) -> None:
        """Read every byte and compare it with the list. Raises Failure."""
        try:
            for name, told in self.manifest.pieces.items():
                digest, size = hashlib.sha256(), 0
                with self.piece(name) as source:
                    while some := source.read(BLOCK):
                        digest.update(some)
                        size += len(some)
                if (size, digest.hexdigest()) != (told.size, told.sha256):
                    raise Failure(BROKEN.format(path=self.path, why=f"{name} is damaged"))
        except (KeyError, zipfile.BadZipFile, EOFError, OSError, zlib.error) as wrong:
            raise Failure(BROKEN.format(path=self.path, why=wrong)) from wrong


@contextmanager
def opened(path: Path, opener: Opener) -> Iterator[Reader]:
    """A backup to be read, decrypted into a nameless file of the home if need be. Raises Failure with a sentence."""
    from django.conf import settings

    with _zip(path, path) as archive:
        if SEALED not in archive.namelist():
            yield Reader(path, archive)
            return
        with tempfile.TemporaryFile(dir=settings.HOME) as plain:
            _decrypt(path, archive, opener, plain)
            with _zip(path, plain) as inner:
                yield Reader(path, inner)


def _zip(path: Path, file: Path | IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except OSError as no:
        raise Failure(f"{path} cannot be read: {no.strerror}.") from no
    except zipfile.BadZipFile as wrong:
        raise Failure(BROKEN.format(path=path, why=str(wrong).rstrip("."))) from wrong


def _decrypt(path: Path, archive: zipfile.ZipFile, opener: Opener, plain: IO[bytes]) -> None:
    import pyrage

    try:
        identities = _identities(path, archive, opener)
        with archive.open(SEALED) as source:
            pyrage.decrypt_io(source, plain, identities)
    except pyrage.IdentityError as no:
        raise Failure(f"The file of --identity holds no private key of age or SSH: {no}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as wrong:
        raise Failure(BROKEN.format(path=path, why=str(wrong).rstrip("."))) from wrong
    except pyrage.DecryptError as no:
        raise Failure(
            f"{path} does not open: the passphrase or key is another, or it is damaged ({no})."
        ) from no


def _identities(path: Path, archive: zipfile.ZipFile, opener: Opener) -> list[Any]:
    import pyrage

    if opener.identities:
        if opener.identities.startswith("-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(opener.identities.encode())]
        lines = [line.strip() for line in opener.identities.splitlines()]
        keys = [line for line in lines if line and not line.startswith("#")]
        return [pyrage.x25519.Identity.from_str(line) for line in keys]
    if SEALED_KEY not in archive.namelist():
        raise Failure(f"{path} is encrypted for the owners of keys: name the file of one with --identity.")
    if not opener.passphrase:
        raise Failure(
            f"{path} is encrypted: give its passphrase (--passphrase-file, ARTEL_BACKUP_PASSPHRASE)."
        )
    text = pyrage.passphrase.decrypt(archive.read(SEALED_KEY), opener.passphrase).decode()
    return [pyrage.x25519.Identity.from_str(text)]
