"""The jobs' own upkeep: finished rows and spent deliveries do not stay for ever."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from artel.kernel.dialect import gather_statistics
from artel.kernel.journal.archiving import archive
from artel.kernel.totals import fold

from .declare import cron, job
from .models import Job
from .run import Run

KEPT = timedelta(days=30)
DELIVERIES_KEPT = timedelta(days=1)


@cron("17 3 * * *")
@job("jobs.purge", label=_("Purge finished jobs"))
def purge(run: Run) -> dict[str, int]:
    """Delete jobs done or cancelled a month ago, and deliveries that were made, or died with their worker, a day ago."""
    now = timezone.now()
    jobs, _per_model = Job.objects.finished(now - KEPT).delete()
    spent = DBTaskResult.objects.exclude(status="READY").filter(started_at__lt=now - DELIVERIES_KEPT)
    deliveries, _per_model = spent.delete()
    return {"jobs": jobs, "deliveries": deliveries}


@cron("37 * * * *")
@job("jobs.statistics", label=_("Tell the database how rows lie"))
def statistics(run: Run) -> None:
    """The planner's statistics follow the rows; a third of a second for a million deals."""
    gather_statistics(connection)


@cron("7,27,47 * * * *")
@job("totals.fold", label=_("Put totals together"))
def fold_totals(run: Run) -> int:
    """What every write has appended to the totals becomes one row again; next to nothing when little was written."""
    return fold()


@cron("43 2 * * *")
@job("journal.archive", label=_("Move old changes into the archive"), queue="long")
def archive_journal(run: Run) -> int:
    """Change sets older than `JOURNAL_MONTHS` leave the base for files of the home; with 0 all stay."""
    if not settings.JOURNAL_MONTHS:
        return 0
    return archive(timezone.now() - timedelta(days=31 * settings.JOURNAL_MONTHS))
