"""The rows of a list as cards in lanes: a statement for counts and sums, one for the first cards of all lanes, one for the names
of what they refer to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property, reduce
from html import escape
from operator import or_
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from artel.kernel.access import fields_visible_to, predicate, reaches_all_seen
from artel.kernel.commands import Command
from artel.screens.vocabulary import Board, Deck, Lane

from . import formats
from .addresses import card_address, page_address
from .cells import Column, Shown, column_of
from .lists import ListState
from .manner import BOARD
from .money import usual_sign
from .paging import Cursor, cut
from .references import References

WINDOW = 15
"""Cards of a lane at once; the others come as somebody asks for them."""
REST = "rest"


@dataclass(frozen=True)
class Step:
    """What is to be done next: when, and whether it is late; nothing planned is said, too."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Card:
    """One record on the board; `moves` says whether this person may drop it into another lane."""

    key: str
    version: int
    name: str
    address: str
    under: str = ""
    money: str = ""
    person: str = ""
    step: Step | None = None
    moves: bool = True

    @property
    def markup(self) -> str:
        """Its element: a board has a hundred, so it is put together here, and its drawings come from the sheet."""
        name, step = escape(self.name), self.step
        said = (
            f'<div class="step {step.tone}"><span class="clip">{escape(step.text)}</span></div>'
            if step
            else ""
        )
        under = f'<p class="c clip">{escape(self.under)}</p>' if self.under else ""
        who, held = escape(self.person), "" if self.moves else " data-still"
        person = (
            f'<span class="ava" title="{who}">{escape(formats.initials(self.person))}</span>' if who else ""
        )
        return (
            f'<article class="kcard" tabindex="0" data-key="{self.key}" data-version="{self.version}"{held} aria-describedby="board-help">'
            f'<h3 class="t"><a href="{escape(self.address)}" tabindex="-1" draggable="false">{name}</a></h3>{under}{said}'
            f'<div class="m"><span class="tab mid">{escape(self.money)}</span>{person}'
            f"{self._mover}</div></article>"
        )

    @property
    def _mover(self) -> str:
        """The button that asks for a lane."""
        if not self.moves:
            return ""
        move, named = _("Move"), _("Move: %(name)s") % {"name": self.name}
        return (
            f'<button class="btn ghost sq tight" type="button" data-move title="{escape(move)}" aria-label="{escape(named)}">'
            "</button>"
        )


class Tally(NamedTuple):
    """How many rows stand in a lane, their money, and their money weighted; None for what may not be told."""

    rows: int
    money: Decimal | None = None
    weighted: Decimal | None = None


NOBODY = Tally(0)


@dataclass(frozen=True)
class ShownLane:
    """A lane with its first cards; `act` and `act_on_ended` are done to a card that is dropped here, as this person may."""

    lane: Lane
    cards: Sequence[Card] = field(default_factory=tuple)
    tally: Tally = NOBODY
    sum: str = ""
    weighted: str = ""
    more: str = ""
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
        drawing.money(one.tally.money for one in going_on),
        drawing.money(one.tally.weighted for one in going_on),
    )


