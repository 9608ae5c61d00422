"""Where a record stands in the list its card was opened from: its neighbours at once, its number when the page has come."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from artel.kernel.actors import Actor
from artel.screens.vocabulary import Entity
from artel.web.addresses import page_address
from artel.web.formats import number
from artel.web.frame import Place
from artel.web.guard import signed_in
from artel.web.lists import ListState
from artel.web.pages.form import visible
from artel.web.pages.table import entity_at
from artel.web.paging import beyond
from artel.web.render import page

COUNTED = 1_000
"""So far a place is counted: «5 of 1,000+» costs the same in a list of a million."""


def place_of(
    entity: Entity, actor: Actor, record: Any, kept: str | None, tab: str = "web:card"
) -> Place | None:
    """The neighbours in the list a card was opened from, on the same tab: two short queries, only when there is a list."""
    if kept is None:
        return None
    state = ListState.of_text(entity, actor, kept)
    before, after = _before(state, record).first(), _after(state, record).first()
    counted = f"{page_address('web:place', entity.path, record.pk)}?{kept_in_card(kept)}"
    return Place(counted, *(_neighbour(tab, entity, key, kept) for key in (before, after)))


def kept_in_card(kept: str) -> str:
    """The list as the address of a card carries it."""
    return f"list={quote(kept, safe='')}"


@signed_in
def place(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """«5 of 23», counted no further than to a thousand; nothing for a record that the list does not hold any more."""
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    state = ListState.of_text(entity, actor, request.GET.get("list", ""))
    words = _words(state, record) if state.rows.filter(pk=key).exists() else ""
    return page(request, "web/place_part.html", {"words": words}, part="web/place_part.html")


def _words(state: ListState, record: Any) -> str:
    here = _before(state, record)[:COUNTED].count() + 1
    whole = state.rows.order_by()[: COUNTED + 1].count()
    return _("%(here)s of %(whole)s") % {"here": _counted(here), "whole": _counted(whole)}


def _counted(count: int) -> str:
    return f"{number(COUNTED)}+" if count > COUNTED else number(count)


def _before(state: ListState, record: Any) -> QuerySet[Any, UUID]:
    """Keys of the rows before a record, the nearest first."""
    found = beyond(state.rows, state.sort, state.place_of(record), backwards=True)
    return found.order_by(*state.sort.order(backwards=True)).values_list("pk", flat=True)


def _after(state: ListState, record: Any) -> QuerySet[Any, UUID]:
    found = beyond(state.rows, state.sort, state.place_of(record))
    return found.order_by(*state.sort.order()).values_list("pk", flat=True)


def _neighbour(tab: str, entity: Entity, key: UUID | None, kept: str) -> str:
    return f"{page_address(tab, entity.path, key)}?{kept_in_card(kept)}" if key else ""
