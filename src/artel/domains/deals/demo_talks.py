"""What was said about the deals of the demo: a few words for most, a next step for those in work, but not for all."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from artel.domains.interactions.demo import at_work, contacts_of, plan, talk, write
from artel.kernel.actors import Actor
from artel.kernel.acts import Line

from .models import Deal
from .subjects import DEAL

RECENT = timedelta(days=150)
STEPS = (-3, -1, 0, 1, 1, 2, 3, 5, 8, 14)
WITH_STEP = 0.7


def fill_talks(actor: Actor) -> None:
    """About the deals of the last months and those still in work."""
    chance = Random(412)  # noqa: S311 -- a demo, the same every time
    deals = Deal.objects.exclude(client=None).filter(started_at__gte=timezone.now() - RECENT)
    chosen = list(deals.select_related("client", "responsible").order_by("code"))
    people = contacts_of([deal.client for deal in chosen if deal.client])
    write(actor, [line for deal in chosen for line in _about(deal, people.get(deal.client_id, []), chance)])


def _about(deal: Deal, people: list[Any], chance: Random) -> list[Line[Any, Any]]:
    known = {
        "subject": f"{DEAL}:{deal.code}",
        "client": deal.client,
        "contact": chance.choice(people) if people else None,
        "responsible": deal.responsible,
    }
    end = deal.ended_at or timezone.now()
    lines = [
        talk(chance, _by_day(chance, deal.started_at + (end - deal.started_at) * chance.random()), **known)
        for _ in range(chance.randint(1, 4))
    ]
    if deal.ended_at is None and chance.random() < WITH_STEP:
        lines.append(plan(chance, at_work(chance, chance.choice(STEPS)), **known))
    return lines


def _by_day(chance: Random, at: datetime) -> datetime:
    """The same day, while people work; not later than now."""
    local = timezone.localtime(at).replace(hour=chance.randint(9, 17), minute=chance.choice((0, 10, 25, 40)))
    return min(local, timezone.now())
