"""What a test has committed goes: the base is put back as it was before, in a tenth of the time of emptying and shipping it anew.

Django empties the base after a `TransactionTestCase` and lets `post_migrate` fill it again. Here the base is copied before
such a test and put back after it, whatever stood in it: shipped items, tables of samples, the numbers in their triggers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from artel.kernel.journal.catalogue import table_of_number

FILLED = """
SELECT string_agg(format('SELECT %L WHERE EXISTS (SELECT FROM %I)', relname, relname), ' UNION ALL ')
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""

Rows = Mapping[str, bytes]


def instead_of_flushing(patch: pytest.MonkeyPatch) -> None:
    """For the session: `TransactionTestCase` copies the base and puts it back."""
    kept: list[Any] = []
    copy, put_back = (_copy, _put_back) if connection.vendor == "sqlite" else (_rows, _put_rows_back)

    def tear_down(_case: TransactionTestCase) -> None:
        put_back(kept.pop())
        table_of_number.cache_clear()  # a number may be given anew

    patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(lambda _cls: kept.append(copy())))
    patch.setattr(TransactionTestCase, "_fixture_teardown", tear_down)


def _copy() -> sqlite3.Connection:
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(copy)
    return copy


def _put_back(copy: sqlite3.Connection) -> None:
    connection.ensure_connection()
    copy.backup(connection.connection)
    copy.close()


def _filled() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(FILLED)
        [[asks]] = cursor.fetchall()
        cursor.execute(asks)
        return [name for (name,) in cursor.fetchall()]


def _rows() -> Rows:
    with connection.cursor() as cursor:
        return {name: _copied(cursor, name) for name in _filled()}


def _copied(cursor: Any, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as rows:
        return b"".join(bytes(each) for each in rows)


def _put_rows_back(kept: Rows) -> None:
    """Without triggers: neither the journal nor the references between the tables are asked."""
    filled = _filled()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in filled:
            cursor.execute(f'DELETE FROM "{table}"')
        for table, rows in kept.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as waiting:
                waiting.write(rows)
