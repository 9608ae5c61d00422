"""The acts that pages offer: those declared, less what this person may not do and what makes no sense for the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from artel.kernel.actors import Actor
from artel.kernel.commands import Command
from artel.screens import registry
from artel.screens.vocabulary import Entity

from .addresses import PLACE, address_around
from .formats import language
from .visit import Visit

IN_SIGHT = 3


@dataclass(frozen=True)
class Action:
    """A button of the card."""

    name: str
    label: str
    icon: str
    address: str
    asks: bool

    @property
    def is_seldom(self) -> bool:
        return self.name.startswith(("mark_", "unmark_", "erase_"))


def acts_of(entity: Entity) -> list[Command]:
    """The acts of the card's head: the entity's own, then what higher rooms add."""
    return [
        *entity.actions,
        *(one for each in registry.contributions(entity.name) for one in each.actions),
    ]


def all_acts_of(entity: Entity) -> list[Command]:
    """These, and the acts that stand in panels."""
    own = [*entity.panels, *(one for each in registry.contributions(entity.name) for one in each.panels)]
    in_panels = [one for panel in own for one in (*panel.actions, *panel.row_actions)]
    return [*acts_of(entity), *in_panels]


def actions_on(commands: Iterable[Command], entity: Entity, visit: Visit, record: Any) -> list[Action]:
    """The buttons for a record: one question about rights for each permission, none for what does not apply."""
    author = getattr(record, "author_id", None)
    made_it = author is not None and author == visit.actor.user_id
    offered = [
        each for each in commands if _makes_sense(each, record) and (made_it or not each.declared.by_author)
    ]
    permitted = {name: visit.may(name, record) for name in {each.permission for each in offered}}
    return [_action(entity, each, record) for each in offered if permitted[each.permission]]


def arranged(actions: Sequence[Action]) -> tuple[list[Action], list[Action]]:
    """The first few in sight, the others in a menu; marking for deletion and erasing are never in sight."""
    main = [each for each in actions if not each.is_seldom]
    return main[:IN_SIGHT], [*main[IN_SIGHT:], *(each for each in actions if each.is_seldom)]


def bulk_commands(entity: Entity, actor: Actor) -> list[Command]:
    """What may be done to a selection: each record is asked again when it is done."""
    return [each for each in entity.actions if actor.has(each.permission)]


def inapplicable(commands: Sequence[Command], record: Any) -> str:
    """Names of the acts that make no sense for a row of a list, as its bulk bar reads them."""
    return " ".join(each.short_name for each in commands if not _makes_sense(each, record))


def _makes_sense(command: Command, record: Any) -> bool:
    """A marked record is only unmarked or erased, any other only marked; then the act's own rule is asked."""
    if record.is_deleted != command.short_name.startswith("unmark_") and not command.declared.on_marked:
        return False
    return command.applies_to(record)


def _action(entity: Entity, command: Command, record: Any) -> Action:
    button = _button(entity.path, command, language())
    address = f"{button.before}{record.pk}{button.after}?version={record.version}"
    return Action(button.name, button.label, button.icon, address, button.asks)


@dataclass(frozen=True)
class _Button:
    """What the buttons of an act share on all records of an entity; `before` and `after` surround the key."""

    name: str
    label: str
    icon: str
    asks: bool
    before: str
    after: str


@lru_cache(maxsize=2048)
def _button(path: str, command: Command, _language: str) -> _Button:
    return _Button(
        command.short_name,
        str(command.label).rstrip("…."),
        command.declared.icon or "bolt",
        bool(command.arguments) or bool(command.declared.confirm),
        *address_around("web:act", path, PLACE, command.short_name),
    )
