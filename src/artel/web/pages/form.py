"""Creating and changing a record: errors beside their fields, a lost race shows both values, a double click creates once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from artel.kernel import standing
from artel.kernel.access import one_seen
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Argument
from artel.kernel.commands import Command
from artel.kernel.records import standing_references
from artel.kernel.refusals import Conflict, Forbidden, NotThere, Refused
from artel.lib.uuid7 import uuid7
from artel.lib.words import capital
from artel.screens.vocabulary import Entity
from artel.web.actions import all_acts_of
from artel.web.addresses import card_address
from artel.web.attributes import ATTRIBUTES, code_of
from artel.web.forms import (
    FormSection,
    changed_of,
    empty_sections,
    raw_of,
    read_well,
    said_of,
    sections_of,
    typed,
    values_of,
)
from artel.web.frame import Frame, Link, tell
from artel.web.guard import signed_in
from artel.web.pages.errors import forbidden
from artel.web.pages.table import entity_at
from artel.web.rail import title_of
from artel.web.references import References
from artel.web.render import page, wants_part
from artel.web.visit import visit_of


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed meanwhile."""

    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Sheet:
    """One form being worked on; `version` is that of the record as this person has seen it."""

    entity: Entity
    actor: Actor
    command: Command
    sections: Sequence[FormSection]
    record: Any = None
    version: int | None = None
    sentence: str = ""
    differences: Sequence[Difference] = ()
    offers: Sequence[Link] = ()
    key: str = ""
    in_place: str = ""
    answered: bool = False

    @property
    def draft(self) -> str:
        """Under which name the browser keeps what was typed."""
        return f"{self.entity.path}/{self.record.pk if self.record else 'new'}"

    @property
    def address(self) -> str:
        if self.record:
            return reverse("web:edit", args=[self.entity.path, self.record.pk])
        return reverse("web:new", args=[self.entity.path])

    @property
    def back(self) -> str:
        if self.record:
            return reverse("web:card", args=[self.entity.path, self.record.pk])
        return reverse("web:table", args=[self.entity.path])


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, path: str) -> HttpResponse:
    """A form for a record that does not exist yet; the address may fill fields in."""
    entity, actor = entity_at(path, request)
    if entity.create is None:
        raise Http404(path)
    if not actor.has(entity.create.permission):
        return forbidden(request)
    sections = (
        empty_sections(entity, entity.create, visit_of(request))
        if request.method == "POST"
        else sections_of(
            entity.create, entity.form, visit_of(request), _prefill(entity.create, request.GET.dict(), actor)
        )
    )
    sheet = Sheet(
        entity,
        actor,
        entity.create,
        sections,
        key=request.POST.get("idempotency") or str(uuid7()),
        in_place=(request.POST.get("in_place") or request.GET.get("in_place") or "")[:60],
    )
    return _posted(request, sheet) if request.method == "POST" else _shown(request, sheet)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """A form for a record as it stands."""
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    if entity.change is None:
        raise Http404(path)
    if not visit_of(request).may(entity.change.permission, record):
        return forbidden(request)
    sections = sections_of(
        entity.change,
        entity.form,
        visit_of(request),
        values_of(record, entity.change, actor),
        record,
    )
    sheet = sheet_of(request, entity, entity.change, sections, record)
    return _posted(request, sheet) if request.method == "POST" else _shown(request, sheet)


def sheet_of(
    request: HttpRequest, entity: Entity, command: Command, sections: Sequence[FormSection], record: Any
) -> Sheet:
    """The form of a record that stands: what is sent back carries the version that was seen, however often it is refused."""
    seen = version_seen(request) if request.method == "POST" else record.version
    key = request.POST.get("idempotency") or str(uuid7())
    return Sheet(entity, visit_of(request).actor, command, sections, record, seen, key=key)


def visible(entity: Entity, actor: Actor, key: UUID) -> Any:
    """The record this person may see; anything else does not exist."""
    found = one_seen(actor, entity.model, key)
    if found is None:
        raise Http404(str(key))
    if standing.present():
        standing.pointed([found], *standing_references(entity.model))
    return found


