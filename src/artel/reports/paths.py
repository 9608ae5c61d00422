"""Where the fields of a report are read, and whose rows and fields a reader may see."""

from __future__ import annotations

from typing import Any

from django.db.models import Field, Model, Q

from artel.kernel.access import fields_visible_to, predicate, view_permission
from artel.kernel.actors import Actor

from .guards import prefixed
from .vocabulary import Dataset, Part

ATTRIBUTES = "attributes."


def field_at(model: type[Model], path: str) -> Field[Any, Any]:
    """The last field of a path."""
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)  # type: ignore[return-value]


def attribute_is_visible(actor: Actor, dataset: Dataset, owner: type[Model], code: str) -> bool:
    """Whether the actor may see a custom attribute of a record, and every field on the way to it."""
    if f"{ATTRIBUTES}{code}" not in fields_visible_to(actor, owner):
        return False
    vias = [(part.model, part.attributes[owner]) for part in dataset.parts if owner in part.attributes]
    return all(
        _path_is_visible(actor, model, f"{via}__attributes" if via else "attributes") for model, via in vias
    )


def is_visible(actor: Actor, dataset: Dataset, name: str) -> bool:
    """Whether the actor may see every field on the way to a dimension or a measured field."""
    dimension = dataset.dimension(name)
    name = dimension.field if dimension else name
    return all(
        _path_is_visible(actor, part.model, part.paths[name]) for part in dataset.parts if name in part.paths
    )


def _path_is_visible(actor: Actor, model: type[Model], path: str) -> bool:
    for step in path.split("__"):
        if step not in fields_visible_to(actor, model):
            return False
        related = model._meta.get_field(step).related_model
        if isinstance(related, type) and issubclass(related, Model):
            model = related
    return True


def rows_visible(actor: Actor, part: Part) -> Q:
    """The rows of a part that the actor may see: the predicate of the record that decides, over the path to it."""
    model = access_model(part)
    condition = predicate(actor, model, view_permission(model))
    return prefixed(condition, part.access) if part.access else condition


def access_model(part: Part) -> type[Model]:
    return field_at(part.model, part.access).related_model if part.access else part.model  # type: ignore[return-value]
