"""One field of a record edited where it stands, on its card or in a list: the form of the record cut down to a field."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from artel.kernel.acts import Line
from artel.kernel.commands import Command
from artel.kernel.refusals import Refused
from artel.screens.vocabulary import Entity
from artel.web.addresses import page_address
from artel.web.forms import FormSection, changed_of, sections_of, values_of
from artel.web.frame import tell
from artel.web.guard import signed_in
from artel.web.pages.errors import forbidden
from artel.web.pages.form import Sheet, answer_to, sheet_of, visible
from artel.web.pages.table import entity_at
from artel.web.render import page
from artel.web.visit import Visit, visit_of


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
    section = _section(entity, entity.change, visit, record, name)
    sheet = sheet_of(request, entity, entity.change, [section], record)
    address = page_address("web:field", path, key, name)
    return _posted(request, sheet, address) if request.method == "POST" else _shown(request, address, sheet)


def _section(entity: Entity, command: Command, visit: Visit, record: Any, name: str) -> FormSection:
    """The field, with those that mean something only beside it."""
    sections = sections_of(command, entity.form, visit, values_of(record, command, visit.actor), record)
    known = {each.name: each for one in sections for each in one.fields}
    if name not in known:
        raise Http404(name)
    beside = next((group for group in command.declared.together if name in group), (name,))
    return FormSection("", [known[one] for one in beside if one in known])


def _posted(request: HttpRequest, sheet: Sheet, address: str) -> HttpResponse:
    posted = request.POST.dict()
    anew = HttpResponse(headers={"HX-Refresh": "true"})
    try:
        raw = changed_of(sheet.sections, posted, sheet.command)
        if not raw:
            return anew
        args = sheet.command.read(raw, sheet.actor)
        line: Line[Any, Any] = Line(args, sheet.record, expected_version=sheet.version)
        outcome = sheet.command.one(sheet.actor, line, key=sheet.key)
    except Refused as refusal:
        return _shown(request, address, *answer_to(sheet, posted, refusal))
    tell(request, _("Saved: %(what)s") % {"what": sheet.record}, undo=outcome.change_set)
    return anew


def _shown(request: HttpRequest, address: str, sheet: Sheet, status: int = 200) -> HttpResponse:
    context = {"sheet": sheet, "address": address, "actor": sheet.actor}
    return page(request, "web/field_part.html", context, part="web/field_part.html", status=status)
