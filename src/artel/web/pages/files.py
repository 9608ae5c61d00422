"""Tables in and out by hand: a list written to a file as it stands filtered, a file imported as a run."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from artel.exchange.models import PreparedImport
from artel.exchange.preparing import give, give_text
from artel.exchange.tabular.exporting import ExportOptions, export_table
from artel.exchange.tabular.known import known_to
from artel.exchange.vcard.writing import export_cards, has_cards
from artel.kernel.actors import Actor
from artel.kernel.refusals import Refused
from artel.lib.words import capital
from artel.screens import registry
from artel.screens.vocabulary import Entity, Resource
from artel.web.frame import Frame, Link
from artel.web.guard import signed_in
from artel.web.lists import ListState
from artel.web.manner import widths_of
from artel.web.pages.table import entity_at
from artel.web.rail import title_of
from artel.web.render import page

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
"""Of tables."""
ALL_FORMATS = {**FORMATS, "vcf": "text/vcard; charset=utf-8"}


@signed_in
def export(request: HttpRequest, path: str) -> FileResponse:
    """The filtered list as xlsx or csv, with titles in the person's language."""
    entity, actor = entity_at(path, request)
    kind = request.GET.get("format", "xlsx")
    if kind not in ALL_FORMATS:
        raise Http404(kind)
    given = dict(request.GET.lists())
    one = given.pop("one", [""])[0]
    state = ListState.read(entity, actor, given)
    with tempfile.TemporaryDirectory(prefix="artel-export-") as folder:
        made = Path(folder) / f"{path}.{kind}"
        _write(actor, state, resource_or_404(path), made, one)
        written = made.open("rb")  # open files outlive their folder
    name = f"{path}-{timezone.localdate().isoformat()}.{kind}"
    return FileResponse(written, as_attachment=True, filename=name, content_type=ALL_FORMATS[kind])


def _write(actor: Actor, state: ListState, resource: Resource, made: Path, one: str) -> None:
    """The rows of the list, or one of them as a card."""
    if made.suffix != ".vcf":
        options = ExportOptions(columns=exported_columns(state, resource), has_labels=True)
        export_table(actor, resource, made, options, rows=state.rows)
    elif has_cards(resource):
        rows = state.rows.filter(pk=_key(one)) if one else state.rows
        if not export_cards(actor, resource, made, rows=rows) and one:
            raise Http404(one)
    else:
        raise Http404(resource.path)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404(text) from error


def exported_columns(state: ListState, resource: Resource) -> list[str]:
    """The columns of a view that a file can hold, in their order; without a view all of them (nothing chosen)."""
    if state.view is None or not state.manner.columns:
        return []
    by_path = {one.path or one.name: one.name for one in resource.fields}
    known = {*by_path.values(), *(one.path for one in state.attributes)}
    wanted = (by_path.get(name, name) for name in widths_of(state.manner.columns))
    return [name for name in wanted if name in known]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest, path: str) -> HttpResponse:
    """Choose a file or paste rows; what its columns are and how it comes in is chosen on its own page."""
    entity, actor = entity_at(path, request)
    resource = resource_or_404(path)
    if not may_import(resource, actor):
        raise Http404(path)
    sentence = ""
    if request.method == "POST":
        try:
            prepared = _given(request, path, actor)
            return HttpResponseRedirect(reverse("web:check_file", args=[path, prepared.pk]))
        except Refused as refusal:
            sentence = str(refusal.sentence)
    crumbs = [Link(title_of(entity), reverse("web:table", args=[path]))]
    context = {
        "frame": Frame(_("Import"), section=entity.section, crumbs=crumbs),
        "entity": entity,
        "sentence": sentence,
        "pasted": request.POST.get("pasted", ""),
        "columns": _columns(entity, resource, actor),
    }
    return page(request, "web/import.html", context, status=422 if sentence else 200)


def _columns(entity: Entity, resource: Resource, actor: Any) -> list[tuple[str, list[tuple[str, bool]]]]:
    """What a file may hold, custom attributes included, as this person calls it, and whether it must; by record."""
    groups: dict[str, list[tuple[str, bool]]] = {}
    for one in known_to(actor, resource).writable_offers:
        group = capital(one.related.label) if one.related else title_of(entity)
        groups.setdefault(group, []).append((one.label, one.known.must(one.field)))
    return list(groups.items())


def may_import(resource: Resource | None, actor: Any) -> bool:
    """Whether this person may create records of the resource from a file at all."""
    if resource is None or not resource.imports:
        return False
    command = resource.rows or resource.create
    return command is not None and actor.has(command.permission)


def resource_at(path: str) -> Resource | None:
    """The resource behind a list, if it has one that is switched on."""
    try:
        return registry.resource(path)
    except KeyError:
        return None


def resource_or_404(path: str) -> Resource:
    found = resource_at(path)
    if found is None:
        raise Http404(path)
    return found


def _given(request: HttpRequest, path: str, actor: Actor) -> PreparedImport:
    """Keep the file beside the base, or the rows pasted in place of one."""
    given, pasted = request.FILES.get("file"), request.POST.get("pasted", "")
    if given is not None:
        return give(actor, path, given.name or "table.csv", given.chunks())
    if pasted.strip():
        return give_text(actor, path, pasted)
    raise Refused(
        "no_file", _("Choose a file: csv or xlsx with a header row, or paste rows with their heads.")
    )
