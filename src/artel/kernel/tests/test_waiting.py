"""Writes whose answer nobody reads may wait; nobody can tell, but for the statements it saves."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from artel.kernel import standing
from artel.kernel.dialect import dialect_of

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'")


@pytest.fixture
def table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE waited (number integer PRIMARY KEY, word text)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE waited")


def write(number, word="word"):
    dialect_of(connection).write(
        connection, "INSERT INTO waited (number, word) VALUES (%s, %s)", [number, word]
    )


def all_in_one_block(*steps, savepoint=True):
    with transaction.atomic(savepoint=savepoint):
        for step in steps:
            step()


def numbers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM waited ORDER BY number")
        return [number for (number,) in cursor.fetchall()]


@pytest.mark.usefixtures("table")
def test_whoever_asks_sees_what_was_written_before():
    with connection.cursor() as opened_before:
        write(1)
        opened_before.execute("SELECT count(*) FROM waited")
        assert opened_before.fetchone() == (1,)
    write(2)
    assert numbers() == [1, 2]
    write(3)
    with dialect_of(connection).repeated(connection) as cursor:
        cursor.execute("SELECT number, word FROM waited WHERE number > %s ORDER BY number", [1])
        assert cursor.fetchone() == (2, "word")
        assert cursor.fetchall()[-1] == (3, "word")


@pytest.mark.usefixtures("table")
def test_a_waiting_write_that_breaks_a_rule_is_raised_before_the_block_is_left():
    write(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(1)
    assert numbers() == [1]


@pytest.mark.usefixtures("table")
def test_nothing_after_a_broken_write_is_done():
    with pytest.raises(IntegrityError):
        all_in_one_block(lambda: write(1), lambda: write(1), lambda: write(2), numbers)
    assert numbers() == []


@pytest.mark.usefixtures("table")
def test_what_waited_in_a_block_that_is_taken_back_is_gone():
    write(1)
    with pytest.raises(ZeroDivisionError):
        all_in_one_block(lambda: write(2), lambda: 1 / 0)
    write(3)
    assert numbers() == [1, 3]


@pytest.mark.usefixtures("table")
def test_in_a_block_that_is_broken_nothing_may_wait():
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            all_in_one_block(lambda: write(1), lambda: write(1), numbers, savepoint=False)
        with pytest.raises(transaction.TransactionManagementError):
            write(2)
        transaction.set_rollback(True)


@pytest.mark.usefixtures("table")
def test_many_values_and_percent_signs_come_as_they_are():
    write(1, "50 %s and 100 %%")
    with dialect_of(connection).repeated(connection) as cursor:
        cursor.execute("SELECT word FROM waited WHERE word LIKE '50 %%' AND number = %s", [1])
        assert cursor.fetchall() == [("50 %s and 100 %%",)]
        cursor.executemany("INSERT INTO waited (number, word) VALUES (%s, %s)", [(2, "b"), (3, None)])
    assert numbers() == [1, 2, 3]


@on_postgresql
@pytest.mark.usefixtures("table")
def test_a_write_travels_with_the_next_question():
    base: Any = connections["default"]
    write(1)
    assert len(base.statements.waiting) == 1
    assert numbers() == [1]
    assert not base.statements.waiting


@on_postgresql
@pytest.mark.usefixtures("table")
def test_plans_that_nobody_asks_for_make_room(monkeypatch):
    from artel.kernel.dialect.engine import statements

    monkeypatch.setattr(statements, "MOST_PLANS", 3)
    base: Any = connections["default"]
    kept = base.statements
    monkeypatch.setattr(kept, "_plans", type(kept._plans)())
    for number in range(8):
        with dialect_of(connection).repeated(connection) as cursor:
            cursor.execute(f"SELECT {number} + %s", [number])
            assert cursor.fetchone() == (2 * number,)
    assert len(kept._plans) <= 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'artel%%'")
        there = {name for (name,) in cursor.fetchall()}
    assert {name.decode() for name in kept._plans.values()} <= there
    assert f"artel_{kept._made - 5}" not in there


@on_postgresql
def test_a_statement_that_is_none_leaves_the_connection_in_step():
    for _again in range(2):
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            dialect_of(connection).repeated(connection) as cursor,
        ):
            cursor.execute("SELECT no_such_column FROM kernel_epoch WHERE id = %s", [1])
    assert standing.latest() is standing.latest()


@pytest.mark.django_db(transaction=True)
def test_the_commit_takes_what_waits_along_and_a_rollback_does_not():
    sql = "INSERT INTO journal_event (set_id, name, payload) VALUES (%s, %s, '{}')"

    def event(name):
        dialect_of(connection).write(connection, sql, [1, name])

    all_in_one_block(lambda: event("kept"))
    with pytest.raises(ZeroDivisionError):
        all_in_one_block(lambda: event("lost"), lambda: 1 / 0)
    event("alone")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM journal_event ORDER BY id")
        assert [name for (name,) in cursor.fetchall()] == ["kept", "alone"]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_what_only_the_commit_finds_broken_is_raised_by_it():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE whole (id integer PRIMARY KEY)")
        cursor.execute(
            "CREATE TEMP TABLE part (id integer PRIMARY KEY, "
            "whole integer REFERENCES whole DEFERRABLE INITIALLY DEFERRED)"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        dialect_of(connection).write(connection, "INSERT INTO part VALUES (%s, %s)", [1, 5])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM part")
        assert cursor.fetchone() == (0,)
        cursor.execute("DROP TABLE part, whole")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_closed_is_opened_anew_by_the_first_question():
    assert standing.latest() is standing.latest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()
    standing.latest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() != (pid,)
