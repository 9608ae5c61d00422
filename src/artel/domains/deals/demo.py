"""Deals of our own invention: the seven of 2015, and a lively last year over several kinds, stages and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Any

from django.utils import timezone

from artel.domains.partners.demo import define_attributes, grown
from artel.domains.partners.demo_data import FAIRS, SHOPS_CHANNEL, SITE, WORD
from artel.domains.partners.models import Channel, ContactRole, Partner
from artel.domains.products.models import Agreement
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.commands import Command
from artel.kernel.people import User
from artel.lib.periods import day_start

from . import commands, demo_data
from .demo_files import attach_files
from .demo_talks import fill_talks
from .models import Deal, DealKind, DealStatus, DealType, DissatisfactionReason, LossReason, Stage

LIVELY = 120
SELLERS = ("manager", "levashova", "nazarov", "shubina")
Lines = list[Line[Any, Any]]


def fill(actor: Actor) -> None:
    """Kinds and reasons, then the deals with their stages, participants and demand."""
    kinds = _directories(actor)
    define_attributes(actor, "deals.deal", demo_data.ATTRIBUTES, demo_data.ATTRIBUTES_IN_ENGLISH)
    _seven(actor, kinds)
    _Year(actor, kinds, Random(2015)).fill()  # noqa: S311 -- a demo, the same every time
    fill_talks(actor)
    attach_files(actor)


def grow(actor: Actor, numbers: range) -> None:
    """More deals of the last year with the clients of these numbers, one a client on the average."""
    kinds = {kind.name: kind for kind in DealKind.objects.all()}
    year = _Year(actor, kinds, Random(numbers.start))  # noqa: S311 -- a demo, the same every time
    year._clients = grown(numbers)
    _run(actor, commands.open_deal, [Line(year._plan(number)) for number in numbers])


def _run(actor: Actor, command: Command, lines: Lines) -> list[Any]:
    outcome = command.run(actor, lines)
    for line in outcome.refused:
        raise line.refusal or RuntimeError
    return outcome.results


def _directories(actor: Actor) -> dict[str, DealKind]:
    shipped = {stage.code: stage for stage in Stage.objects.exclude(code="")}
    own = [commands.stages.add(actor, name=name) for name in demo_data.TURNKEY_STAGES]
    for name in demo_data.REASONS:
        commands.loss_reasons.add(actor, name=name)
    for name in demo_data.UNMET:
        commands.dissatisfaction_reasons.add(actor, name=name)
    add = commands.kinds.add
    short = [shipped[code] for code in demo_data.SHORT_PATH]
    made = [
        add(actor, name=demo_data.STANDARD, type=DealType.STANDARD),
        add(actor, name=demo_data.BY_STAGES, type=DealType.MANUAL, stages=short),
        add(actor, name=demo_data.TURNKEY, type=DealType.MANUAL, stages=own, separate_accounting=True),
        add(actor, name=demo_data.SEPARATE, type=DealType.NONE, separate_accounting=True),
        add(actor, name=demo_data.LONG, type=DealType.NONE, records_demand=False),
    ]
    return {kind.name: kind for kind in made}


def _moment(day: str) -> datetime | None:
    return day_start(date.fromisoformat(day), timezone.get_default_timezone()) if day else None


def _seven(actor: Actor, kinds: dict[str, DealKind]) -> None:
    people = {user.login: user for user in User.objects.all()}
    clients = {one.name: one for one in Partner.objects.all()}
    terms = {one.name: one for one in Agreement.objects.all()}
    rows: Lines = []
    for name, client, agreement, kind, who, status, potential, start, end, count, days in demo_data.SEVEN:
        values = Values(
            name=name,
            client=clients[client],
            agreement=terms[agreement],
            kind=kinds[kind],
            responsible=people.get(who),
            status=status,
            potential=Decimal(potential),
            started_at=_moment(start),
            ended_at=_moment(end),
        )
        if status == DealStatus.LOST:
            values["loss_reason"] = LossReason.objects.get(code=LossReason.TO_COMPETITOR)
            values["winner"] = clients[demo_data.COMPETITOR]
        if count == len(kinds[demo_data.STANDARD].path):
            values |= {"is_closed": True, "probability": 80}
        [deal] = _run(actor, commands.open_deal, [Line(values)])
        ends = [_moment(start), _moment(end)]
        rows += _rows(deal, kinds[kind].stage_keys[:count], ends[0], ends[1], days)
    _run(actor, commands.record_stage_rows, rows)
    name, channel, shop = demo_data.CAME_FROM_SHOP
    known = Channel.objects.filter(name=channel).first()
    values = Values(channel=known, source_type="client", source=shop)
    _run(actor, commands.change_deal, [Line(values, Deal.objects.get(name=name))])


def _rows(
    deal: Deal, path: Sequence[Any], start: datetime | None, end: datetime | None, first_days: int
) -> Lines:
    """All the time went into the first stage; a lost deal was lost at its last one."""
    lines: Lines = []
    begun = start
    for number, stage in enumerate(path):
        ended = start + timedelta(days=first_days) if start and end else None
        result = deal.status if number == len(path) - 1 else DealStatus.WON
        values = Values(deal=deal.pk, stage=stage, started_at=begun, ended_at=ended, result=result)
        lines.append(Line(values))
        begun = ended
    return lines


@dataclass
class _Year:
    """A year of work up to today, the same for the same day."""

    actor: Actor
    kinds: dict[str, DealKind]
    random: Random

    def fill(self) -> None:
        plans = [self._plan(number) for number in range(LIVELY)]
        deals = _run(self.actor, commands.open_deal, [Line(plan) for plan in plans])
        rows = [row for deal in deals for row in self._rows(deal)]
        _run(self.actor, commands.record_stage_rows, rows)
        self._demand(deals)
        _run(self.actor, commands.add_participant, [*self._threats(deals), *self._buyers(deals)])

    def _threats(self, deals: Sequence[Deal]) -> Lines:
        args = commands.add_participant.args
        return [
            Line(args(partner=self.random.choice(self._rivals), comment="Цена ниже нашей"), deal)
            for deal in deals[::9]
            if deal.status == DealStatus.IN_WORK
        ]

    def _buyers(self, deals: Sequence[Deal]) -> Lines:
        """Whom one talks with at the client's."""
        args = commands.add_participant.args
        roles = ContactRole.objects.present().filter(ended_on=None).select_related("person", "role")
        by_client: dict[Any, ContactRole] = {}
        for role in roles.order_by("-id"):
            by_client[role.partner_id] = role
        return [
            Line(args(partner=deal.client, person=known.person, person_role=known.role), deal)
            for number, deal in enumerate(deals)
            if number % 3 and (known := by_client.get(deal.client_id))
        ]

    def _plan(self, number: int) -> Values:
        pick = self.random
        begun = self._working_hour(pick.randrange(2, 360))
        age = (timezone.now() - begun).days
        fate = pick.choices(["in_work", "won", "lost"], [60 if age < 90 else 8, 30, 22])[0]
        names = (demo_data.STANDARD, demo_data.BY_STAGES, demo_data.TURNKEY, demo_data.LONG)
        thing = demo_data.THINGS[number % len(demo_data.THINGS)]
        client = None if number % 40 == 17 else pick.choice(self._clients)
        values = Values(
            name=f"{thing}, {pick.choice(demo_data.PLACES)}",
            client=client,
            agreement=self._agreement(client) if number % 4 else None,
            kind=self.kinds[pick.choices(names, [5, 4, 3, 1])[0]],
            responsible=self._seller(client),
            status=fate,
            potential=Decimal(round(pick.lognormvariate(12, 0.9), -2)),
            probability=pick.randrange(1, 10) * 10,
            started_at=begun,
            comment=demo_data.COMMENTS[number % len(demo_data.COMMENTS)] if number % 3 == 0 else "",
            attributes=self._attributes(number, begun.date()),
        )
        values |= self._interest(number)
        if fate != DealStatus.IN_WORK:
            values["ended_at"] = min(begun + timedelta(days=pick.randrange(1, max(age, 2))), timezone.now())
            values["is_closed"] = pick.random() < 0.8
        if fate == DealStatus.LOST:
            values |= self._loss()
        return values

    def _working_hour(self, days_ago: int) -> datetime:
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        midnight = day_start(today - timedelta(days=days_ago), timezone.get_default_timezone())
        return midnight + timedelta(
            hours=self.random.randrange(9, 18), minutes=self.random.randrange(0, 60, 5)
        )

    def _seller(self, client: Partner | None) -> User | None:
        """The client's manager, seldom somebody who stands in for him."""
        stands_in = self.random.choice(self._sellers)
        return client.manager if client and client.manager and self.random.random() < 0.9 else stands_in

    def _agreement(self, client: Partner | None) -> Agreement:
        own = [one for one in self._terms if client and one.client_id == client.pk]
        return own[0] if own else self.random.choice([one for one in self._terms if one.is_standard])

    def _interest(self, number: int) -> dict[str, Any]:
        """Most deals say where they came from; exhibitions get their names from the room of marketing."""
        channel = (FAIRS, SITE, WORD, "", SHOPS_CHANNEL, FAIRS)[number % 6]
        if not channel:
            return {}
        found: dict[str, Any] = {"channel": self._channels[channel]}
        if channel in {WORD, SHOPS_CHANNEL}:
            found |= {"source_type": "client", "source": self.random.choice(self._clients).code}
        return found

    def _attributes(self, number: int, begun: date) -> dict[str, str]:
        urgency = list(demo_data.ATTRIBUTES[0][3])
        found = {"urgency": urgency[number % 3], "delivery_on": str(begun + timedelta(days=45 + number % 30))}
        if number % 4 == 0:
            found |= {"needs_mounting": "да", "area": str(40 + number * 3)}
        return found

    def _loss(self) -> dict[str, Any]:
        reason = self.random.choice(self._reasons)
        is_rival = reason.code == LossReason.TO_COMPETITOR
        return {"loss_reason": reason} | ({"winner": self.random.choice(self._rivals)} if is_rival else {})

    @cached_property
    def _clients(self) -> list[Partner]:
        """Those of the year 2015 have their own story."""
        later = Partner.objects.clients().filter(registered_on__year__gt=2015)
        return list(later.select_related("manager").order_by("code"))

    @cached_property
    def _terms(self) -> list[Agreement]:
        return list(Agreement.objects.order_by("sort_name", "id"))

    @cached_property
    def _channels(self) -> dict[str, Channel]:
        return {one.name: one for one in Channel.objects.all()}

    @cached_property
    def _rivals(self) -> list[Partner]:
        return list(Partner.objects.filter(name__in=demo_data.COMPETITORS).order_by("code"))

    @cached_property
    def _reasons(self) -> list[LossReason]:
        return list(LossReason.objects.order_by("sort_name"))

    @cached_property
    def _sellers(self) -> list[User | None]:
        """Those who sign in and their colleagues; nobody in a base without people."""
        return list(User.objects.filter(login__in=SELLERS).order_by("login")) or [None]

    def _rows(self, deal: Deal) -> Lines:
        """Stages one after another, in parts of the time the deal took."""
        path = deal.kind.stage_keys
        if not path:
            return []
        finished = deal.status != DealStatus.IN_WORK
        count = len(path) if deal.status == DealStatus.WON else self.random.randrange(1, len(path))
        end = (deal.ended_at if finished else None) or timezone.now()
        cuts = sorted(self.random.random() for _stage in path[: count - 1])
        edges = [deal.started_at, *(deal.started_at + (end - deal.started_at) * cut for cut in cuts), end]
        lines: Lines = []
        for place, stage in enumerate(path[:count]):
            is_last = place == count - 1
            ended = edges[place + 1] if finished or not is_last else None
            result = deal.status if is_last else DealStatus.WON
            values = Values(deal=deal.pk, stage=stage, started_at=edges[place], ended_at=ended, result=result)
            lines.append(Line(values))
        return lines

    def _demand(self, deals: Sequence[Deal]) -> None:
        reasons = list(DissatisfactionReason.objects.order_by("sort_name"))
        lines: Lines = []
        for deal in deals[::5]:
            if not deal.kind.records_demand:
                continue
            half = (deal.potential / 2).quantize(Decimal("0.01"))
            rows = [
                {"description": deal.name.split(",")[0], "sum": str(half), "satisfied_percent": 100},
                {
                    "description": self.random.choice(demo_data.SERVICES),
                    "sum": str(deal.potential - half),
                    "satisfied_percent": self.random.randrange(0, 101, 10),
                    "reason": str(self.random.choice(reasons).pk),
                },
            ]
            lines.append(Line(commands.set_demand.args(rows=rows), deal))
        _run(self.actor, commands.set_demand, lines)
