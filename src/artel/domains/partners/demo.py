"""A client base of our own invention: companies, people and places that do not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from artel.domains.company.demo import inn_of
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.attributes.commands import ATTRIBUTES as ATTRIBUTE_COMMANDS
from artel.kernel.attributes.commands import CHOICES
from artel.kernel.people import User
from artel.kernel.rights_acts import access_groups
from artel.kernel.roles import AccessGroup
from artel.lib.names import sort_key

from .commands import channels, contact_roles, partners, people, positions, regions, relations
from .demo_data import (
    ACCEPTANCE,
    ATTRIBUTES,
    ATTRIBUTES_IN_ENGLISH,
    CHANNELS,
    CLIENTS,
    CLIENTS_OF_2015,
    FIRST_NAMES,
    HOLDINGS,
    LAST_NAMES,
    MIDDLE_NAMES,
    OTHERS,
    POSITIONS,
    PRIVATE,
    REGIONS,
    RELATIONS,
    SHOPS,
    STREETS,
    WORD,
)
from .models import (
    BusinessRegion,
    Channel,
    ContactPersonRole,
    ContactRole,
    Partner,
    PartnerRelationKind,
    Position,
)

MANAGERS = ("manager", "levashova", "nazarov", "shubina")
FIRST_DAY = date(2021, 3, 14)
WHOLESALE = "Оптовые покупатели"
TRADES = ("Свет", "Мебель", "Климат", "Декор", "Кухни", "Двери", "Окна", "Сад", "Текстиль")
WORDS = (
    "Заря",
    "Каскад",
    "Лагуна",
    "Меридиан",
    "Орион",
    "Радуга",
    "Тайга",
    "Янтарь",
    "Ёлка",
    "Берег",
    "Импульс",
)
Lines = list[Line[Any, Any]]


def fill(actor: Actor) -> None:
    """About sixty partners with requisites, attributes, contact points, people, a holding, a chain and ties."""
    _directories(actor)
    define_attributes(actor, "partners.partner", ATTRIBUTES, ATTRIBUTES_IN_ENGLISH)
    groups = {
        "wholesale": access_groups.add(actor, name=WHOLESALE),
        "retail": access_groups.add(actor, name="Розница и сети"),
    }
    made = _run(actor, partners.add, _companies(groups))
    _join(actor)
    _run(actor, people.add, _people([one for one in made if one.is_client and one.kind == "company"]))
    _change_jobs(actor)
    _relate(actor)


def grow(actor: Actor, numbers: range) -> None:
    """More clients, each with a person or two, for a demo base of size."""
    places = list(BusinessRegion.objects.exclude(parent=None).order_by("id"))
    managers = list(User.objects.filter(login__in=MANAGERS).order_by("login"))
    group = AccessGroup.objects.get(name=WHOLESALE)
    lines: Lines = []
    for number in numbers:
        line = _company(
            0,
            _grown_name(number),
            places[number % len(places)],
            group,
            managers[number % len(managers)],
        )
        line.args |= {"phone": f"+7 900 {number:07d}", "email": f"client{number}@partner.example"}
        line.args |= {"registered_on": FIRST_DAY + timedelta(days=number % 1500)}
        del line.args["inn"], line.args["kpp"]
        lines.append(line)
    made = _run(actor, partners.add, lines)
    _run(actor, people.add, _people(made))


def grown(numbers: range) -> list[Partner]:
    """The clients that `grow` has made of these numbers, in their order, with their managers."""
    places = {sort_key(_grown_name(number)): number for number in numbers}
    found = Partner.objects.filter(sort_name__in=places).select_related("manager")
    return sorted(found, key=lambda one: places[one.sort_name])


def _grown_name(number: int) -> str:
    trade, word = TRADES[number % len(TRADES)], WORDS[number // len(TRADES) % len(WORDS)]
    return f"{word} {trade} {number}"


def define_attributes(
    actor: Actor,
    entity: str,
    wanted: Sequence[tuple[str, str, str, dict[str, str]]],
    in_english: Mapping[str, str],
) -> None:
    """Custom attributes of an entity: code, name, kind and the items of its list; `in_english` has the names by code."""
    for position, (code, name, kind, items) in enumerate(wanted):
        made = ATTRIBUTE_COMMANDS.add(
            actor,
            entity=entity,
            code=code,
            name=name,
            name_en=in_english.get(code, ""),
            kind=kind,
            position=position,
        )
        for place, (item, label) in enumerate(items.items()):
            CHOICES.add(
                actor,
                attribute=made,
                code=item,
                name=label,
                name_en=in_english.get(item, ""),
                position=place,
            )


def _run(actor: Actor, command: Any, lines: Lines) -> list[Any]:
    outcome = command.run(actor, lines)
    for line in outcome.refused:
        raise line.refusal
    return list(outcome.results)


def _directories(actor: Actor) -> None:
    for name, cities in REGIONS.items():
        region = regions.add(actor, name=name)
        for city in cities:
            regions.add(actor, name=city, parent=region)
    for name, kinds in CHANNELS.items():
        channels.add(actor, name=name, source_types=list(kinds))
    for name in POSITIONS:
        positions.add(actor, name=name)


def _companies(groups: dict[str, AccessGroup]) -> Lines:
    places = {region.name: region for region in BusinessRegion.objects.all()}
    managers = cycle(User.objects.filter(login__in=MANAGERS).order_by("login") or [None])
    known = {channel.name: channel for channel in Channel.objects.all()}
    keeper = User.objects.filter(login="manager").first()
    lines: Lines = []
    for number, (name, city, channel) in enumerate(CLIENTS):
        lines.append(_company(number, name, places[city], groups["wholesale"], next(managers)))
        lines[-1].args |= {
            "channel": known[channel],
            "registered_on": FIRST_DAY + timedelta(days=31 * number),
            "attributes": _attributes(number),
        }
    for number, (name, city) in enumerate(CLIENTS_OF_2015, 100):
        # Their first interest is that of their deals, which the room of deals writes.
        lines.append(_company(number, name, places[city], groups["wholesale"], next(managers)))
        lines[-1].args["registered_on"] = date(2014, 9, 1) + timedelta(days=number)
    for number, (name, city) in enumerate(SHOPS, 200):
        lines.append(_company(number, name, places[city], groups["retail"], keeper))
        # The shops of a chain are one legal entity.
        lines[-1].args |= {
            "public_name": "ООО «Уютный угол»" if number == 200 else name,
            "inn": inn_of(200),
            "kpp": "981001001",
            "registered_on": date(2019, 5, number % 28 + 1),
            "attributes": _attributes(number),
        }
    for number, (name, city, gender, birthday) in enumerate(PRIVATE, 250):
        lines.append(_company(number, name, places[city], groups["retail"], next(managers)))
        for company_only in ("inn", "kpp", "email"):
            lines[-1].args.pop(company_only)
        lines[-1].args |= {
            "kind": "person",
            "gender": gender,
            "birthday": date.fromisoformat(birthday),
            "channel": known[WORD],
            "registered_on": date(2025, 6, number % 28 + 1),
        }
    for number, (name, city, role) in enumerate(OTHERS, 300):
        lines.append(_company(number, name, places[city], groups["wholesale"], next(managers)))
        lines[-1].args |= {"is_client": False, role: True, "registered_on": date(2018, 2, number % 28 + 1)}
    return lines


def _attributes(number: int) -> dict[str, str]:
    """What a company is like; some of it nobody has asked yet."""
    activity, size = (list(ATTRIBUTES[place][3]) for place in (0, 1))
    headcounts = {"large": 320, "medium": 85, "small": 12}
    found = {
        "activity": activity[number * 7 % len(activity)],
        "size": size[number % len(size)],
        "headcount": str(headcounts[size[number % len(size)]] + number % 9),
        "first_order_on": str(FIRST_DAY + timedelta(days=31 * (number % 60) + 12)),
        "acceptance": ACCEPTANCE[number % len(ACCEPTANCE)],
    }
    if number % 5 == 0:
        del found["headcount"]
    return found | ({"vip": "да"} if number % 9 == 0 else {})


def _company(
    number: int, name: str, place: BusinessRegion, group: AccessGroup, manager: User | None
) -> Line[Any, Any]:
    return Line(
        Values(
            name=name,
            region=place,
            access_group=group,
            manager=manager,
            inn=inn_of(number),
            kpp=f"98{10 + number % 80}01001",
            phone=f"+7 495 000-{number:04d}",
            email=f"office{number}@partner.example",
            city=place.name,
            address=f"{place.name}, {STREETS[number % len(STREETS)]}, {number % 90 + 1}",
        )
    )


def _join(actor: Actor) -> None:
    """Holdings and chains: whose head is who."""
    known = {one.name: one for one in Partner.objects.all()}
    lines: Lines = [
        Line(Values(head=known[head]), known[name]) for head, names in HOLDINGS.items() for name in names
    ]
    _run(actor, partners.change, lines)


def _people(clients: list[Partner]) -> Lines:
    """One or two people a client, each with a name of his own."""
    posts = cycle(Position.objects.order_by("id"))
    roles = cycle(ContactPersonRole.objects.order_by("id"))
    lines: Lines = []
    for number, client in enumerate(clients):
        for second in range(1 + number % 2):
            place = number * 2 + second
            woman = place % 2
            lines.append(
                Line(
                    Values(
                        partner=client,
                        last_name=LAST_NAMES[place % len(LAST_NAMES)] + ("а" if woman else ""),
                        first_name=FIRST_NAMES[woman][place // 2 % len(FIRST_NAMES[woman])],
                        middle_name=MIDDLE_NAMES[woman][place // 3 % len(MIDDLE_NAMES[woman])],
                        gender="female" if woman else "male",
                        position=next(posts),
                        role=next(roles),
                        phone=f"+7 916 000-{place:04d}",
                        email=f"person{place}@partner.example",
                    )
                )
            )
    return lines


def _change_jobs(actor: Actor) -> None:
    """Somebody works for two companies, somebody has left."""
    roles = list(ContactRole.objects.order_by("id"))
    first, second, left = roles[0], roles[3], roles[5]
    contact_roles.add(
        actor,
        partner=second.partner,
        person=first.person,
        role=first.role,
        position=first.position,
        started_on=date(2025, 4, 1),
    )
    contact_roles.change(actor, left, started_on=date(2022, 2, 1), ended_on=date(2026, 1, 31))


def _relate(actor: Actor) -> None:
    known = {one.name: one for one in Partner.objects.all()}
    kinds = {kind.code: kind for kind in PartnerRelationKind.objects.all()}
    lines: Lines = [
        Line(Values(first=known[first], kind=kinds[kind], second=known[second], comment=comment))
        for first, kind, second, comment in RELATIONS
    ]
    _run(actor, relations.add, lines)
