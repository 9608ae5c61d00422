"""Which fields of what they see people may read: hidden when every grant hides them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.kernel.records import facts_of
from artel.kernel.roles import Role

from .granted import following, view_permission


@dataclass(frozen=True)
class FieldSet:
    """The fields of an entity that an actor may see: all but the hidden ones."""

    hidden: frozenset[str]

    def __contains__(self, name: str) -> bool:
        return name.removesuffix("_id") not in self.hidden and name not in self.hidden

    def has_all(self, names: Iterable[str]) -> bool:
        return all(name in self for name in names)

    def of(self, names: Any) -> list[str]:
        return [name for name in names if name in self]


ALL_FIELDS = FieldSet(frozenset())


def fields_visible_to(actor: Actor | None, model: type[models.Model]) -> FieldSet:
    """Asked by every engine before it shows, sorts, filters or exports a field: hidden when every grant hides it."""
    if actor is None or actor.is_unbounded:
        return ALL_FIELDS
    return following(actor, ("fields", model), lambda: _fields_visible_to(actor, model))


def _fields_visible_to(actor: Actor, model: type[models.Model]) -> FieldSet:
    entity = model._meta.label_lower
    hidden = [set(g.hidden_fields.get(entity, ())) for g in actor.grants_of(view_permission(model))]
    found = frozenset(set.intersection(*hidden)) if hidden else frozenset()
    facts = facts_of(model) if hasattr(model, "facts") else None
    if facts and facts.closed_with and is_closed(actor, model):
        found |= frozenset(each.name for each in model._meta.concrete_fields)
    if facts and facts.like_parent:
        found |= _hidden_of_parent(actor, model).intersection(facts.like_parent)
    return FieldSet(found) if found else ALL_FIELDS


def is_closed(actor: Actor, model: type[models.Model]) -> bool:
    """Whether a field of the parent is closed of which this part would tell."""
    return not _hidden_of_parent(actor, model).isdisjoint(facts_of(model).closed_with)


def _hidden_of_parent(actor: Actor, model: type[models.Model]) -> frozenset[str]:
    parent: Any = model._meta.get_field(facts_of(model).parent).related_model
    return fields_visible_to(actor, parent).hidden


def path_visible_to(actor: Actor | None, model: type[models.Model], path: str) -> bool:
    """Whether a path over references (`legal_entity__inn`) leads through nothing that is hidden; a cell's name is a path, too."""
    at: Any = model
    for name in path.split("__"):
        if name not in fields_visible_to(actor, at):
            return False
        try:
            at = at._meta.get_field(name).related_model
        except FieldDoesNotExist:
            return True
        if at is None:
            return True
    return True


def hidden_paths(actor: Actor | None, model: type[models.Model], paths: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the paths that are not visible; an actor is asked once, until what he may changes."""
    if actor is None or actor.is_unbounded:
        return ()

    def asked() -> tuple[str, ...]:
        return tuple(path for path in paths if not path_visible_to(actor, model, path))

    return following(actor, ("hidden paths", model, paths), asked)


def hidden_from_some(model: type[models.Model], field: str) -> bool:
    """Whether any role in use hides a field: then nothing that everybody reads may be made of it. A query, or none of kept ones."""
    entity = model._meta.label_lower

    def asked() -> bool:
        hidden = Role.objects.present().values_list("hidden_fields", flat=True)
        return any(field in each.get(entity, ()) for each in hidden)

    return standing.once(("hidden from some", entity, field), asked)
