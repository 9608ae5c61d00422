"""What the doctor says about the journal: triggers that do not stand, writers shut out, jobs left open, sums that do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import triggers
from .archiving import has_archived
from .catalogue import journalled_models, number_of
from .migrating import came_from_elsewhere
from .models import ChangeSet, RowChange, State

PATIENCE = timedelta(days=1)
SHOWN = 20


def findings(now: datetime | None = None) -> Iterator[str]:
    """One sentence for each thing that is wrong."""
    yield from triggers.faults()
    if came_from_elsewhere():
        yield _(
            "The base was restored from another server: run artel migrate, or readers of the journal miss changes."
        )
    before = (now or timezone.now()) - PATIENCE
    if left := ChangeSet.objects.filter(state=State.OPEN, at__lt=before).count():
        yield _left(left) % {"count": left}
    for found in _disagreeing():
        yield _("Change set %(number)s counted %(counted)s rows, and %(written)s are written.") % found


def deep_findings() -> Iterator[str]:
    """Rows that no change set speaks of: somebody wrote past the journal. Nothing is told once old changes have gone to files."""
    if has_archived():
        return
    for model in journalled_models():
        told = RowChange.objects.filter(table_id=number_of(model) or 0, row_id=OuterRef("pk"))
        if count := model._base_manager.filter(~Exists(told)).count():
            yield ngettext(
                "%(count)s row of %(what)s is not in the journal: it was written past it.",
                "%(count)s rows of %(what)s are not in the journal: they were written past it.",
                count,
            ) % {"count": count, "what": model._meta.verbose_name_plural}


def _left(count: int) -> str:
    return ngettext(
        "%(count)s job of many steps was begun more than a day ago and not finished.",
        "%(count)s jobs of many steps were begun more than a day ago and not finished.",
        count,
    )


def _disagreeing() -> list[Mapping[str, int]]:
    """Finished sets that hold another number of rows than was counted at their end."""
    own = RowChange.objects.filter(set=OuterRef("pk")).order_by().values("set").annotate(n=Count("pk"))
    parts = ChangeSet.objects.filter(parent=OuterRef("pk")).order_by().values("parent")
    held = Coalesce(Subquery(own.values("n")), 0) + Coalesce(
        Subquery(parts.annotate(n=Count("changes")).values("n")), 0
    )
    sets = ChangeSet.objects.filter(row_count__isnull=False).exclude(state=State.OPEN)
    wrong = sets.annotate(written=held).exclude(row_count=F("written")).order_by("pk")[:SHOWN]
    return [{"number": one.pk, "counted": one.row_count or 0, "written": one.written} for one in wrong]
