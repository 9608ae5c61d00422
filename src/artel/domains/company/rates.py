"""Sums in the management currency at the rate of their day (rules: a sum keeps its own currency beside it)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from artel.kernel import standing
from artel.lib.money import rounded

from .models import Currency, CurrencyRate


class Rates:
    """Rates in hand for one act: one query for the management currency and one for each other currency asked about."""

    def __init__(self) -> None:
        self._management: Currency | None = Currency.objects.management()
        self._known: dict[UUID, tuple[list[date], list[Decimal]]] = {}

    def rate(self, currency: Currency | UUID | None, on: date) -> Decimal | None:
        """What one unit costs in the management currency on a day: the latest rate not after it.

        1 for the management currency itself (None means it); None when no rate is known by that day.
        """
        key = currency.pk if isinstance(currency, Currency) else currency
        if key is None or (self._management and key == self._management.pk):
            return Decimal(1)
        days, rates = self._rates_of(key)
        place = bisect_right(days, on)
        return rates[place - 1] if place else None

    def to_management(self, amount: Decimal, currency: Currency | UUID | None, on: date) -> Decimal | None:
        """The sum in the management currency, rounded half up to its digits; None when no rate is known."""
        found = self.rate(currency, on)
        places = self._management.digits if self._management else 2
        return None if found is None else rounded(amount * found, places)

    def _rates_of(self, key: UUID) -> tuple[list[date], list[Decimal]]:
        if key not in self._known:
            rows = CurrencyRate.objects.present().filter(currency=key).order_by("on")
            found = list(rows.values_list("on", "rate", "multiplicity"))
            self._known[key] = (
                [day for day, _rate, _m in found],
                [rate / count for _day, rate, count in found],
            )
        return self._known[key]


def management_currency() -> Currency | None:
    """The currency in which the company counts."""
    found: Currency | None = standing.once("management currency", Currency.objects.management)
    return found


def signs(keys: Iterable[UUID | None]) -> Mapping[UUID | None, str]:
    """The signs of currencies by key, None being the management one: what a sum one may see is written with."""
    wanted = set(keys)
    found: dict[UUID | None, str] = {}
    if None in wanted and (usual := management_currency()):
        found[None] = _sign(usual)
    if others := [key for key in wanted if key]:
        kept = standing.present()
        rows = kept.records(Currency, others) if kept else Currency.objects.in_bulk(others)
        found |= {key: _sign(each) for key, each in rows.items() if each}
    return found


def _sign(currency: Currency) -> str:
    return currency.symbol or currency.code


def rate(currency: Currency | UUID | None, on: date) -> Decimal | None:
    """One rate; for many use one `Rates`."""
    return Rates().rate(currency, on)


def to_management(amount: Decimal, currency: Currency | UUID | None, on: date) -> Decimal | None:
    """One sum; for many use one `Rates`."""
    return Rates().to_management(amount, currency, on)
