"""Plain directories of deals: why they are lost, why demand is not met, who takes part."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artel.kernel.facts import Facts
from artel.kernel.records import Item, RecordQuerySet


def item_constraints(prefix: str) -> list[models.BaseConstraint]:
    """A fixed code is one record's; so is a name among records not marked for deletion."""
    return [
        models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name=f"{prefix}_code_once"),
        models.UniqueConstraint(
            fields=["sort_name"], condition=Q(is_deleted=False), name=f"{prefix}_name_once"
        ),
    ]


class LossReason(Item):
    """Why a deal was lost (причина проигрыша). «Проигрыш конкуренту» ships and asks for the winner."""

    TO_COMPETITOR = "lost_to_competitor"

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    objects: ClassVar[Any] = RecordQuerySet["LossReason"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("loss reason")
        verbose_name_plural = _("loss reasons")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="lossreason_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = item_constraints("lossreason")


class DissatisfactionReason(Item):
    """Why what a client wants is not met in full (причина неудовлетворения спроса)."""

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    objects: ClassVar[Any] = RecordQuerySet["DissatisfactionReason"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("reason of dissatisfaction")
        verbose_name_plural = _("reasons of dissatisfaction")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="dissatisfaction_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = item_constraints("dissatisfaction")


class ParticipantRole(Item):
    """What a partner is in a deal (роль партнёра). The client's role is given by itself and to nobody else."""

    CLIENT = "client"
    COMPETITOR = "competitor"

    facts: ClassVar[Facts] = Facts(
        lookup=("code", "name", "name_en"), search=("name", "name_en"), public=True, standing=True
    )

    objects: ClassVar[Any] = RecordQuerySet["ParticipantRole"].as_manager()

    class Meta:
        app_label = "deals"
        verbose_name = _("role of a participant")
        verbose_name_plural = _("roles of participants")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="participantrole_by_name")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = item_constraints("participantrole")
