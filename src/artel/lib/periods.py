"""Calendar units and inclusive ranges of days; a company's days become UTC moments only here.

A period is written and compared as days of the company; stored moments are UTC, so a query asks for
`start <= moment < end` of `Period.bounds(zone)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Self

_DAY = timedelta(days=1)


class Unit(StrEnum):
    """Units of periods (rules §2.1). TEN_DAYS is a декада: days 1–10, 11–20 and 21–end of a month."""

    DAY = "day"
    WEEK = "week"
    TEN_DAYS = "ten_days"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}
_TEN_DAYS_IN_MONTH = 3
_PARTS = {
    Unit.WEEK: re.compile(r"([0-9]{4})-W([0-9]{2})"),
    Unit.QUARTER: re.compile(r"([0-9]{4})-Q([1-4])"),
    Unit.HALF_YEAR: re.compile(r"([0-9]{4})-H([12])"),
}
_NEVER = re.compile(r"(?!)")


def unit_start(day: date, unit: Unit) -> date:
    """The first day of the unit that contains `day`; a week starts on Monday."""
    if unit is Unit.DAY:
        return day
    if unit is Unit.WEEK:
        return day - timedelta(days=day.weekday())
    if unit is Unit.TEN_DAYS:
        return day.replace(day=_ten_days_of(day) * 10 + 1)
    months = _MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def shifted(day: date, unit: Unit, count: int) -> date:
    """The first day of the unit `count` units after (before, when negative) the one that contains `day`."""
    start = unit_start(day, unit)
    if unit is Unit.DAY:
        return start + timedelta(days=count)
    if unit is Unit.WEEK:
        return start + timedelta(weeks=count)
    if unit is Unit.TEN_DAYS:
        months, third = divmod(_ten_days_of(start) + count, _TEN_DAYS_IN_MONTH)
        return _add_months(start, months).replace(day=third * 10 + 1)
    return _add_months(start, count * _MONTHS[unit])


def unit_code(day: date, unit: Unit) -> str:
    """What programs call the unit that contains `day`: 2015, 2015-H1, 2015-Q2, 2015-04, 2015-W14, else its first day."""
    start = unit_start(day, unit)
    if unit is Unit.WEEK:
        year, week, _day = start.isocalendar()
        return f"{year}-W{week:02}"
    if unit in {Unit.QUARTER, Unit.HALF_YEAR}:
        return f"{start.year}-{unit.value[0].upper()}{(start.month - 1) // _MONTHS[unit] + 1}"
    return start.isoformat()[: {Unit.YEAR: 4, Unit.MONTH: 7}.get(unit)]


def unit_named(code: str, unit: Unit) -> date:
    """The first day of the unit with this code; a day stands for the unit that contains it. Raises ValueError."""
    text = code.strip().upper()
    if match := _PARTS.get(unit, _NEVER).fullmatch(text):
        year, part = int(match[1]), int(match[2])
        if unit is Unit.WEEK:
            return date.fromisocalendar(year, part, 1)
        return date(year, (part - 1) * _MONTHS[unit] + 1, 1)
    whole = {Unit.YEAR: "-01-01", Unit.MONTH: "-01"}.get(unit, "") if len(text) < len("2015-04-01") else ""
    return unit_start(date.fromisoformat(text + whole), unit)


@dataclass(frozen=True, order=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it starts ({self.first})")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """UTC moments: the start of the first day and the start of the day after the last (not included)."""
        return day_start(self.first, zone), day_start(self.last + _DAY, zone)

    def units(self, unit: Unit) -> Iterator[Self]:
        """The whole units that cover this period, in order; the outer ones may stick out of it (rules §2.2)."""
        start = unit_start(self.first, unit)
        while start <= self.last:
            following = shifted(start, unit, 1)
            yield type(self)(start, following - _DAY)
            start = following

    def whole_unit(self) -> tuple[Unit, int] | None:
        """The longest unit this period consists of and how many of them, or None for an arbitrary range."""
        for unit in reversed(Unit):
            units = list(self.units(unit)) if unit_start(self.first, unit) == self.first else []
            if units and units[-1].last == self.last:
                return unit, len(units)
        return None

    def previous(self) -> Self:
        """The analogous period just before: as many units when it consists of whole ones, else as many days."""
        before = self.first - _DAY
        unit, count = self.whole_unit() or (Unit.DAY, self.days)
        return type(self)(shifted(self.first, unit, -count), before)

    def year_earlier(self) -> Self:
        """The same days last year. A last day of February stays the last day of February."""
        first = _add_months(self.first, -12)
        if (self.last + _DAY).day == 1:
            return type(self)(first, shifted(_add_months(self.last, -12), Unit.MONTH, 1) - _DAY)
        return type(self)(first, _add_months(self.last, -12))


def period_of(day: date, unit: Unit) -> Period:
    """The unit that contains `day`."""
    return Period(unit_start(day, unit), shifted(day, unit, 1) - _DAY)


def complete_units_before(day: date, unit: Unit, count: int) -> Period:
    """The `count` ≥ 1 complete units before the one that contains `day`: the window of a classification (rules §2.1)."""
    return Period(shifted(day, unit, -count), unit_start(day, unit) - _DAY)


def day_start(day: date, zone: tzinfo) -> datetime:
    """The first moment of a company's day, in UTC. Where the clock jumps over midnight, the day starts after the jump."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The company's day of an aware moment."""
    return moment.astimezone(zone).date()


def _ten_days_of(day: date) -> int:
    return min((day.day - 1) // 10, _TEN_DAYS_IN_MONTH - 1)


def _add_months(day: date, count: int) -> date:
    """The same day of another month, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    next_month = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (next_month - _DAY).day))
