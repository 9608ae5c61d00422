"""The questions on which SQLite and PostgreSQL differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from .shapes import Column, Kept, Table

OUTSIDE = "Business tables are written only inside a change set (artel.kernel.journal.writing.change_set)."
KEY_CHANGED = "The key of a record never changes."
TRUNCATED = "TRUNCATE leaves no journal: delete the rows inside a change set."
CLOSED = "The base is being upgraded: try again in a moment."
MIGRATION = "migration"
"""The command of the only change sets that are let in while the base is being upgraded."""


@dataclass(frozen=True)
class Trigger:
    """One trigger: its table, its own name, the statements that make it, and what the database then shows of it.

    `shown` is compared with `Dialect.standing_triggers`, so a trigger that was altered, disabled or lost is found.
    """

    table: str
    name: str
    create: str
    shown: str


Name = tuple[str, str]
"""A trigger's table and name."""


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Second members by the first."""
    found: dict[str, set[str]] = {}
    for first, second in pairs:
        found.setdefault(first, set()).add(second)
    return found


def counted(aggregate: str) -> str:
    """SQL of the rows of a set (parameter) by table and operation, as one text."""
    return (
        f"(SELECT {aggregate}(table_id || ':' || op || ':' || n, ' ') FROM (SELECT table_id, op, count(*) AS n "
        "FROM journal_rowchange WHERE set_id = %s GROUP BY table_id, op) AS t)"
    )


class Written(Protocol):
    """What came of a write."""

    def row(self) -> Sequence[Any]:
        """The first row that it returned; what waits is sent."""


@dataclass(frozen=True)
class Done:
    """A write that was sent at once."""

    first: Sequence[Any] | None

    def row(self) -> Sequence[Any]:
        assert self.first is not None
        return self.first


def at_once(cursor: Any, sql: str, values: Sequence[Any]) -> Written:
    """Write through a cursor of one's own."""
    with cursor:
        cursor.execute(sql, values)
        return Done(cursor.fetchone() if cursor.description else None)


class Dialect(Protocol):
    """What the journal and the writers ask of a database. SQL goes in and out as text; values as parameters."""

    def begin_set(self, columns: Mapping[str, Any], *, opened: bool) -> tuple[str, list[Any]]:
        """One statement that writes a change set, opens it for the triggers if asked, and returns its id first."""

    def limited(self, connection: Any, milliseconds: int) -> AbstractContextManager[None]:
        """Inside an atomic block, reading that takes longer is broken off with an OperationalError."""

    def end_set(self, *, answers: bool = False) -> str:
        """One statement (parameters: the set's id, its results if it `answers`, the id twice) that counts the rows of a set and closes it.

        It answers first the counts by table and operation: "12:i:3 14:u:1".
        """

    def triggers_of(self, table: Table) -> list[Trigger]:
        """The triggers that journal one table and keep its derived columns."""

    def standing_triggers(self, cursor: Any) -> dict[Name, str]:
        """The journal's triggers as the database has them now; a disabled one shows as such."""

    def columns_there(self, cursor: Any) -> dict[str, set[str]]:
        """The columns of every table that the database has."""

    def settle_references(self) -> list[str]:
        """Statements after which tables written in this transaction may be altered in it."""

    def statistics(self) -> list[str]:
        """Statements that tell the planner how rows lie; none where the database sees to that itself."""

    knows_averages_only: bool
    """Whether the planner takes every value of a column for as common as any other."""

    def about_rows(self, table: str) -> str:
        """SQL of about how many rows a table has, found without counting them."""

    def asked_of_each(self, condition: str) -> str:
        """SQL: a condition to be asked of each row that is walked past, never to look rows up by."""

    def still(self, table: str) -> list[str]:
        """Statements after which nobody else writes the table until the end of the transaction."""

    def folded(self, kept: Kept) -> list[str]:
        """Statements that put rows of totals with the same values together, whoever adds some meanwhile."""

    def new_epoch(self) -> str:
        """The statement after which what processes keep in memory is read again."""

    def drop_trigger(self, name: Name) -> str:
        """The statement that removes a trigger; what belongs to it goes too."""

    def gate(self) -> Trigger:
        """The trigger that lets no change set in but a migration's."""

    def key(self, value: UUID) -> Any:
        """A key as a parameter."""

    def listed(self, values: Sequence[UUID | int | str]) -> Any:
        """Keys, numbers or texts as one parameter."""

    def among(self, column: str) -> str:
        """SQL: whether a column is one of the values of one parameter."""

    def as_json(self, expression: str, column: Column) -> str:
        """SQL text of the JSON of a column's value, exact enough to come back the same."""

    def from_json(self, image: str, column: Column) -> str:
        """SQL of the value that `as_json` put into the image under the column's name, in the column's own type."""

    def has(self, image: str, column: Column) -> str:
        """SQL: whether the image speaks of the column."""

    def same(self, left: str, right: str, column: Column) -> str:
        """SQL: whether two values of the column are the same, unknown equals unknown."""

    def stage(self) -> list[str]:
        """Statements that make an empty table `journal_undo`, seen by this connection only."""

    def stage_filled(self) -> list[str]:
        """Statements to run once the stage is filled, so that the planner knows its size."""

    def members(self, image: str) -> tuple[str, str, str]:
        """A set-returning call over the members of an image, and the SQL of the key and JSON text of each."""

    def member(self, image: str, key: str) -> str:
        """SQL: the JSON text of one member, NULL when there is none; `key` is SQL too."""

    def with_members(self, image: str, names: Iterable[str], value: str) -> str:
        """SQL: an image (a column) in which members of these names, where there are such, hold one value; `value` is JSON."""

    def forget(self) -> list[str]:
        """Statements, each in a transaction of its own, after which overwritten values are in no file of the database."""

    def text(self, image: str) -> str:
        """SQL: an image as text."""

    def lock(self) -> str:
        """What ends a SELECT of rows that will be written."""

    def one_at_a_time(self, base: Any, what: str) -> None:
        """Wait until no other transaction is past this for `what`; held to the end of ours."""

    def new_sets(self) -> str:
        """Ids and places of the change sets that a reader at a place (parameter) has not read, and all whose writers have
        ended, in the order of places; at most a number (parameter) of them, but never a part of one place."""

    def first_place(self) -> str:
        """SQL of the place of the oldest set that is still in the base."""

    def last_place(self) -> str:
        """SQL of the place of the last set that readers may read, the same as `new_sets` would come to."""

    def is_elsewhere(self) -> str:
        """SQL: whether there are sets of transactions that this server has yet to begin: the base comes from another one."""

    def place_of_set(self) -> str:
        """SQL: the place of a change set, as readers keep it."""

    def repeated(self, connection: Any) -> Any:
        """A cursor for statements that come again and again with other values: the database keeps their plans."""

    def write(self, connection: Any, sql: str, values: Sequence[Any]) -> Written:
        """Such a statement whose answer nobody needs yet: sent at the latest before whatever is asked next, or with the commit.

        What it fails with may be raised only then.
        """

    def together(
        self, connection: Any, asked: Sequence[tuple[str, Sequence[Any]]]
    ) -> list[list[Sequence[Any]]] | None:
        """The rows of several such statements in one journey to the database; None where each alone is no dearer."""

    def run_script(self, cursor: Any, statements: Iterable[str]) -> None:
        """Execute statements without parameters in as few round trips as possible."""

    def insert_many(
        self, cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Write many prepared rows the fast way: COPY, or executemany."""
