"""A list: one function shows it whole or only its rows; its columns are arranged here too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from artel.exchange.vcard.writing import has_cards
from artel.kernel.access import view_permission
from artel.kernel.actors import Actor
from artel.screens import registry
from artel.screens.bulk.edits import may_change
from artel.screens.models import CHANGE
from artel.screens.vocabulary import Entity
from artel.web.actions import bulk_commands
from artel.web.arrange import Arrangement, arrangement
from artel.web.boards import board_of, fold_lane, more_of
from artel.web.cells import Column
from artel.web.favourites import star_of
from artel.web.forms import field_behind
from artel.web.frame import Frame, notes_of
from artel.web.guard import actor_of, signed_in
from artel.web.lists import ListState, sortable
from artel.web.manner import widths_of
from artel.web.marking import Marks, marks_of
from artel.web.paging import Slice
from artel.web.rail import rail, title_of
from artel.web.render import page, wants_part
from artel.web.rows import rows_markup
from artel.web.views import tabs_of
from artel.web.visit import Visit, visit_of

COUNTED = 10_000


@dataclass(frozen=True)
class Head:
    """The head of a column; `label` says the unit of its sums."""

    column: Column
    label: str
    address: str = ""
    direction: str = ""
    field: str = ""
    """The field of the form that is edited in the cells; empty where there is none."""


@signed_in
def table(request: HttpRequest, path: str) -> HttpResponse:
    """The list of an entity: the whole page, or its rows and chips for htmx."""
    entity, actor = entity_at(path, request)
    state = ListState.read(entity, actor, dict(request.GET.lists()))
    if state.is_board:
        return _board(request, state)
    context = table_context(state, visit_of(request))
    return page(request, "web/table.html", context, part="web/table_part.html")


def _board(request: HttpRequest, state: ListState) -> HttpResponse:
    """The same rows as cards in lanes: the page, the lanes anew, or the next cards of one lane."""
    if lane := request.GET.get("lane"):
        more = more_of(replace(state, after=""), lane, state.after)
        if more is None:
            raise Http404(lane)
        return page(request, "web/lane_part.html", {"lane": more, "entity": state.entity})
    context = {**list_context(state, visit_of(request)), "board": board_of(state)}
    notes = {"notes": notes_of(request)} if wants_part(request) else {}
    return page(request, "web/table.html", {**context, **notes}, part="web/board_part.html")


@signed_in
@require_POST
def fold(request: HttpRequest, path: str) -> HttpResponse:
    """A lane of the board folded, or unfolded: the board anew."""
    entity, actor = entity_at(path, request)
    state = ListState.of_text(entity, actor, request.POST.get("list", ""))
    if not fold_lane(state, request.POST.get("lane", ""), folded=request.POST.get("folded") == "1"):
        raise Http404(path)
    return HttpResponseRedirect(state.address)


def list_context(state: ListState, visit: Visit) -> dict[str, Any]:
    """What stands above the rows, whether they are a list or a board."""
    entity, actor = state.entity, state.actor
    star = star_of(actor, entity=entity.name, query=state.query)
    return {
        "frame": Frame(title_of(entity), section=entity.section, slim=True, star=star, help=str(entity.help)),
        "entity": entity,
        "state": state,
        "lists": next((one.pages for one in rail(visit) if one.key == entity.section), ()),
        "tabs": tabs_of(entity, actor),
        "may_keep": actor.has(CHANGE),
        "create": may_create(entity, actor),
        **_files(entity, actor),
    }


def table_context(state: ListState, visit: Visit) -> dict[str, Any]:
    """Everything the table template shows."""
    entity, actor = state.entity, state.actor
    arranged = arrangement(entity, actor, state.attributes, widths_of(state.manner.columns))
    marks = marks_of(entity.model, actor, state.manner.formats)
    bulk = bulk_commands(entity, actor)
    found = state.cut(state.rows, arranged.shown, bulk)
    units = {column.name: column.unit(found.records) for column in arranged.shown}
    return {
        **list_context(state, visit),
        "closed": _closed(state, arranged, marks),
        "heads": _heads(state, arranged.shown, units),
        "arranged": arranged,
        "rows": rows_markup(state, arranged.shown, found.records, bulk, units, marks=marks),
        "shown": len(found.records),
        "pages": _pages(state, found),
        "may_change": entity.change is not None and actor.has(entity.change.permission),
        "bulk": bulk,
        "may_change_many": not state.marked and may_change(entity, actor),
    }


@signed_in
def count(request: HttpRequest, path: str) -> HttpResponse:
    """How many rows there are, asked for by hand: counting is not paid for on every page."""
    entity, actor = entity_at(path, request)
    state = ListState.read(entity, actor, dict(request.GET.lists()))
    found = state.rows.order_by()[: COUNTED + 1].count()
    return page(
        request,
        "web/count_part.html",
        {"found": min(found, COUNTED), "is_more": found > COUNTED},
        part="web/count_part.html",
    )


def entity_at(path: str, request: HttpRequest) -> tuple[Entity, Actor]:
    """The entity of an address for this person; what he may not list answers like what does not exist."""
    actor = actor_of(request)
    try:
        entity = registry.at_path(path)
    except KeyError:
        raise Http404(path) from None
    if not actor.has(view_permission(entity.model)):
        raise Http404(path)
    return entity, actor


def _files(entity: Entity, actor: Actor) -> dict[str, Any]:
    """What may be written to a file and read from one: entities with a declared resource."""
    try:
        resource = registry.resource(entity.path)
    except KeyError:
        return {}
    command = resource.rows or resource.create
    imports = resource.imports and command is not None and actor.has(command.permission)
    exports = [("xlsx", _("Write to xlsx")), ("csv", _("Write to csv"))]
    if has_cards(resource):
        exports.append(("vcf", _("Write as vCard")))
    return {"exports": exports, "imports": imports}


def may_create(entity: Entity, actor: Actor) -> bool:
    return entity.create is not None and actor.has(entity.create.permission)


def _closed(state: ListState, arranged: Arrangement, marks: Marks) -> list[str]:
    """What of a view this person may not see, in sentences; the view shows the rest."""
    if state.view is None:
        return []
    found = []
    if state.bad and state.bad.unknown and state.filter == state.base.filter:
        found.append(
            _(
                "The filter of this view asks for a field that is closed to you or is no more: nothing is shown."
            )
        )
    if arranged.closed:
        found.append(_("Some columns of this view are closed to you or are no more."))
    if marks.closed:
        found.append(_("Some formatting of this view asks for what is closed to you."))
    kept = state.view
    if (kept.sort and kept.sort != state.base.sort) or (kept.group_by and kept.group_by != state.base.group):
        found.append(_("The order or the groups of this view go by a field that is closed to you."))
    return found


def _heads(state: ListState, columns_shown: Sequence[Column], units: Mapping[str, str]) -> list[Head]:
    allowed = sortable(state.entity, state.actor, state.attributes)
    return [_head(state, column, allowed, column.head(units[column.name])) for column in columns_shown]


def _head(state: ListState, column: Column, allowed: set[str], label: str) -> Head:
    by = next((name for name in (column.name, f"sort_{column.name}") if name in allowed), "")
    field = field_behind(state.entity, column.name)
    if not by:
        return Head(column, label, field=field)
    now = state.sort.column == by
    direction = ("descending" if state.sort.descending else "ascending") if now else ""
    return Head(column, label, state.sorted_by(by), direction, field)


def _pages(state: ListState, found: Slice) -> dict[str, str]:
    pages = {}
    if found.records and found.has_before:
        pages["previous"] = state.page_before(found.records[0])
    if found.records and found.has_after:
        pages["next"] = state.page_after(found.records[-1])
    return pages
