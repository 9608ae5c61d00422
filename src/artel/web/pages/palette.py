"""The command palette as JSON: what it begins with, what it finds, what may be done with a record that it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from artel.screens.vocabulary import Entity
from artel.web.guard import signed_in
from artel.web.hits import Hit, hits_of
from artel.web.pages.form import visible
from artel.web.pages.search import found, words_of
from artel.web.pages.table import entity_at
from artel.web.palette import Line, acts_on, index, record_line
from artel.web.rail import kind_of
from artel.web.visit import Visit, visit_of

MOST = 5


@signed_in
def palette(request: HttpRequest) -> HttpResponse:
    """`{"words", "groups": [{"name", "label", "items": [{"label", "note", "href", "icon", …}]}]}`."""
    return _json(index(visit_of(request)))


@signed_in
def find(request: HttpRequest) -> HttpResponse:
    """`{"items"}`: records of every kind, the best kind first, with the places of the words in their names."""
    visit, words = visit_of(request), words_of(request)
    items = [
        each
        for entity, records in found(visit, words, MOST)
        for each in _lines(entity, records, visit, words)
    ]
    return _json({"items": items})


def _lines(entity: Entity, records: Sequence[Any], visit: Visit, words: str) -> list[Line]:
    hits = hits_of(entity, records, visit.actor, words)
    return [
        record_line(entity, record.pk, hit.text, kind_of(entity), marks=hit.marks, **_beside(hit))
        for record, hit in zip(records, hits, strict=True)
    ]


def _beside(hit: Hit) -> dict[str, Any]:
    return {"told": hit.note, "toldMarks": hit.note_marks} if hit.note else {}


@signed_in
def acts(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """`{"label", "items"}`: what the card of this record would offer."""
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    return _json({"label": str(record), "items": acts_on(entity, visit_of(request), record)})


def _json(document: Any) -> JsonResponse:
    made = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    made["Cache-Control"] = "no-store"
    return made
