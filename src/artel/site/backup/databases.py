"""What a backup asks of a database: a copy of one moment, and to become what such a copy says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO, Protocol

from django.db import connection

from .manifest import Table

Take = Callable[[bytes], None]


class Moment(Protocol):
    """The base as it was at one moment, whatever is written meanwhile."""

    packed: bool
    """Whether the copy is worth packing."""

    def tables(self) -> dict[str, Table]:
        """What each table holds."""

    def column(self, sql: str) -> list[str]:
        """The texts of a query's one column."""

    def dump(self, take: Take) -> None:
        """The whole base, some bytes at a time."""


class Target(Protocol):
    """The base of this house, about to be replaced. Nothing is connected to it while it is."""

    def others(self) -> str:
        """Who uses it, as the end of a sentence; empty when nobody does."""

    def put_aside(self, stamp: str) -> str:
        """Move what is there out of the way, and say where it lies; empty when nothing was there."""

    def put_back(self, aside: str) -> None:
        """Undo that; what has come meanwhile goes."""

    def load(self, source: IO[bytes]) -> None:
        """Become what the copy says. Raises Failure."""

    def tables(self) -> dict[str, Table]:
        """What each table holds now."""

    def damage(self) -> str:
        """What the database itself finds wrong; empty when all is well."""


def moment() -> AbstractContextManager[Moment]:
    """This house's base at this moment."""
    if connection.vendor == "sqlite":
        from . import sqlite

        return sqlite.moment()
    from . import postgresql

    return postgresql.moment()


def target() -> Target:
    """This house's base as what a backup is put into."""
    if connection.vendor == "sqlite":
        from . import sqlite

        return sqlite.File()
    from . import postgresql

    return postgresql.Schema()
