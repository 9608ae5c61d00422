"""SQLite: one writer at a time, row triggers, JSON as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connections

from .contract import Name, Trigger, Written, at_once, counted, gathered
from .shapes import Column, Kept, Kind, Table
from .sqlite_statements import Repeated
from .totals import put_together


class SQLite:
    """The open set is the row marked `is_open`: triggers cannot read settings, nor tables of other schemas."""

    def begin_set(self, columns: Mapping[str, Any], *, opened: bool) -> tuple[str, list[Any]]:
        names = [*columns, "is_open"]
        places = ", ".join(["%s"] * len(names))
        sql = f"INSERT INTO journal_changeset ({', '.join(names)}) VALUES ({places}) RETURNING id"
        return sql, [*columns.values(), True if opened else None]

    def end_set(self, *, answers: bool = False) -> str:
        results = ", results = %s" if answers else ""
        return (
            "UPDATE journal_changeset SET is_open = NULL, "
            f"row_count = (SELECT count(*) FROM journal_rowchange WHERE set_id = %s){results} WHERE id = %s "
            f"RETURNING {counted('group_concat')}"
        )

    def triggers_of(self, table: Table) -> list[Trigger]:
        from .sqlite_triggers import triggers_of  # noqa: PLC0415 -- it needs this class

        return triggers_of(table, self)

    def standing_triggers(self, cursor: Any) -> dict[Name, str]:
        cursor.execute(
            "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'artel|_%%' ESCAPE '|'",
            [],
        )
        return {(table, name): sql for table, name, sql in cursor.fetchall()}

    def columns_there(self, cursor: Any) -> dict[str, set[str]]:
        cursor.execute(
            "SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'"
        )
        return gathered(cursor.fetchall())

    def settle_references(self) -> list[str]:
        return []

    def statistics(self) -> list[str]:
        # At most so many rows of an index are looked at: a third of a second for a million deals. It is too few to tell
        # how many rows share a value, so what processes have counted themselves is counted anew, too.
        return ["PRAGMA analysis_limit = 1000", "ANALYZE", self.new_epoch()]

    knows_averages_only = True

    def about_rows(self, table: str) -> str:
        return f'SELECT max(rowid) FROM "{table}"'

    def asked_of_each(self, condition: str) -> str:
        return f"+({condition})"

    def still(self, table: str) -> list[str]:
        return []  # whoever writes anything keeps all others out

    def folded(self, kept: Kept) -> list[str]:
        last = f'(SELECT max(id) FROM "{kept.table}")'
        return [
            put_together(kept, f'"{kept.table}"'),
            f'DELETE FROM "{kept.table}" WHERE id <= {last} - changes()',
        ]

    def new_epoch(self) -> str:
        return (
            "INSERT INTO kernel_epoch (id, value) VALUES (1, random()) "
            "ON CONFLICT (id) DO UPDATE SET value = excluded.value"
        )

    @contextmanager
    def limited(self, connection: Any, milliseconds: int) -> Iterator[None]:
        connection.ensure_connection()
        raw, ends = connection.connection, monotonic() + milliseconds / 1000
        raw.set_progress_handler(lambda: monotonic() > ends, 10_000)
        try:
            yield
        finally:
            raw.set_progress_handler(None, 0)

    def drop_trigger(self, name: Name) -> str:
        return f'DROP TRIGGER IF EXISTS "{name[1]}"'

    def gate(self) -> Trigger:
        from .sqlite_triggers import gate  # noqa: PLC0415

        return gate()

    def key(self, value: UUID) -> Any:
        return value.hex

    def listed(self, values: Sequence[UUID | int | str]) -> Any:
        return json.dumps([one.hex if isinstance(one, UUID) else one for one in values])

    def among(self, column: str) -> str:
        return f"{column} IN (SELECT value FROM json_each(%s))"

    def as_json(self, expression: str, column: Column) -> str:
        match column.kind:
            case Kind.BOOLEAN:
                return f"CASE WHEN {expression} IS NULL THEN 'null' WHEN {expression} THEN 'true' ELSE 'false' END"
            case (
                Kind.REAL
            ):  # json_quote keeps 15 digits, 0.1 + 0.2 would come back as 0.3; 17 are too few for 1e-300
                return (
                    f"CASE WHEN typeof({expression}) <> 'real' THEN json_quote({expression}) "
                    f"WHEN abs({expression}) = 9e999 THEN CASE WHEN {expression} > 0 THEN '9e999' ELSE '-9e999' END "
                    f"WHEN json_extract(printf('%!.15g', {expression}), '$') IS {expression} "
                    f"THEN printf('%!.15g', {expression}) ELSE printf('%!.20g', {expression}) END"
                )
            case Kind.JSON:
                return f"coalesce(json({expression}), 'null')"
            case Kind.PLAIN:
                return f"json_quote({expression})"

    def from_json(self, image: str, column: Column) -> str:
        if column.kind is Kind.JSON:
            return f"({image} -> '{_path(column)}')"
        return f"json_extract({image}, '{_path(column)}')"

    def has(self, image: str, column: Column) -> str:
        return f"(json_type({image}, '{_path(column)}') IS NOT NULL)"

    def same(self, left: str, right: str, column: Column) -> str:
        if column.kind is Kind.JSON:
            return f"(json({left}) IS json({right}))"
        return f"({left} IS {right})"

    def stage(self) -> list[str]:
        return [
            "DROP TABLE IF EXISTS temp.journal_undo",
            "CREATE TEMP TABLE journal_undo (table_id integer, row_id char(32), op text, before text, after text, "
            "last_id integer, many boolean, refused text, PRIMARY KEY (table_id, row_id))",
        ]

    def stage_filled(self) -> list[str]:
        return []

    def members(self, image: str) -> tuple[str, str, str]:
        return f"json_each({image}) AS e", "e.key", self.member(image, "e.key")

    def member(self, image: str, key: str) -> str:
        return f"({image} -> ('$.\"' || {key} || '\"'))"

    def with_members(self, image: str, names: Iterable[str], value: str) -> str:
        changes = "".join(f""", '$."{name}"', json('{value}')""" for name in sorted(names))
        return f"json_replace({image}{changes})"

    def forget(self) -> list[str]:
        # What was overwritten is zeroed in the file (secure_delete), but older pages stand in the log of writes.
        return ["PRAGMA wal_checkpoint(TRUNCATE)"]

    def text(self, image: str) -> str:
        return image

    def lock(self) -> str:
        return ""

    def one_at_a_time(self, base: Any, what: str) -> None:
        """Writers wait for one another anyway."""

    def new_sets(self) -> str:
        # Writers wait for one another, so the order of ids is the order of commits.
        return "SELECT id, id FROM journal_changeset WHERE id > %s AND is_open IS NULL ORDER BY id LIMIT %s"

    def first_place(self) -> str:
        return "SELECT id FROM journal_changeset ORDER BY id LIMIT 1"

    def last_place(self) -> str:
        return "SELECT id FROM journal_changeset WHERE is_open IS NULL ORDER BY id DESC LIMIT 1"

    def is_elsewhere(self) -> str:
        return "SELECT 0"

    def place_of_set(self) -> str:
        return "id"

    def repeated(self, connection: Any) -> Any:
        base: Any = connections[connection.alias]
        is_watched = base.queries_logged or base.execute_wrappers
        return base.cursor() if is_watched else Repeated(base)

    def write(self, connection: Any, sql: str, values: Sequence[Any]) -> Written:
        return at_once(self.repeated(connection), sql, values)

    def together(
        self, connection: Any, asked: Sequence[tuple[str, Sequence[Any]]]
    ) -> list[list[Sequence[Any]]] | None:
        return None  # there is no journey

    def run_script(self, cursor: Any, statements: Iterable[str]) -> None:
        for statement in statements:
            cursor.execute(statement)

    def insert_many(
        self, cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        names = ", ".join(f'"{column}"' for column in columns)
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', list(rows))


def _path(column: Column) -> str:
    return f'$."{column.name}"'
