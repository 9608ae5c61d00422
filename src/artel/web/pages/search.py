"""Finding anything: what the words find in every list, the best first, and the rest of each list after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from artel.kernel import standing
from artel.kernel.records import Record, facts_of
from artel.kernel.search.finding import across
from artel.screens import registry
from artel.screens.vocabulary import Entity
from artel.web.addresses import page_address
from artel.web.frame import Frame
from artel.web.guard import signed_in
from artel.web.hits import Hit, hits_of
from artel.web.lists import ListState
from artel.web.pages.table import entity_at
from artel.web.paging import Cursor, cut
from artel.web.rail import is_open, title_of
from artel.web.render import page
from artel.web.visit import Visit, visit_of

SHOWN, MORE = 5, 20


@dataclass(frozen=True)
class Group:
    """What was found of one entity, its list narrowed to the words, and where the rest is asked for."""

    label: str
    icon: str
    hits: Sequence[Hit]
    whole: str
    more: str


@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Records of every kind that match the words."""
    visit, words = visit_of(request), words_of(request)
    groups = [_group(visit, entity, records, words) for entity, records in found(visit, words, SHOWN + 1)]
    context = {"frame": Frame(_("Search"), query=words), "words": words, "groups": groups}
    return page(request, "web/search.html", context, part="web/search_part.html")


@signed_in
def moved(request: HttpRequest) -> HttpResponse:
    """The address of the search before it was called so."""
    query = request.GET.urlencode()
    return HttpResponseRedirect(f"{page_address('web:search')}{'?' if query else ''}{query}")


@signed_in
def more(request: HttpRequest, path: str) -> HttpResponse:
    """The rest of one entity by the order of its list, page by page, without those that stand above."""
    entity, actor = entity_at(path, request)
    words, above = words_of(request), list(_keys(request.GET.get("but", "")))
    state = ListState.read(entity, actor, {"q": [words], "view": ["all"]})
    after = request.GET.get("after", "")
    place = Cursor.read(entity.model, state.sort, after) if after else None
    rows = state.rows.exclude(pk__in=above) if words else state.rows.none()
    part = cut(rows, state.sort, MORE, after=place)
    last = str(Cursor.of(part.records[-1], state.sort)) if part.has_after else ""
    context = {
        "frame": Frame(_("Search"), query=words),
        "hits": hits_of(entity, part.records, actor, words),
        "more": _rest(entity, words, above, last) if last else "",
    }
    return page(request, "web/search_more.html", context, part="web/search_more_part.html")


def words_of(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:200]


def found(visit: Visit, words: str, most: int) -> list[tuple[Entity, Sequence[Any]]]:
    """What the words find in each list that is open to this person, the entity with the best answer first."""
    entities = _searched(visit)
    answers = across(visit.actor, entities, words, most)
    return [(entities[model], records) for model, records in answers]


def _searched(visit: Visit) -> Mapping[type[Record], Entity]:
    """The entities that this person may look through; they follow from rights and options."""
    kept, actor = standing.present(), visit.actor
    if kept is None or actor.user_id is None:
        return _open_to(visit)
    return kept.once(("searched", actor.user_id, actor.scopes), lambda: _open_to(visit))


def _open_to(visit: Visit) -> dict[type[Record], Entity]:
    entities = [entity for entity in registry.all_entities() if is_open(entity, visit)]
    return {entity.model: entity for entity in entities if facts_of(entity.model).search}


def _group(visit: Visit, entity: Entity, records: Sequence[Any], words: str) -> Group:
    shown = records[:SHOWN]
    keys = [record.pk for record in shown]
    return Group(
        title_of(entity),
        entity.icon,
        hits_of(entity, shown, visit.actor, words),
        f"{page_address('web:table', entity.path)}?{urlencode({'q': words})}",
        _rest(entity, words, keys) if len(records) > SHOWN else "",
    )


def _rest(entity: Entity, words: str, above: Sequence[UUID], after: str = "") -> str:
    asked = {"q": words, "but": ",".join(str(key) for key in above), **({"after": after} if after else {})}
    return f"{page_address('web:search_more', entity.path)}?{urlencode(asked)}"


def _keys(text: str) -> Iterator[UUID]:
    """The keys of an address, no more than stand above; anything else is left out."""
    for part in text.split(",")[:SHOWN]:
        try:
            yield UUID(part)
        except ValueError:
            continue
