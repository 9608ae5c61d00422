"""What differs between SQLite and PostgreSQL, in one place.

`dialect_of(connection)` answers the one that fits. Nothing outside this room asks which database it talks to.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .contract import Dialect, Trigger
from .shapes import Column, Derived, Kept, Kind, Step, Table

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = [
    "Column",
    "Derived",
    "Dialect",
    "Kept",
    "Kind",
    "Step",
    "Table",
    "Trigger",
    "dialect_of",
    "gather_statistics",
]


def dialect_of(connection: BaseDatabaseWrapper) -> Dialect:
    """The dialect of an open or unopened connection. Raises KeyError for a database that Artel does not know."""
    return _of_vendor(connection.vendor)


def gather_statistics(connection: BaseDatabaseWrapper) -> None:
    """Tell the planner how rows lie, after many were written and now and then.

    Without it SQLite looks records up by the access group that a third of them share instead of by their keys.
    """
    dialect = dialect_of(connection)
    with connection.cursor() as cursor:
        dialect.run_script(cursor, dialect.statistics())


@lru_cache(maxsize=2)
def _of_vendor(vendor: str) -> Dialect:
    from .postgresql import PostgreSQL  # noqa: PLC0415 -- the contract is read first
    from .sqlite import SQLite  # noqa: PLC0415

    known: dict[str, type[Dialect]] = {"sqlite": SQLite, "postgresql": PostgreSQL}
    return known[vendor]()
