"""Interactions of our own invention: what was said to clients in the last months, what lies ahead and what waits to be reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from artel.domains.partners.models import ContactRole, Partner
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.people import User

from . import commands, demo_data
from .models import Direction, Interaction, InteractionKind

TALKED_TO = 30
DAYS = 120

Lines = list[Line[Any, Any]]


def fill(actor: Actor) -> None:
    """With the clients made first; those that are about deals come with the deals."""
    chance = Random(2121)  # noqa: S311 -- a demo, the same every time
    clients = list(Partner.objects.clients().select_related("manager").order_by("pk")[:TALKED_TO])
    people = contacts_of(clients)
    write(actor, [line for client in clients for line in _with(client, people.get(client.pk, []), chance)])
    _cancel_some(actor, chance)
    _special(actor, clients, chance)


def contacts_of(clients: Sequence[Partner]) -> dict[Any, list[Any]]:
    """The people who act for each client."""
    found: dict[Any, list[Any]] = {}
    roles = ContactRole.objects.present().filter(partner__in=[one.pk for one in clients])
    for role in roles.select_related("person").order_by("pk"):
        found.setdefault(role.partner_id, []).append(role.person)
    return found


def write(actor: Actor, lines: Lines) -> list[Interaction]:
    """Write the lines down; a refused one is a mistake of the demo."""
    outcome = commands.record_interaction.run(actor, lines)
    for line in outcome.refused:
        raise line.refusal or RuntimeError
    return outcome.results


def talk(chance: Random, at: datetime, **known: Any) -> Line[Any, Any]:
    """Something that was said at a moment."""
    kind, direction, topic, text = chance.choice(demo_data.TALKS)
    fresh = direction == Direction.IN and timezone.now() - at < timedelta(days=9)
    return Line(
        Values(
            kind=kind,
            direction=direction,
            name=topic,
            text=text,
            started_at=at,
            ended_at=at + timedelta(minutes=chance.randint(3, 70)) if kind in {"call", "meeting"} else None,
            how_to_reach="—",
            is_reviewed=not fresh,
            **known,
        )
    )


def plan(chance: Random, at: datetime, **known: Any) -> Line[Any, Any]:
    """Something that is to be said."""
    kind, topic = chance.choice(demo_data.PLANS)
    return Line(Values(kind=kind, name=topic, started_at=at, state="planned", how_to_reach="—", **known))


def at_work(chance: Random, days: int) -> datetime:
    """A moment of a working day so many days from now (before, if negative)."""
    day = timezone.localtime() + timedelta(days=days)
    day -= timedelta(days=max(day.weekday() - 4, 0))
    return day.replace(
        hour=chance.randint(9, 17), minute=chance.choice((0, 10, 15, 30, 45)), second=0, microsecond=0
    )


def _with(client: Partner, people: Sequence[Any], chance: Random) -> Lines:
    known = {"client": client, "responsible": client.manager}
    lines: Lines = []
    for _ in range(chance.randint(1, 5)):
        contact = chance.choice(people) if people else None
        lines.append(talk(chance, at_work(chance, -chance.randint(1, DAYS)), contact=contact, **known))
    if chance.random() < 0.4:
        contact = chance.choice(people) if people else None
        lines.append(
            plan(chance, at_work(chance, chance.choice((-4, -1, 1, 2, 5, 12))), contact=contact, **known)
        )
    return lines


def _cancel_some(actor: Actor, chance: Random) -> None:
    planned = list(Interaction.objects.ahead().order_by("pk"))
    for one in chance.sample(planned, min(2, len(planned))):
        commands.cancel_interaction(actor, one, reason=demo_data.CANCELLED)


def _special(actor: Actor, clients: Sequence[Partner], chance: Random) -> None:
    """Somebody nobody knows, a letter to two clients, and a chain."""
    manager = User.objects.filter(login="manager").first()
    topic, text, who, number = demo_data.UNKNOWN_CALLER
    yesterday = timezone.now() - timedelta(days=1)
    two, letter = clients[:2], demo_data.LETTER_TO_TWO
    lines: Lines = [
        Line(
            Values(
                kind=InteractionKind.CALL,
                direction=Direction.IN,
                name=topic,
                text=text,
                contact_text=who,
                how_to_reach=number,
                started_at=yesterday,
                responsible=manager,
                is_reviewed=False,
            )
        ),
        Line(
            Values(
                kind=InteractionKind.LETTER,
                name=letter[0],
                text=letter[1],
                client=two[0],
                participants=[{"partner": str(two[1].pk), "part": "to"}],
                started_at=yesterday - timedelta(days=2),
                responsible=manager,
                is_reviewed=True,
            )
        ),
    ]
    [first, _letter] = write(actor, lines)
    commands.create_from(
        actor,
        first,
        kind=InteractionKind.PLAN,
        name="Отправить каталог водостоков",
        started_at=at_work(chance, 1),
    )
