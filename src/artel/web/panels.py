"""Panels of a card or of the start page: declared by the entity, contributed by higher rooms; shown when they have something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from artel.screens.vocabulary import Contribution, Panel

from .visit import Visit


@dataclass(frozen=True)
class Block:
    """A panel with its data."""

    name: str
    title: str
    template: str
    place: str
    data: Any


def panels(given: Sequence[Contribution], own: Sequence[Panel], visit: Visit, record: Any) -> list[Block]:
    """The panels whose option is on and whose data is not None."""
    declared: list[Panel] = [*own, *(one for each in given for one in each.panels)]
    return [
        Block(panel.name, str(panel.title), panel.template, panel.place, data)
        for panel in declared
        if visit.is_on(panel.option) and (data := panel.data(visit.actor, record)) is not None
    ]
