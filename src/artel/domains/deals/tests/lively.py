"""A dozen deals that differ in everything a report may be broken down by, the empty and the closed included."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from artel.domains.deals import commands
from artel.domains.partners.commands import channels, partners, regions
from artel.domains.partners.models import Partner
from artel.domains.products.commands import agreements
from artel.kernel.actors import Actor
from artel.kernel.attributes.models import Attribute, AttributeChoice
from artel.kernel.models import AccessGroup

from .world import HOUSE, World, moment, person, written

KINDS = ("string", "number", "date", "boolean", "choice")
VALUES: dict[str, tuple[Any, ...]] = {
    "string": ("Волга", "волга", None, "Ёлки"),
    "number": ("12.5", None, "0"),
    "date": ("2026-03-31", "2026-04-01", None),
    "boolean": ("да", None, "нет"),
    "choice": ("vip", None, "usual", "vip"),
}


def define_attributes() -> None:
    """One attribute of every kind on deals, and ones of the same codes on partners."""
    for entity in ("deals.deal", "partners.partner"):
        for kind in KINDS:
            made = written(Attribute, entity=entity, code=kind, name=f"{entity} {kind}", kind=kind)
            for code in ("vip", "usual") if kind == "choice" else ():
                written(AttributeChoice, attribute=made, code=code, name=code.upper())


def attributes(number: int) -> dict[str, Any]:
    return {kind: values[number % len(values)] for kind, values in VALUES.items()}


def make_lively(world: World) -> tuple[Actor, Actor]:
    """Two people's deals in two access groups, on the way, won and lost, over a month's edge in Moscow and in UTC."""
    define_attributes()
    alice, bob = person("alice"), person("bob")
    assert alice.user
    volga = regions.add(HOUSE, name="Волга")
    retail = written(AccessGroup, name="Retail")
    shop = written(Partner, name="Shop", is_client=True, access_group=retail)
    fairs = channels.add(HOUSE, name="Fairs")
    partners.change(
        HOUSE, shop, region=regions.add(HOUSE, name="Самара", parent=volga), attributes=attributes(1)
    )
    partners.change(HOUSE, world.client, region=volga, manager=alice.user, attributes=attributes(0))
    terms = (agreements.add(HOUSE, name="Terms"), agreements.add(HOUSE, name="Own", client=shop), None)
    sources: tuple[dict[str, Any], ...] = (
        {"channel": fairs, "source_type": "client", "source": world.client.code},
        {"channel": fairs},
        {},
    )
    for number in range(12):
        who = (alice if number % 2 else bob).user
        begun = moment(1 + number) if number % 5 else moment(31, 22)  # the first of April in Moscow
        deal = world.open(
            responsible=who,
            name=f"Deal {number}",
            client=(world.client, shop, None)[number % 3],
            kind=(world.manual, world.plain, world.standard)[number % 3],
            agreement=terms[number % 3],
            potential=Decimal(100 + number),
            started_at=begun,
            attributes=attributes(number),
            **(sources[0] if number % 3 == 0 else sources[number % 2 + 1]),
        )
        if deal.stage_id:
            commands.move_deal(HOUSE, deal, stage=world.stages[1 + number % 2])
            if number % 2 == 0:
                commands.restart_stage(HOUSE, deal, started_at=begun + timedelta(days=number))
        if number % 4 == 1:
            commands.lose_deal(HOUSE, deal, loss_reason=world.reason, close=True)
        if number % 4 == 2:
            commands.win_deal(HOUSE, deal, close=number == 2)
    for number, interest in enumerate(sources[:2]):
        partners.add(
            HOUSE,
            name=f"Newcomer {number}",
            access_group=retail,
            registered_on=date(2026, 4, 1),
            attributes=attributes(number),
            **interest,
        )
    return alice, bob
