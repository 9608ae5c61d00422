"""What may be asked of a record: its fields, its attributes, those of the records it points at, and what points at it.

A field hidden from the actor, one that is not there and one behind an entity he may not list are the same to him.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import get_language

from artel.kernel.access import fields_visible_to, view_permission
from artel.kernel.actors import Actor
from artel.kernel.arguments import Argument, argument_of_field
from artel.kernel.attributes.models import Attribute
from artel.kernel.attributes.record import Attributed
from artel.kernel.attributes.values import KINDS, argument_of, definitions
from artel.kernel.people import User
from artel.kernel.records import Record, facts_of
from artel.kernel.refusals import type_of_text
from artel.kernel.trees import Branch
from artel.lib.words import capital
from artel.screens import registry
from artel.screens.vocabulary import Field, Filter, Resource

HOPS = 2
"""So many records may lie between the one asked about and the one that is known."""

ATTRIBUTES = "attributes"
INNER = {"attributes", "attribute_keys", "path"}
"""Columns that are how something is kept, not something that is known of a record."""

Reference = models.ForeignKey


@dataclass(frozen=True)
class FilterField:
    """One field of a filter, at the end of the references `walk` from the record that is asked about.

    It is a column, a custom attribute, a look-up key that lies in rows of its own (`found`) or a filter that a screen
    declares (`declared`).
    """

    name: str
    walk: tuple[models.ForeignKey[Any, Any], ...] = ()
    column: models.Field[Any, Any] | None = None
    attribute: Attribute | None = None
    found: Field | None = None
    declared: Filter | None = None

    @property
    def via(self) -> str:
        return "__".join(step.name for step in self.walk)

    @property
    def path(self) -> str:
        """Where the column is, from the record asked about."""
        assert self.column is not None
        return f"{self.via}__{self.column.name}" if self.walk else self.column.name

    @cached_property
    def argument(self) -> Argument:
        """How a value of it is read."""
        if self.attribute is not None:
            return argument_of(self.attribute)
        assert self.column is not None
        return argument_of_field(self.column)

    @cached_property
    def kind(self) -> str:
        """Which operators it has; see operators.OF_KIND."""
        if self.declared is not None:
            return "declared"
        if self.found is not None and self.column is None:
            return "found"
        if self.attribute is not None:
            return KINDS[self.attribute.kind]
        if isinstance(self.column, models.UUIDField):
            return "key"
        if self.target is not None:
            return "tree" if issubclass(self.target, Branch) else "reference"
        kind = self.argument.kind
        return "text" if kind == "lines" else kind

    @property
    def target(self) -> type[models.Model] | None:
        """The model a reference points at."""
        if self.column is None and self.found is not None:
            return self.found.model
        related: Any = getattr(self.column, "related_model", None)
        return related if isinstance(related, type) else None

    @property
    def is_of_people(self) -> bool:
        return self.target is User

    @property
    def own_label(self) -> type_of_text:
        for named in (self.declared, self.attribute):
            if named is not None:
                return named.label
        if self.column is not None:
            return self.column.verbose_name
        assert self.found is not None
        return word_for(self.found)

    @property
    def label(self) -> str:
        """«Client: business region»."""
        words = [str(step.verbose_name) for step in self.walk] + [str(self.own_label)]
        return capital(": ".join(words))

    @property
    def folded(self) -> str:
        """The twin of a text column that holds it without case and ё; empty when there is none."""
        assert self.column is not None
        twin = f"sort_{self.column.name}"
        names = {one.name for one in self.column.model._meta.concrete_fields}
        return (f"{self.via}__{twin}" if self.walk else twin) if twin in names else ""


@dataclass(frozen=True)
class Relation:
    """Rows of another entity that point at the record through `reference`."""

    name: str
    model: type[Record]
    reference: models.ForeignKey[Any, Any]

    @property
    def label(self) -> str:
        words = str(self.model._meta.verbose_name_plural)
        others = [one for one in relations_to(self.reference.related_model) if one.model is self.model]
        return capital(f"{words}: {self.reference.verbose_name}" if len(others) > 1 else words)


_own: dict[type[models.Model], tuple[Resource | None, dict[str, FilterField]]] = {}


def own_fields(model: type[models.Model]) -> dict[str, FilterField]:
    """Every field of a record by the names of its screens and of its resource, hidden from nobody."""
    resource = registry.resource_of(model)
    kept = _own.get(model)
    if kept is None or kept[0] is not resource:
        kept = _own[model] = resource, {one.name: one for one in _described(model, resource)}
    return kept[1]


def _described(model: type[models.Model], resource: Resource | None) -> Iterator[FilterField]:
    secret = {*facts_of(model).secret, *INNER}
    names = {one.name for one in model._meta.concrete_fields}
    for column in model._meta.concrete_fields:
        is_twin = column.name.startswith("sort_") and column.name.removeprefix("sort_") in names
        if column.name not in secret and not is_twin:
            yield FilterField(column.name, column=column)
    for one in resource.fields if resource else ():
        if one.find:
            yield FilterField(one.name, column=_column(model, one.name), found=one)
        elif one.fetch is None and (made := _of_resource(model, one)) is not None:
            yield made


def _column(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    return next((one for one in model._meta.concrete_fields if one.name == name), None)


def _of_resource(model: Any, declared: Field) -> FilterField | None:
    """The column that a field of the API is read from, under the field's name."""
    walk: list[Any] = []
    *steps, last = (declared.path or declared.name).split("__")
    try:
        for step in steps:
            walk.append(model._meta.get_field(step))
            model = walk[-1].related_model
        column = model._meta.get_field(last)
    except (FieldDoesNotExist, AttributeError):
        return None
    is_plain = column.concrete and all(isinstance(step, Reference) for step in walk)
    return FilterField(declared.name, tuple(walk), column) if is_plain else None


