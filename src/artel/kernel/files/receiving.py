"""Bytes coming in: written as they come, hashed on the way, cut off at the limit, and nothing left behind when it goes wrong.

with Receiving() as coming:
    for block in stream: coming.write(block)
    blob = coming.keep()
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import BinaryIO, Self

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artel.kernel.outages import NO_SPACE
from artel.kernel.refusals import Refused
from artel.lib.documents.sniffing import sniff

from .models import Blob
from .stores import store

MEGABYTE = 1024 * 1024


def largest() -> int:
    """The most bytes that a file may have (`ARTEL_LARGEST_FILE`)."""
    return int(settings.LARGEST_FILE) * MEGABYTE


def too_large() -> Refused:
    """Also for what says beforehand that it is."""
    sentence = _("The file is larger than %(most)s MB, the most that this system takes.")
    return Refused("too_large", sentence % {"most": settings.LARGEST_FILE})


class Receiving:
    """One file on its way in. Left without `keep`, it leaves nothing."""

    def __init__(self) -> None:
        self.size = 0
        self._limit = largest()
        self._digest = hashlib.sha256()
        with _room_on_disk():
            self._path = store().new()
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        with _room_on_disk():
            self._file = self._path.open("xb", buffering=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, block: bytes) -> None:
        """Raises Refused("too_large") and Refused("no_space")."""
        self.size += len(block)
        if self.size > self._limit:
            raise too_large()
        self._digest.update(block)
        with _room_on_disk():
            self._written(block)

    def _written(self, block: bytes) -> None:
        assert self._file is not None
        left = memoryview(block)
        while left:
            left = left[self._file.write(left) :]

    def keep(self) -> Blob:
        """Put what has come into the store; the same bytes are stored once. Raises Refused("empty")."""
        assert self._file is not None
        with _room_on_disk():
            os.fsync(self._file.fileno())  # the slow part, before anybody waits for a row
            self._file.close()
        if not self.size:
            raise Refused("empty", _("The file is empty."))
        sha256, media_type = self._digest.hexdigest(), sniff(self._path)
        with _room_on_disk(), transaction.atomic():
            # The row is held until the bytes have their name: a sweep of the same bytes waits, or has gone by.
            blob: Blob
            blob, _is_new = Blob.objects.select_for_update().get_or_create(
                sha256=sha256, defaults={"size": self.size, "media_type": media_type}
            )
            if blob.unused_since:
                Blob.objects.filter(pk=blob.pk).update(unused_since=None)
            if not store().has(sha256):
                store().put(sha256, self._path)
        return blob

    def close(self) -> None:
        """What is still under its own name goes."""
        if self._file is not None:
            self._file.close()
        self._path.unlink(missing_ok=True)


@contextmanager
def _room_on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        raise Refused("no_space", _("The disk of the server is full: the file was not stored.")) from error


def receive(blocks: Iterable[bytes]) -> Blob:
    """A whole stream. Raises Refused: too_large, empty, no_space."""
    with Receiving() as coming:
        for block in blocks:
            coming.write(block)
        return coming.keep()