def more_of(state: ListState, key: str, after: str) -> ShownLane | None:
    """The next cards of a lane after a place in it; None for a lane that is not there."""
    board = state.entity.board
    decks = _decks(state)
    return _Drawing(state, board, _chosen(state, decks)).more(key, after) if board and decks else None


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
        self._visible = fields_visible_to(state.actor, state.entity.model)
        self._has_money = bool(board.money) and board.money in self._visible
        self._has_weight = self._has_money and bool(board.weight) and board.weight in self._visible
        self._sign = usual_sign()

    @property
    def _rows(self) -> QuerySet[Any]:
        """The rows of the deck, each with the number of its lane: -1 when it stands in none."""
        number = Case(
            *(When(lane.rows, then=Value(place)) for place, lane in enumerate(self.deck.lanes)),
            default=Value(-1),
            output_field=IntegerField(),
        )
        rows: QuerySet[Any] = self.state.sort.ready(self.state.rows.filter(self.deck.rows))
        numbered: QuerySet[Any] = rows.annotate(lane=number)
        return numbered

    def lanes(self) -> list[ShownLane]:
        counts = self._counts()
        by_number: dict[int, list[Any]] = {}
        records = list(self._told(self._first(counts)).order_by(*self.state.sort.order())) if counts else []
        for record, card in zip(records, self._cards(records), strict=True):
            by_number.setdefault(record.lane, []).append((record, card))
        numbered = [(-1, self._rest)] if -1 in counts else []
        numbered += list(enumerate(self.deck.lanes))
        return [
            self._lane(lane, by_number.get(at, []), counts.get(at) or self._nothing) for at, lane in numbered
        ]

    def _counts(self) -> dict[int, Tally]:
        """How many rows stand in each lane, and their sums, when those may be seen."""
        asked: dict[str, Any] = {"summed": Sum(self.board.money)} if self._has_money else {}
        if self._has_weight:
            weighted = ExpressionWrapper(F(self.board.money) * F(self.board.weight), DecimalField())
            asked["weighed"] = Sum(weighted)
        rows = self._rows.order_by().values("lane").annotate(counted=Count("pk"), **asked)
        return {
            row["lane"]: Tally(row["counted"], row.get("summed"), _hundredth(row.get("weighed")))
            for row in rows
        }

    @property
    def _nothing(self) -> Tally:
        """What an empty lane holds: nothing, as far as it may be told."""
        return Tally(0, Decimal(0) if self._has_money else None, Decimal(0) if self._has_weight else None)

    def _first(self, filled: Iterable[int]) -> QuerySet[Any]:
        """The first rows of each lane that holds some, cut by the index of the order: a lane may hold many thousands."""
        rows, order = self._rows, self.state.sort.order()
        model: Any = self.state.entity.model
        keys = []
        for number in filled:
            lane = rows.filter(self.deck.lanes[number].rows if number >= 0 else Q(lane=number))
            whole = model._default_manager.filter(pk__in=lane.order_by(*order)[:WINDOW].values("pk"))
            keys.append(whole.order_by().values("pk"))
        first, *others = keys
        return rows.filter(pk__in=first.union(*others, all=True) if others else first)

    def _told(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with the moment of their next step, where it may be told, and with whether this person may move them."""
        told: dict[str, Any] = {"next_at": self.board.next_step} if self._has_steps else {}
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

    def _lane(self, lane: Lane, found: Sequence[tuple[Any, Card]], tally: Tally) -> ShownLane:
        tally = tally if found else self._nothing
        return ShownLane(
            lane,
            cards=[card for _record, card in found],
            tally=tally,
            sum=self.money([tally.money]),
            weighted="" if lane.is_end else self.money([tally.weighted]),
            more=self._more(lane, found[-1][0]) if tally.rows > len(found) > 0 else "",
            act=self._may(lane.act),
            act_on_ended=self._may(lane.act_on_ended),
        )

    def more(self, key: str, after: str) -> ShownLane | None:
        numbered = {REST: (-1, self._rest)} | {one.key: (at, one) for at, one in enumerate(self.deck.lanes)}
        if key not in numbered:
            return None
        number, lane = numbered[key]
        sort = self.state.sort
        cursor = Cursor.read(self.state.entity.model, sort, after)
        found = cut(self._told(self._rows.filter(lane=number)), sort, WINDOW, after=cursor)
        more = self._more(lane, found.records[-1]) if found.has_after else ""
        return ShownLane(lane, self._cards(found.records), more=more)

    def money(self, values: Iterable[Decimal | None]) -> str:
        """The sum of lanes in words; nothing where it may not be told."""
        told = [one for one in values if one is not None]
        return formats.money(sum(told, Decimal(0)), self._sign) if told else ""

    def _more(self, lane: Lane, last: Any) -> str:
        place = {"lane": lane.key, "after": str(Cursor.of(last, self.state.sort))}
        base = page_address("web:table", self.state.entity.path)
        return f"{base}?{urlencode({**self.state.parameters, **place})}"

    def _cards(self, records: Sequence[Any]) -> list[Card]:
        references = References(self.state.actor)
        under, money, person = (
            self._column(name) for name in (self.board.under, self.board.money, self.board.person)
        )
        for column in (under, person):
            if column:
                column.prepare(records, references)
        blank = [""] * len(records)
        steps = self._steps(records)
        kept = quote(self.state.query, safe="")
        path = self.state.entity.path
        return [
            Card(
                str(record.pk),
                record.version,
                str(record),
                f"{card_address(path, record.pk)}?list={kept}",
                name,
                amount,
                who,
                step,
                moves=bool(self._rights) and getattr(record, "moves", True),
            )
            for record, name, amount, who, step in zip(
                records,
                _texts(under.shown(records, references)) if under else blank,
                _texts(money.shown(records, references)) if money else blank,
                _texts(person.shown(records, references)) if person else blank,
                steps,
                strict=True,
            )
        ]

    def _column(self, name: str) -> Column | None:
        return column_of(self.state.entity.model, name) if name and name in self._visible else None

    @property
    def _has_steps(self) -> bool:
        return self.board.next_step is not None and "next_step" in self._visible

    def _steps(self, records: Sequence[Any]) -> list[Step | None]:
        """Of cards where work goes on; a lane that is an end needs no next step."""
        if not self._has_steps:
            return [None] * len(records)
        ends = {place for place, lane in enumerate(self.deck.lanes) if lane.is_end}
        now = timezone.now()
        return [None if record.lane in ends else _step(record.next_at, now) for record in records]


def _step(planned: datetime | None, now: datetime) -> Step:
    if planned is None:
        return Step(_("No next step"), "none")
    return Step(formats.moment(planned), "late" if planned < now else "")


def _hundredth(value: Decimal | None) -> Decimal | None:
    """A sum over percents as money."""
    return None if value is None else (Decimal(value) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _texts(cells: Sequence[Shown]) -> list[str]:
    return ["" if cell.is_empty else cell.text for cell in cells]
