"""Custom attributes in the words of pages: columns, facts, filters, orders and fields of forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Model

from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.arguments import Argument
from artel.kernel.attributes.expressions import AttributeValue
from artel.kernel.attributes.models import Attribute, Kind
from artel.kernel.attributes.record import Attributed
from artel.kernel.attributes.values import argument_of, definitions, shown
from artel.screens.vocabulary import Cell

from .paging import Sort

ATTRIBUTES = "attributes"
CELLS: Mapping[str, str] = {Kind.NUMBER: "number", Kind.DATE: "day", Kind.BOOLEAN: "boolean"}


def attributes_of(model: type[Model], actor: Actor) -> list[Attribute]:
    """The attributes of an entity that this person may see, in their order; one query, two when there are any."""
    if not issubclass(model, Attributed):
        return []
    visible = fields_visible_to(actor, model)
    return [one for one in definitions(model) if one.path in visible] if ATTRIBUTES in visible else []


def cells_of(known: Sequence[Attribute]) -> list[Cell]:
    """Columns that a list may show: the archived are offered no more."""
    return [cell_of(one) for one in known if not one.is_archived]


def cell_of(attribute: Attribute) -> Cell:
    """The attribute as a column or a fact."""
    kind = CELLS.get(attribute.kind, "text")
    return Cell(name=attribute.path, label=attribute.label, value=partial(_values, attribute), kind=kind)


def facts_of_record(known: Sequence[Attribute], record: Any) -> list[Cell]:
    """Attributes in use, filled or not, and archived ones that are filled."""
    return [
        cell_of(one) for one in known if not one.is_archived or record.attributes.get(one.code) is not None
    ]


def _values(attribute: Attribute, _actor: Actor, records: Sequence[Any]) -> dict[UUID, Any]:
    return {record.pk: shown(attribute, record.attributes.get(attribute.code)) for record in records}


def filtered_by(known: Sequence[Attribute]) -> list[str]:
    """Filters by those that an index serves, and by the answers yes and no."""
    return [one.path for one in known if one.is_indexed or one.kind == Kind.BOOLEAN]


def orders_of(known: Sequence[Attribute]) -> dict[str, Attribute]:
    """What a list may be sorted by: the indexed."""
    return {one.path: one for one in known if one.is_indexed}


def sort_by(sort: Sort, known: Sequence[Attribute]) -> Sort:
    """The same order with the expression of its attribute, when it is one."""
    attribute = orders_of(known).get(sort.column)
    return replace(sort, by=AttributeValue(attribute)) if attribute else sort


def arguments_of(known: Sequence[Attribute], values: Mapping[str, Any]) -> list[Argument]:
    """Fields of a form: the archived are asked no more, an archived choice that stands already may stay."""
    return [_argument(one, values.get(one.code)) for one in known if not one.is_archived]


def _argument(attribute: Attribute, value: Any) -> Argument:
    made = argument_of(attribute)
    if attribute.kind != Kind.CHOICE or value is None or value in dict(made.choices):
        return made
    return replace(made, choices=[*made.choices, (value, str(shown(attribute, value)))])


def code_of(name: str) -> str:
    """`region` of `attributes.region`; empty for any other name."""
    return name.removeprefix(f"{ATTRIBUTES}.") if name.startswith(f"{ATTRIBUTES}.") else ""
