"""Saved views by hand: a list arranged anew, kept under a name, shared, pinned, removed; and what the query builder asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from artel.kernel import colleagues
from artel.kernel.access import view_permission
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.commands import Command, Outcome
from artel.kernel.models import Role
from artel.kernel.patience import TooLong, within
from artel.kernel.records import Record
from artel.kernel.refusals import Refused
from artel.screens import registry
from artel.screens.commands import change_view, pin_view, remove_view, save_view, share_view
from artel.screens.content import bounded
from artel.screens.filters import All, BadFilter, dump, load
from artel.screens.filters.hints import hints
from artel.screens.models import CHANGE, SHARE, Audience, SavedView, ViewPin
from artel.screens.vocabulary import Entity
from artel.web.addresses import page_address
from artel.web.arrange import arrangement, rearrange, reset
from artel.web.filter_words import names_in
from artel.web.frame import Frame, tell
from artel.web.guard import actor_of, signed_in
from artel.web.lists import ListState
from artel.web.manner import Manner, columns_text, filter_text, plain_filter, widths_of
from artel.web.pages.act import away
from artel.web.pages.table import COUNTED, entity_at
from artel.web.render import page
from artel.web.views import tabs_of

TAB_COUNTED = 1_000
PATIENCE_MS = 400
"""So long all counts of the tabs may take together; who has no count then is shown without."""


@signed_in
@require_POST
def arrange(request: HttpRequest, path: str) -> HttpResponse:
    """Show the list as its settings say. Columns of the declared list are kept for the person, all else stands in the address."""
    entity, actor = entity_at(path, request)
    state = ListState.of_text(entity, actor, request.POST.get("list", ""))
    if "reset" in request.POST:
        if state.view is None:
            reset(entity, actor)
            tell(request, _("The list is as it was shipped."))
        return HttpResponseRedirect(state.unchanged)
    state = _arranged(state, request)
    if state.view is None:
        rearrange(entity, actor, request.POST.getlist("column"), _widths(request))
    return HttpResponseRedirect(state.address)


@signed_in
@require_POST
def column_width(request: HttpRequest, path: str) -> HttpResponse:
    """One column as wide as it was drawn: kept for the person; while a view is shown it is a change of the view, in the address."""
    entity, actor = entity_at(path, request)
    state = ListState.of_text(entity, actor, request.POST.get("list", ""))
    widths, name = shown_columns(state), request.POST.get("column", "")
    if name not in widths:
        raise Http404(path)
    widths[name] = _width(request.POST.get("width", ""))
    if state.view is None and not state.manner.columns:
        rearrange(entity, actor, list(widths), widths)
        return HttpResponse(status=204)
    drawn = replace(state, manner=replace(state.manner, columns=_text_of(widths)))
    return HttpResponse(status=204, headers={"HX-Redirect": drawn.address})


def _arranged(state: ListState, request: HttpRequest) -> ListState:
    """The state that the settings describe; chips stay chips."""
    given = request.POST
    query = {name: [given.get(name, "")] for name in ("filter", "formats", "density") if name in given}
    query["sort"] = [_turned(given.get("sort", ""), given.get("descending"))]
    query["group"] = [_turned(given.get("group", ""), given.get("group_descending"))]
    query["columns"] = [_columns(state, _widths(request))]
    rest = {name: [text] for name, text in state.parameters.items() if name not in query}
    manner = Manner.read(query, state.manner)
    made = ListState.arranged(
        state.entity, state.actor, manner, rest, view=state.view, opens_elsewhere=state.opens_elsewhere
    )
    return replace(made, base=state.base, after="", before="")


def _turned(name: str, is_turned: str | None) -> str:
    plain = name.lstrip("-")
    return f"-{plain}" if plain and is_turned else plain


def _widths(request: HttpRequest) -> dict[str, int]:
    """The chosen columns in their order, with their widths."""
    given = request.POST
    return {name: _width(given.get(f"width_{name}", "")) for name in given.getlist("column")}


def _width(text: str) -> int:
    return bounded(int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _columns(state: ListState, chosen: Mapping[str, int]) -> str:
    """What the view shall show; the columns of the declared list are kept elsewhere, and what did not change is no change."""
    shown = shown_columns(state)
    if state.view is None or chosen == shown:
        return state.manner.columns
    return _text_of(chosen)


def _text_of(columns: Mapping[str, int]) -> str:
    return columns_text([{"name": name, "width": width} for name, width in columns.items()])


def shown_columns(state: ListState) -> dict[str, int]:
    """The columns as they stand, with widths."""
    found = arrangement(state.entity, state.actor, state.attributes, widths_of(state.manner.columns))
    return {one.name: found.widths.get(one.name, 0) for one in found.shown}


def kept_manner(state: ListState) -> dict[str, Any]:
    """What a view keeps of a list: its arrangement, the chips as parts of its filter."""
    columns = state.manner.columns
    if (
        state.view is None
        and not columns
        and arrangement(state.entity, state.actor, state.attributes).is_changed
    ):
        columns = _text_of(shown_columns(state))
    return replace(state.manner, filter=filter_text(dump(state.tree)), columns=columns).kept()


@dataclass(frozen=True)
class ViewSheet:
    """The dialog of a view: how it is called, who sees it, where it stands. Without a view it is about to be saved."""

    entity: Entity
    actor: Actor
    address: str
    query: str
    name: str = ""
    audience: str = Audience.NOBODY.value
    roles: Sequence[str] = ()
    departments: Sequence[str] = ()
    is_pinned: bool = True
    opens_first: bool = False
    view: SavedView | None = None
    may_change: bool = True
    may_share: bool = False
    errors: Mapping[str, Any] = ()  # type: ignore[assignment]
    sentence: str = ""

    @property
    def all_roles(self) -> list[tuple[str, str]]:
        """Those whose names this person may read."""
        rows = Role.objects.visible_to(self.actor).present().filter(is_archived=False)
        return [(str(one.pk), str(one)) for one in rows.order_by("sort_name")]

    @property
    def all_departments(self) -> list[tuple[str, str]]:
        known = colleagues.known()
        return [(str(key), str(label)) for key, label in known.choices()] if known else []

    @property
    def audiences(self) -> list[tuple[str, str]]:
        return [(str(code), str(label)) for code, label in Audience.choices]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_view(request: HttpRequest, path: str) -> HttpResponse:
    """Keep the list as it is arranged now."""
    entity, actor = entity_at(path, request)
    if not actor.has(CHANGE):
        raise Http404(path)
    query = (request.POST if request.method == "POST" else request.GET).get("list", "")
    address = page_address("web:new_view", path)
    sheet = ViewSheet(entity, actor, address, query, may_share=actor.has(SHARE))
    if request.method != "POST":
        return _sheet(request, sheet)
    sheet = _posted(request, sheet)
    state = ListState.of_text(entity, actor, query)
    values = _sharing(sheet) | {
        "name": sheet.name,
        "entity": entity.name,
        "is_pinned": sheet.is_pinned,
    }
    try:
        with transaction.atomic():
            outcome = _run(save_view, actor, None, {**kept_manner(state), **values})
            if sheet.opens_first:
                pin_view(actor, outcome.lines[0].result, opens_first=True)
    except Refused as refusal:
        return _sheet(request, _refused(sheet, refusal))
    made = outcome.lines[0].result
    tell(request, _("The view “%(name)s” is saved.") % {"name": made}, undo=outcome.change_set)
    return away(request, f"{page_address('web:table', path)}?view={made.pk}")


@signed_in
@require_POST
def save_changes(request: HttpRequest, path: str) -> HttpResponse:
    """The view becomes what the list shows."""
    entity, actor = entity_at(path, request)
    state = ListState.of_text(entity, actor, request.POST.get("list", ""))
    if state.view is None:
        raise Http404(path)
    try:
        outcome = _run(change_view, actor, state.view, kept_manner(state))
        tell(request, _("The view “%(name)s” is saved.") % {"name": state.view}, undo=outcome.change_set)
    except Refused as refusal:
        tell(request, str(refusal.sentence), kind="bad")
        return HttpResponseRedirect(state.address)
    return HttpResponseRedirect(state.unchanged)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest, key: UUID) -> HttpResponse:
    """The properties of a view: its owner changes them, everybody who sees it may pin it."""
    actor = actor_of(request)
    known = _seen(actor, key)
    entity = registry.find(known.entity)
    sheet = _of_view(known, entity, actor)
    if request.method != "POST":
        return _sheet(request, sheet)
    listed = f"{page_address('web:table', entity.path)}"
    sheet = _posted(request, sheet)
    try:
        if "remove" in request.POST:
            outcome = remove_view.one(actor, Line(remove_view.args(), known.pk))
            tell(request, _("The view “%(name)s” is removed.") % {"name": known}, undo=outcome.change_set)
            return away(request, f"{listed}?view=all")
        _change(actor, known, sheet)
    except Refused as refusal:
        return _sheet(request, _refused(sheet, refusal))
    tell(
        request,
        _("The view “%(name)s” is saved.") % {"name": known.label if known.code else sheet.name or known},
    )
    return away(request, f"{listed}?view={known.pk}")


@transaction.atomic
def _change(actor: Actor, known: SavedView, sheet: ViewSheet) -> None:
    before = _of_view(known, sheet.entity, actor)
    if sheet.may_change and sheet.name != before.name:
        _run(change_view, actor, known, {"name": sheet.name})
    if sheet.may_change and _sharing(sheet) != _sharing(before):
        args = share_view.read(_sharing(sheet), actor)
        share_view.one(actor, Line(args, known.pk))
    if (sheet.is_pinned, sheet.opens_first) != (before.is_pinned, before.opens_first):
        pin_view(actor, known, is_pinned=sheet.is_pinned, opens_first=sheet.opens_first)


def _seen(actor: Actor, key: UUID) -> SavedView:
    found = SavedView.objects.visible_to(actor).present().filter(pk=key).first()
    if found is None:
        raise Http404(str(key))
    return found


def _of_view(known: SavedView, entity: Entity, actor: Actor) -> ViewSheet:
    shares = list(known.shares.all())
    pin = ViewPin.objects.filter(user=actor.user_id, view=known, is_deleted=False).first()
    changeable = SavedView.objects.allowed_to(actor, CHANGE).filter(pk=known.pk).exists()
    return ViewSheet(
        entity,
        actor,
        page_address("web:view", known.pk),
        "",
        name=known.label,
        audience=known.audience,
        roles=[str(one.role_id) for one in shares if one.role_id],
        departments=[str(one.unit) for one in shares if one.unit],
        is_pinned=pin is not None,
        opens_first=bool(pin and pin.opens_first),
        view=known,
        may_change=changeable,
        may_share=changeable and actor.has(SHARE),
    )


def _posted(request: HttpRequest, sheet: ViewSheet) -> ViewSheet:
    given = request.POST
    made = replace(sheet, is_pinned="is_pinned" in given, opens_first="opens_first" in given)
    if not sheet.may_change:
        return made
    made = replace(made, name=given.get("name", "").strip()[:250])
    if not sheet.may_share:
        return made
    return replace(
        made,
        audience=given.get("audience", sheet.audience),
        roles=given.getlist("roles"),
        departments=given.getlist("departments"),
    )


def _sharing(sheet: ViewSheet) -> dict[str, Any]:
    is_listed = sheet.audience == Audience.LISTED
    return {
        "audience": sheet.audience,
        "roles": sorted(sheet.roles) if is_listed else [],
        "departments": sorted(sheet.departments) if is_listed else [],
    }


def _run(command: Command, actor: Actor, subject: SavedView | None, values: Mapping[str, Any]) -> Outcome:
    line: Line[Any, Any] = Line(command.read(values, actor), subject and subject.pk)
    return command.one(actor, line)


def _refused(sheet: ViewSheet, refusal: Refused) -> ViewSheet:
    return replace(sheet, errors=refusal.fields, sentence=str(refusal.sentence))


def _sheet(request: HttpRequest, sheet: ViewSheet) -> HttpResponse:
    title = _("Settings of the view") if sheet.view else _("Save as a view")
    context = {"frame": Frame(title, section=sheet.entity.section), "sheet": sheet}
    status = 422 if sheet.sentence else 200
    return page(request, "web/view.html", context, part="web/view_part.html", status=status)


@signed_in
def counts(request: HttpRequest, path: str) -> HttpResponse:
    """How many rows each view holds, no further than it matters and no longer than somebody would wait."""
    entity, actor = entity_at(path, request)
    found, ends = {}, monotonic() + PATIENCE_MS / 1000
    for tab in tabs_of(entity, actor):
        state = ListState.read(entity, actor, {"view": [str(tab.view.pk)]})
        if (left := int((ends - monotonic()) * 1000)) > 0:
            found[tab.view.pk] = _counted(state, TAB_COUNTED, left)
    context = {"counts": found, "most": TAB_COUNTED}
    return page(request, "web/view_counts.html", context, part="web/view_counts.html")


@signed_in
def fields(request: HttpRequest, name: str) -> HttpResponse:
    """What the query builder offers for an entity (`deals.deal`), as JSON."""
    actor = actor_of(request)
    try:
        model: Any = apps.get_model(name)
    except (LookupError, ValueError):
        raise Http404(name) from None
    if not issubclass(model, Record) or not actor.has(view_permission(model)):
        raise Http404(name)
    return _json(hints(model, actor))


@signed_in
def understood(request: HttpRequest, path: str) -> HttpResponse:
    """What a filter means: what is wrong at which place, how many rows it leaves (at most 10,000), what its records are called."""
    entity, actor = entity_at(path, request)
    text = request.GET.get("filter", "")
    try:
        tree = load(text)
        names = names_in(entity.model, tree, actor)
        state = ListState.read(entity, actor, {"view": ["all"], "filter": [plain_filter(text)]})
        if state.bad:
            raise state.bad
    except BadFilter as bad:
        return _json({"errors": {at: str(sentence) for at, sentence in bad.at.items()}})
    return _json({"names": names, "count": _counted(state), "is_everything": tree == All()})


def _counted(state: ListState, most: int = COUNTED, milliseconds: int = PATIENCE_MS) -> int | None:
    try:
        with within(milliseconds):
            return int(state.rows.order_by()[: most + 1].count())
    except TooLong:
        return None


def _json(document: Any) -> JsonResponse:
    made = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    made["Cache-Control"] = "no-store"
    return made
