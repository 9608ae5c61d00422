"""Named filters over interactions, and over records by what is counted of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from artel.kernel.records import M, RecordQuerySet

D = TypeVar("D", bound=models.Model, covariant=True)


class InteractionQuerySet(RecordQuerySet[M]):
    """Interactions."""

    def ahead(self) -> Self:
        """Planned or in work."""
        return self.present().filter(is_ahead=True)

    def took_place(self) -> Self:
        """Done with somebody: no notes, nothing planned or cancelled."""
        return self.present().filter(state="done").exclude(kind="note")

    def unreviewed(self, at: datetime) -> Self:
        """Those that wait for somebody to look at them now: not ahead, not put off beyond a moment."""
        due = Q(review_after__isnull=True) | Q(review_after__lte=at)
        return self.present().filter(due, is_ahead=False, is_reviewed=False)

    def about(self, key: UUID) -> Self:
        """Whose subject is the record of this key."""
        return self.present().filter(subject_id=key)

    def with_partner(self, key: UUID) -> Self:
        """In which a partner takes part."""
        return self.filter(participants__partner=key)

    def of_chain(self, root: UUID) -> Self:
        """The one that began the chain and all that followed it."""
        return self.filter(Q(pk=root) | Q(chain=root))


class DigestQuerySet(models.QuerySet[D]):
    """Digests of records."""

    def with_next_step(self) -> Self:
        """Of records for which something is planned: `Deal.objects.exclude(pk__in=TalkDigest.objects.with_next_step().keys())`."""
        return self.filter(next_at__isnull=False)

    def keys(self) -> models.QuerySet[D, UUID]:
        """The keys of the records."""
        return self.values_list("record_id", flat=True)
