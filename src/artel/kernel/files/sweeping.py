"""Bytes that nothing uses any more are thrown away, once no undo can ask for them within the term."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.kernel.jobs import cron, job
from artel.kernel.jobs.run import Run

from .models import Blob, FileVersion
from .stores import store

UNFINISHED = timedelta(days=1)


@cron("53 3 * * *")
@job("files.sweep", label=_("Throw away unused files"), queue="long")
def sweep(run: Run) -> dict[str, int]:
    """Note which blobs are used by no version, forget those that have been so for the term, and uploads never ended."""
    now = timezone.now()
    Blob.objects.filter(_used(), unused_since__isnull=False).update(unused_since=None)
    Blob.objects.filter(~_used(), unused_since__isnull=True).update(unused_since=now)
    gone = 0
    for key in _over().values_list("pk", flat=True).iterator(500):
        gone += throw_away(key)
        run.report(done=gone)
    return {"thrown_away": gone, "unfinished": store().forget_unfinished((now - UNFINISHED).timestamp())}


def _used() -> Exists:
    return Exists(FileVersion._base_manager.filter(blob=OuterRef("pk")))


def _over() -> QuerySet[Blob]:
    before = timezone.now() - timedelta(days=settings.UNUSED_FILES_DAYS)
    rows: QuerySet[Blob] = Blob.objects.filter(unused_since__lte=before)
    return rows


def throw_away(key: UUID) -> int:
    """Forget a blob and its bytes unless a version uses it; whoever brings the same bytes meanwhile waits for the row."""
    with transaction.atomic():
        found = Blob.objects.select_for_update().filter(pk=key).first()
        if found is None or FileVersion._base_manager.filter(blob=key).exists():
            return 0
        found.delete()
        store().delete(found.sha256)
    return 1
