"""The rows of a list as cards in lanes: a statement for counts and sums, one for the first cards of all lanes, one for the names
of what they refer to. A lane that its reader has folded brings no cards."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, Q, QuerySet, When
from markupsafe import Markup

from artel.kernel.access import predicate, reaches_all_seen, ready, view_permission
from artel.kernel.commands import Command
from artel.screens.vocabulary import Board, Deck, Lane

from .addresses import page_address
from .board_cards import Card, Cards
from .cells import column_of
from .folding import fold, folded_lanes
from .lists import ListState
from .manner import BOARD
from .paging import Cursor, cut
from .tallies import NOBODY, Tallies, Tally, lane_of

WINDOW = 15
"""Cards of a lane at once; the others come as somebody asks for them."""
REST = "rest"


@dataclass(frozen=True)
class ShownLane:
    """A lane with its first cards; `act` and `act_on_ended` are done to a card that is dropped here, as this person may."""

    lane: Lane
    cards: Sequence[Card] = field(default_factory=tuple)
    tally: Tally = NOBODY
    sum: str = ""
    weighted: str = ""
    more: str = ""
    folded: bool = False
    act: Command | None = None
    act_on_ended: Command | None = None

    @property
    def drop(self) -> dict[str, str]:
        """Attributes of the lane for the island."""
        act, ended = self.act, self.act_on_ended
        found = {"act": act.short_name if act else "", "ended": ended.short_name if ended else ""}
        return {**found, "given": json.dumps(self.lane.given)} if act or ended else {}

    @property
    def markup(self) -> Markup:
        """The elements of its cards."""
        return Markup("\n".join(card.markup for card in self.cards))  # noqa: S704 -- every value was escaped

    @property
    def count(self) -> int:
        return self.tally.rows

    @property
    def left(self) -> int:
        return self.count - len(self.cards)

    @property
    def told(self) -> str:
        """Its count and sums in a line."""
        return " · ".join(one for one in (str(self.count), self.sum) if one)


@dataclass(frozen=True)
class ShownBoard:
    """The chosen board, what else may be chosen, and what is summed over the work that goes on."""

    deck: Deck
    decks: Sequence[tuple[str, str, bool]]
    lanes: Sequence[ShownLane]
    orders: Sequence[tuple[str, str, bool]]
    count: int = 0
    sum: str = ""
    weighted: str = ""


def board_of(state: ListState) -> ShownBoard | None:
    """None when there is no board to show: no kind of record has lanes."""
    board = state.entity.board
    decks = _decks(state)
    if board is None or not decks:
        return None
    deck = _chosen(state, decks)
    drawing = _Drawing(state, board, deck)
    lanes = drawing.lanes()
    going_on = [one for one in lanes if not one.lane.is_end]
    return ShownBoard(
        deck,
        [(one.label, state.looking(BOARD, one.key), one.key == deck.key) for one in decks],
        lanes,
        list(_orders(state)),
        sum(one.count for one in going_on),
        drawing.tallies.money(one.tally for one in going_on),
        drawing.tallies.weighted(one.tally for one in going_on),
    )


def more_of(state: ListState, key: str, after: str) -> ShownLane | None:
    """The next cards of a lane after a place in it; None for a lane that is not there."""
    board = state.entity.board
    decks = _decks(state)
    return _Drawing(state, board, _chosen(state, decks)).more(key, after) if board and decks else None


def fold_lane(state: ListState, key: str, *, folded: bool) -> bool:
    """Keep for this person that a lane of the chosen board is folded, or is not; False for a lane that is not there."""
    decks = _decks(state)
    if not decks:
        return False
    deck = _chosen(state, decks)
    known = {REST, *(one.key for one in deck.lanes)}
    if key not in known:
        return False
    now = {*folded_lanes(state.actor, state.entity, deck)} & known
    fold(state.actor, state.entity, deck, now | {key} if folded else now - {key})
    return True


def _decks(state: ListState) -> Sequence[Deck]:
    return state.entity.board.decks() if state.entity.board and state.has_board else []


def _chosen(state: ListState, decks: Sequence[Deck]) -> Deck:
    return next((one for one in decks if one.key == state.manner.deck), decks[0])


def _orders(state: ListState) -> Iterator[tuple[str, str, bool]]:
    """By what cards of a lane may stand: the orders of the list, each both ways."""
    for name in state.orders:
        label = column_of(state.entity.model, name.removeprefix("sort_")).label
        for sign, arrow in (("", "↑"), ("-", "↓")):
            ordered = replace(state, manner=replace(state.manner, sort=f"{sign}{name}"), after="", before="")
            yield f"{label} {arrow}", ordered.address, str(state.sort) == f"{sign}{name}"


class _Drawing:
    """One board being made."""

    def __init__(self, state: ListState, board: Board, deck: Deck) -> None:
        self.state, self.board, self.deck = state, board, deck
        self.tallies = Tallies(state, board, deck)
        self._cards = Cards(state, board, deck)

    def _numbered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows of the deck, each with the number of its lane."""
        found: QuerySet[Any] = self._of_deck(rows).annotate(lane=lane_of(self.deck))
        return found

    def _of_deck(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.state.sort.ready(rows.filter(self.deck.rows))

    def lanes(self) -> list[ShownLane]:
        counts = self.tallies.by_lane(self._numbered(self.state.rows))
        folded = folded_lanes(self.state.actor, self.state.entity, self.deck)
        numbered = [(-1, self._rest)] if -1 in counts else []
        numbered += list(enumerate(self.deck.lanes))
        records = self._first([at for at, lane in numbered if at in counts and lane.key not in folded])
        by_number: dict[int, list[Any]] = {}
        for record, card in zip(records, self._shown(records), strict=True):
            by_number.setdefault(record.lane, []).append((record, card))
        return [self._lane(at, lane, by_number.get(at, []), counts, folded) for at, lane in numbered]

    def _first(self, filled: Sequence[int]) -> list[Any]:
        """The first rows of each of these lanes. What nobody has narrowed is asked by a query made once for a person's rights."""
        state, model = self.state, self.state.entity.model
        if not filled:
            return []
        if not state.is_plain:
            return list(self._cut(state.rows, filled))
        lanes = ",".join(one.key for one in self.deck.lanes)
        told = (self._cards.has_steps, *sorted(self._rights))
        name = f"board {self.deck.key} {lanes} {filled} {state.sort} {state.marked} {told}"

        def cut(seen: QuerySet[Any]) -> QuerySet[Any]:
            return self._cut(seen.filter(is_deleted=state.marked), filled)

        return ready(state.actor, name, model, view_permission(model), cut).rows()

    def _cut(self, rows: QuerySet[Any], filled: Sequence[int]) -> QuerySet[Any]:
        """The first of each lane by the index of the order: a lane may hold many thousands."""
        model: Any = self.state.entity.model
        order = self.state.sort.order()
        plain, numbered = self._of_deck(rows), self._numbered(rows)
        keys = []
        for number in filled:
            lane = plain.filter(self.deck.lanes[number].rows) if number >= 0 else numbered.filter(lane=number)
            whole = model._default_manager.filter(pk__in=lane.order_by(*order)[:WINDOW].values("pk"))
            keys.append(whole.order_by().values("pk"))
        first, *others = keys
        found = model._default_manager.filter(pk__in=first.union(*others, all=True) if others else first)
        return self._told(self._numbered(found)).order_by(*order)

    def _told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with the moment of their next step, where it may be told, and with whether this person may move them."""
        told: dict[str, Any] = {"next_at": self.board.next_step} if self._cards.has_steps else {}
        if self._reached is not None:
            told["moves"] = Case(When(self._reached, then=True), default=False, output_field=BooleanField())
        found: QuerySet[Any] = rows.annotate(**told)
        return found

    def _may(self, act: Command | None) -> Command | None:
        return act if act and self.state.actor.has(act.permission) else None

    @cached_property
    def _rights(self) -> set[str]:
        """What this person needs, and has, for the acts of the lanes."""
        acts = [act for lane in self.deck.lanes for act in (lane.act, lane.act_on_ended)]
        return {act.permission for act in map(self._may, acts) if act}

    @cached_property
    def _reached(self) -> Q | None:
        """Which of the rows he sees he may move; None when it is the same of all."""
        actor, model = self.state.actor, self.state.entity.model
        if any(reaches_all_seen(actor, right, model) for right in self._rights):
            return None
        reached = [predicate(actor, model, right) for right in sorted(self._rights)]
        return reduce(or_, reached) if reached else None

    @property
    def _rest(self) -> Lane:
        return Lane(key=REST, label=str(self.deck.rest), rows=self.deck.rows)

    def _lane(
        self, at: int, lane: Lane, found: Sequence[Any], counts: Mapping[int, Tally], folded: Collection[str]
    ) -> ShownLane:
        is_folded = lane.key in folded
        tally = counts[at] if at in counts and (found or is_folded) else self.tallies.nothing
        return ShownLane(
            lane,
            cards=[card for _record, card in found],
            tally=tally,
            sum=self.tallies.money([tally]),
            weighted="" if lane.is_end else self.tallies.weighted([tally]),
            more=self._more(lane, found[-1][0]) if tally.rows > len(found) > 0 else "",
            folded=is_folded,
            act=self._may(lane.act),
            act_on_ended=self._may(lane.act_on_ended),
        )

    def _shown(self, records: Sequence[Any]) -> list[Card]:
        return self._cards.of(records, may_move=bool(self._rights))

    def more(self, key: str, after: str) -> ShownLane | None:
        numbered = {REST: (-1, self._rest)} | {one.key: (at, one) for at, one in enumerate(self.deck.lanes)}
        if key not in numbered:
            return None
        number, lane = numbered[key]
        sort = self.state.sort
        cursor = Cursor.read(self.state.entity.model, sort, after)
        found = cut(
            self._told(self._numbered(self.state.rows).filter(lane=number)), sort, WINDOW, after=cursor
        )
        more = self._more(lane, found.records[-1]) if found.has_after else ""
        return ShownLane(lane, self._shown(found.records), more=more)

    def _more(self, lane: Lane, last: Any) -> str:
        place = {"lane": lane.key, "after": str(Cursor.of(last, self.state.sort))}
        base = page_address("web:table", self.state.entity.path)
        return f"{base}?{urlencode({**self.state.parameters, **place})}"
