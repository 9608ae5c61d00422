"""Every way of writing leaves its trace, and none works outside a change set."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection, transaction

from artel.kernel.dialect import dialect_of
from artel.kernel.journal import doctor, triggers
from artel.kernel.journal.models import ChangeSet, RowChange
from artel.kernel.journal.writing import change_set, current_set, system_set
from artel.kernel.models import AccessGroup, Option, User
from artel.kernel.roles import Grant, Role

pytestmark = pytest.mark.django_db


def written(opened):
    return [
        (change.op, change.row_id, change.before, change.after)
        for change in RowChange.objects.filter(set_id=opened.id).order_by("id")
    ]


def refused(act):
    """The act is refused by the database and leaves the transaction usable."""
    with pytest.raises(IntegrityError, match="change set"), transaction.atomic():
        act()


def rename_and_fail(user):
    User.objects.filter(pk=user.pk).update(name="Lost")
    raise ZeroDivisionError


@pytest.fixture
def alice():
    with system_set("test"):
        return User.objects.create(login="alice", name="Alice", password="secret")


def test_an_insert_is_journalled_by_its_key() -> None:
    with system_set("test") as opened:
        user = User.objects.create(login="alice", name="Alice")
    assert written(opened) == [("i", user.pk, None, None)]


def test_an_update_is_journalled_by_the_fields_that_differ(alice) -> None:
    with system_set("test") as opened:
        alice.name, alice.is_active = "Alice B.", False
        alice.save()
    before = {"name": "Alice", "sort_name": "alice", "is_active": True}
    [(op, key, was, now)] = written(opened)
    assert (op, key, was) == ("u", alice.pk, before)
    assert now == {"name": "Alice B.", "sort_name": "alice b.", "is_active": False}


def test_a_delete_is_journalled_by_the_whole_row_without_secrets(alice) -> None:
    with system_set("test") as opened:
        key = alice.pk
        alice.delete()
    [(op, row, before, after)] = written(opened)
    assert (op, row, after) == ("d", key, None)
    assert before["login"] == "alice"
    assert not {"password", "version", "changed_at", "id"} & before.keys()


def test_a_cascade_and_sets_of_rows_are_journalled_row_by_row(alice) -> None:
    with system_set("test"):
        role = Role.objects.create(name="Seller")
        Grant.objects.create(user=alice, role=role)
        AccessGroup.objects.bulk_create(
            AccessGroup(name=f"Group {n}", sort_name=f"group {n}") for n in range(40)
        )
    with system_set("test") as opened:
        AccessGroup.objects.filter(name__startswith="Group").update(is_archived=True)
    assert len(written(opened)) == 40
    assert {(op, *was, *now) for op, _, was, now in written(opened)} == {("u", "is_archived", "is_archived")}
    with system_set("test") as opened:
        AccessGroup.objects.filter(name__startswith="Group").delete()
        Grant.objects.all()._raw_delete("default")
    assert [op for op, *_ in written(opened)] == ["d"] * 41


def test_nothing_is_written_outside_a_change_set(alice) -> None:
    with connection.cursor() as cursor:
        refused(lambda: User.objects.create(login="bob", name="Bob"))
        refused(lambda: User.objects.filter(pk=alice.pk).update(name="A"))
        refused(lambda: cursor.execute("UPDATE kernel_user SET version = version + 1"))
        refused(lambda: cursor.execute("UPDATE kernel_user SET password = ''"))
        refused(lambda: cursor.execute("DELETE FROM kernel_user"))
    assert current_set() is None
    alice.refresh_from_db()
    assert (alice.name, alice.password) == ("Alice", "secret")


def test_secret_and_technical_columns_leave_no_trace(alice) -> None:
    with system_set("test") as opened:
        User.objects.filter(pk=alice.pk).update(password="other")
    assert written(opened) == []
    assert ChangeSet.objects.get(pk=opened.id).row_count == 0


def test_an_update_of_nothing_needs_no_change_set(alice) -> None:
    assert User.objects.filter(login="nobody").update(name="A") == 0


def test_the_key_of_a_record_never_changes(alice) -> None:
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="key"), system_set("test"):
        cursor.execute("UPDATE kernel_user SET id = %s", [dialect_of(connection).key(Role().pk)])


def test_an_upsert_is_journalled_as_what_it_did(alice) -> None:
    with system_set("test") as opened:
        Option.objects.bulk_create([Option(code="a", is_on=False), Option(code="b", is_on=False)])
        Option.objects.bulk_create(
            [Option(code="b", is_on=True), Option(code="c", is_on=True)],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["is_on"],
        )
    assert sorted(op for op, *_ in written(opened)) == ["i", "i", "i", "u"]


@pytest.mark.only_on("sqlite", "REPLACE is SQLite's own")
def test_a_replace_is_journalled_as_a_delete_and_an_insert() -> None:
    with system_set("test") as opened, connection.cursor() as cursor:
        option = Option.objects.create(code="a", is_on=False)
        cursor.execute(
            "INSERT OR REPLACE INTO kernel_option (id, version, is_deleted, created_at, changed_at, code, is_on) "
            "SELECT id, version, is_deleted, created_at, changed_at, code, 1 FROM kernel_option WHERE id = %s",
            [option.pk.hex],
        )
    assert [op for op, *_ in written(opened)] == ["i", "d", "i"]


@pytest.mark.only_on("postgres", "SQLite has no TRUNCATE")
def test_truncate_is_refused_even_inside_a_change_set(alice) -> None:
    with connection.cursor() as cursor, system_set("test"):
        dialect_of(connection).run_script(cursor, dialect_of(connection).settle_references())
        with pytest.raises(IntegrityError, match="TRUNCATE"), transaction.atomic():
            cursor.execute("TRUNCATE kernel_user CASCADE")


def test_rows_written_the_fast_way_are_journalled() -> None:
    rows = [Option(code=f"code-{number}", is_on=True) for number in range(50)]
    columns = [str(field.column) for field in Option._meta.concrete_fields]
    values = [
        [
            field.get_db_prep_save(getattr(row, field.attname), connection)
            for field in Option._meta.concrete_fields
        ]
        for row in rows
    ]
    with system_set("test") as opened, connection.cursor() as cursor:
        dialect_of(connection).insert_many(cursor, "kernel_option", columns, values)
    assert {(op, key) for op, key, *_ in written(opened)} == {("i", row.pk) for row in rows}


def test_a_rolled_back_savepoint_takes_its_changes_along(alice) -> None:
    with system_set("test") as opened:
        User.objects.filter(pk=alice.pk).update(name="Kept")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            rename_and_fail(alice)
    assert [now["name"] for _, _, _, now in written(opened)] == ["Kept"]


def test_a_set_within_a_set_joins_it(alice) -> None:
    with system_set("outer") as outer, system_set("inner") as inner:
        User.objects.filter(pk=alice.pk).update(name="A")
    assert inner.id == outer.id
    assert ChangeSet.objects.filter(command="inner").count() == 0


def test_a_failed_set_leaves_nothing_and_closes(alice) -> None:
    with pytest.raises(ZeroDivisionError), system_set("test"):
        rename_and_fail(alice)
    assert current_set() is None
    assert not ChangeSet.objects.filter(is_open=True).exists()
    refused(lambda: User.objects.update(name="A"))


@pytest.mark.django_db(transaction=True)
def test_a_change_set_needs_a_transaction() -> None:
    from artel.kernel.journal.writing import ActorStamp

    with pytest.raises(transaction.TransactionManagementError):
        change_set(ActorStamp("system", None, "x"), command="test").__enter__()


def test_the_open_set_is_found_without_a_scan() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN SELECT id FROM journal_changeset WHERE is_open")
            assert "changeset_one_open" in str(cursor.fetchall())


def test_the_triggers_are_those_that_the_models_ask_for() -> None:
    assert triggers.faults() == []


def test_a_lost_trigger_is_found_and_made_again() -> None:
    dialect = dialect_of(connection)
    with connection.cursor() as cursor:
        name = next(name for name in dialect.standing_triggers(cursor) if name[0] == "kernel_user")
        cursor.execute(dialect.drop_trigger(name))
    assert any("missing" in fault for fault in triggers.faults())
    triggers.install()
    assert triggers.faults() == []


def test_the_doctor_names_a_lost_and_an_altered_trigger_and_a_closed_gate() -> None:
    assert list(doctor.findings()) == []
    dialect = dialect_of(connection)
    with connection.cursor() as cursor:
        lost, altered = [name for name in dialect.standing_triggers(cursor) if name[0] == "kernel_user"][:2]
        cursor.execute(dialect.drop_trigger(lost))
        spoil(cursor, altered)
    triggers.close_gate()
    said = list(doctor.findings())
    assert [sum(word in one for one in said) for word in ("is missing", "was altered", "artel_gate")] == [
        1,
        1,
        1,
    ]
    triggers.install()
    triggers.open_gate()
    assert list(doctor.findings()) == []


def spoil(cursor, name) -> None:
    """Another trigger under the same name."""
    table, trigger = name
    if connection.vendor == "sqlite":
        cursor.execute(f'DROP TRIGGER "{trigger}"')
        cursor.execute(f'CREATE TRIGGER "{trigger}" AFTER INSERT ON "{table}" BEGIN SELECT 1; END')
    else:
        cursor.execute(
            f'CREATE OR REPLACE FUNCTION "{trigger}"() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$'
        )


@pytest.mark.only_on("postgres", "SQLite cannot disable a trigger")
def test_a_disabled_trigger_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_user DISABLE TRIGGER USER")
    assert any("disabled" in fault for fault in triggers.faults())


def test_json_of_the_journal_is_json(alice) -> None:
    with system_set("test") as opened:
        role = Role.objects.create(name='"quoted" \\ ☃ 𝄞\n', added=["a", {"b": None}])
        Role.objects.filter(pk=role.pk).update(name="x", added=[])
    before = RowChange.objects.filter(set_id=opened.id, op="u").get().before or {}
    assert json.dumps(before["added"]) == '["a", {"b": null}]'
    assert before["name"] == '"quoted" \\ ☃ 𝄞\n'
