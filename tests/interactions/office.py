"""What the tests of this room stand on: alice and bob sell, charlie sells elsewhere, a head sees all; their clients and a deal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from artel.domains.company.factories import HOUSE, person
from artel.domains.deals.commands import kinds, open_deal
from artel.domains.interactions import commands
from artel.domains.interactions.models import Interaction, TalkDigest
from artel.domains.partners.factories import contact, partner
from artel.kernel.actors import Actor
from artel.kernel.roles import Reach


class Office:
    """Named people and their clients."""

    def __init__(self) -> None:
        self.alice = person("alice", "sales_manager")
        self.bob = person("bob", "sales_manager")
        self.charlie = person("charlie", "sales_manager")
        self.head = person("head", "head", reach=Reach.ALL)
        self.volga = partner("Волга", self.alice, manager=self.alice.user, phone="+7 846 000-14-27")
        self.kama = partner("Кама", self.bob, manager=self.bob.user)
        self.orlova = contact(
            self.volga, "Орлова", self.alice, phone="+7 912 345-67-89", email="o@volga.example"
        )
        self.deal = open_deal(
            self.alice,
            name="Кондиционеры",
            kind=kinds.add(HOUSE, name="Простая", type="none"),
            client=self.volga,
        )

    def call(self, actor: Actor | None = None, **values: Any) -> Interaction:
        """A call that alice made to Orlova."""
        values = {"text": "Подтвердила спецификацию", "contact": self.orlova, **values}
        made: Interaction = commands.record_call(actor or self.alice, **values)
        return made

    def plan(self, actor: Actor | None = None, *, days: int = 1, **values: Any) -> Interaction:
        """A contact planned for a day to come."""
        values = {"name": "Созвониться", "client": self.volga, "started_at": in_days(days), **values}
        made: Interaction = commands.plan_contact(actor or self.alice, **values)
        return made


def in_days(days: int) -> Any:
    return timezone.now() + timedelta(days=days)


def seen_by(actor: Actor) -> set[str]:
    """The topics of the interactions somebody sees."""
    return set(Interaction.objects.visible_to(actor).values_list("name", flat=True))


def digest(record: Any) -> tuple[int, Any, Any]:
    """(unreviewed, last, next) of a record."""
    row = TalkDigest.objects.filter(pk=record.pk).first()
    return (row.unreviewed_count, row.last_at, row.next_at) if row else (0, None, None)


def taking_part(one: Interaction) -> list[tuple[str, str, str]]:
    """(partner, person, part) of each row."""
    rows = one.participants.select_related("partner", "person").order_by("id")
    return [(str(row.partner or ""), str(row.person or ""), row.part) for row in rows]
