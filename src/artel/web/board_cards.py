"""The cards of a board: a record in a few words, each with its next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext as _

from artel.kernel.access import FieldSet, fields_visible_to
from artel.screens.vocabulary import Board, Deck

from . import formats
from .addresses import card_address
from .cells import Column, Shown, column_of
from .lists import ListState
from .references import References


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


@dataclass(frozen=True)
class Cards:
    """The cards of one board, as its reader may see them."""

    state: ListState
    board: Board
    deck: Deck

    @cached_property
    def _visible(self) -> FieldSet:
        return fields_visible_to(self.state.actor, self.state.entity.model)

    def of(self, records: Sequence[Any], *, may_move: bool) -> list[Card]:
        """One for each record, in their order."""
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
                moves=may_move and getattr(record, "moves", True),
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
    def has_steps(self) -> bool:
        """Whether the next step of a record may be told."""
        return self.board.next_step is not None and "next_step" in self._visible

    def _steps(self, records: Sequence[Any]) -> list[Step | None]:
        """Of cards where work goes on; a lane that is an end needs no next step."""
        if not self.has_steps:
            return [None] * len(records)
        ends = {place for place, lane in enumerate(self.deck.lanes) if lane.is_end}
        now = timezone.now()
        return [None if record.lane in ends else _step(record.next_at, now) for record in records]


def _step(planned: datetime | None, now: datetime) -> Step:
    if planned is None:
        return Step(_("No next step"), "none")
    return Step(formats.moment(planned), "late" if planned < now else "")


def _texts(cells: Sequence[Shown]) -> list[str]:
    return ["" if cell.is_empty else cell.text for cell in cells]
