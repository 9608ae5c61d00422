"""A report's chart as shapes with numbers: stacked bars by row, values written beside them; the template only draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from artel.reports.results import ReportResult
from artel.reports.vocabulary import Chart

from . import formats

LONGEST = 60  # per cent of the room: what is said stands after the longest bar too
GAP = Decimal("0.15")  # per cent between two stretches
MOST = 20
FILLS = {"won": "fgood", "lost": "fbad", "in_work": "f1"}


@dataclass(frozen=True)
class Bar:
    """One stretch of a bar, in per cent of the room: a chart is as wide as its page."""

    x: Decimal
    width: Decimal
    fill: str


@dataclass(frozen=True)
class Line:
    """One row of the chart: its name, its stretches, what is said of them and where they end, in per cent."""

    name: str
    bars: Sequence[Bar]
    said: str
    end: Decimal


@dataclass(frozen=True)
class Drawing:
    """A chart ready to be drawn."""

    title: str
    legend: Sequence[tuple[str, str]]
    lines: Sequence[Line]


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
    lines = [
        _line(name, [(column, row.values[place]) for place, column in places], whole)
        for row, name in zip(rows, names, strict=False)
    ]
    legend = [(str(column.group or column.label), _fill(column.measure)) for _place, column in places]
    return Drawing(str(chart.label), legend if len(legend) > 1 else (), lines)


def _line(name: str, values: Sequence[tuple[Any, Any]], whole: Decimal) -> Line:
    end, bars, said = Decimal(0), [], []
    for column, value in values:
        if size := _size(value):
            width = max(Decimal("0.3"), round(size * LONGEST / whole, 2))
            bars.append(Bar(end, width - GAP, _fill(column.measure)))
            end += width
            shown = formats.number(value, 2 if column.type == "money" else None)
            said.append(f"{shown} {str(column.group).lower()}".strip())
    return Line(name, bars, ", ".join(said), end)


def _size(value: Any) -> Decimal:
    return max(Decimal(0), Decimal(value or 0))


def _fill(measure: str) -> str:
    return next((fill for prefix, fill in FILLS.items() if measure.startswith(prefix)), "f1")
