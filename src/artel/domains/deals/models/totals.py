"""How many deals stand where, and what they may bring: kept by the database with every write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.conf import settings
from django.db import models

from artel.kernel.roles import AccessGroup
from artel.kernel.totals import Totals

from .deal import Deal, DealStatus
from .kinds import DealKind, Stage


def _of(target: type[models.Model] | str) -> models.ForeignKey[models.Model | None, models.Model | None]:
    """A value of a deal: what it points at goes or stays with the deal, not with its totals."""
    return models.ForeignKey(
        target, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )


class DealTotals(Totals):
    """Deals by kind, stage and status (lanes of a board), and by what says who sees them."""

    of = Deal
    sums: ClassVar[Mapping[str, Sequence[str]]] = {
        "potential": ("potential",),
        "weighed": ("potential", "probability"),
    }

    kind = _of(DealKind)
    stage = _of(Stage)
    status = models.CharField(max_length=8, choices=DealStatus)
    is_deleted = models.BooleanField()
    responsible = _of(settings.AUTH_USER_MODEL)
    access_group = _of(AccessGroup)
    potential = models.DecimalField(max_digits=22, decimal_places=2)
    weighed = models.DecimalField(max_digits=25, decimal_places=2)

    class Meta:
        app_label = "deals"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["kind", "stage", "status", "responsible", "access_group", "is_deleted"],
                name="deal_totals_by_values",
            )
        ]
