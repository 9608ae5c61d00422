"""Panels of a card or of the start page: declared by the entity, contributed by higher rooms; shown when they have something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from artel.screens.vocabulary import Contribution, Entity, Panel

from .actions import Action, actions_on
from .visit import Visit


@dataclass(frozen=True)
class Block:
    """A panel with its data."""

    name: str
    title: str
    template: str
    place: str
    data: Any
    actions: Sequence[Action] = ()
    row_actions: Sequence[Action] = ()


def panels(entity: Entity, given: Sequence[Contribution], visit: Visit, record: Any) -> list[Block]:
    """The panels of a card whose option is on and whose data is not None, with the acts that stand in them."""
    declared: list[Panel] = [*entity.panels, *(one for each in given for one in each.panels)]
    shown = _shown(declared, visit, record)
    return [
        replace(
            block,
            actions=actions_on(
                [one for one in panel.actions if panel.offers(block.data, one)], entity, visit, record
            ),
            row_actions=actions_on(panel.row_actions, entity, visit, record),
        )
        for panel, block in shown
    ]


def home_panels(given: Sequence[Contribution], visit: Visit) -> list[Block]:
    """The panels that rooms put on the start page."""
    return [block for _panel, block in _shown([one for each in given for one in each.panels], visit, None)]


def _shown(declared: Sequence[Panel], visit: Visit, record: Any) -> list[tuple[Panel, Block]]:
    return [
        (panel, Block(panel.name, str(panel.title), panel.template, panel.place, data))
        for panel in declared
        if visit.is_on(panel.option) and (data := panel.data(visit.actor, record)) is not None
    ]
