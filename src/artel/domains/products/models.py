"""Sale terms (соглашения) as a plain directory; items, groups and prices join it with the trade."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artel.domains.partners.clients import clients
from artel.domains.partners.models import Partner
from artel.kernel.facts import Facts
from artel.kernel.records import Named, RecordQuerySet


class Agreement(Named):
    """Terms of sale: a standard one serves many clients, any other is one client's own."""

    facts: ClassVar[Facts] = Facts(
        parent="client",
        shared="is_standard",
        lookup=("name",),
        search=("name",),
        among={"client": clients},
    )

    client = models.ForeignKey(
        Partner, models.PROTECT, verbose_name=_("client"), null=True, blank=True, related_name="agreements"
    )
    is_standard = models.BooleanField(_("standard"), default=False, editable=False)
    starts_on = models.DateField(_("in force from"), null=True, blank=True)
    ends_on = models.DateField(_("in force until"), null=True, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)
    comment = models.TextField(_("comment"), blank=True, default="")

    objects: ClassVar[Any] = RecordQuerySet["Agreement"].as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="agreement_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(is_standard=True, client__isnull=True)
                | Q(is_standard=False, client__isnull=False),
                name="agreement_client_or_standard",
            ),
            models.UniqueConstraint(
                fields=["sort_name"],
                condition=Q(is_deleted=False, is_standard=True),
                name="agreement_standard_once",
            ),
        ]
