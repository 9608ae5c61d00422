"""Numbers, money and days in both languages, with no-break spaces and a real minus."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override

from artel.web import formats


@pytest.mark.parametrize(
    ("language", "value", "currency", "shown"),
    [
        ("ru", Decimal(15000), "RUB", "15\u00a0000,00\u00a0₽"),
        ("en", Decimal(15000), "RUB", "₽15,000.00"),
        ("ru", Decimal("-1240.5"), "", "\u22121\u00a0240,50"),
        ("en", Decimal("-1240.5"), "USD", "\u2212$1,240.50"),
        ("en", Decimal(3), "BYN", "3.00\u00a0Br"),
        ("ru", None, "RUB", "—"),
    ],
)
def test_money(language, value, currency, shown):
    with override(language):
        assert formats.money(value, currency) == shown


def test_days_and_moments_follow_language_and_zone():
    moment = datetime(2020, 11, 16, 21, 31, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Vladivostok")):
        with override("ru"):
            assert formats.moment(moment) == "17\u00a0ноя\u00a02020,\u00a007:31"
            assert formats.day(date(2026, 3, 1)) == "01.03.2026"
            assert formats.typed_day(date(2026, 3, 1)) == "01.03.2026"
            assert formats.long_day(date(2026, 11, 17)) == "Вторник, 17 ноября"
        with override("en"):
            assert formats.moment(moment) == "17\u00a0Nov\u00a02020,\u00a007:31"
            assert formats.day(date(2026, 3, 1)) == "1\u00a0Mar\u00a02026"
            assert formats.typed_day(date(2026, 3, 1)) == "2026-03-01"


def test_shares_and_percents():
    with override("ru"):
        assert (formats.share(Decimal("0.805"), 1), formats.percent(80)) == ("80,5\u00a0%", "80\u00a0%")
    with override("en"):
        assert formats.percent(80) == "80%"
