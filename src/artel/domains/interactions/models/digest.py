"""What is counted of interactions, by the record they are with or about."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.queries import DigestQuerySet


class TalkDigest(models.Model):
    """Of a partner, a person or a subject: how many interactions nobody reviewed, when the last one was, which comes next.

    Private ones, notes and cancelled ones do not count. Kept with every write of an interaction (`digests.py`), undo
    included; nothing is counted when it is read.
    """

    journal_exempt = "counted from interactions, which are journalled"

    record_id = models.UUIDField(primary_key=True)
    unreviewed_count = models.PositiveIntegerField(_("not reviewed"), default=0)
    last_at = models.DateTimeField(_("last interaction"), null=True)
    next_at = models.DateTimeField(_("next interaction"), null=True)
    next_id = models.UUIDField(null=True)

    objects: ClassVar[Any] = DigestQuerySet["TalkDigest"].as_manager()

    class Meta:
        app_label = "interactions"
        verbose_name = _("digest of interactions")
        verbose_name_plural = _("digests of interactions")

    def __str__(self) -> str:
        return str(self.record_id)
