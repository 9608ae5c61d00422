"""Looking things up: a condition for lists, a type-ahead for references, one question to many entities.

What was typed is cut into words that must all stand somewhere in what a record is found by; a phone is recognised
however it is spelt. Less than three letters find only names that begin with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from artel.kernel.access import FieldSet, fields_visible_to, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.records import Record
from artel.lib.names import search_text

from .models import SearchEntry
from .texts import Source, source_of
from .trigrams import SHORTEST, holders

MOST_WORDS = 8
MOST_TYPED = 200
OFTEN = 2000
"""A text that more records hold is looked for while walking the list in its own order, not through the index."""

_LAST = "\U0010ffff"
_PHONE = re.compile(r"[\d\s()+./\-\u2010-\u2015\u2212]{5,}")
_NOT_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True)
class Typed:
    """What was typed, understood."""

    raw: str

    @cached_property
    def text(self) -> str:
        return search_text(self.raw[:MOST_TYPED])

    @cached_property
    def words(self) -> list[str]:
        return sorted(self.text.split(), key=len, reverse=True)[:MOST_WORDS]

    @cached_property
    def ways(self) -> list[list[str]]:
        """Alternatives: all words of one of them stand in the text."""
        found = [self.words]
        if _PHONE.fullmatch(self.raw.strip()[:MOST_TYPED]):
            digits = _NOT_DIGIT.sub("", self.raw)
            # A number from 8 is kept from +7.
            found += [[each] for each in {digits, f"7{digits[1:]}" if digits[:1] == "8" else digits}]
        return [way for way in found if way and len(way[0]) >= SHORTEST]

    @property
    def says_nothing(self) -> bool:
        return not self.words

    def begins(self) -> Q:
        return Q(name__gte=self.text, name__lt=self.text + _LAST)

    def held(self, how: str = "holds") -> Q:
        """The condition on entries; without a word that has a trigram, names that begin so."""
        condition = Q()
        for way in self.ways:
            condition |= Q(**{f"text__{how}": way})
        return condition or self.begins()


def find(model: type[models.Model], text: str, actor: Actor | None = None) -> Q:
    """The condition on `model` that leaves the records found by `text`: no list of keys, fit for any order and page.

    Raises KeyError for a model without searched fields. One probing query tells rare texts from common ones.
    """
    typed, source = Typed(text), source_of(model)
    if typed.says_nothing:
        return Q()
    entries = _open_entries(source, typed, fields_visible_to(actor, model))
    if entries is None:
        return Q(pk__in=[])
    met = _met(source, typed)
    if not met:
        return Q(pk__in=[])
    if met > OFTEN:
        return Q(Exists(entries.filter(typed.held("read_for"), record_id=OuterRef("pk"))))
    return Q(pk__in=entries.filter(typed.held()).values("record_id"))


def _met(source: Source, typed: Typed) -> int:
    """How often the text is met in the entity, counted little further than OFTEN.

    Where it never is, nothing is asked: PostgreSQL takes a text that other entities hold for common in this one too, and
    would walk all of it.
    """
    if not typed.ways:
        begun = SearchEntry.objects.filter(typed.begins(), entity=source.entity)
        return begun[: OFTEN + 1].count()
    return max(holders(source.entity, way, OFTEN + 1) for way in typed.ways)


def _open_entries(source: Source, typed: Typed, visible: FieldSet) -> QuerySet[SearchEntry] | None:
    """The entity's entries. Whoever may not see a searched field finds by the name alone, if by that."""
    entries = SearchEntry.objects.filter(entity=source.entity)
    hidden = [path.name for path in source.paths if path.name.partition("__")[0] not in visible]
    if source.paths[0].name in hidden:
        return None
    for word in typed.words if hidden else ():
        entries = entries.filter(name__contains=word)
    return entries


def suggest(
    actor: Actor, model: type[models.Model], text: str, limit: int = 10, rows: QuerySet[Any] | None = None
) -> list[Any]:
    """Records for a type-ahead that the actor may see, marked and archived ones left out: names that begin so come first.

    `rows` narrows what is offered (only clients). At most four queries.
    """
    offered = restrict(model._default_manager.all() if rows is None else rows, actor, view_permission(model))
    offered = _usable(offered)
    typed, source = Typed(text), source_of(model)
    if typed.says_nothing:
        return list(offered.order_by(*_by_name(model))[:limit])
    entries = _open_entries(source, typed, fields_visible_to(actor, model))
    if entries is None:
        return []
    seen = entries.filter(Exists(offered.filter(pk=OuterRef("record_id")))).order_by("name", "record_id")
    keys = _keys(seen.filter(typed.begins()), limit)
    if typed.ways and len(keys) < limit and (met := _met(source, typed)):
        how = "read_for" if met > OFTEN else "holds"
        keys += _keys(seen.filter(typed.held(how)).exclude(typed.begins()), limit - len(keys))
    found = offered.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _keys(entries: QuerySet[SearchEntry], limit: int) -> list[Any]:
    return list(entries.values_list("record_id", flat=True)[:limit])


def _usable(rows: QuerySet[Any]) -> QuerySet[Any]:
    names = {field.name for field in rows.model._meta.concrete_fields}
    return rows.filter(**{name: False for name in ("is_deleted", "is_archived") if name in names})


def _by_name(model: type[models.Model]) -> Sequence[str]:
    names = {field.name for field in model._meta.concrete_fields}
    return [next((name for name in ("sort_name", "name", "code") if name in names), "pk"), "pk"]


def across(
    actor: Actor, kinds: Iterable[type[Record]], text: str, limit: int = 5
) -> Iterable[tuple[type[Record], list[Any]]]:
    """What the text finds in each entity that the actor may see at all; entities where it finds nothing are left out."""
    if Typed(text).says_nothing:
        return
    for model in kinds:
        if actor.has(view_permission(model)) and (found := suggest(actor, model, text, limit)):
            yield model, list(islice(found, limit))
