"""References found as you type: the visible records of an entity by name, code, tax number or phone."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from artel.kernel.access import restrict, view_permission
from artel.kernel.records import Record, facts_of
from artel.web.finding import matching
from artel.web.guard import actor_of, signed_in

MOST = 20


@signed_in
def lookup(request: HttpRequest, name: str) -> HttpResponse:
    """`{"results": [{"value", "text", "note"}]}`, at most twenty; without words the first by name."""
    model, actor = _model(name), actor_of(request)
    if not actor.has(view_permission(model)):
        raise Http404(name)
    rows = restrict(model._default_manager.filter(is_deleted=False), actor, view_permission(model))
    found = matching(rows, request.GET.get("q", "")[:200]).order_by(_order(model), "pk")[:MOST]
    response = JsonResponse({"results": [_hit(record) for record in found]})
    response["Cache-Control"] = "no-store"
    return response


def _model(name: str) -> type[models.Model]:
    try:
        model = apps.get_model(name)
    except (LookupError, ValueError):
        raise Http404(name) from None
    if not issubclass(model, Record):
        raise Http404(name)
    return model


def _order(model: type[models.Model]) -> str:
    names = {field.name for field in model._meta.concrete_fields}
    return next((name for name in ("sort_name", "order", "name", "code") if name in names), "pk")


def _hit(record: Any) -> dict[str, str]:
    """The note tells namesakes apart: the first look-up key that is not the name."""
    notes = (
        getattr(record, key, "")
        for key in ("code", *facts_of(type(record)).lookup)
        if key not in {"name", "name_en"}
    )
    note = next((str(value) for value in notes if value), "")
    return {"value": str(record.pk), "text": str(record), "note": note}
