"""Ties between partners (взаимосвязи): who owns, recommends or serves whom (rules §2.20)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from artel.kernel.facts import Facts
from artel.kernel.records import Item, Record, RecordQuerySet

from .partner import Partner


class PartnerRelationKind(Item):
    """A kind of tie; `reverse_name` says it from the other side («Рекомендовал» — «Рекомендован»)."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    reverse_name = models.CharField(_("name from the other side"), max_length=250, blank=True, default="")

    objects: ClassVar[Any] = RecordQuerySet["PartnerRelationKind"].as_manager()

    class Meta:
        verbose_name = _("kind of partner relations")
        verbose_name_plural = _("kinds of partner relations")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="relkind_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="relkind_code_once"),
            models.UniqueConstraint(
                fields=["sort_name"], condition=Q(is_deleted=False), name="relkind_name_once"
            ),
        ]


class PartnerRelation(Record):
    """A typed link of one partner with another; seen by whoever sees either of them."""

    facts: ClassVar[Facts] = Facts(parent="first|second")

    first = models.ForeignKey(
        Partner,
        models.PROTECT,
        verbose_name=_("first partner"),
        db_index=False,
        related_name="relations_from",
    )
    second = models.ForeignKey(
        Partner, models.PROTECT, verbose_name=_("second partner"), related_name="relations_to"
    )
    kind = models.ForeignKey(PartnerRelationKind, models.PROTECT, verbose_name=_("kind"), related_name="+")
    comment = models.CharField(_("comment"), max_length=500, blank=True, default="")

    objects: ClassVar[Any] = RecordQuerySet["PartnerRelation"].as_manager()

    class Meta:
        verbose_name = _("partner relation")
        verbose_name_plural = _("partner relations")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["first", "second"], name="relation_of_first")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["first", "second", "kind"], condition=Q(is_deleted=False), name="relation_once"
            ),
            models.CheckConstraint(condition=~Q(first=F("second")), name="relation_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.first} — {self.second}"
