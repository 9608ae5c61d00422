"""One file: fetched, looked at, given a new version. Every way begins with whether the person sees it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from artel.kernel.access import one_seen
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.files.commands import add_version
from artel.kernel.files.endpoint import handed_out
from artel.kernel.files.endpoint import picture as drawn
from artel.kernel.files.models import File, FileVersion
from artel.kernel.records import Record
from artel.kernel.refusals import Refused
from artel.web.addresses import page_address
from artel.web.attached import lines, neighbours
from artel.web.frame import Frame, Link, tell
from artel.web.guard import actor_of, signed_in
from artel.web.pages.attached import as_json, read_form, received, wants_json
from artel.web.pages.errors import forbidden
from artel.web.render import page
from artel.web.visit import visit_of

CHANGE = "files.change_file"


def _version(request: HttpRequest, key: UUID, number: int) -> FileVersion:
    """A version is seen with its file."""
    file = seen(actor_of(request), key)
    rows = FileVersion.objects.filter(file=file, number=number).select_related("file", "blob")
    found: FileVersion | None = rows.defer("blob__words").first()
    if found is None:
        raise Http404(str(key))
    return found


@signed_in
@require_safe
def download(request: HttpRequest, key: UUID, number: int) -> HttpResponseBase:
    """A version, always as an attachment."""
    return handed_out(request, _version(request, key, number))


@signed_in
@require_safe
def picture(request: HttpRequest, key: UUID, number: int, piece: str) -> HttpResponseBase:
    """What was drawn of a version."""
    return drawn(request, _version(request, key, number).blob, piece)


@signed_in
@require_safe
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """A look at a file, with the ones before and after it among those of a record (`of=deals.deal:key`)."""
    actor = actor_of(request)
    file = seen(actor, key)
    [line] = lines(actor, [file])
    record = _named(actor, request.GET.get("of", ""))
    before, after = neighbours(actor, record, file) if record is not None else (None, None)
    of = f"?of={record._meta.label_lower}:{record.pk}" if record is not None else ""
    frame = Frame(file.name, section="files", crumbs=[Link(_("Files"), page_address("web:table", "files"))])
    context = {"frame": frame, "line": line, "before": _at(before, of), "after": _at(after, of)}
    return page(request, "web/file_preview.html", context, part="web/file_preview_part.html")


def seen(actor: Actor, key: UUID) -> Any:
    """The file this person may see; anything else does not exist."""
    found = one_seen(actor, File, key)
    if found is None:
        raise Http404(str(key))
    return found


def _at(key: UUID | None, of: str) -> str:
    return page_address("web:file_preview", key) + of if key else ""


def _named(actor: Actor, text: str) -> Record | None:
    """The record of an address, if it is there and seen."""
    entity, _colon, raw = text.partition(":")
    try:
        model, key = apps.get_model(entity), UUID(raw)
    except (LookupError, ValueError):
        return None
    found: Record | None = one_seen(actor, model, key) if issubclass(model, Record) else None
    return found


@csrf_exempt
@signed_in
@require_POST
def version(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new content of a file, judged before it is read."""
    file = seen(actor_of(request), key)
    if not visit_of(request).may(CHANGE, file):
        return forbidden(request)
    return read_form(request, lambda asked: _renewed(asked, file), most=1)


def _renewed(request: HttpRequest, file: File) -> HttpResponse:
    try:
        brought = next(iter(received(request)), None)
        if brought is None:
            raise Refused("empty", _("Choose at least one file."))
        args = add_version.args(
            blob=brought.keep(), name=brought.name, comment=request.POST.get("comment", "").strip()[:250]
        )
        line: Line[Any, Any] = Line(args, file)
        outcome = add_version.one(actor_of(request), line)
    except Refused as refusal:
        return _refused(request, file, str(refusal.sentence))
    if wants_json(request):
        undo = page_address("web:undo", outcome.change_set) if outcome.change_set else ""
        return as_json({"files": [{"id": str(file.pk), "name": file.name}], "refused": [], "undo": undo})
    tell(request, _("New version: %(name)s") % {"name": line.result}, undo=outcome.change_set)
    return HttpResponseRedirect(page_address("web:card", "files", file.pk))


def _refused(request: HttpRequest, file: File, sentence: str) -> HttpResponse:
    if wants_json(request):
        document = {"files": [], "refused": [{"name": file.name, "sentence": sentence}], "undo": ""}
        return as_json(document, HTTPStatus.UNPROCESSABLE_ENTITY)
    tell(request, sentence, kind="bad")
    return HttpResponseRedirect(page_address("web:card", "files", file.pk))
