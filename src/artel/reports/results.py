"""The answer of a report, ready to be shown: columns, rows, totals, what stands above the rows, and how it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from artel.kernel.refusals import type_of_text

from .vocabulary import Block, Report


@dataclass(frozen=True)
class Column:
    """`name` is stable; `type` is text, integer, money, number or percent. A dimension's column names it.

    `under` are the keys of a column that a dimension makes; numbers under what is closed to the reader may not open.
    """

    name: str
    label: type_of_text
    type: str
    dimension: str = ""
    measure: str = ""
    group: type_of_text = ""
    under: tuple[Any, ...] = ()
    opens: bool = True


@dataclass(frozen=True)
class Row:
    """Values in the order of the columns; `keys` lead to the rows behind them (None = empty).

    A closed row stands for records the reader may not see: no name, no key of theirs. `opens` says whether `keys` lead to
    its rows nevertheless. `level` counts from 0 = outermost; `size` is how many of the labels are this level's own.
    `place` tells groups apart inside the house and is never shown.
    """

    values: Sequence[Any]
    keys: tuple[Any, ...]
    labels: Sequence[str] = ()
    level: int = 0
    is_closed: bool = False
    opens: bool = True
    size: int = 1
    place: tuple[Any, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class ReportResult:
    """What `run` answers. `groups` are the rows of the levels above, outermost first, each in the order of `rows`."""

    report: Report
    block: Block
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Sequence[Any]
    groups: Sequence[Row]
    as_of: datetime
    parameters: Mapping[str, Any]
    currency: str = ""
    levels: Sequence[str] = field(default=())

    @property
    def tree(self) -> list[Row]:
        """Rows of all levels in reading order: each group before what it is made of."""
        if not self.groups:
            return list(self.rows)
        above = {row.place: row for row in self.groups}
        found: list[Row] = []
        for row in self.rows:
            places = [row.place[:depth] for depth in range(1, len(row.place))]
            found += [above.pop(place) for place in places if place in above]
            found.append(row)
        return found

    def as_json(self) -> dict[str, Any]:
        """The document of the contract: money and shares as texts, totals apart from the rows."""
        document = {
            "columns": [
                {"name": one.name, "label": str(one.label), "type": one.type} for one in self.columns
            ],
            "rows": [[_plain(value) for value in row.values] for row in self.rows],
            "totals": [_plain(value) for value in self.totals],
            "blocks": [block.name for block in self.report.blocks],
            "currency": self.currency,
            "as_of": self.as_of.isoformat(),
            "parameters": {name: _plain(value) for name, value in self.parameters.items()},
        }
        if self.groups:
            document["groups"] = [[_plain(value) for value in row.values] for row in self.groups]
        return document


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return format(value, "f") if isinstance(value, Decimal) else str(value)
