"""Kinds of deals and the stages they pass (rules §2.5, §2.7). Stages are shared: a kind holds an ordered list of them."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from artel.kernel.facts import Facts
from artel.kernel.records import Item, Record, RecordQuerySet

from .reasons import item_constraints


class DealType(models.TextChoices):
    """How strictly a deal's way is controlled (тип сделки)."""

    STANDARD = "standard", _("standard sale")
    MANUAL = "manual", _("stages moved by hand")
    NONE = "none", _("without a process")


class DealKind(Item):
    """A kind of deal (вид сделки): which stages its deals pass and what is recorded about them.

    `path` repeats the keys of its ordered list of stages, so that opening and moving a deal need not read the list.
    """

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    type = models.CharField(_("type"), max_length=10, choices=DealType, default=DealType.MANUAL)
    is_allowed = models.BooleanField(_("may be used"), default=True)
    records_demand = models.BooleanField(_("records primary demand"), default=True)
    separate_accounting = models.BooleanField(_("separate accounting of goods"), default=False)
    description = models.TextField(_("description"), blank=True, default="")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )

    path = models.JSONField(default=list, blank=True, editable=False)

    objects: ClassVar[Any] = RecordQuerySet["DealKind"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("kind of deal")
        verbose_name_plural = _("kinds of deals")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="dealkind_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = item_constraints("dealkind")

    @property
    def has_stages(self) -> bool:
        """Whether its deals have stage statistics at all."""
        return self.type != DealType.NONE

    @property
    def stage_keys(self) -> tuple[UUID, ...]:
        """The ordered stages its deals pass; none for a kind without a process."""
        return tuple(UUID(key) for key in self.path) if self.has_stages else ()

    def own(self, stages: Any) -> Any:
        """Of stages, those of its list."""
        return stages.filter(pk__in=self.stage_keys)


class Stage(Item):
    """A step of a deal (этап процесса), shared by kinds."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    objects: ClassVar[Any] = RecordQuerySet["Stage"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="stage_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = item_constraints("stage")


class KindStage(Record):
    """A stage in the list of a kind; the order of the list is the order of control (порядок контроля)."""

    facts: ClassVar[Facts] = Facts(public=True, standing=True)

    kind = models.ForeignKey(
        DealKind, models.PROTECT, verbose_name=_("kind of deal"), db_index=False, related_name="kind_stages"
    )
    stage = models.ForeignKey(
        Stage, models.PROTECT, verbose_name=_("stage"), db_index=False, related_name="kind_stages"
    )
    order = models.PositiveSmallIntegerField(_("order"))

    objects: ClassVar[Any] = RecordQuerySet["KindStage"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("stage of a kind")
        verbose_name_plural = _("stages of kinds")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "stage"], name="kindstage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.stage}"
