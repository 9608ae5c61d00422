"""One command done by hand: a dialog asks for its arguments, a refusal says why and asks for what would help.

When a gate lacks fields of the record, the dialog asks for them too and sends them with the act in one transaction, so
nothing is half-saved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.commands import Command, Outcome
from artel.kernel.records import Record, facts_of
from artel.kernel.refusals import Conflict, Forbidden, NotThere, Refused
from artel.lib.uuid7 import uuid7
from artel.screens.vocabulary import Entity
from artel.web.actions import all_acts_of
from artel.web.addresses import card_address, page_address
from artel.web.choosing import Chosen
from artel.web.forms import FormField, FormSection, asked_by, filled, raw_of, read_well, typed, values_of
from artel.web.frame import Frame, Link, tell
from artel.web.guard import signed_in
from artel.web.pages.errors import forbidden
from artel.web.pages.form import Difference, differences_of, offers_of, version_seen, visible
from artel.web.pages.table import entity_at
from artel.web.references import named_rows
from artel.web.render import page, wants_part
from artel.web.visit import visit_of

MOST = 500


@dataclass(frozen=True)
class Deed:
    """An act about to be done to one record or to a selection."""

    entity: Entity
    actor: Actor
    command: Command
    records: Sequence[Any] = ()
    chosen: Chosen = field(default_factory=Chosen)
    version: int | None = None
    sections: Sequence[FormSection] = ()
    address: str = ""
    back: str = ""
    key: str = ""
    sentence: str = ""
    offers: Sequence[Link] = ()
    needs: Sequence[str] = ()
    differences: Sequence[Difference] = ()

    @property
    def title(self) -> str:
        return str(self.command.label).rstrip("…")

    @property
    def confirm(self) -> str:
        return str(self.command.declared.confirm)

    @property
    def inapplicable(self) -> str:
        """Why the act makes no sense for this record as it stands, if it makes none."""
        rule = self.command.declared.applies
        broken = rule.broken(self.record) if rule and self.record else None
        return str(broken.sentence) if broken else ""

    @property
    def record(self) -> Any:
        return self.records[0] if len(self.records) == 1 else None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, path: str, key: UUID, name: str) -> HttpResponse:
    """An act on one record."""
    entity, actor = entity_at(path, request)
    address = page_address("web:act", path, key, name)
    back = safe_back(request, card_address(path, key))
    deed = Deed(
        entity, actor, _offered(entity, name), version=version_seen(request), address=address, back=back
    )
    if request.method == "POST":
        return _posted_one(request, deed, key)
    asked = _before(request, deed, key)
    return _shown(request, asked) if asked else forbidden(request)


def _before(request: HttpRequest, deed: Deed, key: UUID) -> Deed | None:
    """The deed with its record in view; none when this person may see the record but not act on it."""
    record = visible(deed.entity, deed.actor, key)
    if not visit_of(request).may(deed.command.permission, record):
        return None
    version = record.version if deed.version is None else deed.version
    return _with_own_fields(request, replace(deed, records=[record], version=version))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest, path: str, name: str) -> HttpResponse:
    """The same act on a selection; each record is asked for by itself, the refused ones are listed."""
    entity, actor = entity_at(path, request)
    command = _offered(entity, name)
    if not actor.has(command.permission):
        return forbidden(request)
    given = request.POST if request.method == "POST" else request.GET
    chosen = Chosen.read(given.getlist("key")[:MOST])
    records = chosen.records(entity, actor)
    back = safe_back(request, reverse("web:table", args=[path]))
    address = reverse("web:bulk", args=[path, name])
    deed = Deed(entity, actor, command, records, chosen=chosen, address=address, back=back)
    deed = _with_own_fields(request, deed)
    return _posted_many(request, deed) if request.method == "POST" else _shown(request, deed)


def _offered(entity: Entity, name: str) -> Command:
    found = next((each for each in all_acts_of(entity) if each.short_name == name), None)
    if found is None:
        raise Http404(name)
    return found


def _with_own_fields(request: HttpRequest, deed: Deed) -> Deed:
    """The act's own arguments, and what a refusal has already asked for."""
    arguments = deed.command.arguments
    given = read_well(arguments, request.GET.dict(), deed.actor)
    own = FormSection("", filled(arguments, deed.actor, given, asked_by(deed.command, deed.record)))
    needs = tuple(name for name in request.POST.get("needs", "").split(",") if name)
    key = request.POST.get("idempotency") or str(uuid7())
    asked = replace(deed, sections=[own], needs=needs, key=key)
    return _with_needs(asked) if needs else asked


