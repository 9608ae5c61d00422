"""A table as the writers of SQL see it: plain values, no models."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a column's value becomes JSON and comes back exactly."""

    PLAIN = "plain"
    BOOLEAN = "boolean"
    REAL = "real"
    JSON = "json"


@dataclass(frozen=True)
class Column:
    """A journalled column: its field's name, its own name, its kind and its type in this database.

    `points_at` is the table and key column that a foreign key refers to.
    """

    name: str
    column: str
    kind: Kind
    type: str
    points_at: tuple[str, str] | None = None


@dataclass(frozen=True)
class Step:
    """One record on a derived path: in `table`, found by `key`, `column` is read."""

    table: str
    key: str
    column: str


@dataclass(frozen=True)
class Derived:
    """A column that always equals what lies at the end of a path beginning at the foreign key `start`."""

    column: str
    start: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Kept:
    """Totals of the table `of`: columns named alike in both tell its rows apart, `sums` are columns with what is multiplied for them."""

    table: str
    of: str
    by: tuple[str, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Table:
    """A journalled table. `owners` are the foreign keys of the record it is a part of; the first filled one counts.

    Every write to a `standing` table gives the base a new epoch.
    """

    id: int
    label: str
    table: str
    key: str
    columns: tuple[Column, ...]
    owners: tuple[str, ...] = ()
    derived: tuple[Derived, ...] = ()
    standing: bool = False
    totals: tuple[Kept, ...] = ()

    def column(self, name: str) -> Column:
        """The journalled column of that field. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
