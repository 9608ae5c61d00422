"""The history tab: who changed what and when, before and after, and taking a change back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from artel.web.guard import signed_in
from artel.web.pages.card import card_context
from artel.web.pages.form import visible
from artel.web.pages.table import entity_at
from artel.web.render import page


@signed_in
def history(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """The change sets of one record, the latest first."""
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    context = {**card_context(request, entity, actor, record), "tab": "history", "sets": []}
    return page(request, "web/history.html", context)


@signed_in
@require_POST
def undo(request: HttpRequest, change_set: int) -> HttpResponse:
    """Take a change set back."""
    raise Http404(str(change_set))