def _with_needs(deed: Deed) -> Deed:
    """The fields of the record that a gate lacks, asked beside the act's own arguments."""
    change = deed.entity.change
    if change is None or deed.record is None:
        return deed
    lacking = [one for one in change.arguments if one.name in set(deed.needs) - _own_names(deed)]
    missing = FormSection(
        _("What is missing"),
        filled(
            lacking,
            deed.actor,
            values_of(deed.record, change, deed.actor),
            asked_by(change, deed.record),
        ),
    )
    return replace(deed, sections=[missing, deed.sections[-1]] if lacking else deed.sections)


def _posted_one(request: HttpRequest, deed: Deed, key: UUID) -> HttpResponse:
    """Done at once: the command itself looks whether the record is there, and only a refusal reads it to show it."""
    posted = request.POST.dict()
    own = _with_own_fields(request, deed)
    try:
        outcome = _done(request, own, key, posted)
    except Refused as refusal:
        again = _before(request, deed, key)
        if again is None or isinstance(refusal, Forbidden):
            return forbidden(request)
        if isinstance(refusal, NotThere):
            raise Http404(str(refusal)) from refusal
        return _shown(request, _refused(again, posted, refusal), _status(refusal))
    line = outcome.lines[0]
    done = (
        str(own.command.declared.done)
        or f"{own.title}: {line.subject if line.result is None else line.result}"
    )
    tell(request, done, undo=None if own.command.declared.irreversible else outcome.change_set)
    return away(request, own.back)


def _done(request: HttpRequest, deed: Deed, key: UUID, posted: Mapping[str, str]) -> Outcome:
    """The act; fields that it lacked go with it into one change set."""
    args = deed.command.read(raw_of(deed.sections, posted), deed.actor)
    line: Line[Any, Any] = Line(args, key, expected_version=deed.version)
    change = deed.entity.change
    if not deed.needs or change is None:
        return deed.command.one(deed.actor, line, key=deed.key)
    full = _before(request, deed, key)
    if full is None or len(full.sections) == 1:
        return deed.command.one(deed.actor, line, key=deed.key)
    lacking: Line[Any, Any] = Line(change.read(raw_of(full.sections[:1], posted), deed.actor), key)
    lacking.expected_version, line.expected_version = deed.version, None
    return deed.command.with_fields(deed.actor, line, change, lacking, key=deed.key)


def _refused(deed: Deed, posted: Mapping[str, str], refusal: Refused) -> Deed:
    """The dialog again: why not, what is missing, and what else would help."""
    lacking = [] if isinstance(refusal, Conflict) else [*refusal.needs, *_of_record(deed, refusal)]
    needs = tuple(dict.fromkeys([*deed.needs, *lacking]))
    again = _with_needs(replace(deed, needs=needs)) if needs else deed
    sections = typed(again.sections, posted, refusal.fields, deed.actor) if posted else again.sections
    kept = [
        new if any(each.name in posted for each in new.fields) else old
        for new, old in zip(sections, again.sections, strict=True)
    ]
    offers = offers_of(deed.entity, deed.record, refusal, deed.actor)
    asked = replace(again, sections=kept, sentence=str(refusal.sentence), offers=offers)
    return _overtaken(asked, refusal) if isinstance(refusal, Conflict) else asked


def _overtaken(deed: Deed, conflict: Conflict) -> Deed:
    """Both values, and the present version: doing it again is a choice."""
    found = differences_of(deed.command, conflict, deed.actor)
    return replace(deed, version=deed.record.version, differences=found)


def _of_record(deed: Deed, refusal: Refused) -> list[str]:
    """Fields named in the refusal that belong to the record, not to the act."""
    return [name for name in refusal.fields if name not in _own_names(deed)]


def _own_names(deed: Deed) -> set[str]:
    """The arguments of the act itself: they are asked once, whatever the record calls its fields."""
    return {one.name for one in deed.command.arguments}


