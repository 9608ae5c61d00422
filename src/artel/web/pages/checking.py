"""A file before its import: its columns are matched, its rows mended and tried. No rule stands here (exchange)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from artel.exchange.mending import leave_out, mend_cell
from artel.exchange.models import Duplicates, PreparedImport, RelatedWay
from artel.exchange.preparing import import_prepared, read_otherwise, reading_of, set_up
from artel.exchange.tabular.keying import asked_keys, joined_keys
from artel.exchange.trying import check_all
from artel.kernel.actors import Actor
from artel.kernel.refusals import Refused
from artel.lib.tabular.reading import Reading
from artel.lib.tabular.text import CHOOSABLE, ENCODINGS
from artel.screens.vocabulary import Entity
from artel.web.checked import (
    CONSTANT,
    LEFT_OUT,
    OUTCOMES,
    TONES,
    Asked,
    Checked,
    find_control,
    judged,
    sheet_of,
    with_run,
)
from artel.web.frame import Frame, Link, tell
from artel.web.guard import signed_in
from artel.web.pages.act import away
from artel.web.pages.files import may_import, resource_or_404
from artel.web.pages.table import entity_at
from artel.web.rail import title_of
from artel.web.render import page, wants_part


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """The file of the person who gave it: columns, rows to mend, a check of all rows, and the import itself."""
    entity, actor, prepared = _own(request, path, key)
    if prepared.run_id:
        return away(request, reverse("web:import_run", args=[prepared.run_id]))
    if request.method != "POST":
        return _shown(request, judged(sheet_of(entity, actor, prepared, Asked.read(request.GET.dict()))))
    asked = Asked.read(request.POST.dict())
    version = request.POST.get("version", "")
    if version.isdecimal():
        prepared.version = int(version)
    try:
        return _done(request, sheet_of(entity, actor, prepared, asked))
    except Refused as refusal:
        if refusal.code == "changed_meanwhile":
            tell(request, str(refusal.sentence))
            return away(request, reverse("web:check_file", args=[path, key]))
        chosen = _chosen(request, prepared)
        prepared.refresh_from_db()
        sheet = sheet_of(entity, actor, prepared, asked, chosen.pop("mapping"))
        sheet = replace(sheet, **chosen)
        return _shown(request, replace(sheet, sentence=str(refusal.sentence)), 422)


@signed_in
@require_safe
def all_rows(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """How far the check of all rows is, for `run-progress`; as a page, that of the file."""
    entity, actor, prepared = _own(request, path, key)
    sheet = with_run(sheet_of(entity, actor, prepared, Asked()))
    if not wants_part(request):
        return HttpResponseRedirect(sheet.address)
    if sheet.run is None:
        raise Http404(str(key))
    return page(request, "web/check_all.html", {"sheet": sheet, "run": sheet.run})


def _own(request: HttpRequest, path: str, key: UUID) -> tuple[Entity, Actor, PreparedImport]:
    """One's own file, as long as one may import it."""
    entity, actor = entity_at(path, request)
    if not may_import(resource_or_404(path), actor):
        raise Http404(path)
    prepared = PreparedImport.objects.of(actor).filter(pk=key, entity=path).first()
    if prepared is None:
        raise Http404(str(key))
    return entity, actor, prepared


def _done(request: HttpRequest, sheet: Checked) -> HttpResponse:
    """What was asked by a cell, a choice or a button; without a button the columns were only taken otherwise."""
    actor, prepared = sheet.actor, sheet.prepared
    act, _sep, about = request.POST.get("act", "").partition(":")
    if act in _MENDING:
        _MENDING[act](request, prepared, int(about) if about.isdecimal() else 0)
        return _after(request, sheet)
    if (reading := _wished(request, prepared)) != reading_of(prepared):
        read_otherwise(actor, prepared, reading)
        return away(request, sheet.address)
    set_up(actor, prepared, **_chosen(request, prepared))
    if act == "import":
        return away(request, reverse("web:import_run", args=[import_prepared(actor, prepared).pk]))
    if act == "check":
        check_all(actor, prepared)
    if request.POST.get("constant") and request.POST.get("constant_text"):  # it gets a line of its own
        return away(request, sheet.address)
    return _after(request, sheet)


def _after(request: HttpRequest, sheet: Checked) -> HttpResponse:
    if not wants_part(request):
        return HttpResponseRedirect(sheet.problem_rows if sheet.asked.problems else sheet.address)
    return _shown(request, judged(sheet_of(sheet.entity, sheet.actor, sheet.prepared, sheet.asked)))


def _mend(request: HttpRequest, prepared: PreparedImport, line: int) -> None:
    place = request.POST.get("place", "")
    mend_cell(prepared, line, int(place) if place.isdecimal() else -1, request.POST.get("text", ""))


_MENDING: dict[str, Callable[[HttpRequest, PreparedImport, int], None]] = {
    "mend": _mend,
    "leave": lambda _request, prepared, line: leave_out(prepared, line, is_left_out=True),
    "take": lambda _request, prepared, line: leave_out(prepared, line, is_left_out=False),
}


def _chosen(request: HttpRequest, prepared: PreparedImport) -> dict[str, Any]:
    """What the form says; what it does not name stays as it is."""
    given = request.POST
    mapping = {
        title: given.get(f"column-{index}", prepared.mapping.get(title)) or None
        for index, title in enumerate(prepared.header)
    }
    wish, way = given.get("duplicates", ""), given.get("on_related", "")
    known = resource_or_404(prepared.entity)
    asked = asked_keys(known, prepared.key)
    parts = ["", *(related.name for related in known.related)]
    keys = {part: given.get(find_control(part), asked.get(part, "")) for part in parts}
    return {
        "mapping": mapping,
        "duplicates": Duplicates(wish if wish in Duplicates.values else prepared.duplicates),
        "on_related": RelatedWay(way if way in RelatedWay.values else prepared.on_related),
        "key": joined_keys(keys),
        "constants": prepared.constants | _constants(request),
    }


def _constants(request: HttpRequest) -> dict[str, str]:
    """What all rows are to say, by the field; the last line of the form chooses another field for it."""
    given = request.POST
    said = {name.removeprefix(CONSTANT): text for name, text in given.items() if name.startswith(CONSTANT)}
    if added := given.get("constant", ""):
        said[added] = given.get("constant_text", "")
    return {name: str(text).replace("\0", "").strip() for name, text in said.items()}


def _wished(request: HttpRequest, prepared: PreparedImport) -> Reading:
    """How the form would have the file read; what is not offered is no choice."""
    sheets: Sequence[str] = [name for name, _hidden in prepared.sheets]
    known = {"sheet": sheets, "encoding": list(ENCODINGS), "delimiter": CHOOSABLE}
    now = reading_of(prepared)
    wishes = {name: request.POST.get(name, "") for name, value in asdict(now).items() if value}
    return replace(now, **{name: wish for name, wish in wishes.items() if wish in known[name]})


def _shown(request: HttpRequest, sheet: Checked, status: int = 200) -> HttpResponse:
    crumbs = [
        Link(title_of(sheet.entity), reverse("web:table", args=[sheet.entity.path])),
        Link(_("Import"), reverse("web:import", args=[sheet.entity.path])),
    ]
    frame = Frame(_("Check the file"), section=sheet.entity.section, crumbs=crumbs, slim=True)
    context = {
        "frame": frame,
        "sheet": sheet,
        "run": sheet.run,
        "outcomes": OUTCOMES,
        "left_out": LEFT_OUT,
        "tones": TONES,
        "swapped": wants_part(request),
    }
    return page(request, "web/check.html", context, part="web/check_part.html", status=status)
