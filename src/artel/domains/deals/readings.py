"""What programs, files and pages read of deals that is no column: a page at a time, never one a row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from artel.domains.company.rates import management_currency
from artel.domains.partners.models import Partner
from artel.domains.partners.readings import interest
from artel.kernel.actors import Actor

from .models import Deal, DealFirstInterest, DealKind, KindStage, Participant, Stage

channel_of = interest(DealFirstInterest, "deal", "channel")
source_type_of = interest(DealFirstInterest, "deal", "source_type")
source_of = interest(DealFirstInterest, "deal", "source")


def currency_of(_actor: Actor, records: Sequence[Deal]) -> Mapping[UUID, Any]:
    """The potential of every deal is in the management currency."""
    found = management_currency()
    return {record.pk: found for record in records} if found else {}


def demand_currency_of(_actor: Actor, records: Sequence[Deal]) -> Mapping[UUID, Any]:
    """The currency of demand, the management one where nothing else is said."""
    usual = management_currency()
    return {record.pk: found for record in records if (found := record.demand_currency or usual)}


def winner_of(actor: Actor, records: Sequence[Deal]) -> Mapping[UUID, Any]:
    """The partner who won a lost deal, when the actor may see him."""
    rows = Participant.objects.filter(deal__in=[record.pk for record in records], is_winner=True)
    won = dict(rows.order_by("-id").values_list("deal_id", "partner_id"))
    # By their keys: asked in one with the deals, SQLite would begin with all partners that may be seen.
    seen = Partner.objects.visible_to(actor).in_bulk(set(won.values())) if won else {}
    return {deal: seen[partner] for deal, partner in won.items() if partner in seen}


def contacts_of(actor: Actor, deals: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
    """The people who take part in each of the deals, as far as the actor sees them."""
    found: dict[UUID, set[UUID]] = {}
    rows = Participant.objects.visible_to(actor).filter(deal__in=deals, person__isnull=False)
    for deal, person in rows.values_list("deal_id", "person_id"):
        found.setdefault(deal, set()).add(person)
    return found


def kinds_of_stages(_actor: Actor, records: Sequence[Stage]) -> Mapping[UUID, list[Any]]:
    """The kinds each stage is listed in, the oldest first."""
    return {stage: [row.kind for row in rows] for stage, rows in _places(records).items()}


def orders_of_stages(_actor: Actor, records: Sequence[Stage]) -> Mapping[UUID, list[Any]]:
    """The places of each stage in the kinds it is listed in, in the same order."""
    return {stage: [row.order for row in rows] for stage, rows in _places(records).items()}


def first_of(
    each: Callable[[Actor, Sequence[Any]], Mapping[UUID, list[Any]]],
) -> Callable[[Actor, Sequence[Any]], Mapping[UUID, Any]]:
    """The first of several values, where only one can be shown."""
    return lambda actor, records: {key: values[0] for key, values in each(actor, records).items()}


def _places(records: Sequence[Stage]) -> dict[UUID, list[KindStage]]:
    rows = KindStage.objects.filter(stage__in=[record.pk for record in records]).select_related("kind")
    found: dict[UUID, list[KindStage]] = {}
    for row in rows.order_by("kind__created_at", "id"):
        found.setdefault(row.stage_id, []).append(row)
    return found


def stage_lists(_actor: Actor, records: Sequence[DealKind]) -> Mapping[UUID, str]:
    """The stages of each kind in their order, a name a line."""
    rows = KindStage.objects.filter(kind__in=[record.pk for record in records]).select_related("stage")
    names: dict[UUID, list[str]] = {record.pk: [] for record in records}
    for row in rows.order_by("order"):
        names[row.kind_id].append(row.stage.name)
    return {key: "\n".join(found) for key, found in names.items()}
