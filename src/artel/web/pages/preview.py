"""A record beside its list: what tells it from others, its facts and its nearest related records. By the rules of its card."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from artel.kernel.ready import ask_together
from artel.screens.vocabulary import Entity
from artel.web.addresses import card_address
from artel.web.frame import Frame
from artel.web.guard import signed_in
from artel.web.pages.card import (
    FactSection,
    all_related,
    asked_of_record,
    contributions,
    fact_sections,
    head_of,
    related_list,
)
from artel.web.pages.form import visible
from artel.web.pages.place import kept_in_card
from artel.web.pages.table import entity_at
from artel.web.references import References
from artel.web.render import page
from artel.web.timeline import talk_of
from artel.web.visit import Visit, visit_of

LISTS = 2


@signed_in
def preview(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """The panel, or a page of it; `list` is the list it stands beside."""
    entity, actor = entity_at(path, request)
    ask_together([asked_of_record(actor, entity, key)])
    record = visible(entity, actor, key)
    kept = request.GET.get("list")
    card = card_address(entity.path, record.pk)
    context = {
        "frame": Frame(str(record), section=entity.section),
        "address": f"{card}?{kept_in_card(kept)}" if kept is not None else card,
        "link": card,
        **head_of(entity, visit_of(request), record),
        **_content(entity, visit_of(request), record),
    }
    return page(request, "web/preview.html", context, part="web/preview_part.html")


def _content(entity: Entity, visit: Visit, record: Any) -> dict[str, Any]:
    """The facts that are filled in, the next step and the last ones, the first related lists that hold something."""
    given, references = contributions(entity), References(visit.actor)
    references.knows(record)
    sections = [_filled(one) for one in fact_sections(entity, given, record, references, visit)]
    found = (related_list(one, visit, record) for one in all_related(entity, given)[:LISTS])
    return {
        "sections": [one for one in sections if one.facts],
        "talk": talk_of(entity, visit, record),
        "related": [one for one in found if one is not None and one.rows],
    }


def _filled(section: FactSection) -> FactSection:
    return FactSection(section.title, [fact for fact in section.facts if not fact.shown.is_empty])
