"""What a person keeps at hand: records, lists as they were arranged, reports. His own, in his order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.screens import registry
from artel.screens.vocabulary import Entity

from .addresses import card_address, page_address
from .models import Favourite
from .opened import seen_of
from .rail import RailPage, is_open, kind_of, open_reports, title_of
from .views import ALL, view_named
from .visit import Visit

IN_RAIL = 8


@dataclass(frozen=True)
class Star:
    """What the star of a page would keep; `kept` says that it is kept already."""

    entity: str = ""
    record: UUID | None = None
    report: str = ""
    query: str = ""
    kept: bool = False

    @property
    def path(self) -> str:
        """The place of the entity in addresses."""
        return registry.find(self.entity).path if self.entity else ""


@dataclass(frozen=True)
class Kept:
    """A favourite as it is shown today."""

    favourite: Favourite
    label: str
    kind: str
    address: str
    icon: str
    acts: str = ""


def own(actor: Actor) -> Sequence[Favourite]:
    """In their order. No query while no favourites have changed."""
    if actor.user_id is None:
        return ()
    user, kept = actor.user_id, standing.present()
    return _read(user) if kept is None else kept.once(("favourites", user), lambda: _read(user))


def _read(user: UUID) -> list[Favourite]:
    return list(Favourite.objects.filter(user=user, is_deleted=False).order_by("position", "id"))


def star_of(actor: Actor, **what: Any) -> Star:
    """The star of a page about a record, a list or a report."""
    asked = Star(**what)
    is_kept = any(same(asked, each) for each in own(actor))
    return Star(**{**what, "kept": is_kept})


def same(star: Star, each: Favourite) -> bool:
    """Whether a favourite is of just this."""
    return (star.entity, star.record, star.report, star.query) == (
        each.entity,
        each.record_id,
        each.report,
        each.query,
    )


def favourites(visit: Visit) -> list[Kept]:
    """Those that still lead somewhere for this person: a query for the names of the records of each entity."""
    found = {each.favourite.pk: each for each in (*_records(visit), *_lists(visit), *_reports(visit))}
    return [found[each.pk] for each in own(visit.actor) if each.pk in found]


def in_rail(visit: Visit) -> tuple[RailPage, ...]:
    """The first of them, as the rail shows them."""
    return tuple(RailPage(each.label, each.address, each.icon) for each in favourites(visit)[:IN_RAIL])


def _records(visit: Visit) -> Iterator[Kept]:
    named = [(each.entity, each.record_id, each) for each in own(visit.actor) if each.record_id]
    for entity, record, each in seen_of(visit, named):
        acts = page_address("web:acts", entity.path, record.pk)
        address = card_address(entity.path, record.pk)
        yield Kept(each, str(record), kind_of(entity), address, entity.icon, acts)


def _lists(visit: Visit) -> Iterator[Kept]:
    kept = [each for each in own(visit.actor) if each.entity and not each.record_id]
    entities = {entity.name: entity for entity in registry.all_entities() if kept and is_open(entity, visit)}
    for each in kept:
        entity = entities.get(each.entity)
        if entity is not None and _is_there(entity, visit.actor, each.query):
            base = page_address("web:table", entity.path)
            address = f"{base}?{each.query}" if each.query else base
            yield Kept(each, each.name or title_of(entity), title_of(entity), address, "table")


def _is_there(entity: Entity, actor: Actor, query: str) -> bool:
    """A list by a view that was taken away leads nowhere."""
    [view] = parse_qs(query).get("view", [ALL])
    return view == ALL or view_named(entity, actor, view) is not None


def _reports(visit: Visit) -> Iterator[Kept]:
    kept = [each for each in own(visit.actor) if each.report]
    reports = {one.name: one for one in open_reports(visit)} if kept else {}
    for each in kept:
        if (report := reports.get(each.report)) is not None:
            address = f"{report.address}?{each.query}" if each.query else report.address
            yield Kept(each, each.name or report.label, report.label, address, "chart-histogram")
