"""Changing many rows of a list: choose fields, look at the difference, run. No rule stands here (screens/bulk)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from artel.kernel.commands import Command
from artel.kernel.refusals import Refused, type_of_text
from artel.lib.uuid7 import uuid7
from artel.screens.bulk.edits import Edit, changing, edit_of, may_change
from artel.screens.bulk.matching import Matching, order
from artel.screens.bulk.previewing import preview
from artel.screens.bulk.selected import MOST, TOO_MANY, Done, change_selected
from artel.screens.vocabulary import Entity
from artel.web.bulk import Difference, difference_of, fields_of, filled_in, raw_of_many, with_groups
from artel.web.choosing import Chosen
from artel.web.forms import FormField
from artel.web.frame import Frame, Link
from artel.web.guard import signed_in
from artel.web.lists import ListState
from artel.web.pages.act import ManyDone, away, many_done, safe_back
from artel.web.pages.errors import forbidden
from artel.web.pages.table import COUNTED, entity_at
from artel.web.rail import title_of
from artel.web.render import page
from artel.web.visit import Visit, visit_of


@dataclass(frozen=True)
class Sheet:
    """One change of many being worked on: which rows, which fields, and the difference once it was asked for."""

    entity: Entity
    command: Command
    visit: Visit
    state: ListState
    chosen: Chosen
    takes_all: bool
    known: Mapping[str, FormField]
    fields: Sequence[FormField]
    back: str
    sentence: str = ""
    difference: Difference | None = None
    unseen: int = 0
    key: str = ""

    @property
    def address(self) -> str:
        return reverse("web:bulk_change", args=[self.entity.path])

    @property
    def offered(self) -> list[FormField]:
        """What may still be added."""
        chosen = {each.name for each in self.fields}
        return [each for each in self.known.values() if each.name not in chosen]

    @property
    def matching(self) -> Matching:
        """The rows of the list, as a question."""
        return Matching(self.state.tree, self.state.words)

    @property
    def count(self) -> str:
        """How many rows the list has, counted so far."""
        if self.state.bad:
            return "0"
        found = self.matching.rows(self.visit.actor, self.entity.model).order_by()[: COUNTED + 1].count()
        return f"{COUNTED}+" if found > COUNTED else str(found)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_change(request: HttpRequest, path: str) -> HttpResponse:
    """The dialog: its fields, then the difference, then the change itself."""
    entity, actor = entity_at(path, request)
    command = changing(entity)
    if command is None:
        raise Http404(path)
    if not may_change(entity, actor):
        return forbidden(request)
    sheet = _sheet(request, entity, command)
    step = request.POST.get("_step", "")
    if step not in {"preview", "run"}:
        return _shown(request, sheet)
    try:
        return _run(request, sheet) if step == "run" else _previewed(request, sheet)
    except Refused as refusal:
        return _shown(request, _wrong(request, sheet, refusal), 422)


def _sheet(request: HttpRequest, entity: Entity, command: Command) -> Sheet:
    visit = visit_of(request)
    given = request.POST if request.method == "POST" else request.GET
    state = ListState.of_text(entity, visit.actor, given.get("list", ""))
    if state.marked:
        raise Http404(entity.path)
    known = fields_of(entity, command, visit)
    names = [name for name in given.getlist("_field") if name != given.get("_drop")]
    names = with_groups(command, [*names, given.get("_add", "")], known)
    chosen = Chosen.read(given.getlist("key"))
    return Sheet(
        entity,
        command,
        visit,
        state,
        chosen,
        takes_all=given.get("_all", "" if chosen else "1") == "1",
        known=known,
        fields=filled_in([known[name] for name in names], request.POST.dict(), {}, visit),
        back=safe_back(request, reverse("web:table", args=[entity.path])),
    )


def _edit(request: HttpRequest, sheet: Sheet) -> Edit:
    raw = raw_of_many(sheet.fields, request.POST.dict())
    return edit_of(sheet.visit.actor, sheet.command, sheet.command.read(raw, sheet.visit.actor))


def _previewed(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """The difference; the versions of chosen rows are from now on those that it showed."""
    edit = _edit(request, sheet)
    rows = sheet.matching.rows(edit.actor, edit.model)
    if not sheet.takes_all:
        if len(sheet.chosen) > MOST:
            raise Refused("too_many", TOO_MANY % {"most": MOST})
        keys = list(sheet.chosen.versions)
        rows = edit.model._default_manager.visible_to(edit.actor).filter(pk__in=keys)  # type: ignore[attr-defined]
        versions = dict(rows.values_list("pk", "version"))
        sheet = replace(sheet, chosen=Chosen({key: versions.get(key) for key in keys}))
    found = preview(edit, rows)
    unseen = 0 if sheet.takes_all else len(sheet.chosen) - found.rows
    return _shown(
        request, replace(sheet, difference=difference_of(edit, found), unseen=unseen, key=str(uuid7()))
    )


def _run(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    edit, key = _edit(request, sheet), request.POST.get("idempotency") or None
    if sheet.takes_all:
        return away(request, reverse("web:run", args=[order(edit, sheet.matching, key=key).pk]))
    done = change_selected(edit, sheet.chosen.versions, key=key)
    many = ManyDone(sheet.entity, edit.actor, _done(done), done.refused, done.change_set, sheet.back)
    return many_done(request, many, Frame(_title(), section=sheet.entity.section))


def _done(done: Done) -> str:
    """«12 records changed, 3 had it already»."""
    parts = [
        ngettext("%(num)d record changed", "%(num)d records changed", done.changed) % {"num": done.changed}
    ]
    if done.unchanged:
        had = ngettext("%(num)d had it already", "%(num)d had it already", done.unchanged)
        parts.append(had % {"num": done.unchanged})
    return ", ".join(parts)


def _wrong(request: HttpRequest, sheet: Sheet, refusal: Refused) -> Sheet:
    """The fields again, with a sentence beside each bad one."""
    errors: Mapping[str, type_of_text] = refusal.fields
    known = {each.name for each in sheet.fields}
    loose = [str(text) for name, text in errors.items() if name not in known]
    fields = filled_in(sheet.fields, request.POST.dict(), errors, sheet.visit)
    return replace(sheet, fields=fields, sentence=" ".join([str(refusal.sentence), *loose]))


def _title() -> str:
    return _("Change many records")


def _shown(request: HttpRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    crumbs = [Link(title_of(sheet.entity), sheet.back)]
    context = {
        "frame": Frame(_title(), section=sheet.entity.section, crumbs=crumbs),
        "sheet": sheet,
        "actor": sheet.visit.actor,
        "posted": request.POST,
    }
    return page(request, "web/bulk_change.html", context, part="web/bulk_change_part.html", status=status)
