"""Looking things up: a condition for lists, a type-ahead for references, one question to many entities.

What was typed is understood by `asking`; how the entries are reached depends on how common it is (`commonness`) and on how
much the person sees. Few hold it: all of them are read through the trigrams, put in order and then asked whether they may be
seen. Many do: the entries are walked by name until enough are found. The person sees little: his own records are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from artel.kernel.access import view_permission
from artel.kernel.actors import Actor
from artel.kernel.records import Record

from .asking import Typed
from .commonness import SAMPLED, Met, met
from .models import SearchEntry
from .offering import MOST, Looked, Offered, Ranked, hits_of
from .reading import Hit, read, read_whole
from .texts import source_of

OFTEN = 2000
"""So many keys a list is narrowed to; what more records hold is looked for while walking the list in its own order."""


def find(model: type[models.Model], text: str, actor: Actor | None = None) -> Q:
    """The condition on `model` that leaves the records found by `text`, fit for any order and page.

    Raises KeyError for a model without searched fields.
    """
    looked = Looked(actor, source_of(model), Typed(text))
    if looked.typed.says_nothing:
        return Q()
    if looked.is_closed:
        return Q(pk__in=[])
    often = met(looked.typed)
    if often.is_common(looked.source.entity):
        return _while_walking(looked)
    if often.misleads and looked.typed.ways:
        return _narrowed(looked, often)
    return Q(pk__in=looked.held("holds").values("record_id"))


def _while_walking(looked: Looked) -> Q:
    return Q(Exists(looked.held("read_for").filter(record_id=OuterRef("pk"))))


def _narrowed(looked: Looked, often: Met) -> Q:
    """By keys: PostgreSQL, which takes a text that other entities hold for common in this one, would walk all of it."""
    hits = looked.read(looked.typed.ways, OFTEN + 1, often)
    if len(hits) > OFTEN:
        return _while_walking(looked)
    return Q(pk__in=[hit.key for hit in looked.allowed(hits)])


def suggest(
    actor: Actor,
    model: type[models.Model],
    text: str,
    limit: int = 10,
    rows: QuerySet[Any] | None = None,
    *,
    fields: tuple[str, ...] = (),
) -> list[Any]:
    """Records for a type-ahead that the actor may see, marked and archived ones left out: the best answers first.

    `rows` narrows what is offered (only clients), `fields` are all that is read of them. Raises KeyError for a model
    without searched fields.
    """
    typed = Typed(text)
    offered = Offered(actor, source_of(model), typed, rows, fields)
    if typed.says_nothing:
        return list(offered.brief(offered.rows).order_by(*_by_name(model))[:limit])
    return [record for _rank, record in offered.best(limit, met(typed))]


def _by_name(model: type[models.Model]) -> Sequence[str]:
    names = {field.name for field in model._meta.concrete_fields}
    return [next((name for name in ("sort_name", "name", "code") if name in names), "pk"), "pk"]


def across(
    actor: Actor, kinds: Iterable[type[Record]], text: str, limit: int = 5
) -> list[tuple[type[Record], list[Any]]]:
    """What the text finds in each entity that the actor may see at all; entities where it finds nothing are left out.

    The entity with the best answer comes first. What few hold takes one statement, and one for each entity with hits.
    """
    typed = Typed(text)
    if typed.says_nothing:
        return []
    allowed = [source_of(model) for model in kinds if actor.has(view_permission(model))]
    offers = {source.entity: Offered(actor, source, typed) for source in allowed}
    found = {entity: ranked for entity, ranked in _across(offers, typed, limit) if ranked}
    return [
        (offers[entity].source.model, [record for _rank, record in found[entity]])
        for entity in sorted(found, key=lambda entity: found[entity][0][0])
    ]


def _across(offers: Mapping[str, Offered], typed: Typed, limit: int) -> Iterator[tuple[str, Ranked]]:
    often = met(typed)
    hits, alone = _hits(offers, typed, often)
    by_entity: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_entity[hit.entity].append(hit)
    for entity, offer in offers.items():
        if entity in alone:
            yield entity, offer.best(limit, often)
        elif by_entity[entity]:
            yield entity, offer.seen(by_entity[entity], limit)


def _hits(offers: Collection[str], typed: Typed, often: Met) -> tuple[Sequence[Hit], Collection[str]]:
    """The hits of all entities at once, and those entities that are too large for that and are asked alone."""
    if not often.is_common():
        most = SAMPLED if often.is_of_few else MOST
        begun = SearchEntry.objects.filter(typed.begins(), entity__in=offers)
        hits = read(typed.ways, most + 1, share=often.share) if typed.ways else hits_of(begun, most + 1)
        if len(hits) <= most:
            return hits, ()
    large = {entity for entity in offers if often.is_large(entity)}
    small = [entity for entity in offers if entity not in large]
    if not typed.ways:
        return hits_of(SearchEntry.objects.filter(typed.begins(), entity__in=small), SAMPLED), large
    return read_whole(small, typed.ways, SAMPLED), large
