"""A report's chart as shapes with numbers: stacked bars by row, values written beside them; the template only draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from artel.reports.results import ReportResult
from artel.reports.vocabulary import Chart

from . import formats

LABELS, BARS, LINE, THICK = 256, 480, 26, 18
MOST = 20
FILLS = {"won": "fgood", "lost": "fbad", "in_work": "f1"}


@dataclass(frozen=True)
class Bar:
    """One stretch of a bar."""

    x: int
    y: int
    width: int
    fill: str


@dataclass(frozen=True)
class Line:
    """One row of the chart: its name, its stretches and what is said after them."""

    name: str
    y: int
    bars: Sequence[Bar]
    said: str
    said_x: int


@dataclass(frozen=True)
class Drawing:
    """A chart ready to be drawn."""

    title: str
    legend: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    width: int = 1000

    @property
    def height(self) -> int:
        return len(self.lines) * LINE + 8


def drawing(chart: Chart, result: ReportResult, names: Sequence[str]) -> Drawing | None:
    """The chart over the outermost rows; None when nothing is to be drawn. `names` are the labels of these rows."""
    places = [
        (place, column) for place, column in enumerate(result.columns) if column.measure in chart.series
    ]
    places.sort(key=lambda one: chart.series.index(one[1].measure))
    rows = [row for row in result.tree if row.level == 0][:MOST]
    whole = max(
        (sum(_size(row.values[place]) for place, _column in places) for row in rows), default=Decimal(0)
    )
    if not places or not whole:
        return None
    lines = []
    for at, (row, name) in enumerate(zip(rows, names, strict=False)):
        lines.append(_line(at, name, [(column, row.values[place]) for place, column in places], whole))
    legend = [(str(column.group or column.label), _fill(column.measure)) for _place, column in places]
    return Drawing(str(chart.label), legend if len(legend) > 1 else (), lines)


def _line(at: int, name: str, values: Sequence[tuple[Any, Any]], whole: Decimal) -> Line:
    y, x, bars, said = at * LINE + 8, LABELS + 1, [], []
    for column, value in values:
        size = _size(value)
        if size:
            width = max(2, int(size * BARS / whole))
            bars.append(Bar(x, y, width - 1, _fill(column.measure)))
            x += width
            shown = formats.number(value, 2 if column.type == "money" else None)
            said.append(f"{shown} {str(column.group).lower()}".strip())
    return Line(name, y, bars, ", ".join(said), x + 8)


def _size(value: Any) -> Decimal:
    return max(Decimal(0), Decimal(value or 0))


def _fill(measure: str) -> str:
    return next((fill for prefix, fill in FILLS.items() if measure.startswith(prefix)), "f1")
