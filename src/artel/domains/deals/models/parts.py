"""What a deal is made of besides its stages: who takes part, what is wanted, where it came from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from artel.domains.partners.models import ContactPersonRole, FirstInterest, Partner, Person
from artel.kernel.facts import Facts
from artel.kernel.records import Record, RecordQuerySet

from .deal import Deal
from .reasons import DissatisfactionReason, ParticipantRole


class Participant(Record):
    """A partner or a person in a deal (участник сделки). The deal's client takes part without a row of its own."""

    facts: ClassVar[Facts] = Facts(parent="deal", closed_with=("client", "winner"))

    deal = models.ForeignKey(Deal, models.PROTECT, verbose_name=_("deal"), related_name="participants")
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        verbose_name=_("partner"),
        null=True,
        blank=True,
        related_name="participations",
    )
    role = models.ForeignKey(
        ParticipantRole,
        models.PROTECT,
        verbose_name=_("role"),
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        verbose_name=_("contact person"),
        null=True,
        blank=True,
        related_name="participations",
    )
    person_role = models.ForeignKey(
        ContactPersonRole,
        models.PROTECT,
        verbose_name=_("role of the person"),
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    comment = models.CharField(_("comment"), max_length=500, blank=True, default="")
    is_winner = models.BooleanField(_("won the deal"), default=False)

    objects: ClassVar[Any] = RecordQuerySet["Participant"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("participant")
        verbose_name_plural = _("participants")

    def __str__(self) -> str:
        return str(self.partner or self.person or "")


class DemandRow(Record):
    """One thing the client wants (первичный спрос), and how far it is satisfied."""

    facts: ClassVar[Facts] = Facts(parent="deal", currency="deal__demand_currency")

    deal = models.ForeignKey(Deal, models.PROTECT, verbose_name=_("deal"), related_name="demand_rows")
    number = models.PositiveSmallIntegerField(_("number"), default=1, editable=False)
    description = models.CharField(_("description"), max_length=500)
    sum = models.DecimalField(
        _("sum"), max_digits=18, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    satisfied_percent = models.PositiveSmallIntegerField(
        _("satisfied, %"), default=0, validators=[MaxValueValidator(100)]
    )
    reason = models.ForeignKey(
        DissatisfactionReason,
        models.PROTECT,
        verbose_name=_("reason of dissatisfaction"),
        null=True,
        blank=True,
        db_index=False,
        related_name="demand_rows",
    )
    comment = models.CharField(_("comment"), max_length=500, blank=True, default="")

    objects: ClassVar[Any] = RecordQuerySet["DemandRow"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("row of demand")
        verbose_name_plural = _("primary demand")

    def __str__(self) -> str:
        return self.description


class DealFirstInterest(FirstInterest):
    """Where a deal came from: channel and source (rules §2.13)."""

    facts: ClassVar[Facts] = Facts(parent="deal", like_parent=FirstInterest.OF_PARENT)

    deal = models.ForeignKey(
        Deal, models.PROTECT, verbose_name=_("deal"), db_index=False, related_name="first_interests"
    )

    objects: ClassVar[Any] = RecordQuerySet["DealFirstInterest"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("first interest of a deal")
        verbose_name_plural = _("first interests of deals")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source_type", "source"], name="deal_interest_by_source")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["deal"], name="deal_interest_once")
        ]
