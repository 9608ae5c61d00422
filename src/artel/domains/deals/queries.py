"""Named filters over deals and their stage rows."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db.models import Q

from artel.kernel.records import M, RecordQuerySet


class DealQuerySet(RecordQuerySet[M]):
    """Deals."""

    def in_work(self) -> Self:
        return self.present().filter(status="in_work")

    def finished(self) -> Self:
        return self.present().filter(status__in=("won", "lost"))

    def alive_between(self, start: datetime, end: datetime) -> Self:
        """Begun before `end` (not included) and not ended before `start` (rules §2.10)."""
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=start), started_at__lt=end)


class DealStageQuerySet(RecordQuerySet[M]):
    """Stage rows."""

    def of_present_deals(self) -> Self:
        return self.filter(deal__is_deleted=False)

    def alive_between(self, start: datetime, end: datetime) -> Self:
        """Begun before `end` (not included) and not ended before `start` (rules §2.8.1)."""
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=start), started_at__lt=end)
