from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artel.lib.periods import (
    Period,
    Unit,
    complete_units_before,
    day_of,
    day_start,
    period_of,
    shifted,
    unit_code,
    unit_named,
    unit_start,
)

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("unit", "first", "last"),
    [
        (Unit.DAY, (2015, 8, 20), (2015, 8, 20)),
        (Unit.WEEK, (2015, 8, 17), (2015, 8, 23)),
        (Unit.TEN_DAYS, (2015, 8, 11), (2015, 8, 20)),
        (Unit.MONTH, (2015, 8, 1), (2015, 8, 31)),
        (Unit.QUARTER, (2015, 7, 1), (2015, 9, 30)),
        (Unit.HALF_YEAR, (2015, 7, 1), (2015, 12, 31)),
        (Unit.YEAR, (2015, 1, 1), (2015, 12, 31)),
    ],
)
def test_the_unit_of_a_day(unit, first, last):
    assert period_of(date(2015, 8, 20), unit) == Period(date(*first), date(*last))


def test_the_third_ten_days_last_to_the_end_of_the_month():
    assert period_of(date(2016, 2, 29), Unit.TEN_DAYS) == Period(date(2016, 2, 21), date(2016, 2, 29))
    assert period_of(date(2015, 1, 31), Unit.TEN_DAYS) == Period(date(2015, 1, 21), date(2015, 1, 31))
    assert shifted(date(2016, 1, 5), Unit.TEN_DAYS, -1) == date(2015, 12, 21)


def test_four_weeks_before_a_classification():
    window = complete_units_before(date(2015, 10, 21), Unit.WEEK, 4)
    assert window == Period(date(2015, 9, 21), date(2015, 10, 18))


days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(days, st.sampled_from(Unit))
def test_units_tile_the_calendar(day, unit):
    period = period_of(day, unit)
    assert day in period
    assert unit_start(period.last, unit) == period.first
    assert period_of(period.last + timedelta(days=1), unit).first == shifted(day, unit, 1)
    assert shifted(shifted(day, unit, 7), unit, -7) == period.first


@given(days, st.sampled_from(Unit), st.integers(1, 12))
def test_whole_units_are_recognised_and_their_previous_is_as_many(day, unit, count):
    window = complete_units_before(day, unit, count)
    assert len(list(window.units(unit))) == count
    found = window.whole_unit()
    assert found is not None
    assert len(list(window.units(found[0]))) == found[1]
    before = window.previous()
    assert before.last + timedelta(days=1) == window.first
    assert before.whole_unit() is not None


def test_previous_periods():
    assert period_of(date(2015, 3, 1), Unit.MONTH).previous() == Period(date(2015, 2, 1), date(2015, 2, 28))
    assert Period(date(2015, 3, 5), date(2015, 3, 9)).previous() == Period(
        date(2015, 2, 28), date(2015, 3, 4)
    )


def test_the_same_days_last_year():
    assert Period(date(2015, 2, 1), date(2015, 2, 28)).year_earlier() == Period(
        date(2014, 2, 1), date(2014, 2, 28)
    )
    assert Period(date(2017, 2, 1), date(2017, 2, 28)).year_earlier().last == date(2016, 2, 29)
    assert Period(date(2016, 2, 29), date(2016, 3, 15)).year_earlier() == Period(
        date(2015, 2, 28), date(2015, 3, 15)
    )


def test_units_that_stick_out_cover_the_range():
    units = list(Period(date(2015, 3, 5), date(2015, 3, 9)).units(Unit.WEEK))
    assert (units[0].first, units[-1].last) == (date(2015, 3, 2), date(2015, 3, 15))


def test_a_period_has_its_order():
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2015, 1, 2), date(2015, 1, 1))
    assert Period(date(2015, 1, 1), date(2015, 1, 1)).days == 1


def test_company_days_are_utc_moments():
    start, end = Period(date(2015, 1, 1), date(2015, 1, 31)).bounds(MOSCOW)
    assert (start, end) == (datetime(2014, 12, 31, 21, tzinfo=UTC), datetime(2015, 1, 31, 21, tzinfo=UTC))
    assert day_of(datetime(2014, 12, 31, 21, tzinfo=UTC), MOSCOW) == date(2015, 1, 1)


def test_a_day_without_midnight_starts_after_the_jump():
    cairo = ZoneInfo("Africa/Cairo")  # 2024-04-26 begins at 01:00
    start = day_start(date(2024, 4, 26), cairo)
    assert start == datetime(2024, 4, 25, 22, tzinfo=UTC)
    assert day_of(start, cairo) == date(2024, 4, 26)
    assert day_of(start - timedelta(seconds=1), cairo) == date(2024, 4, 25)


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        (Unit.DAY, "2015-04-06"),
        (Unit.WEEK, "2015-W15"),
        (Unit.TEN_DAYS, "2015-04-01"),
        (Unit.MONTH, "2015-04"),
        (Unit.QUARTER, "2015-Q2"),
        (Unit.HALF_YEAR, "2015-H1"),
        (Unit.YEAR, "2015"),
    ],
)
def test_a_unit_has_a_code_for_programs(unit, code):
    assert unit_code(date(2015, 4, 6), unit) == code


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(list(Unit)))
def test_a_code_leads_back_to_its_unit(day, unit):
    assert unit_named(unit_code(day, unit), unit) == unit_start(day, unit)
    assert unit_named(day.isoformat(), unit) == unit_start(day, unit)


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        (Unit.YEAR, "15"),
        (Unit.MONTH, "2015-13"),
        (Unit.QUARTER, "2015-Q5"),
        (Unit.WEEK, "2015-W60"),
        (Unit.DAY, "x"),
    ],
)
def test_a_code_that_means_nothing(unit, code):
    with pytest.raises(ValueError, match=r"."):
        unit_named(code, unit)
