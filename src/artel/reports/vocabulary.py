"""The words of reports: frozen declarations, read by one composer.

A dataset is rows of one or more models seen alike (its parts). Dimensions split the rows, measures count them; a report
is a few blocks, each with dimensions for its rows and measures for its columns. Every number knows the rows that make it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Aggregate, Model, Q

from artel.kernel.actors import Actor
from artel.kernel.refusals import type_of_text
from artel.lib.periods import Unit

Function = Literal["count", "sum", "distinct", "mean", "share", "deviation"]
Labels = Callable[[Actor, Collection[Any]], Mapping[Any, Any]]
Choices = Callable[[], Sequence[tuple[str, type_of_text]]]
Find = Callable[[Actor, str], Collection[Any]]


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """What rows are split by. A reference gives its `model`, a choice its `choices` (or what tells them); other values stand for themselves.

    `labels(actor, keys)` and `find(actor, text)` replace what the model gives, where a key means several entities.
    `order` sorts the groups by an aggregate of their rows instead of by label. `empty` names what has no value.
    With a `unit` the days (or moments, by the company's clock) of a field, its own or `of`, are taken together.
    """

    name: str
    label: type_of_text
    model: type[Model] | None = None
    choices: Sequence[tuple[str, type_of_text]] | Choices = ()
    labels: Labels | None = None
    find: Find | None = None
    order: Aggregate | None = None
    empty: type_of_text = ""
    of: str = ""
    unit: Unit | None = None

    @property
    def field(self) -> str:
        """The name under which parts say where it is read."""
        return self.of or self.name

    @property
    def listed(self) -> Sequence[tuple[str, type_of_text]]:
        """The choices as they are now."""
        return self.choices() if callable(self.choices) else self.choices


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A number of a group of rows.

    `count` of rows (of filled `field`s when it is given), `sum`, `distinct` (never additive) and `mean` of a `field` (an
    empty value is zero), of the rows that `where` lets through. `share` (percent) relates the measure `of` to the group
    above it, `deviation` to the average of the groups beside it. `opens` names the part's path to the records that a
    drill shows; empty = the counted rows themselves.
    """

    name: str
    label: type_of_text
    function: Function = "count"
    field: str = ""
    of: str = ""
    where: Q = dataclasses.field(default_factory=Q)
    kind: Literal["integer", "money", "number", "percent"] = "integer"
    opens: str = ""
    group: type_of_text = ""

    @property
    def is_derived(self) -> bool:
        """Computed from another measure, after the database has answered."""
        return self.function in {"share", "deviation"}


@dataclass(frozen=True, kw_only=True)
class During:
    """Rows of a period. With an `end`, those alive in it; without, those whose `start` is in it. Days or moments."""

    start: str
    end: str = ""
    is_day: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows of one model in a dataset.

    `paths` says where each dimension and each measured field is read (missing = empty in these rows). `access` is the
    path to the record whose visibility decides; empty = the rows themselves. `base` holds the rows that count at all.
    `attributes` are the records whose custom attributes are dimensions: model -> path to it.
    """

    model: type[Model]
    paths: Mapping[str, str]
    during: During
    access: str = ""
    base: Q = dataclasses.field(default_factory=Q)
    attributes: Mapping[type[Model], str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Rows that may be counted: parts seen alike, dimensions, measures. `currency` tells the code of their sums' currency."""

    name: str
    label: type_of_text
    parts: Sequence[Part]
    dimensions: Sequence[Dimension]
    measures: Sequence[Measure]
    currency: Callable[[], str] | None = None

    def dimension(self, name: str) -> Dimension | None:
        return next((one for one in self.dimensions if one.name == name), None)

    def measure(self, name: str) -> Measure | None:
        return next((one for one in self.measures if one.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Block:
    """One table of a report. `rows` are the dimensions of its rows, outermost first; `levels` those it opens up to.

    Dimensions joined by «+» are one level (`deal+responsible`): a row for each pair, no row between them.
    `hides_zeros` tells no zeros where people read the table. `called` renames columns (dimension or measure -> name), `where` holds its rows, `order` sorts them
    (`-count`, or by label). `without` leaves out measures whose name begins so while a dimension is held to values
    that exclude them (`{"won_": ("status", "won")}`).
    """

    name: str
    label: type_of_text
    rows: Sequence[str]
    measures: Sequence[str]
    levels: Sequence[str] = ()
    where: Q = dataclasses.field(default_factory=Q)
    order: str = ""
    called: Mapping[str, str] = dataclasses.field(default_factory=dict)
    without: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    has_totals: bool = True
    hides_zeros: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """How a block is drawn: stacked bars by its rows, a series a measure. Several charts are drawn side by side."""

    block: str
    label: type_of_text
    series: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A named question with its tables. `filters` are the dimensions that its page offers to hold to one value.

    `option` is the subsystem it belongs to.
    """

    name: str
    label: type_of_text
    dataset: Dataset
    blocks: Sequence[Block]
    charts: Sequence[Chart] = ()
    filters: Sequence[str] = ()
    section: str = ""
    option: str = ""
    help: type_of_text = ""

    def block(self, name: str) -> Block | None:
        return next((one for one in self.blocks if one.name == name), None)