def word_for(declared: Field) -> str:
    """What a field of a resource is called in the reader's language: its labels are in both."""
    is_russian = (get_language() or "en").startswith("ru")
    told = [one for one in declared.labels if one.isascii() != is_russian]
    return (told or [declared.name])[0]


def field_of(model: type[models.Model], name: str, actor: Actor) -> FilterField | None:
    """The field that a name means to the actor: `region`, `client.region`, `client.attributes.size`. None: no such field."""
    head, _dot, rest = name.partition(".")
    walk: tuple[Any, ...] = ()
    while rest and head != ATTRIBUTES:
        step = _own_of(model, head, actor)
        if step is None or step.target is None or len(walk) + len(step.walk) >= HOPS:
            return None
        if not actor.has(view_permission(step.target)):
            return None
        walk = (*walk, *step.walk, step.column)
        model = step.target
        head, _dot, rest = rest.partition(".")
    found = _attribute(model, f"{head}.{rest}", actor) if rest else _own_of(model, head, actor)
    return found and replace(found, name=name, walk=(*walk, *found.walk))


def _own_of(model: type[models.Model], name: str, actor: Actor) -> FilterField | None:
    found = own_fields(model).get(name) or _declared(model, name)
    return found if found is not None and is_seen(found, model, actor) else None


def is_seen(found: FilterField, model: type[models.Model], actor: Actor) -> bool:
    """Whether every field on the way, and the one at its end, is the actor's to see."""
    if found.name not in fields_visible_to(actor, model):
        return False
    for step in (*found.walk, found.column):
        if step is not None and step.name not in fields_visible_to(actor, step.model):
            return False
        related: Any = getattr(step, "related_model", None)
        if step in found.walk and not actor.has(view_permission(related)):
            return False
    return True


def _declared(model: type[models.Model], name: str) -> FilterField | None:
    entity = registry.screens_of(model)
    known = [one for one in entity.table.filters if isinstance(one, Filter)] if entity else []
    return next((FilterField(one.name, declared=one) for one in known if one.name == name), None)


def _attribute(model: type[models.Model], path: str, actor: Actor) -> FilterField | None:
    visible = fields_visible_to(actor, model)
    if not issubclass(model, Attributed) or ATTRIBUTES not in visible or path not in visible:
        return None
    return next((FilterField(path, attribute=one) for one in definitions(model) if one.path == path), None)


def relations_to(model: type[models.Model]) -> list[Relation]:
    """What points at a record and has screens or columns of its own; rows by rows, hidden from nobody."""
    found = []
    for back in model._meta.related_objects:
        related: Any = back.related_model
        name = back.get_accessor_name() or ""
        if (
            not isinstance(back.field, Reference)
            or back.hidden
            or not name
            or not issubclass(related, Record)
        ):
            continue
        if registry.screens_of(related) or registry.resource_of(related):
            found.append(Relation(name, related, back.field))
    return found


def relations_of(model: type[models.Model], actor: Actor) -> list[Relation]:
    """Those the actor may list, through references he may see."""
    return [
        one
        for one in relations_to(model)
        if actor.has(view_permission(one.model)) and one.reference.name in fields_visible_to(actor, one.model)
    ]


def fields_of(model: type[models.Model], actor: Actor) -> list[FilterField]:
    """What the actor may ask of a record itself, each column once, attributes after the columns."""
    found: dict[Any, FilterField] = {}
    for one in own_fields(model).values():
        key = one.path if one.column is not None else one.name
        if is_seen(one, model, actor):
            found.setdefault(key, one)
    entity = registry.screens_of(model)
    for declared in entity.table.filters if entity else ():
        if isinstance(declared, Filter) and declared.name in fields_visible_to(actor, model):
            found.setdefault(declared.name, FilterField(declared.name, declared=declared))
    known = definitions(model) if issubclass(model, Attributed) else []
    own = [_attribute(model, one.path, actor) for one in known if not one.is_archived]
    return [*found.values(), *(one for one in own if one is not None)]
