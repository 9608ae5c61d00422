"""The history tab: who changed what and when, before and after."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from artel.web.changes import told
from artel.web.guard import signed_in
from artel.web.pages.card import card_context
from artel.web.pages.form import visible
from artel.web.pages.table import entity_at
from artel.web.render import page


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
