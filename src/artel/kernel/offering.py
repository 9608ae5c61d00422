"""What a reference of an act may be chosen from: forms, dialogs and programs ask it alike, and offer what the act takes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from .access import one_seen
from .actors import Actor
from .arguments import Argument
from .commands import Command, find


def reference(actor: Actor, act: str, name: str) -> tuple[Command, Argument] | None:
    """The act and its reference argument of that name; None where there is none, or none for this actor."""
    try:
        command = find(act)
    except KeyError:
        return None
    found = next((one for one in command.arguments if one.name == name and one.model), None)
    return (command, found) if found and actor.has(command.permission) else None


def offered(actor: Actor, command: Command, argument: Argument, of: str) -> QuerySet[Any]:
    """The rows an argument takes, whoever may see them; `of` is the key of the record acted on, if it is known yet."""
    return argument.offered(_subject(actor, command, of))


def _subject(actor: Actor, command: Command, text: str) -> Any:
    try:
        return one_seen(actor, command.model, UUID(text))
    except ValueError:
        return None
