"""What the doctor says about imports: those that stopped half-way, and those whose rows are not all accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import ImportRun, RunState

PATIENCE = timedelta(days=1)
SHOWN = 20


def findings(now: datetime | None = None) -> Iterator[str]:
    """One sentence for each such import."""
    before = (now or timezone.now()) - PATIENCE
    left = _(
        "The import of %(file)s stopped after %(position)s of %(total)s rows: start it again to finish it."
    )
    for run in ImportRun.objects.unfinished().filter(started_at__lt=before)[:SHOWN]:
        yield left % {"file": run.file, "position": run.position, "total": run.total}
    all_dids = F("created") + F("updated") + F("skipped") + F("refused")
    done = ImportRun.objects.filter(state=RunState.DONE)
    wrong = _("The import of %(file)s had %(total)s rows, and not all of them are accounted for.")
    for run in done.filter(~Q(position=all_dids) | ~Q(total=F("position")))[:SHOWN]:
        yield wrong % {"file": run.file, "total": run.total}
