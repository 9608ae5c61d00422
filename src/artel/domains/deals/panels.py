"""What the card of a deal shows beside its fields: the route along the stages, participants, demand, where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone

from artel.domains.company.rates import signs
from artel.domains.interactions.models import Interaction
from artel.domains.partners.interests import asking_for_interest, names_of_sources, read_interests
from artel.domains.partners.models import Partner, Person
from artel.domains.partners.source_types import label_of
from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.kernel.ready import Given, Question, Ready
from artel.kernel.refusals import type_of_text
from artel.lib.stages import duration_days
from artel.web.references import Called, References

from .commands.potential import demand_of
from .models import (
    Deal,
    DealFirstInterest,
    DealKind,
    DealStage,
    DealStatus,
    DemandRow,
    KindStage,
    Participant,
    ParticipantRole,
)


@dataclass(frozen=True)
class RouteStep:
    """One stage of the route. `mark` is done, now, lost or next; `days` so far or in all."""

    key: UUID
    name: str
    mark: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    days: int | None = None


@dataclass(frozen=True)
class Route:
    """The stages a deal passes, those it has left behind included. `may_move` says whether steps are buttons."""

    deal: Deal
    steps: Sequence[RouteStep]
    may_move: bool


def route(actor: Actor, deal: Deal) -> Route | None:
    """None for a kind without stages."""
    passed = standing.pointed(_stages_of_one().rows(deal=deal.pk), "stage")
    rows = {row.stage_id: row for row in passed}
    path = [place.stage for place in _listed(deal.kind_id)]
    listed = {stage.pk for stage in path}
    left = [row.stage for row in rows.values() if row.stage_id not in listed]
    if not path and not left:
        return None
    steps = [_step(deal, stage, rows.get(stage.pk)) for stage in [*left, *path]]
    may_move = deal.status == DealStatus.IN_WORK and actor.has("deals.change_deal")
    return Route(deal, steps, may_move)


def asked_by_route(deal: UUID) -> list[Question]:
    return [_stages_of_one().asking(deal=deal)]


@cache
def _stages_of_one() -> Ready:
    return Ready(DealStage.objects.filter(deal=Given("deal")))


def _listed(kind: UUID) -> list[KindStage]:
    def read() -> list[KindStage]:
        return list(KindStage.objects.filter(kind=kind).select_related("stage").order_by("order"))

    return standing.once(("stages of kind", kind), read)


def _step(deal: Deal, stage: Any, row: DealStage | None) -> RouteStep:
    if row is None:
        return RouteStep(stage.pk, str(stage), "next")
    end = row.ended_at or timezone.now()
    days = row.days if row.days is not None else duration_days(row.started_at, max(end, row.started_at))
    mark = "now" if row.stage_id == deal.stage_id and row.result == DealStatus.IN_WORK else "done"
    mark = "lost" if row.result == DealStatus.LOST else mark
    return RouteStep(stage.pk, str(stage), mark, row.started_at, row.ended_at, days)


def stages_of_kind(_actor: Actor, kind: DealKind) -> list[KindStage] | None:
    """The ordered list; None for a kind without a process."""
    if not kind.has_stages:
        return None
    return _listed(kind.pk)


@dataclass(frozen=True)
class ParticipantLine:
    """A row of the table; a partner or person closed to the reader shows neither name nor link.

    `given` is what a form that changes the row starts with; a row with something closed is not changed by the reader.
    """

    key: UUID | None
    partner: Partner | Called | None
    is_hidden: bool
    role: str
    person: Person | Called | None
    person_role: str
    comment: str
    is_winner: bool
    given: Mapping[str, str] = field(default_factory=dict)


def participants(actor: Actor, deal: Deal) -> list[ParticipantLine]:
    """The client first, then everybody who has a row."""
    rows: list[Participant] = _participants_of_one().rows(deal=deal.pk)
    standing.pointed(rows, "role", "person_role")
    seen = References(actor)
    seen.want(Partner, [deal.client_id, *(row.partner_id for row in rows)])
    seen.want(Person, [row.person_id for row in rows])
    rows.sort(key=lambda row: row.partner_id != deal.client_id)
    lines = [_line(row, seen) for row in rows]
    if deal.client_id and all(row.partner_id != deal.client_id for row in rows):
        lines.insert(0, _client_line(deal, seen))
    return lines


def asked_by_participants(deal: UUID) -> list[Question]:
    return [_participants_of_one().asking(deal=deal)]


@cache
def _participants_of_one() -> Ready:
    return Ready(Participant.objects.present().filter(deal=Given("deal")).order_by("id"))


def _line(row: Participant, seen: References) -> ParticipantLine:
    partner, person = seen.seen(Partner, row.partner_id), seen.seen(Person, row.person_id)
    return ParticipantLine(
        key=row.pk,
        partner=partner,
        is_hidden=row.partner_id is not None and partner is None,
        role=str(row.role or ""),
        person=person,
        person_role=str(row.person_role or ""),
        comment=row.comment,
        is_winner=row.is_winner,
        given=_given(row) if not row.person_id or person else {},
    )


def _given(row: Participant) -> dict[str, str]:
    keys = {
        "participant": row.pk,
        "role": row.role_id,
        "person": row.person_id,
        "person_role": row.person_role_id,
    }
    texts = {name: str(key) for name, key in keys.items() if key}
    return texts | {"comment": row.comment, "is_winner": "true" if row.is_winner else ""}


def _client_line(deal: Deal, seen: References) -> ParticipantLine:
    client = seen.seen(Partner, deal.client_id)
    return ParticipantLine(None, client, client is None, _client_role(), None, "", "", is_winner=False)


def _client_role() -> str:
    def read() -> ParticipantRole | None:
        return ParticipantRole.objects.filter(code=ParticipantRole.CLIENT).order_by().first()

    return str(standing.once("role of the client", read) or "")


@dataclass(frozen=True)
class DemandLine:
    """A row of the table, and what a form that changes it starts with."""

    row: DemandRow
    given: Mapping[str, str]


@dataclass(frozen=True)
class Demand:
    """The rows, their sum, how far they are satisfied in percent of the sum, and the sign of their currency."""

    lines: Sequence[DemandLine]
    total: Decimal
    satisfied_percent: int
    sign: str


def demand(_actor: Actor, deal: Deal) -> Demand | None:
    """None where the kind does not record demand."""
    if not deal.kind.records_demand:
        return None
    rows: list[DemandRow] = standing.pointed(_demand_of_one().rows(deal=deal.pk), "reason")
    total = sum((row.sum for row in rows), Decimal(0))
    met = sum((row.sum * row.satisfied_percent for row in rows), Decimal(0))
    percent = (met / total).quantize(Decimal(1), rounding=ROUND_HALF_UP) if total else Decimal(0)
    key = deal.demand_currency_id
    lines = [DemandLine(row, _demanded(row)) for row in rows]
    return Demand(lines, total, int(percent), signs([key]).get(key, ""))


def asked_by_demand(deal: UUID) -> list[Question]:
    return [_demand_of_one().asking(deal=deal)]


@cache
def _demand_of_one() -> Ready:
    return Ready(DemandRow.objects.present().filter(deal=Given("deal")).order_by("number"))


def _demanded(row: DemandRow) -> dict[str, str]:
    return {
        "row": str(row.pk),
        "description": row.description,
        "sum": str(row.sum),
        "satisfied_percent": str(row.satisfied_percent),
        "reason": str(row.reason_id or ""),
        "comment": row.comment,
    }


@dataclass(frozen=True)
class FirstInterestFacts:
    """Where a deal came from, in the reader's words."""

    channel: str
    source_type: type_of_text
    source: str


