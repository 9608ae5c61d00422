from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artel.lib.money import CurrencyMismatch, Money, rounded, total


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1.004", "1.00"), ("884.7", "884.70")],
)
def test_half_up(amount, expected):
    assert str(rounded(Decimal(amount))) == expected


def test_the_currency_decides_about_places():
    assert Money(Decimal("10.5"), "JPY").rounded().amount == Decimal(11)
    assert str(Money(Decimal("1.00049"), "KWD").rounded().amount) == "1.000"


def test_currencies_do_not_meet():
    with pytest.raises(CurrencyMismatch):
        Money(Decimal(1), "RUB") + Money(Decimal(1), "USD")
    with pytest.raises(CurrencyMismatch):
        assert Money(Decimal(1), "RUB") < Money(Decimal(2), "USD")
    with pytest.raises(CurrencyMismatch):
        total([Money(Decimal(1), "RUB")], "USD")


def test_arithmetic():
    ruble = Money(Decimal("1.10"), "RUB")
    assert ruble + ruble - ruble * 2 == Money(Decimal("0.00"), "RUB")
    assert -ruble < ruble <= Money(ruble.amount, "RUB")
    assert not Money(Decimal(0), "RUB")
    assert total([ruble] * 3, "RUB") == Money(Decimal("3.30"), "RUB")
    assert ruble.converted("USD", Decimal("0.0125")) == Money(Decimal("0.01"), "USD")


def test_allocation_gives_the_rest_to_the_largest_remainders():
    parts = Money(Decimal(100), "RUB").allocated([Decimal(1), Decimal(1), Decimal(1)])
    assert [part.amount for part in parts] == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    debt = Money(Decimal("-0.05"), "RUB").allocated([Decimal(3), Decimal(7)])
    assert sum(part.amount for part in debt) == Decimal("-0.05")


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(2), Decimal(-1)]])
def test_allocation_needs_weights(weights):
    with pytest.raises(ValueError, match="weights"):
        Money(Decimal(1), "RUB").allocated(weights)


amounts = st.decimals(-(10**12), 10**12, places=3)


@given(amounts, st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=20).filter(any))
def test_allocated_parts_sum_to_the_whole_and_stay_within_a_unit(amount, weights):
    whole = Money(amount, "RUB")
    parts = whole.allocated(weights)
    assert total(parts, "RUB") == whole.rounded()
    for part, weight in zip(parts, weights, strict=True):
        exact = whole.rounded().amount * weight / sum(weights)
        assert abs(part.amount - exact) < Decimal("0.0100001")
