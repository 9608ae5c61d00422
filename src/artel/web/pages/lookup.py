"""References found as you type: the visible records of an entity by name, code, tax number or phone."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from artel.kernel.access import fields_visible_to, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.offering import offered, reference
from artel.kernel.pointers import Pointers, pointers_called
from artel.kernel.records import Item, Named, Record, facts_of
from artel.kernel.search.finding import suggest
from artel.web.guard import actor_of, signed_in

MOST = 20


@signed_in
def lookup(request: HttpRequest, name: str) -> HttpResponse:
    """`{"results": [{"value", "text", "note"}]}`, at most twenty; without words the first by name.

    `act`, `argument` and `of` say for what: only what this argument of the act on this record takes is offered. `near` is
    a record whose own are offered before anything is typed.
    """
    actor, words = actor_of(request), request.GET.get("q", "")
    try:
        results = _pointed_at(actor, pointers_called(name), words)
    except KeyError:
        model = _model(name)
        if not actor.has(view_permission(model)):
            raise Http404(name) from None
        near = "" if words.strip() else request.GET.get("near", "")
        rows = _offered(request, actor, model)
        found = _near(actor, model, near) or _found(actor, model, words, rows, _as_little(model))
        results = [_hit(record, actor) for record in found]
    response = JsonResponse({"results": results})
    response["Cache-Control"] = "no-store"
    return response


def _near(actor: Actor, model: type[models.Model], near: str) -> list[Any]:
    """What belongs to a record, before anything is typed: a partner's people."""
    rows: Any = model._default_manager.all()
    if not near or not hasattr(rows, "near_to"):
        return []
    try:
        found = rows.near_to(UUID(near)).filter(is_deleted=False)
    except ValueError:
        return []
    return list(restrict(found, actor, view_permission(model)).order_by("sort_name", "pk")[:MOST])


def _pointed_at(actor: Actor, pointers: Pointers, words: str) -> list[dict[str, str]]:
    """Records of every kind that a pointer knows, as far as they are still offered: the note says the kind."""
    results = []
    for kind in pointers.kinds():
        if not actor.has(view_permission(kind.model)):
            continue
        rows = kind.model._default_manager.filter(kind.active) if kind.active else None
        found = _found(actor, kind.model, words, rows)
        for record in found[:MOST]:
            note = " · ".join(part for part in (str(kind.label), _hit(record, actor)["note"]) if part)
            results.append(
                {"value": pointers.text_of(actor, kind.key, record), "text": str(record), "note": note}
            )
    return results[:MOST]


def _model(name: str) -> type[models.Model]:
    try:
        model = apps.get_model(name)
    except (LookupError, ValueError):
        raise Http404(name) from None
    if not issubclass(model, Record):
        raise Http404(name)
    return model


def _offered(request: HttpRequest, actor: Actor, model: type[models.Model]) -> QuerySet[Any] | None:
    """What may be chosen, whoever may see it; None where nothing is said of it."""
    asked = reference(actor, request.GET.get("act", ""), request.GET.get("argument", ""))
    if asked is None or asked[1].model is not model:
        return None
    return offered(actor, *asked, request.GET.get("of", ""))


def _found(
    actor: Actor,
    model: type[models.Model],
    words: str,
    rows: QuerySet[Any] | None,
    fields: tuple[str, ...] = (),
) -> list[Any]:
    try:
        return suggest(actor, model, words, MOST, rows, fields=fields)
    except KeyError:
        everything: Any = model._default_manager.all() if rows is None else rows
        rows = restrict(everything.filter(is_deleted=False), actor, view_permission(model))
        return [] if words.strip() else list(rows.order_by("-pk")[:MOST])


def _hit(record: Any, actor: Actor) -> dict[str, str]:
    """The note tells namesakes apart: the first look-up key that is not the name."""
    model: type[models.Model] = type(record)
    visible = fields_visible_to(actor, model)
    told = (str(value) for key in _noted(model) if key in visible and (value := getattr(record, key, "")))
    return {"value": str(record.pk), "text": str(record), "note": next(told, "")}


@cache
def _noted(model: type[models.Model]) -> list[str]:
    """The look-up keys that a note may say; the fixed code of an item is for programs."""
    untold = {"name", "name_en", *(["code"] if issubclass(model, Item) else [])}
    return [key for key in ("code", *facts_of(model).lookup) if key not in untold]


@cache
def _as_little(model: type[models.Model]) -> tuple[str, ...]:
    """What hits show of a record that is called by its name; nothing said of others, which are read whole."""
    if model.__str__ is not Named.__str__:
        return ()
    known = {field.name for field in model._meta.concrete_fields}
    return "name", *sorted(known.intersection(_noted(model)))
