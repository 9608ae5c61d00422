"""The deal and its stage statistics (rules §2.5, §2.7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.domains.company.models import Currency
from artel.domains.deals.queries import DealQuerySet, DealStageQuerySet
from artel.domains.partners.clients import clients
from artel.domains.partners.models import Partner
from artel.domains.products.models import Agreement
from artel.kernel.attributes.record import Attributed
from artel.kernel.facts import Facts
from artel.kernel.records import CodedNamed, Record
from artel.kernel.roles import AccessGroup

from .kinds import DealKind, Stage
from .reasons import LossReason


class DealStatus(models.TextChoices):
    """How a deal stands, and a stage row likewise: a won row was passed."""

    IN_WORK = "in_work", _("in work")
    WON = "won", _("won")
    LOST = "lost", _("lost")


class Deal(CodedNamed, Attributed):
    """All work before a sale (сделка с клиентом). Its potential is in the management currency.

    `stage` and `stage_order` always equal the rule of the current stage: the «in work» stage row furthest along the
    kind's list, or the furthest row of a finished deal; both are empty for kinds without a process.
    `demand_currency` empty is the management currency.
    """

    facts: ClassVar[Facts] = Facts(
        owner="responsible",
        access_group="access_group",
        derived={"access_group": "client__access_group"},
        lookup=("code", "name"),
        search=("name", "code"),
        code_prefix="deal",
        among={"client": clients, "kind": lambda kinds, _deal: kinds.filter(is_allowed=True)},
    )

    client = models.ForeignKey(
        Partner,
        models.PROTECT,
        verbose_name=_("client"),
        null=True,
        blank=True,
        db_index=False,
        related_name="deals",
    )
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        verbose_name=_("agreement"),
        null=True,
        blank=True,
        db_index=False,
        related_name="deals",
    )
    kind = models.ForeignKey(
        DealKind, models.PROTECT, verbose_name=_("kind of deal"), db_index=False, related_name="deals"
    )
    status = models.CharField(
        _("status"), max_length=8, choices=DealStatus, default=DealStatus.IN_WORK, editable=False
    )
    is_closed = models.BooleanField(_("closed"), default=False, editable=False)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        db_index=False,
        related_name="deals",
    )
    access_group = models.ForeignKey(
        AccessGroup,
        models.PROTECT,
        verbose_name=_("access group"),
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    started_at = models.DateTimeField(_("start"), default=timezone.now)
    ended_at = models.DateTimeField(_("end"), null=True, blank=True)
    potential = models.DecimalField(
        _("potential"),
        max_digits=18,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
    demand_currency = models.ForeignKey(
        Currency,
        models.PROTECT,
        verbose_name=_("currency of demand"),
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    probability = models.PositiveSmallIntegerField(
        _("probability, %"), default=0, validators=[MaxValueValidator(100)]
    )
    loss_reason = models.ForeignKey(
        LossReason,
        models.PROTECT,
        verbose_name=_("loss reason"),
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="deals",
    )
    separate_accounting = models.BooleanField(_("separate accounting of goods"), default=False)
    is_manual_control = models.BooleanField(_("moved to manual control"), default=False, editable=False)
    comment = models.TextField(_("comment"), blank=True, default="")
    stage = models.ForeignKey(
        Stage,
        models.PROTECT,
        verbose_name=_("stage"),
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="deals",
    )
    stage_order = models.PositiveSmallIntegerField(
        _("order of the stage"), null=True, blank=True, editable=False
    )

    objects: ClassVar[Any] = DealQuerySet["Deal"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["started_at", "id"], name="deal_by_start"),
            models.Index(fields=["sort_name", "id"], name="deal_by_name"),
            models.Index(fields=["potential", "id"], name="deal_by_potential"),
            models.Index(fields=["responsible", "started_at", "id"], name="deal_of_responsible"),
            models.Index(fields=["access_group", "started_at", "id"], name="deal_in_group"),
            models.Index(fields=["client", "started_at", "id"], name="deal_of_client"),
            models.Index(fields=["stage", "status", "started_at", "id"], name="deal_at_stage"),
            models.Index(fields=["stage", "potential", "id"], name="deal_at_stage_by_potential"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(stage__isnull=True, stage_order__isnull=True)
                | Q(stage__isnull=False, stage_order__isnull=False),
                name="deal_stage_and_its_order",
            ),
        ]


class DealStage(Record):
    """One deal at one stage (статистика этапов). `days` are whole days, counted when the stage is passed.

    `order` is the place of the stage in the list of the deal's kind, from 1; 0 when it has left that list.
    An implied row was made by an import from the deal's status alone; rows known better replace it.
    """

    facts: ClassVar[Facts] = Facts(parent="deal", closed_with=("kind", "stage", "status"))

    deal = models.ForeignKey(
        Deal, models.PROTECT, verbose_name=_("deal"), db_index=False, related_name="stage_rows"
    )
    stage = models.ForeignKey(
        Stage, models.PROTECT, verbose_name=_("stage"), db_index=False, related_name="deal_rows"
    )
    order = models.PositiveSmallIntegerField(_("order"))
    started_at = models.DateTimeField(_("start"))
    ended_at = models.DateTimeField(_("end"), null=True, blank=True)
    days = models.PositiveIntegerField(_("days"), null=True, blank=True)
    potential = models.DecimalField(_("potential"), max_digits=18, decimal_places=2, default=Decimal(0))
    result = models.CharField(_("result"), max_length=8, choices=DealStatus, default=DealStatus.IN_WORK)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    is_implied = models.BooleanField(_("implied by the status"), default=False, editable=False)

    objects: ClassVar[Any] = DealStageQuerySet["DealStage"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("stage of a deal")
        verbose_name_plural = _("stages of deals")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["stage", "result", "started_at", "id"], name="dealstage_by_result"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["deal", "stage"], name="dealstage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.deal}: {self.stage}"
