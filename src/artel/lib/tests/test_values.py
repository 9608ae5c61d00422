from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artel.lib.malformed import Malformed
from artel.lib.tabular.values import read_boolean, read_day, read_integer, read_moment, read_number

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize("text", ["1", "да", "ДА", " true ", "x", "X", "х", "yes", "Истина"])
def test_yes(text):
    assert read_boolean(text) is True


@pytest.mark.parametrize("text", ["0", "нет", "Нет", "FALSE", "no", "ложь"])
def test_no(text):
    assert read_boolean(text) is False


@pytest.mark.parametrize("text", ["", "2", "может", "да нет"])
def test_neither(text):
    with pytest.raises(Malformed) as refusal:
        read_boolean(text)
    assert refusal.value.code == "bad_boolean"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 234,56", "1234.56"),
        ("1\xa0234,56", "1234.56"),
        ("1\u202f234\u202f567", "1234567"),
        ("1234.56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("1,234", "1.234"),
        ("-15 000,00", "-15000.00"),
        ("\u22125", "-5"),
        ("+5", "5"),
        ("0", "0"),
    ],
)
def test_numbers(text, expected):
    assert str(read_number(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1 23,4",
        "1,2,3",
        "1.234.5",
        "1e5",
        "NaN",
        "Infinity",
        "1 234 руб.",
        "12 34",
        "--1",
        "٣",
        "9" * 61,
    ],
)
def test_not_numbers(text):
    with pytest.raises(Malformed) as refusal:
        read_number(text)
    assert refusal.value.code == "bad_number"


@given(st.decimals(-(10**15), 10**15, places=2))
def test_numbers_as_russians_print_them(number):
    printed = f"{number:,.2f}".replace(",", "\xa0").replace(".", ",")
    assert read_number(printed) == number


def test_whole_numbers():
    assert read_integer("5,00") == 5
    with pytest.raises(Malformed) as refusal:
        read_integer("5,5")
    assert refusal.value.code == "bad_integer"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-03-03", (2015, 3, 3)),
        ("03.03.2015", (2015, 3, 3)),
        ("3.3.2015", (2015, 3, 3)),
        ("03.03.2015 00:00:00", (2015, 3, 3)),
        ("2015-03-02T21:00:00Z", (2015, 3, 3)),
        ("0001-01-01", (1, 1, 1)),
    ],
)
def test_days(text, expected):
    assert read_day(text, MOSCOW) == date(*expected)


@pytest.mark.parametrize("text", ["", "31.02.2015", "2015-13-01", "03.03.15", "42066", "вчера", "03/03/2015"])
def test_not_days(text):
    with pytest.raises(Malformed) as refusal:
        read_day(text, MOSCOW)
    assert refusal.value.code == "bad_day"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-03-03", datetime(2015, 3, 2, 21, tzinfo=UTC)),
        ("03.03.2015", datetime(2015, 3, 2, 21, tzinfo=UTC)),
        ("19.10.2015 17:55:57", datetime(2015, 10, 19, 14, 55, 57, tzinfo=UTC)),
        ("19.10.2015 7:55", datetime(2015, 10, 19, 4, 55, tzinfo=UTC)),
        ("2015-10-19T17:55:57", datetime(2015, 10, 19, 14, 55, 57, tzinfo=UTC)),
        ("2015-10-19 17:55:57.125+03:00", datetime(2015, 10, 19, 14, 55, 57, 125000, tzinfo=UTC)),
        ("2015-10-19 17:55 +0500", datetime(2015, 10, 19, 12, 55, tzinfo=UTC)),
        ("2015-10-19T17:55:57Z", datetime(2015, 10, 19, 17, 55, 57, tzinfo=UTC)),
    ],
)
def test_moments(text, expected):
    assert read_moment(text, MOSCOW) == expected


@pytest.mark.parametrize(
    "text", ["", "17:55", "19.10.2015 25:00", "32.10.2015", "0001-01-01", "2015-10-19T17:55 MSK"]
)
def test_not_moments(text):
    with pytest.raises(Malformed) as refusal:
        read_moment(text, MOSCOW)
    assert refusal.value.code in {"bad_moment", "bad_day"}


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.times(timezones=st.just(UTC)))
def test_moments_come_back(day, time):
    moment = datetime.combine(day, time)
    assert read_moment(moment.isoformat(), MOSCOW) == moment
    assert read_moment(moment.astimezone(MOSCOW).isoformat(" "), MOSCOW) == moment


@given(st.text(max_size=30))
def test_any_text_is_a_value_or_malformed(text):
    for read in (
        read_boolean,
        read_number,
        read_integer,
        partial(read_day, zone=MOSCOW),
        partial(read_moment, zone=MOSCOW),
    ):
        with suppress(Malformed):
            read(text)


def test_the_digits_of_a_number_are_kept():
    assert read_number("12345678901234567890.123456789") == Decimal("12345678901234567890.123456789")
