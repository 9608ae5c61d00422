"""The change of many records as its dialog shows it: the fields to choose from, and the difference in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from artel.kernel.arguments import Argument
from artel.kernel.commands import Command
from artel.kernel.refusals import type_of_text
from artel.lib.words import capital
from artel.screens.bulk.edits import ATTRIBUTES, Edit, as_answer, changeable
from artel.screens.bulk.previewing import Preview, Shown
from artel.screens.vocabulary import Entity

from . import formats
from .attributes import code_of
from .forms import FormField, FormSection, said_of, sections_of, typed
from .references import References, address_of
from .visit import Visit


def fields_of(entity: Entity, command: Command, visit: Visit) -> dict[str, FormField]:
    """The fields that may be changed for many, in the order of the form, with nothing in them."""
    known = changeable(command, visit.actor)
    sections = sections_of(command, entity.form, visit, {})
    return {
        each.name: replace(each, argument=as_answer(each.argument), value=_at_first(each.argument), shown="")
        for section in sections
        for each in section.fields
        if each.name in known
    }


def _at_first(argument: Argument) -> str:
    return "true" if argument.kind == "boolean" and as_answer(argument).required else ""


def with_groups(command: Command, chosen: Sequence[str], known: Mapping[str, FormField]) -> list[str]:
    """The chosen fields, with those that mean something only beside them."""
    found = dict.fromkeys(name for name in chosen if name in known)
    for group in command.declared.together:
        if not found.keys().isdisjoint(group):
            found |= dict.fromkeys(name for name in group if name in known)
    return list(found)


def filled_in(
    fields: Sequence[FormField], posted: Mapping[str, str], errors: Mapping[str, type_of_text], visit: Visit
) -> list[FormField]:
    """The fields with what was typed; one that was just added stands as it is."""
    [section] = typed([FormSection("", fields)], posted, errors, visit.actor)
    return [full if full.name in posted else each for each, full in zip(fields, section.fields, strict=True)]


def raw_of_many(fields: Sequence[FormField], posted: Mapping[str, str]) -> dict[str, Any]:
    """What the command reads: every chosen field says something, an empty one that the value goes."""
    raw: dict[str, Any] = {}
    for each in fields:
        text = posted.get(each.name, "")
        if code := code_of(each.name):
            raw.setdefault(ATTRIBUTES, {})[code] = text
        else:
            raw[each.name] = text
    return raw


@dataclass(frozen=True)
class Change:
    """A field of a record: what it is called, what stands there, what will."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ShownRow:
    """A record of the preview by name and address; a `sentence` says why a rule refuses it."""

    name: str
    address: str
    changes: Sequence[Change] = ()
    sentence: str = ""


@dataclass(frozen=True)
class Difference:
    """A preview in words."""

    counts: Preview
    news: Sequence[Change]
    rows: Sequence[ShownRow]
    refused: Sequence[ShownRow]
    closed: Sequence[ShownRow]


def difference_of(edit: Edit, found: Preview) -> Difference:
    """References are read at once, and named only as far as this person may see them."""
    references = References(edit.actor)
    for name, argument in edit.arguments.items():
        if argument.kind == "reference" and argument.model:
            keys = [one.now.get(name) for one in found.shown]
            references.want(argument.model, [getattr(key, "pk", key) for key in keys])
    news = {name: _said(argument, edit.values[name], references) for name, argument in edit.arguments.items()}
    return Difference(
        counts=found,
        news=[Change(capital(argument.label), "", news[name]) for name, argument in edit.arguments.items()],
        rows=[_row(edit, one, news, references) for one in found.shown],
        refused=[
            ShownRow(str(one.record), address_of(one.record), sentence=str(one.refusal))
            for one in found.refused
        ],
        closed=[ShownRow(str(one), address_of(one)) for one in found.closed],
    )


def _row(edit: Edit, one: Shown, news: Mapping[str, str], references: References) -> ShownRow:
    changes = [
        Change(capital(argument.label), _said(argument, one.now[name], references), news[name])
        for name, argument in edit.arguments.items()
        if name in one.now
    ]
    return ShownRow(
        str(one.record), address_of(one.record), [each for each in changes if each.old != each.new]
    )


def _said(argument: Argument, value: Any, references: References) -> str:
    if value is None or value == "":
        return "—"
    if code_of(argument.name):
        with suppress(ValidationError):
            value = argument.read(value)
    if isinstance(value, Decimal):
        return formats.number(value, None if code_of(argument.name) else argument.decimal_places)
    return said_of(argument, value, references)
