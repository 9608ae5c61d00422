"""Django's checks read every declaration, so that a misspelt column never reaches a user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from .registry import all_entities, all_resources
from .vocabulary import Entity, Resource


def _names(entity: Entity) -> Iterator[tuple[str, str]]:
    table = entity.table
    for place, found in (
        ("table", table.columns),
        ("more columns", table.more_columns),
        ("filters", table.filters),
        ("sorts", table.sorts),
        ("header", entity.header),
    ):
        yield from ((place, name) for name in found if isinstance(name, str))
    yield "order", table.order.lstrip("-")
    for section in entity.facts:
        yield from (("facts", name) for name in section.fields if isinstance(name, str))


def _argument_names(entity: Entity) -> set[str]:
    made = [one for one in (entity.create, entity.change) if one]
    return {argument.name for one in made for argument in one.arguments}


def is_named(model: type[Model], name: str) -> bool:
    """Whether `name` is a field, a path of fields, a property of the model or a custom attribute."""
    if name.startswith("attributes."):
        return True
    head, _sep, rest = name.partition("__")
    try:
        found = model._meta.get_field(head)
    except FieldDoesNotExist:
        return not rest and hasattr(model, head)
    related = found.related_model
    return not rest or (isinstance(related, type) and is_named(related, rest))


@register()
def screens_name_real_fields(app_configs: Any, **kwargs: Any) -> list[Error]:
    errors = [
        Error(f"{entity.name}: {place} names unknown field '{name}'", id="screens.E001")
        for entity in all_entities()
        for place, name in _names(entity)
        if not is_named(entity.model, name)
    ]
    for entity in all_entities():
        known = _argument_names(entity)
        errors += [
            Error(f"{entity.name}: the form names unknown argument '{name}'", id="screens.E002")
            for section in entity.form
            for name in section.fields
            if name not in known and not str(name).startswith("attributes.")
        ]
    return errors


@register()
def resources_name_real_fields(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [error for resource in all_resources() for error in _of_resource(resource)]


def _of_resource(resource: Resource) -> Iterator[Error]:
    for one in resource.fields:
        if one.fetch is None and one.path != "-" and not is_named(resource.model, one.path or one.name):
            yield Error(f"{resource.path}: unknown field '{one.path or one.name}'", id="screens.E003")
    for key in resource.keys:
        if any(resource.field(name) is None for name in key.split("+")):
            yield Error(
                f"{resource.path}: the look-up key '{key}' is not among its fields", id="screens.E004"
            )
