"""The log of deliveries does not grow for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.api.models import DeliveryState, WebHook, WebHookDelivery
from artel.kernel.jobs import cron, job
from artel.kernel.jobs.models import Job, State
from artel.kernel.journal.writing import system_set

from .telling import tell

if TYPE_CHECKING:
    from artel.kernel.jobs.run import Run

KEPT = timedelta(days=30)
JOBS_KEPT = timedelta(days=1)
"""A busy house owes a job to each web-hook every second."""


@cron("27 3 * * *")
@job("api.purge_deliveries", label=_("Purge the log of web-hooks"))
def purge(run: Run) -> int:
    """Delete what was delivered or dropped a month ago; dead letters wait for a person. With it goes what nobody needs any more."""
    over = (DeliveryState.DELIVERED, DeliveryState.DROPPED)
    old = WebHookDelivery.objects.filter(state__in=over, created_at__lt=timezone.now() - KEPT)
    count, _per_model = old.delete()
    Job.objects.filter(name=tell.name, state=State.DONE, finished_at__lt=timezone.now() - JOBS_KEPT).delete()
    _forget_secrets()
    there = Exists(WebHook._base_manager.filter(pk=OuterRef("hook")))
    WebHookDelivery.objects.filter(~there).delete()
    return int(count)


def _forget_secrets() -> None:
    """Former secrets that sign no more."""
    rows: QuerySet[WebHook] = QuerySet(WebHook)
    over = rows.filter(former_until__lt=timezone.now()).exclude(former_secret="")
    if over.exists():
        with system_set("api.forget_secrets"):
            over.update(former_secret="")
