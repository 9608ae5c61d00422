"""From a dimension or field name to what the database groups by, and who may see it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Field, ForeignKey, Model, Q, TextField, UUIDField, Value
from django.db.models.fields.json import KeyTextTransform

from artel.kernel.access import fields_visible_to, predicate, view_permission
from artel.kernel.actors import Actor
from artel.kernel.attributes.expressions import AttributeValue
from artel.kernel.attributes.expressions import condition as condition_of
from artel.kernel.attributes.models import Attribute, Kind
from artel.kernel.attributes.values import present_choices

from .vocabulary import Dataset, Dimension, Part

ATTRIBUTES = "attributes."
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Split:
    """A dimension ready to be grouped by: its expression in each part, and for texts the value as it was written.

    `holds[part]` gives the condition that a part's rows have one of some keys (None = empty).
    """

    dimension: Dimension
    expressions: tuple[Any, ...]
    holds: tuple[Callable[[Collection[Any]], Q], ...]
    attribute: Attribute | None = None
    written: Any = None
    is_reference: bool = False

    @property
    def name(self) -> str:
        return self.dimension.name

    def key(self, value: Any) -> Any:
        """A value of the database as a key: an empty text is None, the text of a key (SQLite) a key."""
        if value is None or value == "":
            return None
        return UUID(str(value)) if self.is_reference and not isinstance(value, UUID) else value


def split_of(dataset: Dataset, name: str) -> Split | None:
    """The dimension of that name, `attributes.<code>` included; None when there is none."""
    if name.startswith(ATTRIBUTES):
        return _split_of_attribute(dataset, name)
    dimension = dataset.dimension(name)
    if dimension is None:
        return None
    return Split(
        dimension,
        tuple(column_of(part, name) for part in dataset.parts),
        tuple(_holds_path(part, part.paths.get(name, "")) for part in dataset.parts),
        is_reference=isinstance(_field_of(dataset, name), ForeignKey | UUIDField),
    )


def _field_of(dataset: Dataset, name: str) -> Any:
    """The column a dimension is in the first part that has it."""
    return next(
        (field_at(part.model, part.paths[name]) for part in dataset.parts if name in part.paths), None
    )


def _holds_path(part: Part, path: str) -> Callable[[Collection[Any]], Q]:
    is_text = bool(path) and isinstance(field_at(part.model, path), CharField)

    def holds(keys: Collection[Any]) -> Q:
        filled = [key for key in keys if key is not None]
        if not path:
            return Q() if None in keys else NOTHING
        condition = Q(**{f"{path}__in": filled})
        if None in keys:
            condition |= Q(**{f"{path}__isnull": True})
            condition |= Q(**{path: ""}) if is_text else NOTHING
        return condition

    return holds


def _holds_attribute(attribute: Attribute, via: str) -> Callable[[Collection[Any]], Q]:
    def holds(keys: Collection[Any]) -> Q:
        condition = NOTHING
        for key in keys:
            one = condition_of(attribute, "isnull" if key is None else "exact", key is None or key, via)
            condition = one if condition is NOTHING else condition | one
        return condition

    return holds


def column_of(part: Part, name: str) -> Any:
    """The column of a part behind a name: a reference by its key; NULL where the part has none."""
    path = part.paths.get(name)
    if path is None:
        return Value(None, output_field=_null_field(part, name))
    field = field_at(part.model, path)
    return F(f"{path}_id" if isinstance(field, ForeignKey) else path)


def _null_field(_part: Part, name: str) -> Field[Any, Any]:
    return TextField() if name.endswith("_type") else UUIDField()


def _split_of_attribute(dataset: Dataset, name: str) -> Split | None:
    """The first record with custom attributes among the parts that has one of this code."""
    found = next(
        (one for part in dataset.parts for model in part.attributes if (one := attribute_of(model, name))),
        None,
    )
    if found is None:
        return None
    vias = [_via(part, found) for part in dataset.parts]
    unknown = Value(None, output_field=TextField())
    return Split(
        _dimension_of(found),
        tuple(unknown if via is None else AttributeValue(found, via) for via in vias),
        tuple(
            _holds_path(part, "") if via is None else _holds_attribute(found, via)
            for part, via in zip(dataset.parts, vias, strict=True)
        ),
        found,
        _written(found, vias[0] or ""),
    )


def _via(part: Part, attribute: Attribute) -> str | None:
    """The path from a part's rows to the record an attribute belongs to; None when they have none."""
    return next(
        (via for model, via in part.attributes.items() if model._meta.label_lower == attribute.entity), None
    )


def attribute_of(model: type[Model], name: str) -> Attribute | None:
    """By `attributes.<code>`."""
    code = name.removeprefix(ATTRIBUTES)
    rows = Attribute.objects.of(model)  # type: ignore[arg-type]
    found: Attribute | None = rows.filter(code=code).prefetch_related("choices").first()
    return found


def _dimension_of(attribute: Attribute) -> Dimension:
    choices = [(one.code, one.label) for one in present_choices(attribute)]
    return Dimension(name=attribute.path, label=attribute.label, choices=choices)


def _written(attribute: Attribute, via: str) -> Any:
    """Texts are grouped without regard to case and ё, and shown as somebody wrote them."""
    if attribute.kind != Kind.STRING:
        return None
    return KeyTextTransform(attribute.code, F(f"{via}__attributes" if via else "attributes"))


def field_at(model: type[Model], path: str) -> Field[Any, Any]:
    """The last field of a path."""
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)  # type: ignore[return-value]


def is_visible(actor: Actor, dataset: Dataset, name: str) -> bool:
    """Whether the actor may see every field on the way to a dimension or a measured field."""
    if name.startswith(ATTRIBUTES):
        owners = {model for part in dataset.parts for model in part.attributes}
        return all("attributes" in fields_visible_to(actor, model) for model in owners)
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
