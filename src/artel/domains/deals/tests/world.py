"""What the tests of this room stand on: shipped items, a few people, partners and kinds, made as the house makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from artel.domains.deals import commands
from artel.domains.deals.models import DealKind, DealType, LossReason, Stage
from artel.domains.partners.models import Partner
from artel.kernel.actors import Actor
from artel.kernel.acts import Act
from artel.kernel.commands import stamp_of
from artel.kernel.journal.writing import change_set
from artel.kernel.models import AccessGroup, Grant, GrantGroup, Role, User
from artel.kernel.roles import GroupMode, Reach

HOUSE = Actor.system()


def written(model: Any, **values: Any) -> Any:
    """A record put in by the house itself, inside a change set."""
    with transaction.atomic(), change_set(stamp_of(HOUSE), command="test.write") as opened:
        return Act(HOUSE, "test.write", timezone.now(), opened).create(model, **values)


def moment(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@dataclass
class World:
    """Named things: two kinds with stages, one without, a client, a competitor, three people."""

    group: AccessGroup
    client: Partner
    competitor: Partner
    standard: DealKind
    manual: DealKind
    plain: DealKind
    stages: list[Stage]
    reason: LossReason
    to_competitor: LossReason

    def open(self, actor: Actor = HOUSE, **values: Any) -> Any:
        values = {"name": "Deal", "client": self.client, "kind": self.manual, **values}
        return commands.open_deal(actor, **values)


def made_world() -> World:
    group = AccessGroup.objects.filter(name="Wholesale").first() or written(AccessGroup, name="Wholesale")
    client = written(Partner, name="Protos", is_client=True, access_group=group)
    stages = list(Stage.objects.exclude(code=""))
    order = [stage for code in shipped_codes() for stage in stages if stage.code == code]
    return World(
        group=group,
        client=client,
        competitor=written(Partner, name="Rival", is_client=False, is_competitor=True, access_group=group),
        standard=commands.kinds.add(HOUSE, name="Standard", type=DealType.STANDARD),
        manual=commands.kinds.add(HOUSE, name="Manual", type=DealType.MANUAL, stages=order[:4]),
        plain=commands.kinds.add(HOUSE, name="Plain", type=DealType.NONE, records_demand=False),
        stages=order,
        reason=commands.loss_reasons.add(HOUSE, name="Too dear"),
        to_competitor=LossReason.objects.get(code=LossReason.TO_COMPETITOR),
    )


def shipped_codes() -> tuple[str, ...]:
    from artel.domains.deals.shipped import STANDARD_STAGES

    return STANDARD_STAGES


def person(
    login: str, *permissions: str, reach: Reach = Reach.OWN, only: Sequence[AccessGroup] = ()
) -> Actor:
    """Somebody with one grant (`only` for some access groups); without permissions, those of a sales manager."""
    user = written(User, login=login, name=login.title())
    role = Role.objects.filter(code="sales_manager").first() if not permissions else None
    role = role or written(
        Role, name=f"Role of {login}", added=list(permissions or ("deals.*", "partners.*"))
    )
    mode = GroupMode.ONLY if only else GroupMode.ALL
    grant = written(Grant, user=user, role=role, reach=reach, group_mode=mode)
    for group in only:
        written(GrantGroup, grant=grant, access_group=group)
    return Actor.person(user)
