"""Panels of a card: declared by the entity, contributed by higher rooms; shown when they have something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model

from artel.kernel.access import fields_visible_to
from artel.kernel.ready import Question
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
    return [
        _block(
            panel,
            data,
            actions_on([one for one in panel.actions if panel.offers(data, one)], entity, visit, record),
            actions_on(panel.row_actions, entity, visit, record),
        )
        for panel, data in _shown(_declared(entity, given), visit, record)
    ]


def _declared(entity: Entity, given: Sequence[Contribution]) -> list[Panel]:
    return [*entity.panels, *(one for each in given for one in each.panels)]


def asked_by(entity: Entity, given: Sequence[Contribution], visit: Visit, key: UUID) -> list[Question]:
    """What the panels of a card will ask the base by the record's key."""
    shown = _open(_declared(entity, given), visit, entity.model)
    return [one for panel in shown if panel.asks for one in panel.asks(key)]


def _shown(declared: Sequence[Panel], visit: Visit, record: Any) -> list[tuple[Panel, Any]]:
    return [
        (panel, data)
        for panel in _open(declared, visit, type(record))
        if (data := panel.data(visit.actor, record)) is not None
    ]


def _open(declared: Sequence[Panel], visit: Visit, model: type[Model]) -> list[Panel]:
    """Those whose option is on and that tell nothing hidden from this person."""
    visible = fields_visible_to(visit.actor, model)
    return [panel for panel in declared if visit.is_on(panel.option) and visible.has_all(panel.tells)]


def _block(
    panel: Panel, data: Any, actions: Sequence[Action] = (), row_actions: Sequence[Action] = ()
) -> Block:
    return Block(panel.name, str(panel.title), panel.template, panel.place, data, actions, row_actions)
