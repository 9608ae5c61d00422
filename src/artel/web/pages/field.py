"""One field of a record edited where it stands, on its card or in a list: the same command, the version seen, one undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from artel.kernel.acts import Line
from artel.kernel.commands import Command
from artel.kernel.refusals import Conflict, Forbidden, NotThere, Refused
from artel.lib.uuid7 import uuid7
from artel.screens.vocabulary import Entity
from artel.web.addresses import page_address
from artel.web.forms import FormField, FormSection, changed_of, sections_of, typed, values_of
from artel.web.frame import tell
from artel.web.guard import signed_in
from artel.web.pages.errors import forbidden
from artel.web.pages.form import Difference, differences_in_attributes, differences_of, version_seen, visible
from artel.web.pages.table import entity_at
from artel.web.render import page
from artel.web.visit import Visit, visit_of


@dataclass(frozen=True)
class Spot:
    """The editor of one field, with those that mean something only beside it."""

    entity: Entity
    command: Command
    visit: Visit
    record: Any
    name: str
    fields: Sequence[FormField]
    key: str
    version: int
    sentence: str = ""
    differences: Sequence[Difference] = ()
    offers: Sequence[Any] = field(default_factory=tuple)

    @property
    def address(self) -> str:
        return page_address("web:field", self.entity.path, self.record.pk, self.name)

    @property
    def sections(self) -> list[FormSection]:
        return [FormSection("", self.fields)]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def one_field(request: HttpRequest, path: str, key: UUID, name: str) -> HttpResponse:
    """The editor with what stands there now; what is sent back is saved, refused beside the field, or compared."""
    entity, actor = entity_at(path, request)
    record, visit = visible(entity, actor, key), visit_of(request)
    if entity.change is None or record.is_deleted:
        raise Http404(name)
    if not visit.may(entity.change.permission, record):
        return forbidden(request)
    fields = _fields(entity, entity.change, visit, record, name)
    seen = version_seen(request)
    spot = Spot(
        entity,
        entity.change,
        visit,
        record,
        name,
        fields,
        request.POST.get("idempotency") or str(uuid7()),
        record.version if seen is None else seen,
    )
    return _posted(request, spot) if request.method == "POST" else _shown(request, spot)


def _fields(entity: Entity, command: Command, visit: Visit, record: Any, name: str) -> list[FormField]:
    sections = sections_of(command, entity.form, visit, values_of(record, command, visit.actor), record)
    known = {each.name: each for one in sections for each in one.fields}
    if name not in known:
        raise Http404(name)
    beside = next((group for group in command.declared.together if name in group), (name,))
    return [known[one] for one in beside if one in known]


def _posted(request: HttpRequest, spot: Spot) -> HttpResponse:
    posted = request.POST.dict()
    try:
        raw = changed_of(spot.sections, posted, spot.command)
        if not raw:
            return HttpResponse(headers={"HX-Refresh": "true"})
        line: Line[Any, Any] = Line(
            spot.command.read(raw, spot.visit.actor), spot.record, expected_version=spot.version
        )
        outcome = spot.command.one(spot.visit.actor, line, key=spot.key)
    except NotThere as refusal:
        raise Http404(str(refusal)) from refusal
    except Conflict as conflict:
        return _shown(request, _overtaken(spot, posted, conflict), 409)
    except Refused as refusal:
        return _shown(
            request, _refused(spot, posted, refusal), 403 if isinstance(refusal, Forbidden) else 422
        )
    tell(request, _("Saved: %(what)s") % {"what": spot.record}, undo=outcome.change_set)
    return HttpResponse(headers={"HX-Refresh": "true"})


def _refused(spot: Spot, posted: Mapping[str, str], refusal: Refused) -> Spot:
    known = {each.name for each in spot.fields}
    loose = [str(text) for name, text in refusal.fields.items() if name not in known]
    [section] = typed(spot.sections, posted, refusal.fields, spot.visit.actor)
    sentence = " ".join([str(refusal.sentence), *loose])
    return replace(spot, fields=section.fields, sentence=sentence)


def _overtaken(spot: Spot, posted: Mapping[str, str], conflict: Conflict) -> Spot:
    """Both values, and the present version: saving again is a choice."""
    differences = differences_of(spot.command, conflict, spot.visit.actor)
    differences += differences_in_attributes(spot.sections, posted, conflict, spot.visit.actor)
    [section] = typed(spot.sections, posted, {}, spot.visit.actor)
    return replace(
        spot,
        fields=section.fields,
        sentence=str(conflict.sentence),
        differences=differences,
        version=spot.record.version,
    )


def _shown(request: HttpRequest, spot: Spot, status: int = 200) -> HttpResponse:
    context = {"spot": spot, "actor": spot.visit.actor}
    return page(request, "web/field_part.html", context, part="web/field_part.html", status=status)
