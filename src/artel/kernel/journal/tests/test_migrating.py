"""The journal lives through changes of the schema."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.utils import DatabaseError
from django.test import override_settings

from artel.kernel.journal import migrating, triggers
from artel.kernel.journal.doctor import findings
from artel.kernel.journal.models import ChangeSet, JournalField, JournalReader, JournalTable, RowChange
from artel.kernel.journal.reading import changes_of, history
from artel.kernel.journal.tests.moving.models import Thing
from artel.kernel.journal.undo import undo
from artel.kernel.journal.writing import ActorStamp, change_set, system_set
from artel.kernel.models import Option
from artel.kernel.refusals import Refused

pytestmark = pytest.mark.django_db(transaction=True)

ALICE = ActorStamp("person", None, "Alice")


@pytest.fixture
def moving():
    """Migrates the app to a state; afterwards nothing of it is left."""
    with override_settings(INSTALLED_APPS=[*settings.INSTALLED_APPS, "artel.kernel.journal.tests.moving"]):
        yield lambda name: call_command("migrate", "moving", name, verbosity=0, skip_checks=True)
        call_command("migrate", "moving", "zero", verbosity=0, skip_checks=True)
    triggers.install()


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def changes(command="migration"):
    rows = RowChange.objects.filter(set__command=command).order_by("pk")
    return [(one.op, one.before, one.after) for one in rows]


def back(set_id):
    return undo(set_id, ALICE, may_change=lambda *_: ())


def test_a_data_migration_is_journalled_in_the_names_of_its_time(moving) -> None:
    moving("0002")
    assert changes() == [("i", None, None), ("u", {"name": "first"}, {"name": "second"})]
    moving("0004")
    assert changes()[2:] == [("u", {"title": "second"}, {"title": "third"})]
    assert triggers.faults() == []


def test_a_remade_table_keeps_its_triggers(moving) -> None:
    moving("0004")
    with pytest.raises(IntegrityError, match="change set"):
        run("UPDATE moving_thing SET title = 'x'")
    with system_set("test"):
        run("UPDATE moving_thing SET title = 'x', size = 3")
    assert changes("test") == [("u", {"title": "third", "size": 0}, {"title": "x", "size": 3})]


def test_what_was_renamed_is_undone_under_its_new_name(moving) -> None:
    there = ChangeSet.objects.filter(command="migration").count()
    moving("0004")
    filled, lengthened = ChangeSet.objects.filter(command="migration").order_by("pk")[there + 1 : there + 3]
    assert [one.fields[0].field for one in changes_of(filled.pk)] == ["title"]
    assert back(lengthened.pk).restored == 1
    assert Thing.objects.get().title == "second"
    assert back(filled.pk).restored == 1
    assert Thing.objects.get().title == "first"
    assert {one.model for one in history(Thing, Thing.objects.get().pk)} == {Thing}


def test_a_dropped_field_is_named(moving) -> None:
    moving("0003")
    # Written as an older version of the house would have.
    with migrating.journaled(state("0003")):
        run("UPDATE moving_thing SET colour = 'blue', title = 'x'")
    moving("0004")
    with pytest.raises(Refused) as refused:
        back(ChangeSet.objects.latest("pk").pk)
    assert (refused.value.code, refused.value.needs) == ("field_gone", ("colour",))
    assert "colour" in str(refused.value)
    names = {(one.name, one.now_called) for one in JournalField.objects.all()}
    assert names == {("name", "title"), ("colour", None)}


def state(name):
    loader = MigrationLoader(connection)
    [key] = [key for key in loader.graph.nodes if key[0] == "moving" and key[1].startswith(name)]
    return loader.project_state(key).apps


def test_a_migration_taken_back_is_taken_note_of(moving) -> None:
    moving("0004")
    moving("0002")
    last = JournalField.objects.order_by("-pk").first()
    assert last is not None
    assert (last.name, last.now_called) == ("title", "name")
    assert JournalTable.objects.filter(name="moving.object").exists()


def test_nobody_writes_while_the_base_is_being_upgraded() -> None:
    migrating.before_migrate(plan=["something"], using="default")
    try:
        with pytest.raises(DatabaseError, match="upgraded"), system_set("test"):
            Option.objects.create(code="a", is_on=True)
        with transaction.atomic(), change_set(ALICE, command="migration"):
            Option.objects.create(code="a", is_on=True)
    finally:
        migrating.after_migrate(using="default")
    with system_set("test"):
        Option.objects.create(code="b", is_on=True)
    assert triggers.faults() == []


def test_an_upgrade_that_broke_off_is_noted_by_the_next(moving) -> None:
    moving("0002")
    real, migrating.settle_renames = migrating.settle_renames, crash
    try:
        with pytest.raises(ZeroDivisionError):
            moving("0004")
    finally:
        migrating.settle_renames = real
    assert not JournalField.objects.exists()
    migrating.after_migrate(using="default")
    assert JournalField.objects.filter(name="name", now_called="title").exists()


def crash():
    raise ZeroDivisionError


SCHEMA_ONLY = {("search", "0001_search"), ("journal", "0003_digests")}
"""They make what no model declares, or put the journal itself right: they write no rows of business."""


def test_data_migrations_of_the_house_use_the_journalled_operations() -> None:
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("artel.")}
    bare = {
        key
        for key, migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if key[0] in rooms and type(operation) in {RunPython, RunSQL}
    }
    assert bare <= SCHEMA_ONLY


@pytest.mark.only_on("postgres", "SQLite counts no transactions")
def test_a_base_restored_into_another_server_is_read_from_here_on() -> None:
    with system_set("test") as before:
        pass
    ChangeSet.objects.filter(pk=before.id).update(xid=2**60)
    JournalReader.objects.create(name="reader", position=str(2**60))
    assert migrating.came_from_elsewhere()
    assert len(list(findings())) == 1
    migrating.settle_transactions()
    assert not migrating.came_from_elsewhere()
    assert (ChangeSet.objects.get(pk=before.id).xid, JournalReader.objects.get(name="reader").position) == (
        0,
        "",
    )
