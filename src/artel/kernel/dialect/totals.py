"""SQL of totals: what a statement adds and takes away is appended, rows with the same values are put together later."""

from __future__ import annotations

from .shapes import Kept


def counted_from(kept: Kept, rows: str, *, changes: bool = False) -> str:
    """Append the totals of `rows`, each taken `n` times (1 or -1); of changes, only what differs."""
    sums = [f"coalesce(sum(n * {_product(factors)}), 0)" for _column, factors in kept.sums]
    by = ", ".join(f'"{column}"' for column in kept.by)
    asked = ", ".join([by, "sum(n)", *sums])
    differs = " OR ".join(f"{one} <> 0" for one in ["sum(n)", *sums])
    having = f" HAVING {differs}" if changes else ""
    return f'INSERT INTO "{kept.table}" ({_columns(kept)}) SELECT {asked} FROM {rows} GROUP BY {by}{having}'


def of_row(kept: Kept, row: str, n: int) -> list[str]:
    """Add one row (NEW or OLD) to that of its values, where one writer at a time leaves no two."""
    added = {"counted": str(n)} | {
        name: " * ".join([str(n), _product(factors, f"{row}.")]) for name, factors in kept.sums
    }
    changes = ", ".join(f'"{name}" = "{name}" + {value}' for name, value in added.items())
    same = " AND ".join(f'"{column}" IS {row}."{column}"' for column in kept.by)
    values = ", ".join([*(f'{row}."{column}"' for column in kept.by), *added.values()])
    return [
        f'UPDATE "{kept.table}" SET {changes} WHERE {same}',
        f'INSERT INTO "{kept.table}" ({_columns(kept)}) SELECT {values} WHERE changes() = 0',
    ]


def read_by(kept: Kept) -> list[str]:
    """The columns of the record that a change must touch to change the totals."""
    return list(dict.fromkeys([*kept.by, *(one for _column, factors in kept.sums for one in factors)]))


def emptied(kept: Kept) -> str:
    return f'DELETE FROM "{kept.table}"'


def filled(kept: Kept) -> str:
    """Append the totals of all rows there are."""
    return counted_from(kept, f'(SELECT 1 AS n, r.* FROM "{kept.of}" AS r) AS t')


def put_together(kept: Kept, rows: str) -> str:
    """Append one row for all those of `rows` with the same values; none where nothing is left of them."""
    by = ", ".join(f'"{column}"' for column in kept.by)
    totals = ", ".join(f'sum("{name}")' for name in ["counted", *(name for name, _factors in kept.sums)])
    return f'INSERT INTO "{kept.table}" ({_columns(kept)}) SELECT {by}, {totals} FROM {rows} GROUP BY {by} HAVING sum("counted") <> 0'


def astray(kept: Kept) -> str:
    """A row when the totals are not those of the rows; halves of a cent are only how SQLite adds."""
    taken = ", ".join(f"-1 * {_product(factors)}" for _column, factors in kept.sums)
    by = ", ".join(f'"{column}"' for column in kept.by)
    rows = f'SELECT {_columns(kept)} FROM "{kept.table}" UNION ALL SELECT {by}, -1, {taken} FROM "{kept.of}"'
    differs = " OR ".join(
        f'abs(sum("{name}")) >= 0.005' for name in ["counted", *(one for one, _factors in kept.sums)]
    )
    return f"SELECT 1 FROM ({rows}) AS t GROUP BY {by} HAVING {differs} LIMIT 1"


def _columns(kept: Kept) -> str:
    return ", ".join(f'"{name}"' for name in [*kept.by, "counted", *(name for name, _factors in kept.sums)])


def _product(factors: tuple[str, ...], prefix: str = "") -> str:
    return " * ".join(f'coalesce({prefix}"{one}", 0)' for one in factors)
