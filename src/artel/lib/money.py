"""Money: a Decimal with its currency. It is rounded half up once per line, and sums of different currencies refuse to meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Self

# ISO 4217: the currencies whose smallest unit is not a hundredth.
_DECIMAL_PLACES = {
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip


class CurrencyMismatch(ValueError):
    """Two sums of different currencies were added, subtracted or compared."""


def decimal_places(currency: str) -> int:
    """Digits after the point of the currency's smallest unit; 2 for a currency that is not listed."""
    return _DECIMAL_PLACES.get(currency, 2)


def rounded(amount: Decimal, places: int = 2) -> Decimal:
    """Half up, away from zero for negative amounts: 0.005 → 0.01, −0.005 → −0.01."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, order=False)
class Money:
    """An amount in one currency (ISO 4217 code). The amount is kept as given until `rounded` is asked."""

    amount: Decimal
    currency: str

    def rounded(self) -> Self:
        """To the currency's smallest unit, half up: done once, when a line is written."""
        return type(self)(rounded(self.amount, decimal_places(self.currency)), self.currency)

    def __add__(self, other: Self) -> Self:
        return type(self)(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Self:
        return type(self)(self.amount * factor, self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def converted(self, currency: str, rate: Decimal) -> Self:
        """In `currency`, rounded; `rate` = how many units of it one unit of this currency costs."""
        return type(self)(self.amount * rate, currency).rounded()

    def allocated(self, weights: Sequence[Decimal]) -> list[Self]:
        """Parts in proportion to `weights` (none negative, not all zero); their sum is exactly this rounded sum.

        The units left over by rounding down go to the largest remainders, the earlier part first.
        """
        unit = Decimal(1).scaleb(-decimal_places(self.currency))
        parts = _largest_remainder(self.rounded().amount / unit, weights)
        return [type(self)(part * unit, self.currency) for part in parts]

    def _same(self, other: Self) -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount


def total(sums: Iterable[Money], currency: str) -> Money:
    """The sum of all, zero of `currency` when there are none."""
    return sum(sums, start=Money(Decimal(0), currency))


def _largest_remainder(units: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    whole = sum(weights)
    if not whole or min(weights) < 0:
        raise ValueError("weights must not be negative and must not all be zero")
    exact = [units * weight / whole for weight in weights]
    parts = [share.to_integral_value(ROUND_FLOOR) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: int(units - sum(parts))]:
        parts[i] += 1
    return parts
