"""What the doctor says about jobs: work nobody takes, work that died, events nobody dispatches."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import ngettext

from .dispatch import undispatched
from .models import Job

PATIENCE = timedelta(minutes=10)


def findings(now: datetime | None = None) -> list[str]:
    """One sentence for each thing that is wrong; an empty list when all is well."""
    before = (now or timezone.now()) - PATIENCE
    counted = [
        (_overdue, Job.objects.due(before).count()),
        (_silent, Job.objects.abandoned(before).count()),
        (_dead, Job.objects.dead().count()),
        (_events, undispatched().filter(set__at__lt=before).count()),
    ]
    return [sentence(count) % {"count": count} for sentence, count in counted if count]


def _overdue(count: int) -> str:
    return ngettext(
        "%(count)s job has waited for more than ten minutes: is a worker running?",
        "%(count)s jobs have waited for more than ten minutes: is a worker running?",
        count,
    )


def _silent(count: int) -> str:
    return ngettext(
        "%(count)s job was left by its worker and not taken up again: is a worker running?",
        "%(count)s jobs were left by their workers and not taken up again: is a worker running?",
        count,
    )


def _dead(count: int) -> str:
    return ngettext(
        "%(count)s job has failed for good and waits for a decision.",
        "%(count)s jobs have failed for good and wait for a decision.",
        count,
    )


def _events(count: int) -> str:
    return ngettext(
        "%(count)s event has not been dispatched for more than ten minutes: is a worker running?",
        "%(count)s events have not been dispatched for more than ten minutes: is a worker running?",
        count,
    )
