"""What every declared screen owes its reader, whichever room declares it."""

from collections.abc import Iterator

import pytest
from django.core.checks import run_checks
from django.db import models
from django.utils.translation import override

from artel.kernel.options import declared as options
from artel.screens.registry import all_entities, all_resources, all_sections, contributions, find
from artel.screens.vocabulary import Entity, Related

ENTITIES = list(all_entities())


@pytest.fixture(params=ENTITIES, ids=lambda entity: entity.name)
def entity(request: pytest.FixtureRequest) -> Entity:
    found: Entity = request.param
    return found


def indexed(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    for index in model._meta.indexes:
        if index.condition is None:
            yield tuple(name.lstrip("-") for name in index.fields)


def related(entity: Entity) -> list[Related]:
    return [*entity.related, *(one for each in contributions(entity.name) for one in each.related)]


def test_declarations_name_what_there_is() -> None:
    assert run_checks() == []


def test_a_list_sorts_only_by_an_index_that_ends_with_the_key(entity: Entity) -> None:
    known = list(indexed(entity.model))
    for name in {entity.table.order.lstrip("-"), *(one.lstrip("-") for one in entity.table.sorts)}:
        is_unique = entity.model._meta.get_field(name).unique  # type: ignore[union-attr]  # the key would add nothing
        assert is_unique or (name, "id") in known, f"{entity.name}: no index for {name}"


def test_related_lists_name_screens_and_fields_that_are_there(entity: Entity) -> None:
    for one in related(entity):
        other = find(one.entity)
        assert other.model._meta.get_field(one.via).related_model is entity.model
        for name in (*(each for each in one.columns if isinstance(each, str)), one.order.lstrip("-")):
            other.model._meta.get_field(name.partition("__")[0])


def test_a_list_belongs_to_a_section_of_the_rail_or_to_none(entity: Entity) -> None:
    assert entity.section in {"", "directories", *(one.code for one in all_sections())}


def test_options_of_screens_and_resources_are_declared() -> None:
    known = {"", *(one.code for one in options())}
    assert {one.option for one in ENTITIES} <= known
    assert {one.option for one in all_resources()} <= known


def test_two_columns_of_a_file_are_never_called_the_same() -> None:
    """An import finds a column by its name, its labels, or its label in either language (contract, “Imports”)."""
    for resource in all_resources():
        taken: dict[str, str] = {}
        for field in resource.fields:
            for label in (field.name, *field.labels):
                folded = label.casefold().replace("ё", "е").replace(" ", "")
                assert taken.setdefault(folded, field.name) == field.name, f"{resource.path}: {label}"


SPEAKS_FOR_ITSELF = {"name", "comment", "description", "is_archived"}


def test_a_form_of_some_size_helps_with_its_fields(entity: Entity) -> None:
    """Where names alone do not say it all: an argument, the model or the screen says what a field is for."""
    for command in (entity.create, entity.change):
        typed = {name for section in entity.form for name in section.fields} - SPEAKS_FOR_ITSELF
        asked = [one for one in command.arguments if one.name in typed] if command else []
        helped = [one.name for one in asked if one.help or one.name in entity.helps]
        assert helped or len(asked) < 3, f"{entity.path}: {[one.name for one in asked]}"


def test_every_field_of_a_form_is_called_something(entity: Entity) -> None:
    """By its label in the language of the reader, never by the name that programs use."""
    commands = [one for one in (entity.create, entity.change, *entity.actions) if one]
    with override("ru"):
        bare = [
            f"{command.name}: {one.name}"
            for command in commands
            for one in command.arguments
            if str(one.label) == one.name
        ]
    assert bare == []
