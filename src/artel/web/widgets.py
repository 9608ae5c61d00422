"""What widgets of the start page show beside rows: bars of a breakdown, and lines of news. Every number leads to its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from . import formats
from .addresses import page_address
from .money import usual_sign

BAR = 64
"""The longest bar, in points."""


@dataclass(frozen=True)
class Part:
    """One part of a breakdown: its name, how many records, their sum in the management currency, the list of them."""

    label: str
    count: int
    sum: Decimal
    address: str


@dataclass(frozen=True)
class BarLine:
    """A part as it is drawn."""

    label: str
    count: str
    sum: str
    width: int
    address: str


@dataclass(frozen=True)
class Bars:
    """A breakdown: its lines, how many records in all, their sum, and the list of all of them."""

    rows: Sequence[BarLine]
    count: str
    total: str
    unit: str
    all: str


def bars(parts: Iterable[Part], everything: str) -> Bars:
    """The parts as bars as long as their sums, or, where nothing has a sum, as their counts."""
    found = list(parts)
    by_sum = any(one.sum for one in found)
    longest = max((one.sum if by_sum else Decimal(one.count) for one in found), default=Decimal(0))
    lines = [
        BarLine(
            one.label,
            formats.number(one.count),
            formats.number(one.sum, 0) if one.sum else formats.EMPTY,
            _width(one.sum if by_sum else Decimal(one.count), longest),
            one.address,
        )
        for one in found
    ]
    total = sum((one.sum for one in found), Decimal(0))
    return Bars(
        lines,
        formats.number(sum(one.count for one in found)),
        formats.money(total, usual_sign()),
        usual_sign(),
        everything,
    )


def _width(value: Decimal, longest: Decimal) -> int:
    return max(2, round(BAR * value / longest)) if longest and value else 0


@dataclass(frozen=True)
class NoteLine:
    """One line of news: what, a note below it, when; where it leads. `tone` is "", good, warn or bad."""

    text: str
    note: str = ""
    when: str = ""
    address: str = ""
    tone: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Notes:
    """Lines of news, and where all of them are."""

    rows: Sequence[NoteLine]
    all: str = ""
    count: str = ""


def list_address(path: str, **asked: object) -> str:
    """The list of an entity, narrowed as its filters are written in addresses."""
    base = page_address("web:table", path)
    return f"{base}?{urlencode({name: str(value) for name, value in asked.items()}, safe=',.')}"


def nothing_here() -> str:
    """What a widget says that has no words of its own for it."""
    return _("Nothing here now.")
