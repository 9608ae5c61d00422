"""The feed of a card by itself: htmx asks for another kind in the composer, and posts what was written down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from artel.kernel.acts import Line
from artel.kernel.refusals import Refused
from artel.screens.vocabulary import Composer, Entity, Said
from artel.web.addresses import card_address
from artel.web.forms import FormSection, asked_by, filled, raw_of
from artel.web.frame import notes_of, tell
from artel.web.guard import signed_in
from artel.web.pages.errors import forbidden
from artel.web.pages.form import visible
from artel.web.pages.table import entity_at
from artel.web.render import page, wants_part
from artel.web.timeline import ComposerSheet, composer_of, feed_of, said_as, sheet_of
from artel.web.visit import visit_of

PART = "web/timeline_fresh.html"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def timeline(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """What lies ahead and what was said, with the composer; `act` chooses a kind in it, a post writes it down."""
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    composer = composer_of(entity, visit_of(request))
    if request.method == "POST":
        return _posted(request, entity, record, composer) if composer else forbidden(request)
    if not wants_part(request):
        return HttpResponseRedirect(card_address(path, key))
    act = request.GET.get("act", "")
    if composer and act:
        sheet = sheet_of(entity, composer, visit_of(request), record, act=act, posted=request.GET.dict())
        return page(
            request, "web/composer_part.html", {"sheet": sheet, "actor": actor}, part="web/composer_part.html"
        )
    return _shown(request, entity, record)


def _posted(request: HttpRequest, entity: Entity, record: Any, composer: Composer) -> HttpResponse:
    visit, posted = visit_of(request), request.POST.dict()
    said = said_as(composer, posted.get("act", ""))
    if said is None:
        raise Http404(posted.get("act", ""))
    try:
        args = said.command.read(_raw(request, composer, said, record), visit.actor)
        line: Line[Any, Any] = Line(args)
        outcome = said.command.one(visit.actor, line, key=posted.get("idempotency") or None)
    except Refused as refusal:
        act = said.command.short_name
        sheet = sheet_of(entity, composer, visit, record, act=act, posted=posted, refusal=refusal)
        context = {"sheet": sheet, "actor": visit.actor}
        return page(request, "web/composer_part.html", context, part="web/composer_part.html", status=422)
    tell(request, str(said.command.declared.done) or _("Saved."), undo=outcome.change_set)
    if not wants_part(request):
        return HttpResponseRedirect(card_address(entity.path, record.pk))
    done = replace(sheet_of(entity, composer, visit, record), is_done=True)
    answer = _shown(request, entity, record, done)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#feed", "outerHTML"
    return answer


def _raw(request: HttpRequest, composer: Composer, said: Said, record: Any) -> dict[str, Any]:
    """What the command reads: what the record stands for, then what was typed into the fields of the kind."""
    known = {one.name: one for one in said.command.arguments}
    asked = [
        known[name] for name in dict.fromkeys([composer.text, *said.fields, *request.POST]) if name in known
    ]
    fields = filled(asked, visit_of(request).actor, {}, asked_by(said.command))
    raw = raw_of([FormSection("", fields)], request.POST.dict())
    about = {name: getattr(value, "pk", value) for name, value in composer.about(record).items()}
    return {**{name: value for name, value in about.items() if name in known}, **raw}


def _shown(
    request: HttpRequest, entity: Entity, record: Any, sheet: ComposerSheet | None = None
) -> HttpResponse:
    feed = feed_of(entity, visit_of(request), record, sheet)
    context = {"feed": feed, "record": record, "actor": visit_of(request).actor, "notes": notes_of(request)}
    return page(request, PART, context, part=PART)
