"""Rows of an entity as a block of a card or of the start page; rooms give them to their panels and widgets:

Widget(key="deals.mine", title=_("My open deals"), permission="deals.view_deal",
       build=lambda actor: rows_block(actor, "deals.deal", Deal.objects.open(), ["name", "client"]))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.screens import registry
from artel.screens.vocabulary import Cell

from .addresses import card_address, page_address
from .cells import Column, Shown, columns_seen
from .references import References


@dataclass(frozen=True)
class RowsBlock:
    """A few rows with their columns, and where all of them are; `more` when there are others than those."""

    columns: Sequence[Column]
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Shown]]]
    all: str
    more: bool = False

    @property
    def count(self) -> str:
        """«5», or «10+» of which only the first are read."""
        return f"{len(self.rows)}+" if self.more else str(len(self.rows))


def rows_block(
    actor: Actor,
    entity: str,
    rows: QuerySet[Any],
    columns: Sequence[str | Cell],
    *,
    most: int = 10,
    query: str = "",
) -> RowsBlock | None:
    """The first rows this person may see, in the order given; None when he may not see the entity at all.

    `query` narrows the list behind the block («responsible=me»).
    """
    screens = registry.find(entity)
    permission = view_permission(screens.model)
    if not actor.has(permission):
        return None
    shown = columns_seen(actor, screens.model, columns)
    found = list(restrict(rows, actor, permission)[: most + 1])
    records = found[:most]
    references = References(actor)
    for column in shown:
        column.prepare(records, references)
    units = [column.unit(records) for column in shown]
    cells = [
        column.shown(records, references, brief=True, unit=unit)
        for column, unit in zip(shown, units, strict=True)
    ]
    lines = [
        (card_address(screens.path, record.pk), [column[place] for column in cells])
        for place, record in enumerate(records)
    ]
    base = page_address("web:table", screens.path)
    heads = [column.head(unit) for column, unit in zip(shown, units, strict=True)]
    return RowsBlock(shown, heads, lines, f"{base}?{query}" if query else base, len(found) > most)
