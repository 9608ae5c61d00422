"""What a benchmark finds: a number beside its bound, as a line for people and as data for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """`value` must not be greater than `bound`; no bound = only told. `detail` says what it was made of."""

    name: str
    database: str
    size: str
    value: float
    bound: float | None
    unit: str = "×"
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def is_within(self) -> bool:
        return self.bound is None or self.value <= self.bound

    @property
    def verdict(self) -> str:
        return "" if self.bound is None else "within" if self.is_within else "OVER"

    def line(self) -> str:
        bound = "" if self.bound is None else f"bound {self.bound:g}"
        made = ", ".join(f"{name} {_short(value)}" for name, value in self.detail.items())
        where = f"{self.size} {self.database}"
        return (
            f"{where:14}{self.name:34}{_short(self.value):>9} {self.unit:6}{bound:11}{self.verdict:7} {made}"
        )

    def data(self) -> dict[str, Any]:
        return {**asdict(self), "within": self.is_within}


def _short(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
