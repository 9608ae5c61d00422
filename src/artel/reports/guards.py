"""What lies on the other side of a record the reader may not see stays closed to him.

A deal may be visible while its client is not: then neither the client nor what is known of it (region, manager, custom
attributes) splits the rows. Such rows stand together, under one key that means «closed».
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Model, Q, UUIDField, Value, When

from artel.kernel.access import predicate, view_permission
from artel.kernel.actors import Actor

from .vocabulary import Part

CLOSED_KEY = UUID(int=0)


@dataclass(frozen=True)
class Guard:
    """When the records on a path may all be seen, and the first of them that may be closed."""

    condition: Q
    at: str

    def reference(self, column: Any) -> Case:
        """A key behind the guard: the closed key where something on the way is closed, nothing where there is nothing."""
        there = Q(**{f"{self.at}__isnull": False})
        closed = Value(CLOSED_KEY, output_field=UUIDField())
        return Case(
            When(self.condition, then=column),
            When(there, then=closed),
            default=None,
            output_field=UUIDField(),
        )

    def value(self, column: Any, nothing: Any) -> Case:
        """A plain value behind the guard; what is closed counts as not filled."""
        field = column.output_field
        return Case(
            When(self.condition, then=column), default=Value(nothing, output_field=field), output_field=field
        )


def guard_of(actor: Actor, part: Part, path: str) -> Guard | None:
    """The guard of a path from the rows of a part; None when the reader may see every record on it."""
    condition, at = Q(), ""
    model: Any = part.model
    walked = ""
    for step in path.split("__") if path else ():
        relation = model._meta.get_field(step)
        model = relation.related_model
        if not isinstance(model, type) or not issubclass(model, Model):
            break
        walked = f"{walked}__{step}" if walked else step
        if not relation.concrete or walked == part.access:
            continue  # a part is seen with its whole; what decides about the row is asked anyway
        seen = predicate(actor, model, view_permission(model))
        if seen != Q():
            condition &= prefixed(seen, walked)
            at = at or walked
    return Guard(condition, at) if at else None


def prefixed(condition: Q, path: str) -> Q:
    """The same condition asked of the record at the end of a path."""
    made = Q(_connector=condition.connector, _negated=condition.negated)
    for child in condition.children:
        if isinstance(child, Q):
            made.children.append(prefixed(child, path))
        elif isinstance(child, tuple):
            made.children.append((f"{path}__{child[0]}", child[1]))
        else:
            raise TypeError(f"a predicate of access may only be made of fields, not of {child!r}")
    return made
