"""Marketing events (exhibitions, campaigns, promotions) as a plain directory: sources of first interest (rules §2.13)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from artel.kernel.facts import Facts
from artel.kernel.records import CodedNamed, RecordQuerySet


class MarketingEvent(CodedNamed):
    """Something the company holds or takes part in, from which clients come. Planned days are asked of people, not of imports."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name"), search=("code", "name"), code_prefix="marketing_event", public=True
    )

    planned_start_on = models.DateField(_("planned start"), null=True)
    planned_end_on = models.DateField(_("planned end"), null=True)
    started_on = models.DateField(_("actual start"), null=True, blank=True)
    ended_on = models.DateField(_("actual end"), null=True, blank=True)
    is_finished = models.BooleanField(_("finished"), default=False)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        related_name="+",
    )
    comment = models.TextField(_("comment"), blank=True, default="")

    objects: ClassVar[Any] = RecordQuerySet["MarketingEvent"].as_manager()

    class Meta:
        verbose_name = _("marketing event")
        verbose_name_plural = _("marketing events")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="mevent_by_name"),
            models.Index(fields=["planned_start_on", "id"], name="mevent_by_start"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(planned_end_on__gte=F("planned_start_on")), name="mevent_planned_days"
            ),
            models.CheckConstraint(condition=Q(ended_on__gte=F("started_on")), name="mevent_actual_days"),
        ]
