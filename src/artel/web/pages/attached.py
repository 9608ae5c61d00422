"""The files of a record: its tab, what is dropped on its card, and files that are there already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import decorator_from_middleware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from artel.kernel.acts import Line
from artel.kernel.files.commands import add_file, link_file
from artel.kernel.files.endpoint import MOST_AT_ONCE, ReceivedFile, ReceivingHandler
from artel.kernel.files.models import File
from artel.kernel.files.receiving import largest
from artel.kernel.refusals import Refused, type_of_text
from artel.lib.documents.names import clean_name
from artel.lib.uuid7 import uuid7
from artel.screens.vocabulary import Entity
from artel.web.addresses import page_address
from artel.web.attached import SHOWN, attached, files_of, has_files, may_attach
from artel.web.frame import tell
from artel.web.guard import actor_of, signed_in
from artel.web.middleware import FormsMiddleware
from artel.web.pages.card import card_context
from artel.web.pages.errors import forbidden
from artel.web.pages.form import visible
from artel.web.pages.table import entity_at
from artel.web.render import page
from artel.web.visit import visit_of

with_token = decorator_from_middleware(FormsMiddleware)
"""Asks for the form's token where the form is read: only after its reader has been put in place."""


@dataclass
class Brought:
    """What came of the files of one form."""

    files: Sequence[File] = ()
    refused: list[tuple[str, type_of_text]] = field(default_factory=list)
    change_set: int | None = None

    @property
    def done(self) -> str:
        """In words, for a note."""
        if len(self.files) == 1:
            return _("Attached: %(name)s") % {"name": self.files[0].name}
        return ngettext("%(num)s file attached", "%(num)s files attached", len(self.files)) % {
            "num": len(self.files)
        }


@csrf_exempt
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """The tab; a POST brings files, and is judged before it is read."""
    entity, record = _record(request, path, key)
    if request.method != "POST":
        return _shown(request, entity, record)
    if not may_attach(visit_of(request), record):
        return forbidden(request)
    return read_form(request, lambda asked: _brought(asked, entity, record), most=_most(request))


def _record(request: HttpRequest, path: str, key: UUID) -> tuple[Entity, Any]:
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    if not has_files(entity, actor):
        raise Http404(path)
    return entity, record


def _most(request: HttpRequest) -> int:
    """A script sends each file by itself; a plain form sends all that were chosen."""
    return 1 if wants_json(request) else MOST_AT_ONCE


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def read_form(request: HttpRequest, answer: Any, *, most: int) -> HttpResponse:
    """Read a form with files as they come, ask for its token, then answer; one that says it is too large is not read."""
    request.upload_handlers = [ReceivingHandler(request, most)]
    try:
        answered: Any = with_token(answer)(request)
        return answered  # type: ignore[no-any-return]
    except Refused as refusal:
        return _said(request, refusal, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except SuspiciousOperation:
        sentence = _("At most %(most)s files at once.") % {"most": MOST_AT_ONCE}
        return _said(request, Refused("too_many", sentence), HTTPStatus.BAD_REQUEST)


def _said(request: HttpRequest, refusal: Refused, status: HTTPStatus) -> HttpResponse:
    if wants_json(request):
        return as_json({"refused": [{"name": "", "sentence": str(refusal.sentence)}]}, status)
    tell(request, str(refusal.sentence), kind="bad")
    return HttpResponseRedirect(request.path)


def as_json(document: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    """What the island reads."""
    made = HttpResponse(
        json.dumps(document, ensure_ascii=False), status=status, content_type="application/json"
    )
    made["Cache-Control"] = "no-store"
    return made


def _brought(request: HttpRequest, entity: Entity, record: Any) -> HttpResponse:
    brought = _attach(request, record)
    if wants_json(request):
        return as_json(
            _document(brought), HTTPStatus.OK if brought.files else HTTPStatus.UNPROCESSABLE_ENTITY
        )
    if brought.files:
        tell(request, brought.done, undo=brought.change_set)
    if brought.refused:
        return _shown(request, entity, record, brought.refused, HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponseRedirect(page_address("web:files", entity.path, record.pk))


def _attach(request: HttpRequest, record: Any) -> Brought:
    """All files of the form in one act; one that is refused does not stop the others."""
    brought = Brought()
    lines: list[Line[Any, Any]] = []
    for each in received(request):
        try:
            blob = each.keep()
        except Refused as refusal:
            brought.refused.append((clean_name(each.name or ""), refusal.sentence))
            continue
        args = add_file.args(
            blob=blob, name=each.name or "", entity=record._meta.label_lower, record=record.pk,
            is_private=request.POST.get("is_private") == "1",
        )  # fmt: skip
        lines.append(Line(args))
    if not lines and not brought.refused:
        brought.refused.append(("", _("Choose at least one file.")))
    if lines:
        key = request.POST.get("idempotency", "")[:100] or None
        outcome = add_file.run(actor_of(request), lines, key=key)
        brought.refused += [
            (clean_name(line.args.name), line.refusal.sentence) for line in outcome.refused if line.refusal
        ]
        brought.files = [line.result for line in outcome.lines if line.result is not None]
        brought.change_set = outcome.change_set
    return brought


def received(request: HttpRequest) -> list[ReceivedFile]:
    """The files of a form that `read_form` has read."""
    return [each for each in request.FILES.getlist("file") if isinstance(each, ReceivedFile)]


def _document(brought: Brought) -> dict[str, Any]:
    return {
        "files": [{"id": str(one.pk), "name": one.name} for one in brought.files],
        "refused": [{"name": name, "sentence": str(sentence)} for name, sentence in brought.refused],
        "undo": page_address("web:undo", brought.change_set) if brought.change_set else "",
    }


def _shown(
    request: HttpRequest,
    entity: Entity,
    record: Any,
    refused: Sequence[tuple[str, type_of_text]] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    actor, visit = actor_of(request), visit_of(request)
    found = attached(actor, record)
    context = {
        **card_context(request, entity, actor, record),
        "tab": "files",
        "attached": found,
        "more": f"{page_address('web:table', 'files')}?record={record._meta.label_lower}:{record.pk}"
        if len(found) == SHOWN
        else "",
        "refused": refused,
        "may_attach": may_attach(visit, record),
        "key": str(uuid7()),
        "largest": largest(),
    }
    return page(request, "web/files.html", context, part="web/files_part.html", status=status)


@signed_in
def count(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """How many files a record has, for its tab: asked for once the card stands."""
    _entity, record = _record(request, path, key)
    found = files_of(actor_of(request), record).order_by()[: SHOWN + 1].count()
    words = "" if not found else f"{SHOWN}+" if found > SHOWN else str(found)
    return page(request, "web/files_count.html", {"words": words})


@signed_in
@require_POST
def link(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """A file that is there already belongs to this record too."""
    entity, record = _record(request, path, key)
    back = page_address("web:files", entity.path, record.pk)
    try:
        asked = UUID(request.POST.get("file", ""))
        line: Line[Any, Any] = Line(link_file.args(entity=record._meta.label_lower, record=record.pk), asked)
        outcome = link_file.one(actor_of(request), line)
        tell(request, _("Attached: %(name)s") % {"name": outcome.lines[0].result}, undo=outcome.change_set)
    except ValueError:
        tell(request, _("Choose at least one file."), kind="bad")
    except Refused as refusal:
        tell(request, str(refusal.sentence), kind="bad")
    return HttpResponseRedirect(back)
