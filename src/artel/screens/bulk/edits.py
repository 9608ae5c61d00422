"""An edit of many records: the values that fields of their form shall have, read and judged once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from artel.kernel import options
from artel.kernel.access import fields_visible_to, require
from artel.kernel.actors import Actor
from artel.kernel.arguments import UNKNOWN, Argument, Values
from artel.kernel.attributes.models import Attribute
from artel.kernel.attributes.record import Attributed
from artel.kernel.attributes.values import argument_of, definitions, read_value
from artel.kernel.commands import Command
from artel.kernel.records import Record
from artel.kernel.refusals import Refused, type_of_text
from artel.screens.vocabulary import Entity

ATTRIBUTES = "attributes"
UNFIT = frozenset({"json", "pointer"})
"""Kinds that no one value for many records is typed for."""

NOTHING_CHOSEN = _("Choose at least one field to change.")
WRONG = _("Some fields need correcting.")


def changing(entity: Entity) -> Command | None:
    """The command of the form, where it changes some fields and leaves the others."""
    command = entity.change
    return command if command and command.declared.fields and not command.declared.irreversible else None


def may_change(entity: Entity, actor: Actor) -> bool:
    """Whether the change of many is offered at all: each record is asked again when it is done."""
    command = changing(entity)
    return command is not None and actor.has(command.permission) and bool(changeable(command, actor))


def changeable(command: Command, actor: Actor) -> dict[str, Argument]:
    """The fields that this person may see and change, by name; custom attributes as `attributes.<code>`."""
    visible = fields_visible_to(actor, command.model)
    arguments = {one.name: one for one in command.arguments if one.name in visible}
    own = {
        name: one
        for name, one in arguments.items()
        if one.kind not in UNFIT and not one.many and not one.secret
    }
    if ATTRIBUTES not in arguments:
        return own
    return own | {one.path: argument_of(one) for one in _offered(command.model, actor)}


def _offered(model: type[Record], actor: Actor) -> list[Attribute]:
    """Custom attributes in use that this person may see."""
    if not issubclass(model, Attributed):
        return []
    visible = fields_visible_to(actor, model)
    return [one for one in definitions(model) if one.path in visible and not one.is_archived]


@dataclass(frozen=True)
class Edit:
    """Who changes what: typed values by name, one name for each custom attribute."""

    actor: Actor
    command: Command
    values: Mapping[str, Any]

    @property
    def model(self) -> type[Record]:
        return self.command.model

    @cached_property
    def arguments(self) -> dict[str, Argument]:
        """The changed fields, in the order of the form."""
        known = changeable(self.command, self.actor)
        return {name: one for name, one in known.items() if name in self.values}

    def args(self) -> Values:
        """The command's arguments, anew for each line: bodies fill them in."""
        own = {name: value for name, value in self.values.items() if not _code(name)}
        attributes = {code: value for name, value in self.values.items() if (code := _code(name))}
        return Values({**own, ATTRIBUTES: attributes} if attributes else own)

    def kept(self) -> dict[str, Any]:
        """The same as JSON, which the command reads again in another process."""
        args = self.args()
        return {name: _plain(value) for name, value in args.items()}


def edit_of(actor: Actor, command: Command, given: Values) -> Edit:
    """An edit of values that the command has read.

    Raises Forbidden for who may not, Refused with a sentence beside each field that is not to be changed: one that is closed
    answers like one that does not exist.
    """
    require(actor, command.permission)
    if not actor.is_unbounded:
        options.require(command.permission)
    values = {name: value for name, value in given.items() if name != ATTRIBUTES}
    attributes, errors = _read_attributes(actor, command.model, given.get(ATTRIBUTES) or {})
    known = changeable(command, actor)
    errors |= dict.fromkeys(values.keys() - known.keys(), UNKNOWN)
    if errors:
        raise Refused("invalid", WRONG, fields=errors)
    if not values and not attributes:
        raise Refused("nothing_chosen", NOTHING_CHOSEN)
    return Edit(actor, command, {**values, **attributes})


def _read_attributes(
    actor: Actor, model: type[Record], given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, type_of_text]]:
    """The attributes as they are kept, and what is wrong with them."""
    values: dict[str, Any] = {}
    errors: dict[str, type_of_text] = {}
    if not given:
        return values, errors
    offered = _offered(model, actor)
    known = {one.code: one for one in offered}
    for code, raw in given.items():
        name = f"{ATTRIBUTES}.{code}"
        if code not in known:
            errors[name] = UNKNOWN
            continue
        try:
            values[name] = read_value(known[code], raw)
        except ValidationError as error:
            errors[name] = error.messages[0]
    return values, errors


def as_answer(argument: Argument) -> Argument:
    """A yes or no as two words to choose from: an unticked box would not say whether it is a no. Only an attribute may be neither."""
    if argument.kind != "boolean":
        return argument
    choices = [("true", _("yes")), ("false", _("no"))]
    return replace(argument, kind="choice", choices=choices, required=not _code(argument.name))


def _code(name: str) -> str:
    return name.removeprefix(f"{ATTRIBUTES}.") if name.startswith(f"{ATTRIBUTES}.") else ""


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
