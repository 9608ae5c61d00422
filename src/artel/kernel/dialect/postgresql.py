"""PostgreSQL: many writers, statement triggers with transition tables, jsonb."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections

from .contract import Name, Trigger, Written, at_once, counted, gathered
from .engine.base import DatabaseWrapper, Repeated
from .shapes import Column, Kept, Kind, Table
from .totals import put_together


class PostgreSQL:
    """The open set is a setting of the transaction, so it ends with it and follows savepoints."""

    def begin_set(self, columns: Mapping[str, Any], *, opened: bool) -> tuple[str, list[Any]]:
        places = ", ".join(["%s"] * len(columns))
        setting = ", set_config('artel.set', id::text, true)" if opened else ""
        sql = (
            f"INSERT INTO journal_changeset ({', '.join(columns)}, xid) "
            f"VALUES ({places}, pg_current_xact_id()) RETURNING id{setting}"
        )
        return sql, list(columns.values())

    def end_set(self, *, answers: bool = False) -> str:
        results = ", results = %s" if answers else ""
        return (
            "UPDATE journal_changeset SET "
            f"row_count = (SELECT count(*) FROM journal_rowchange WHERE set_id = %s){results} WHERE id = %s "
            f"RETURNING {counted('string_agg')}, set_config('artel.set', '', true)"
        )

    def triggers_of(self, table: Table) -> list[Trigger]:
        from .postgresql_triggers import triggers_of  # noqa: PLC0415 -- it needs this class

        return triggers_of(table, self)

    def standing_triggers(self, cursor: Any) -> dict[Name, str]:
        cursor.execute(
            "SELECT c.relname, t.tgname, CASE WHEN t.tgenabled IN ('O', 'A') THEN p.prosrc ELSE 'disabled' END "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgname LIKE 'artel|_%%' ESCAPE '|' "
            "AND c.relnamespace = current_schema()::regnamespace",
            [],
        )
        return {(table, name): source for table, name, source in cursor.fetchall()}

    def columns_there(self, cursor: Any) -> dict[str, set[str]]:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped "
            "AND c.relnamespace = current_schema()::regnamespace"
        )
        return gathered(cursor.fetchall())

    def settle_references(self) -> list[str]:
        # Deferred foreign keys still to be checked would forbid any ALTER or DROP TRIGGER.
        return ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"]

    def statistics(self) -> list[str]:
        return []  # autovacuum gathers them

    knows_averages_only = False

    def about_rows(self, table: str) -> str:
        return f"SELECT reltuples::bigint FROM pg_class WHERE oid = '\"{table}\"'::regclass"

    def asked_of_each(self, condition: str) -> str:
        return condition

    def still(self, table: str) -> list[str]:
        return [f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE']

    def folded(self, kept: Kept) -> list[str]:
        # Only what is deleted here is added up: a row whose writer has not ended yet stays for the next time.
        return [f'WITH gone AS (DELETE FROM "{kept.table}" RETURNING *) {put_together(kept, "gone")}']

    def new_epoch(self) -> str:
        return (
            "INSERT INTO kernel_epoch (id, value) VALUES (1, (random() * 9007199254740991)::bigint) "
            "ON CONFLICT (id) DO UPDATE SET value = excluded.value"
        )

    def drop_trigger(self, name: Name) -> str:
        return f'DROP FUNCTION IF EXISTS "{name[1]}"() CASCADE'

    def gate(self) -> Trigger:
        from .postgresql_triggers import gate  # noqa: PLC0415

        return gate()

    def key(self, value: UUID) -> Any:
        return value

    def listed(self, values: Sequence[UUID | int | str]) -> Any:
        # As the server reads it: psycopg writes an array of keys member by member, each looked through for signs to quote.
        is_plain = not any(isinstance(one, str) for one in values)
        return f"{{{','.join(map(str, values))}}}" if is_plain else list(values)

    def among(self, column: str) -> str:
        return f"{column} = ANY(%s)"

    def as_json(self, expression: str, column: Column) -> str:
        return f"coalesce(to_jsonb({expression})::text, 'null')"

    def from_json(self, image: str, column: Column) -> str:
        if column.kind is Kind.JSON:
            return f"({image} -> '{column.name}')"
        return f"({image} ->> '{column.name}')::{column.type}"

    def has(self, image: str, column: Column) -> str:
        return f"({image} ? '{column.name}')"

    @contextmanager
    def limited(self, connection: Any, milliseconds: int) -> Iterator[None]:
        # Of each statement; the setting ends with the transaction, and here with the block.
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            yield
            cursor.execute("SELECT set_config('statement_timeout', '0', true)", [])

    def same(self, left: str, right: str, column: Column) -> str:
        return f"({left} IS NOT DISTINCT FROM {right})"

    def stage(self) -> list[str]:
        return [
            "DROP TABLE IF EXISTS pg_temp.journal_undo",
            "CREATE TEMP TABLE journal_undo (table_id smallint, row_id uuid, op varchar(1), before jsonb, after jsonb, "
            "last_id bigint, many boolean, refused text, PRIMARY KEY (table_id, row_id)) ON COMMIT DROP",
        ]

    def stage_filled(self) -> list[str]:
        return ["ANALYZE journal_undo"]

    def members(self, image: str) -> tuple[str, str, str]:
        return f"LATERAL jsonb_each({image}) AS e", "e.key", "e.value::text"

    def member(self, image: str, key: str) -> str:
        return f"({image} -> {key})::text"

    def with_members(self, image: str, names: Iterable[str], value: str) -> str:
        for name in sorted(names):
            image = f"jsonb_set({image}, '{{{name}}}', '{value}', false)"
        return image

    def forget(self) -> list[str]:
        # Old versions of rows live until a VACUUM; the log of the server until it is recycled.
        return ["VACUUM"]

    def text(self, image: str) -> str:
        return f"{image}::text"

    def lock(self) -> str:
        return "FOR UPDATE"

    def one_at_a_time(self, base: Any, what: str) -> None:
        with base.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])

    def new_sets(self) -> str:
        # A set with a greater id may commit before one with a smaller: only below the oldest running transaction is all done.
        return (
            "SELECT id, xid::text::bigint FROM journal_changeset WHERE xid > %s::text::xid8 "
            "AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid FETCH FIRST %s ROWS WITH TIES"
        )

    def first_place(self) -> str:
        return "SELECT xid::text::bigint FROM journal_changeset ORDER BY xid LIMIT 1"

    def last_place(self) -> str:
        return (
            "SELECT xid::text::bigint FROM journal_changeset WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) "
            "ORDER BY xid DESC LIMIT 1"
        )

    def is_elsewhere(self) -> str:
        return (
            "SELECT EXISTS (SELECT 1 FROM journal_changeset WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()) "
            "AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned())"
        )

    def place_of_set(self) -> str:
        return "xid::text::bigint"

    def repeated(self, connection: Any) -> Any:
        # Django's usual cursor writes the values into the text, so every statement is read and planned anew; whoever
        # keeps a log of statements wants that text.
        base = _itself(connection)
        return base.cursor() if base.is_watched else Repeated(base)

    def write(self, connection: Any, sql: str, values: Sequence[Any]) -> Written:
        base = _itself(connection)
        return at_once(base.cursor(), sql, values) if base.is_watched else base.write(sql, values)

    def together(
        self, connection: Any, asked: Sequence[tuple[str, Sequence[Any]]]
    ) -> list[list[Sequence[Any]]] | None:
        base = _itself(connection)
        return None if base.is_watched else base.ask_all(asked)

    def run_script(self, cursor: Any, statements: Iterable[str]) -> None:
        if script := ";\n".join(statements):
            cursor.execute(script)

    def insert_many(
        self, cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        names = ", ".join(f'"{column}"' for column in columns)
        with cursor.db.wrap_database_errors, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


def _itself(connection: Any) -> Any:
    """The connection behind Django's proxy, which would be asked for every name."""
    return connection if isinstance(connection, DatabaseWrapper) else connections[connection.alias]
