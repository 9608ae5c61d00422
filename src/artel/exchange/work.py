"""An import as a job: a page orders it, watches it, and a killed worker's attempt is taken up by another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.exchange.models import Duplicates, ImportRun, PreparedImport, RelatedWay, RunState
from artel.exchange.tabular.importing import (
    ImportOptions,
    Opened,
    abandon,
    begin,
    carry_on,
    open_import,
    require_import,
)
from artel.kernel.actors import Actor
from artel.kernel.jobs import cron, job
from artel.kernel.jobs.models import Job
from artel.kernel.refusals import Refused
from artel.screens.registry import resource

if TYPE_CHECKING:
    from artel.kernel.jobs.run import Run

_CANCELLED = _("It was cancelled before it was finished. What it has written stays until it is taken back.")


def uploaded() -> Path:
    """Where tables from the browser lie, a folder each; those that the command line reads stay where they are."""
    home: Path = settings.HOME
    return home / "imports"


@cron("7 3 * * *")
@job("exchange.forget_files", label=_("Throw away imported tables"), queue="long")
def forget_files(run: Run) -> dict[str, int]:
    """Tables hold people's data: those of imports that ended before the term go, and with them their refused rows.

    Undo needs no file. What no import knows of (its order was cut off) goes after the same term, and so does what was
    given and never imported.
    """
    before = timezone.now() - timedelta(days=settings.IMPORTED_FILES_DAYS)
    at_work = ImportRun.objects.unfinished().values("pk")  # they read what was mended
    PreparedImport.objects.filter(given_at__lt=before).exclude(run__in=at_work).delete()
    fresh = Q(finished_at=None) | Q(finished_at__gt=before)
    needed = ImportRun.objects.filter(fresh, file__startswith=f"{uploaded()}{os.sep}").values_list(
        "file", flat=True
    )
    kept = {Path(file).parent for file in needed}
    gone = 0
    for folder in uploaded().iterdir() if uploaded().exists() else ():
        if folder not in kept and folder.stat().st_mtime < before.timestamp():
            shutil.rmtree(folder)
            gone += 1
            run.report(done=gone)
    return {"thrown_away": gone}


def _cancelled(job: Job) -> None:
    """Nobody carries the import on any more; what it wrote stays and may be undone."""
    for known in ImportRun.objects.unfinished().filter(pk=job.arguments["import_run"]):
        abandon(known, str(_CANCELLED), RunState.CANCELLED)


def _may_import(actor: Actor, job: Job) -> bool:
    known = ImportRun.objects.filter(pk=job.arguments["import_run"]).first()
    return known is not None and may_import(actor, known.entity, Duplicates(known.options["duplicates"]))


def may_import(actor: Actor, entity: str, duplicates: Duplicates = Duplicates.SKIP) -> bool:
    """Whether somebody may still import into an entity in this way."""
    try:
        require_import(actor, resource(entity), duplicates)
    except (KeyError, Refused):
        return False
    return True


@job(
    "exchange.import",
    label=_("Import from a file"),
    queue="long",
    cancelled=_cancelled,
    may_do=_may_import,
)
def import_file(run: Run, *, import_run: str) -> dict[str, Any]:
    """Carry an import on from where it is; the file must lie where the order left it.

    It may be paused and cancelled after each chunk of rows.
    """
    known = ImportRun.objects.get(pk=import_run)
    opened = open_import(run.actor, resource(known.entity), Path(known.file), options_of(known))
    prepared = PreparedImport.objects.filter(run=known).values_list("pk", flat=True).first()
    opened = replace(opened, mended=prepared)
    return result_of(carry_on(known, opened, report=lambda rows, total: run.report(done=rows, total=total)))


def seen_by(actor: Actor, key: UUID) -> ImportRun | None:
    """An import for who may see it: one's own, and those of the people within one's reach."""
    own = ImportRun.objects.filter(user=actor.user_id)
    seen = (ImportRun.objects.visible_to(actor) | own).filter(pk=key)
    found: ImportRun | None = seen.select_related("user").first()
    return found


def job_of(run: ImportRun) -> Job | None:
    """The job that carries an import on; an import of the command line has none."""
    found: Job | None = jobs_of([run.pk]).first()
    return found


def jobs_of(imports: Sequence[UUID]) -> QuerySet[Job]:
    """The jobs of several; each has the import's id for its key."""
    found: QuerySet[Job] = Job.objects.filter(name=import_file.name, key__in=[str(key) for key in imports])
    return found


def owe(opened: Opened, path: Path) -> ImportRun:
    """Begin the import of a file that was judged, and leave its rows to a worker."""
    with transaction.atomic():
        run = begin(opened, path)
        import_file.using(actor=opened.actor, key=str(run.pk)).enqueue(import_run=str(run.pk))
    return run


def options_of(run: ImportRun) -> ImportOptions:
    given = run.options
    duplicates = Duplicates(given["duplicates"])
    on_related = RelatedWay(given.get("on_related", RelatedWay.FILL))
    return ImportOptions(**{**given, "duplicates": duplicates, "on_related": on_related})


def result_of(run: ImportRun) -> dict[str, Any]:
    """The reconciliation: rows in the file = created + updated + skipped + refused."""
    return {
        "rows": run.total,
        "created": run.created,
        "updated": run.updated,
        "skipped": run.skipped,
        "refused": run.refused,
        "created_references": run.created_references,
        "related": dict(sorted(run.related.items())),
        "change_set": run.change_set,
        "seconds": run.seconds,
    }
