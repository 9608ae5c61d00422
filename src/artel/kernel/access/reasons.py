"""Why somebody sees a record, or does not."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import Q

from artel.kernel.actors import Actor
from artel.kernel.roles import GroupMode, Reach

from .granted import view_permission
from .predicates import Q_ALL, groups_of, reach_of


@dataclass(frozen=True)
class Reason:
    """Why a grant does or does not show a record."""

    role: str
    reach: Reach
    group_mode: GroupMode
    holds_permission: bool
    reaches: bool
    in_groups: bool
    grant_id: UUID | None = None

    @property
    def lets(self) -> bool:
        """Whether this grant alone shows the record."""
        return self.holds_permission and self.reaches and self.in_groups


def why(actor: Actor, record: models.Model, permission: str | None = None) -> list[Reason]:
    """Why can I see this, why not: one line a grant, by the same conditions that `predicate` unites."""
    model = type(record)
    permission = permission or view_permission(model)

    def holds(condition: Q) -> bool:
        return condition == Q_ALL or model._default_manager.filter(condition, pk=record.pk).exists()

    return [
        Reason(
            grant.role,
            grant.reach,
            grant.group_mode,
            holds_permission=grant.permissions.covers(permission),
            reaches=holds(reach_of(actor, model, permission, grant)),
            in_groups=holds(groups_of(model, grant)),
            grant_id=grant.grant_id,
        )
        for grant in actor.grants
    ]