def _posted_many(request: HttpRequest, deed: Deed) -> HttpResponse:
    posted = request.POST.dict()
    try:
        args = deed.command.read(raw_of(deed.sections, posted), deed.actor)
        lines = deed.chosen.lines(deed.records, args)
        outcome = deed.command.run(deed.actor, lines, key=deed.key)
    except Refused as refusal:
        return _shown(request, _refused(deed, posted, refusal), _status(refusal))
    refused = [(_key(line), line.refusal) for line in outcome.refused if line.refusal]
    count = len(outcome.lines) - len(refused)
    done = ngettext("%(label)s: %(num)d record", "%(label)s: %(num)d records", count) % {
        "label": deed.title,
        "num": count,
    }
    undo = None if deed.command.declared.irreversible else outcome.change_set
    frame = Frame(deed.title, section=deed.entity.section)
    return many_done(request, ManyDone(deed.entity, deed.actor, done, refused, undo, deed.back), frame)


def _key(line: Line[Any, Any]) -> UUID:
    key: UUID = getattr(line.subject, "pk", line.subject)
    return key


@dataclass(frozen=True)
class ManyDone:
    """What became of a selection: what was done in words, the rows that were refused, and what takes it back."""

    entity: Entity
    actor: Actor
    done: str
    refused: Sequence[tuple[UUID, Refused]]
    undo: int | None
    back: str


def many_done(request: HttpRequest, many: ManyDone, frame: Frame) -> HttpResponse:
    """Back to the list with a toast that offers undo; refused rows are listed first, each with its sentence."""
    count = len(many.refused)
    refused = ngettext("%(num)d refused", "%(num)d refused", count) % {"num": count}
    sentence = f"{many.done}, {refused}" if count else many.done
    tell(request, sentence, undo=many.undo)
    if not count:
        return away(request, many.back)
    rows = named_rows(many.actor, many.entity.model, [(key, str(why)) for key, why in many.refused])
    context = {"frame": frame, "sentence": sentence, "refused": rows, "back": many.back}
    return page(request, "web/bulk_done.html", context, part="web/bulk_done_part.html")


def _status(refusal: Refused) -> int:
    if isinstance(refusal, Forbidden):
        return 403
    return 409 if isinstance(refusal, Conflict) else 422


def away(request: HttpRequest, address: str) -> HttpResponse:
    if wants_part(request):
        return HttpResponse(headers={"HX-Redirect": address, "HX-Trigger": json.dumps({"artel:done": True})})
    return HttpResponseRedirect(address)


def safe_back(request: HttpRequest, fallback: str) -> str:
    """The page the act was started from, if it is ours: named by the form, by htmx, or by the browser."""
    seen = request.headers.get("HX-Current-URL", "") or request.headers.get("Referer", "")
    asked = request.POST.get("back", "") or _own_path(seen, request)
    return asked if asked.startswith("/") and not asked.startswith("//") else fallback


def _own_path(address: str, request: HttpRequest) -> str:
    start = f"{request.scheme}://{request.get_host()}"
    return address.removeprefix(start) if address.startswith(f"{start}/") else ""


def _with_fixed(deed: Deed) -> Deed:
    """A part of the record, named by its row, is told and not chosen again."""
    model = deed.entity.model
    sections = [
        replace(
            one,
            fields=[
                replace(each, is_fixed=bool(each.value) and _is_part(each, model)) for each in one.fields
            ],
        )
        for one in deed.sections
    ]
    return replace(deed, sections=sections)


def _is_part(each: FormField, model: type[Record]) -> bool:
    other = each.argument.model
    parent = facts_of(other).parent if other else ""
    if other is None or not parent or "|" in parent:
        return False
    return other._meta.get_field(parent).related_model is model


def _shown(request: HttpRequest, deed: Deed, status: int = 200) -> HttpResponse:
    deed = _with_fixed(deed)
    crumbs = [Link(str(deed.record), deed.back)] if deed.record else []
    frame = Frame(deed.title, section=deed.entity.section, crumbs=crumbs)
    context = {"deed": deed, "frame": frame, "actor": deed.actor}
    return page(request, "web/act.html", context, part="web/act_part.html", status=status)
