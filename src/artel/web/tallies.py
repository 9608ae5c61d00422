"""How many rows stand in each lane of a board and what they sum up to: from the totals where these can tell, else from the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from operator import mul
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    QuerySet,
    Sum,
    Value,
    When,
)

from artel.kernel import totals
from artel.kernel.access import fields_visible_to
from artel.screens.vocabulary import Board, Deck

from . import formats
from .lists import ListState
from .money import usual_sign


class Tally(NamedTuple):
    """So many rows, their money, and their money times percents; None for what may not be told."""

    rows: int
    money: Decimal | None = None
    weighed: Decimal | None = None


NOBODY = Tally(0)


def lane_of(deck: Deck) -> Case:
    """The number of the lane in which a row of the deck stands: -1 when it stands in none."""
    numbers = (When(lane.rows, then=Value(place)) for place, lane in enumerate(deck.lanes))
    return Case(*numbers, default=Value(-1), output_field=IntegerField())


@dataclass(frozen=True)
class Tallies:
    """What is counted on one board, and how it is said."""

    state: ListState
    board: Board
    deck: Deck
    sign: str = field(default_factory=usual_sign)

    @property
    def _sums(self) -> dict[str, tuple[str, ...]]:
        """What this person may see summed: the fields that are multiplied, by the name of a tally's part."""
        visible = fields_visible_to(self.state.actor, self.state.entity.model)
        money, weight = self.board.money, self.board.weight
        told = {"money": (money,), "weighed": (money, weight)}
        return {
            name: factors for name, factors in told.items() if all(one and one in visible for one in factors)
        }

    def by_lane(self, rows: QuerySet[Any]) -> dict[int, Tally]:
        """Of lanes that hold something; `rows` are those of the board, numbered."""
        counted = self._kept()
        if counted is None:
            sums = {f"sum_{name}": Sum(_product(factors)) for name, factors in self._sums.items()}
            counted = rows.order_by().values("lane").annotate(rows=Count("pk"), **sums)
        return {
            one["lane"]: Tally(one["rows"], **{name: one[f"sum_{name}"] for name in self._sums})
            for one in counted
            if one["rows"]
        }

    def _kept(self) -> QuerySet[Any] | None:
        """The totals of the lanes; None where they do not tell these rows apart."""
        model, condition = self.state.entity.model, self.state.condition
        told = None if condition is None else totals.told_by(model, condition & self.deck.rows)
        if told is None or not all(totals.tells(told.model, lane.rows) for lane in self.deck.lanes):
            return None
        columns = {name: totals.sum_of(told.model, *factors) for name, factors in self._sums.items()}
        if not all(columns.values()):
            return None
        sums = {f"sum_{name}": Sum(column) for name, column in columns.items()}
        lanes: QuerySet[Any] = told.order_by().annotate(lane=lane_of(self.deck)).values("lane")
        summed: QuerySet[Any] = lanes.annotate(rows=Sum("counted"), **sums)
        return summed

    @property
    def nothing(self) -> Tally:
        """What an empty lane holds: nothing, as far as it may be told."""
        return Tally(0, **dict.fromkeys(self._sums, Decimal(0)))

    def money(self, tallies: Iterable[Tally]) -> str:
        """Their money in words; nothing where it may not be told."""
        told = [one.money for one in tallies if one.money is not None]
        return formats.money(sum(told, Decimal(0)), self.sign) if told else ""

    def weighted(self, tallies: Iterable[Tally]) -> str:
        """Their money weighted by percents, in words: rounded once."""
        told = [Decimal(one.weighed) for one in tallies if one.weighed is not None]
        hundredth = (sum(told, Decimal(0)) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return formats.money(hundredth, self.sign) if told else ""


def _product(factors: tuple[str, ...]) -> Any:
    product: Any = reduce(mul, (F(name) for name in factors))
    return ExpressionWrapper(product, DecimalField()) if len(factors) > 1 else product