def _posted(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    posted = request.POST.dict()
    try:
        raw = (
            changed_of(sheet.sections, posted, sheet.command)
            if sheet.record
            else raw_of(sheet.sections, posted)
        )
        args = sheet.command.read(raw, sheet.actor)
        line: Line[Any, Any] = Line(args, sheet.record, expected_version=sheet.version)
        outcome = sheet.command.one(sheet.actor, line, key=sheet.key)
    except Refused as refusal:
        return _shown(request, *answer_to(sheet, posted, refusal))
    made = outcome.lines[0].result or sheet.record
    if made is None:
        sentence = _("What this form made was taken back since: open it anew.")
        return _shown(request, _refused(sheet, posted, Refused("gone", sentence)), 410)
    return _saved(request, sheet, made, outcome.change_set)


def answer_to(sheet: Sheet, posted: Mapping[str, str], refusal: Refused) -> tuple[Sheet, int]:
    """The form again after a refusal, and the status of the answer. Raises Http404 for a record that is not there."""
    if isinstance(refusal, NotThere):
        raise Http404(str(refusal)) from refusal
    if isinstance(refusal, Conflict):
        return _overtaken(sheet, posted, refusal), 409
    return _refused(sheet, posted, refusal), 403 if isinstance(refusal, Forbidden) else 422


def _refused(sheet: Sheet, posted: Mapping[str, str], refusal: Refused) -> Sheet:
    """The form again, with a sentence beside each bad field and the rest above."""
    known = {each.name for one in sheet.sections for each in one.fields}
    loose = [str(text) for name, text in refusal.fields.items() if name not in known]
    sentence = " ".join([str(refusal.sentence), *loose])
    sections = typed(sheet.sections, posted, refusal.fields, sheet.actor)
    offers = offers_of(sheet.entity, sheet.record, refusal, sheet.actor)
    return replace(sheet, sections=sections, sentence=sentence, offers=offers, answered=True)


def offers_of(entity: Entity, record: Any, refusal: Refused, actor: Actor) -> list[Link]:
    """Other acts on the record that would help, when its screens offer them and this person may do them."""
    offered = {each.name: each for each in all_acts_of(entity)}
    found = []
    for name in refusal.offers if record else ():
        command = offered.get(name)
        if command and actor.has(command.permission):
            address = reverse("web:act", args=[entity.path, record.pk, command.short_name])
            found.append(Link(str(command.label), address, command.declared.icon))
    return found


def _overtaken(sheet: Sheet, posted: Mapping[str, str], conflict: Conflict) -> Sheet:
    """The form with what this person typed, the other's values beside it and the present version: saving again is a choice."""
    record = visible(sheet.entity, sheet.actor, sheet.record.pk)
    differences = differences_of(sheet.command, conflict, sheet.actor)
    differences += _differences_in_attributes(sheet.sections, posted, conflict, sheet.actor)
    sections = typed(sheet.sections, posted, {}, sheet.actor)
    sentence = str(conflict.sentence)
    seen = replace(sheet, record=record, version=record.version, differences=differences)
    return replace(seen, sections=sections, sentence=sentence, answered=True)


def _differences_in_attributes(
    sections: Sequence[FormSection], posted: Mapping[str, str], conflict: Conflict, actor: Actor
) -> list[Difference]:
    """The same for custom attributes, which come and go under one argument: those that this person changed."""
    mine, theirs = (each.get(ATTRIBUTES) or {} for each in (conflict.mine, conflict.theirs))
    fields = [each for one in sections for each in one.fields if code_of(each.name) in mine]
    asked, references = [each.argument for each in fields], References(actor)
    pairs = [
        (one, _read(one, posted.get(one.name)), _read(one, theirs.get(code_of(one.name)))) for one in asked
    ]
    return [
        Difference(capital(one.label), said_of(one, mine, references), said_of(one, other, references))
        for one, mine, other in pairs
        if (mine or None) != (other or None)
    ]


def _read(argument: Argument, raw: Any) -> Any:
    try:
        return argument.read(raw)
    except ValidationError:
        return raw


def differences_of(command: Command, conflict: Conflict, actor: Actor) -> list[Difference]:
    """Where this person and somebody faster do not say the same, in words."""
    arguments = {one.name: one for one in command.arguments}
    references = References(actor)
    return [
        Difference(
            capital(arguments[name].label), said_of(arguments[name], conflict.mine[name], references), said
        )
        for name, theirs in conflict.theirs.items()
        if name in arguments and name != ATTRIBUTES and _plain(theirs) != _plain(conflict.mine.get(name))
        for said in [said_of(arguments[name], theirs, references)]
    ]


def version_seen(request: HttpRequest) -> int | None:
    """The version of the record that the page showed, from the form or from the address of a button."""
    text = request.POST.get("version") or request.GET.get("version") or ""
    return int(text) if text.isascii() and text.isdigit() else None


def _plain(value: Any) -> Any:
    return getattr(value, "pk", value)


def _prefill(command: Command, given: Mapping[str, str], actor: Actor) -> dict[str, Any]:
    """What the model fills in by itself, then values of the address that read well; the rest is left out."""
    fields = {one.name: one for one in command.model._meta.concrete_fields}
    named = [fields[one.name] for one in command.arguments if one.name in fields]
    values = {one.name: one.get_default() for one in named if one.has_default()}
    return values | read_well(command.arguments, given, actor)


def _saved(request: HttpRequest, sheet: Sheet, record: Any, change_set: int | None) -> HttpResponse:
    if sheet.in_place:
        created = {"field": sheet.in_place, "value": str(record.pk), "text": str(record)}
        return HttpResponse(headers=_events({"artel:created": created, "artel:done": True}, reswap=True))
    card = card_address(sheet.entity.path, record.pk)
    done = str(sheet.command.declared.done) or _("Saved: %(what)s") % {"what": record}
    tell(request, done, undo=change_set)
    if not wants_part(request):
        return HttpResponseRedirect(card)
    return HttpResponse(headers={"HX-Redirect": card, **_events({"artel:saved": {"draft": sheet.draft}})})


def _events(events: Mapping[str, Any], *, reswap: bool = False) -> dict[str, str]:
    headers = {"HX-Trigger": json.dumps(events)}
    return {**headers, "HX-Reswap": "none"} if reswap else headers


def _shown(request: HttpRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    entity = sheet.entity
    crumbs = [Link(title_of(entity), reverse("web:table", args=[entity.path]))]
    if sheet.record:
        crumbs.append(Link(str(sheet.record), sheet.back))
    word = str(entity.model._meta.verbose_name)
    title = _("Change") if sheet.record else _("New: %(what)s") % {"what": word}
    context = {
        "frame": Frame(title, section=entity.section, crumbs=crumbs),
        "sheet": sheet,
        "actor": sheet.actor,
    }
    part = "web/form_dialog.html" if sheet.in_place else "web/form_part.html"
    return page(request, "web/form.html", context, part=part, status=status)
