"""Working days: Monday to Friday, except the days that the calendar names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from .models import CalendarDay, DayKind, WorkCalendar

MAIN = "main"
WEEKEND = 5
# The non-working holidays of the Labour Code of Russia (art. 112) and the days before them that the law shortens (art. 95).
_FIXED = [(1, day) for day in range(1, 9)] + [(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)]
_ONE_DAY = timedelta(days=1)


class WorkDays:
    """The days of one calendar as a table in hand: two queries at most, however many days are asked about."""

    def __init__(self, calendar: WorkCalendar | None = None) -> None:
        chosen = calendar or WorkCalendar.objects.present().filter(code=MAIN).first()
        rows = CalendarDay.objects.present().filter(calendar=chosen) if chosen else CalendarDay.objects.none()
        self._named: Mapping[date, str] = dict(rows.values_list("on", "kind"))

    def is_working_day(self, day: date) -> bool:
        kind = self._named.get(day)
        return day.weekday() < WEEKEND if kind is None else kind != DayKind.OFF

    def is_shortened(self, day: date) -> bool:
        return self._named.get(day) == DayKind.SHORTENED

    def add_working_days(self, day: date, count: int) -> date:
        """The day `count` working days later (earlier when negative); 0 gives the day itself, worked or not."""
        step = _ONE_DAY if count >= 0 else -_ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie in [start, end], both ends counted."""
        return sum(self.is_working_day(start + _ONE_DAY * n) for n in range((end - start).days + 1))


def is_working_day(day: date) -> bool:
    """By the main calendar."""
    return WorkDays().is_working_day(day)


def add_working_days(day: date, count: int) -> date:
    """By the main calendar."""
    return WorkDays().add_working_days(day, count)


def holidays_of(year: int) -> list[dict[str, Any]]:
    """Days that the law fixes for every year: holidays, and the working days right before them, shortened by an hour."""
    off = {date(year, month, day) for month, day in _FIXED}
    eves = {day - _ONE_DAY for day in off} - off
    shortened = {day for day in eves if day.year == year and day.weekday() < WEEKEND}
    named = [(day, DayKind.OFF) for day in off] + [(day, DayKind.SHORTENED) for day in shortened]
    return [{"on": day, "kind": kind} for day, kind in sorted(named)]
