"""From the name of a dimension to what the database groups by and is held to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Field, ForeignKey, Model, Q, TextField, UUIDField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import NullIf
from django.db.models.lookups import Exact, IsNull

from artel.kernel.actors import Actor
from artel.kernel.attributes.expressions import AttributeValue
from artel.kernel.attributes.expressions import condition as condition_of
from artel.kernel.attributes.models import Attribute, Kind
from artel.kernel.attributes.values import definitions, present_choices
from artel.lib.periods import Unit, unit_code

from .calendar import as_day, truncated, within
from .guards import CLOSED_KEY, Guard, guard_of
from .paths import ATTRIBUTES, attribute_is_visible, field_at, is_visible
from .vocabulary import Dataset, Dimension, Part

NOTHING = Q(pk__in=[])
Holds = Callable[[Collection[Any]], Q]


@dataclass(frozen=True)
class Split:
    """A dimension ready to be grouped by: its expression in each part, and for texts the value as it was written.

    `holds[part]` gives the condition that a part's rows have one of some keys (None = empty). `read` makes a key of what
    the database, or an address, has for one.
    """

    dimension: Dimension
    expressions: tuple[Any, ...]
    holds: tuple[Holds, ...]
    read: Callable[[Any], Any]
    attribute: Attribute | None = None
    owner: type[Model] | None = None
    written: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        return self.dimension.name

    @property
    def unit(self) -> Unit | None:
        return self.dimension.unit

    def key(self, value: Any) -> Any:
        """A value as a key: an empty text is None. Raises ValueError for what cannot be one."""
        return None if value is None or value == "" else self.read(value)

    def code(self, key: Any) -> Any:
        """A key as programs read it."""
        return unit_code(key, self.unit) if self.unit and key is not None else key


def split_of(actor: Actor, dataset: Dataset, name: str) -> Split | None:
    """The dimension of that name, custom attributes included; None when there is none.

    `attributes.<code>` is the first record's that has one of this code, `client.attributes.<code>` the client's.
    """
    if ATTRIBUTES in name:
        return _of_attribute(actor, dataset, name)
    dimension = dataset.dimension(name)
    if dimension is None:
        return None
    field = _field_of(dataset, dimension)
    if dimension.unit:
        made = [_by_unit(part, dimension, dimension.unit) for part in dataset.parts]
        read: Callable[[Any], Any] = as_day
    else:
        made = [_by_field(actor, part, dimension, field) for part in dataset.parts]
        read = _uuid if isinstance(field, ForeignKey | UUIDField) else _same
    return Split(dimension, tuple(one for one, _holds in made), tuple(holds for _one, holds in made), read)


def offered(actor: Actor, dataset: Dataset) -> list[Dimension]:
    """What this reader may break the rows down by: the declared dimensions and the custom attributes there are now."""
    found = [one for one in dataset.dimensions if is_visible(actor, dataset, one.name)]
    taken: set[str] = set()
    for model in _owners(dataset):
        for attribute in definitions(model):
            if not attribute_is_visible(actor, dataset, model, attribute.code):
                continue
            name = (
                attribute.path
                if attribute.code not in taken
                else f"{_owner(dataset, model)}.{attribute.path}"
            )
            taken.add(attribute.code)
            found.append(_dimension_of(attribute, name))
    return found


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def _same(value: Any) -> Any:
    return value


def _field_of(dataset: Dataset, dimension: Dimension) -> Any:
    """The column a dimension is in the first part that has it."""
    paths = [(part.model, part.paths.get(dimension.field)) for part in dataset.parts]
    return next((field_at(model, path) for model, path in paths if path), None)


def _by_unit(part: Part, dimension: Dimension, unit: Unit) -> tuple[Any, Holds]:
    path = part.paths.get(dimension.field)
    if path is None:
        return Value(None, output_field=TextField()), _only_nothing(None)
    field = field_at(part.model, path)
    return truncated(path, field, unit), lambda keys: within(path, field, unit, keys)


def _only_nothing(nothing: Any) -> Holds:
    """All rows of a part that has no such field are as if it were not filled."""
    return lambda keys: Q() if None in keys or nothing in keys else NOTHING


def _by_field(actor: Actor, part: Part, dimension: Dimension, field: Field[Any, Any]) -> tuple[Any, Holds]:
    path = part.paths.get(dimension.field)
    column = column_of(part, dimension.field)
    if path is None:
        return column, _only_nothing(None)
    guard = guard_of(actor, part, path)
    if isinstance(field, CharField):
        column = NullIf(column, Value(""))  # nothing is one group, however it is stored
    if guard is None:
        return column, _holds_path(path, is_text=isinstance(field, CharField))
    guarded = guard.reference(column)
    return guarded, _holds_guarded(path, guard, guarded)


def _holds_path(path: str, *, is_text: bool) -> Holds:
    def holds(keys: Collection[Any]) -> Q:
        condition = Q(**{f"{path}__in": [key for key in keys if key is not None]})
        if None in keys:
            condition |= Q(**{f"{path}__isnull": True})
            condition |= Q(**{path: ""}) if is_text else NOTHING
        return condition

    return holds


def _holds_guarded(path: str, guard: Guard, guarded: Any) -> Holds:
    def holds(keys: Collection[Any]) -> Q:
        condition = Q(**{f"{path}__in": [key for key in keys if key is not None]}) & guard.condition
        condition |= Q(IsNull(guarded, True)) if None in keys else NOTHING
        return condition | Q(Exact(guarded, CLOSED_KEY)) if CLOSED_KEY in keys else condition

    return holds


def column_of(part: Part, name: str) -> Any:
    """The column of a part behind a name: a reference by its key; NULL where the part has none."""
    path = part.paths.get(name)
    if path is None:
        return Value(None, output_field=TextField() if name.endswith("_type") else UUIDField())
    field = field_at(part.model, path)
    return F(f"{path}_id" if isinstance(field, ForeignKey) else path)


def _owners(dataset: Dataset) -> Iterator[Any]:
    """Records with custom attributes, each once."""
    yield from dict.fromkeys(model for part in dataset.parts for model in part.attributes)


def _owner(dataset: Dataset, model: type[Model]) -> str:
    """The dimension that means the record itself."""
    return next((one.name for one in dataset.dimensions if one.model is model), "")


def _of_attribute(actor: Actor, dataset: Dataset, name: str) -> Split | None:
    owner, _point, code = name.rpartition(ATTRIBUTES)
    models = [one for one in _owners(dataset) if owner in {"", f"{_owner(dataset, one)}."}]
    rows = Attribute.objects.present().filter(code=code).prefetch_related("choices")
    by_entity = {one.entity: one for one in rows}
    model = next((one for one in models if one._meta.label_lower in by_entity), None)
    if model is None:
        return None
    attribute = by_entity[model._meta.label_lower]
    made = [_in_part(actor, part, model, attribute) for part in dataset.parts]
    return Split(
        _dimension_of(attribute, name),
        tuple(one for one, _holds in made),
        tuple(holds for _one, holds in made),
        _reader(attribute),
        attribute,
        model,
        tuple(_written(attribute, part.attributes.get(model)) for part in dataset.parts)
        if attribute.kind == Kind.STRING
        else (),
    )


def _in_part(actor: Actor, part: Part, model: type[Model], attribute: Attribute) -> tuple[Any, Holds]:
    via, plain = part.attributes.get(model), AttributeValue(attribute)
    if via is None:
        return Value(plain.nothing, output_field=plain.output_field), _only_nothing(plain.nothing)
    column = AttributeValue(attribute, via)
    guard = guard_of(actor, part, via)
    return (
        (guard.value(column, column.nothing) if guard else column),
        _holds_attribute(attribute, via, guard),
    )


def _holds_attribute(attribute: Attribute, via: str, guard: Guard | None) -> Holds:
    def one(key: Any) -> Q:
        column = AttributeValue(attribute, via)
        if key is not None and key != column.nothing:
            found = condition_of(attribute, "exact", key, via)
            return found & guard.condition if guard else found
        guarded = guard.value(column, column.nothing) if guard else column
        return Q(Exact(guarded, column.nothing))

    def holds(keys: Collection[Any]) -> Q:
        condition = NOTHING
        for key in keys:
            condition |= one(key)
        return condition

    return holds


def _reader(attribute: Attribute) -> Callable[[Any], Any]:
    """What a union of parts gives raw: numbers as numbers, the number that stands for nothing as None, booleans as 0 and 1."""
    if attribute.kind == Kind.NUMBER:
        return AttributeValue(attribute).output_field.from_db_value  # type: ignore[attr-defined,no-any-return]
    if attribute.kind == Kind.BOOLEAN:
        return lambda value: str(value).casefold() in {"1", "true"}
    return _same


def _dimension_of(attribute: Attribute, name: str) -> Dimension:
    choices = [(one.code, one.label) for one in present_choices(attribute)]
    return Dimension(name=name, label=attribute.label, choices=choices)


def _written(attribute: Attribute, via: str | None) -> Any:
    """Texts are grouped without regard to case and ё, and shown as somebody wrote them."""
    if via is None:
        return Value(None, output_field=TextField())
    return KeyTextTransform(attribute.code, F(f"{via}__attributes" if via else "attributes"))
