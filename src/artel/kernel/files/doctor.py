"""What the doctor says about files: bytes that are missing, damaged or of nobody, and documents that could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Blob, BlobState
from .stores import store

SAMPLE = 50
SHOWN = 20
PATIENCE = timedelta(days=1)
_BLOCK = 1 << 20


def findings() -> Iterator[str]:
    """One sentence for each thing that is wrong; the bytes themselves are read of a sample."""
    yield from _counted(_compared())
    yield from _damaged(Blob.objects.filter(unused_since=None).order_by("?")[:SAMPLE])
    waiting = Blob.objects.filter(state=BlobState.WAITING, stored_at__lt=timezone.now() - PATIENCE).count()
    if waiting:
        yield ngettext(
            "%(count)s file has been waiting for a day to be looked into: is a worker running?",
            "%(count)s files have been waiting for a day to be looked into: is a worker running?",
            waiting,
        ) % {"count": waiting}


def deep_findings() -> Iterator[str]:
    """Every byte is read and compared with its hash."""
    yield from _damaged(Blob.objects.order_by("sha256").iterator(500))


def _compared() -> Iterator[tuple[set[str], set[str]]]:
    """(missing, of nobody) of one beginning of the hashes after the other."""
    kept = {next(iter(some))[:2]: some for some in store().held() if some}
    for start in (f"{number:02x}" for number in range(256)):
        there = kept.pop(start, set())
        rows = Blob.objects.filter(sha256__gte=start, sha256__lt=start + "g")
        known = dict(rows.values_list("sha256", "unused_since"))
        used = {sha256 for sha256, unused in known.items() if unused is None}
        yield used - there, there - known.keys()


def _counted(compared: Iterable[tuple[set[str], set[str]]]) -> Iterator[str]:
    missing, strange = 0, 0
    for lacking, unknown in compared:
        for sha256 in sorted(lacking)[: max(SHOWN - missing, 0)]:
            yield _("The bytes of %(sha256)s are missing.") % {"sha256": sha256}
        missing += len(lacking)
        strange += len(unknown)
    if missing > SHOWN:
        yield _("In all the bytes of %(count)s files are missing.") % {"count": missing}
    if strange:
        yield ngettext(
            "%(count)s stored file is known to no record: a copy of the base is older than its files.",
            "%(count)s stored files are known to no record: a copy of the base is older than its files.",
            strange,
        ) % {"count": strange}


def _damaged(blobs: Iterable[Blob]) -> Iterator[str]:
    for blob in blobs:
        try:
            with store().open(blob.sha256) as stream:
                digest = hashlib.sha256()
                while block := stream.read(_BLOCK):
                    digest.update(block)
        except FileNotFoundError:
            continue  # told above
        if digest.hexdigest() != blob.sha256:
            yield _("The bytes of %(sha256)s are damaged.") % {"sha256": blob.sha256}
