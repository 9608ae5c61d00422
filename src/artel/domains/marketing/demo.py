"""Marketing events of the demo, and which clients came from them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle
from typing import Any

from django.utils import timezone

from artel.domains.deals.commands import change_deal
from artel.domains.deals.models import Deal
from artel.domains.partners.commands import partners
from artel.domains.partners.demo_data import FAIRS
from artel.domains.partners.models import Channel, Partner
from artel.domains.partners.source_types import EVENT
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.people import User

from .commands import events

EVENTS = (
    ("Выставка «Дом и очаг» — 2015", date(2015, 4, 15), date(2015, 4, 19)),
    ("Акция: Весенняя распродажа", date(2015, 3, 2), date(2015, 3, 31)),
    ("Выставка «Электросвет»", date(2015, 9, 8), date(2015, 9, 11)),
    ("Климат и дом, весна 2021", date(2021, 3, 10), date(2021, 3, 13)),
    ("Ярмарка мастеров, Самара", date(2022, 8, 20), date(2022, 8, 22)),
    ("Реклама в поездах", date(2023, 5, 1), date(2023, 7, 31)),
    ("Печное дело, 2024", date(2024, 10, 2), date(2024, 10, 5)),
    ("Отопление и климат, осень 2025", date(2025, 9, 16), date(2025, 9, 19)),
    ("Кровля и фасад, 2026", date(2026, 2, 17), date(2026, 2, 20)),
)
TO_COME = ("Тёплый дом", "Неделя мастеров, распродажа")
DEALS_OF_2015 = (
    ("Обогреватели для мастерских", 0),
    ("Вентиляторы в магазин", 0),
    ("Пылесосы строительные", 0),
    ("Кондиционеры на лето", 1),
    ("Что-нибудь ко дню города", 2),
)
LATER = date(2020, 1, 1)


def fill(actor: Actor) -> None:
    """Events over and to come; each channel that wants an event gets one for its clients."""
    responsible = User.objects.filter(login="marketer").first()
    today = timezone.localdate()
    to_come = [
        (name, today + timedelta(days=days), today + timedelta(days=days + 4))
        for name, days in zip(TO_COME, (-1, 24), strict=True)
    ]
    for name, start, end in (*EVENTS, *to_come):
        over = end < today
        events.add(
            actor,
            name=name,
            planned_start_on=start,
            planned_end_on=end,
            responsible=responsible,
            is_finished=over,
            started_on=start if start <= today else None,
            ended_on=end if over else None,
        )
    _give_sources(actor)
    _give_deals_of_2015_sources(actor)
    _give_deals_sources(actor)


def _give_deals_of_2015_sources(actor: Actor) -> None:
    """Where five of the seven deals of 2015 came from (rules §4.3)."""
    known = {channel.name: channel for channel in Channel.objects.all()}
    lines: list[Line[Any, Any]] = [
        Line(
            Values(channel=known[FAIRS], source_type=EVENT, source=EVENTS[place][0]),
            Deal.objects.get(name=name),
        )
        for name, place in DEALS_OF_2015
    ]
    for line in change_deal.run(actor, lines).refused:
        raise line.refusal or RuntimeError


def _give_deals_sources(actor: Actor) -> None:
    """Deals that came from an exhibition say from which."""
    names = cycle(name for name, start, _end in EVENTS[-3:])
    rows = Deal.objects.filter(first_interests__channel__name=FAIRS, first_interests__source=None)
    lines: list[Line[Any, Any]] = [
        Line(Values(source_type=EVENT, source=next(names)), one) for one in rows.order_by("code")
    ]
    for line in change_deal.run(actor, lines).refused:
        raise line.refusal or RuntimeError


def _give_sources(actor: Actor) -> None:
    names = cycle(name for name, start, _end in EVENTS if start > LATER)
    rows = Partner.objects.filter(
        first_interests__channel__source_types=[EVENT], registered_on__gte=LATER
    ).order_by("code")
    lines: list[Line[Any, Any]] = [Line(Values(source_type=EVENT, source=next(names)), one) for one in rows]
    for line in partners.change.run(actor, lines).refused:
        raise line.refusal or RuntimeError