def first_interest(actor: Actor, deal: Deal) -> FirstInterestFacts | None:
    """None when nothing is known."""
    row = read_interests(DealFirstInterest, "deal", [deal.pk]).get(deal.pk)
    if row is None or not (row.channel or row.source_type):
        return None
    kind = row.source_type
    source = names_of_sources(actor, [row]).get(row.source) if row.source else None
    return FirstInterestFacts(str(row.channel or ""), label_of(kind) if kind else "", source or "")


def demand_sum(_actor: Actor, records: Sequence[Deal]) -> dict[UUID, Decimal]:
    """The sum of the rows of demand in the deal's currency of demand: one query a page."""
    return demand_of([deal.pk for deal in records])


def asked_by_first_interest(deal: UUID) -> list[Question]:
    return [asking_for_interest(DealFirstInterest, "deal", deal)]


def weighted(_actor: Actor, records: Sequence[Deal]) -> dict[UUID, Decimal]:
    """Potential by probability."""
    cent = Decimal("0.01")
    return {
        deal.pk: (deal.potential * deal.probability / 100).quantize(cent, rounding=ROUND_HALF_UP)
        for deal in records
    }


def days_in_stage(_actor: Actor, records: Sequence[Deal]) -> dict[UUID, int]:
    """Whole days since the current stage began, of deals in work: one query a page."""
    keys = [deal.pk for deal in records if deal.status == DealStatus.IN_WORK and deal.stage_id]
    rows = DealStage.objects.filter(deal__in=keys, result=DealStatus.IN_WORK)
    now = timezone.now()
    return {deal: max((now - start).days, 0) for deal, start in rows.values_list("deal_id", "started_at")}


def deal_of_partner(partner: Partner) -> dict[str, Any] | None:
    """What a deal takes over from its client; only a client has deals (rules §2.5)."""
    return {"client": partner} if partner.is_client else None


def deal_of_interaction(interaction: Interaction) -> dict[str, Any] | None:
    """A deal begun from what was said takes over the client; the talk and its chain are about it from then on."""
    client = interaction.client
    if interaction.subject_id is not None or client is None or not client.is_client:
        return None
    return {"name": interaction.name, "client": client, "interaction": interaction}


def deal_of_person(person: Person) -> dict[str, Any] | None:
    """A deal begun from a contact person is his partner's (rules §2.5)."""
    roles = person.contact_roles.filter(is_deleted=False, ended_on=None, partner__is_client=True)
    role = roles.select_related("partner").order_by("id").first()
    return {"client": role.partner} if role else None
