"""The history tab: who changed what and when, before and after."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from artel.web.changes import told, told_of_sets
from artel.web.frame import Frame
from artel.web.guard import signed_in
from artel.web.pages.card import card_context
from artel.web.pages.form import visible
from artel.web.pages.table import entity_at
from artel.web.render import page

MOST = 20


@signed_in
def history(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """The change sets of one record, the latest first; older ones by `before`."""
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    asked = request.GET.get("before", "")
    start = int(asked) if asked.isdigit() and len(asked) < 19 else 0
    found = told(record, actor, before=start, names_parts=True)
    context = {**card_context(request, entity, actor, record), "tab": "history", "told": found}
    return page(request, "web/history.html", context, part="web/history_part.html")


@signed_in
def changes(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """What some change sets (`set`) did to a record: asked for by a page that was open meanwhile."""
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    asked = [int(text) for text in request.GET.getlist("set")[:MOST] if text.isdigit() and len(text) < 19]
    context = {
        "frame": Frame(str(record), section=entity.section),
        "record": record,
        "told": told_of_sets(record, actor, asked),
    }
    return page(request, "web/changes.html", context, part="web/changes_part.html")
