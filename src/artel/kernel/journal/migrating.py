"""The journal while the schema changes: triggers go first and come back last, and nobody writes in between.

SQLite remakes tables and drops their triggers with them; a column's trigger forbids to drop it. So all triggers are dropped
before the first migration, and until they stand again only a migration's own change sets are let in. A data migration is a
`JournaledPython` or `JournaledSQL`: for its time the triggers of that state of the models stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import StateApps

from artel.kernel import numbering, standing, totals
from artel.kernel.dialect import dialect_of
from artel.kernel.dialect.contract import MIGRATION

from . import triggers
from .archiving import ARCHIVE
from .catalogue import journalled_then, table_of_number
from .models import ChangeSet, JournalField, JournalReader, JournalTable, RowChange
from .staging import query
from .writing import ActorStamp, change_set

SETTLED = "migrations"
"""The reader whose position lists the migrations whose renames the journal has taken note of."""


def before_migrate(plan: list[Any], using: str, **_: object) -> None:
    """Close the base to writers and take the triggers off, when there is anything to migrate."""
    if using == DEFAULT_DB_ALIAS and plan and triggers.is_there():
        triggers.close_gate()
        triggers.remove()


def after_migrate(using: str, **_: object) -> None:
    """Note what was renamed, put the triggers of today's models and the totals in place and let writers in."""
    if using == DEFAULT_DB_ALIAS and triggers.is_there():
        table_of_number.cache_clear()
        settle_transactions()
        settle_renames()
        triggers.install()
        totals.mend()
        numbering.catch_up()
        standing.changed()
        triggers.open_gate()


@contextmanager
def journaled(then: StateApps) -> Iterator[None]:
    """Inside, tables as they are at `then` are journalled into one change set of the command "migration"."""
    with transaction.atomic():
        triggers.install(journalled_then(then))
        with change_set(ActorStamp("system", None, "migrate"), command=MIGRATION):
            yield
        with connection.cursor() as cursor:
            dialect_of(connection).run_script(cursor, dialect_of(connection).settle_references())
        triggers.remove()


class JournaledPython(ops.RunPython):
    """RunPython that writes business tables. Its migration depends on ("journal", "0001_initial")."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with journaled(from_state.apps):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with journaled(from_state.apps):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class JournaledSQL(ops.RunSQL):
    """RunSQL that writes business tables. Its migration depends on ("journal", "0001_initial")."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with journaled(from_state.apps):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        with journaled(from_state.apps):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def came_from_elsewhere() -> bool:
    """Whether the base was restored into a server whose transactions are counted anew."""
    [(found,)] = query(dialect_of(connection).is_elsewhere())
    return bool(found)


def settle_transactions() -> None:
    """All that was written on another server comes before everything written here; readers of it begin anew."""
    if came_from_elsewhere():
        with transaction.atomic():
            ChangeSet.objects.filter(xid__isnull=False).update(xid=0)
            JournalReader.objects.filter(position__regex=r"^\d+$").exclude(name=ARCHIVE).update(position="")


Key = tuple[str, str]


def settle_renames() -> None:
    """Take note of fields and models renamed or dropped by migrations applied since the last time.

    Read from the table of applied migrations, so that an upgrade that broke off half-way loses nothing.
    """
    reader, is_new = JournalReader.objects.get_or_create(name=SETTLED)
    applied = MigrationRecorder(connection).applied_migrations()
    settled = {(app, name) for app, name in json.loads(reader.position or "[]")}
    if settled == set(applied):
        return
    if not is_new:
        forwards = sorted(applied.keys() - settled, key=lambda key: applied[key].applied)
        _settle(forwards, sorted(settled - applied.keys(), reverse=True))
    reader.position = json.dumps(sorted(applied))
    reader.save()


def _settle(forwards: Iterable[Key], backwards: Iterable[Key]) -> None:
    disk = MigrationLoader(connection).disk_migrations
    for key in forwards:
        for operation in _flat(disk[key].operations) if key in disk else ():
            _note(key[0], operation)
    for key in backwards:
        for operation in reversed(list(_flat(disk[key].operations))) if key in disk else ():
            _note_back(key[0], operation)


def _flat(operations: Iterable[Any]) -> Iterator[Any]:
    for operation in operations:
        if isinstance(operation, ops.SeparateDatabaseAndState):
            yield from _flat(operation.state_operations)
        else:
            yield operation


def _note(app: str, operation: Any) -> None:
    match operation:
        case ops.RenameField():
            _field_became(app, operation.model_name, operation.old_name, operation.new_name)
        case ops.RemoveField():
            _field_became(app, operation.model_name, operation.name, None)
        case ops.RenameModel():
            _model_became(f"{app}.{operation.old_name}", f"{app}.{operation.new_name}")


def _note_back(app: str, operation: Any) -> None:
    match operation:
        case ops.RenameField():
            _field_became(app, operation.model_name, operation.new_name, operation.old_name)
        case ops.AddField():
            _field_became(app, operation.model_name, operation.name, None)
        case ops.RenameModel():
            _model_became(f"{app}.{operation.new_name}", f"{app}.{operation.old_name}")


def _field_became(app: str, model: str, name: str, now_called: str | None) -> None:
    table = JournalTable.objects.filter(name=f"{app}.{model}".lower()).first()
    if table is None:
        return
    last = ChangeSet.objects.exclude(command=MIGRATION).order_by("-pk").values_list("pk", flat=True).first()
    JournalField.objects.create(table_id=table.pk, name=name, now_called=now_called, until_set_id=last or 0)


def _model_became(old: str, new: str) -> None:
    """The number goes with the model; one that a data migration of the same run was given is merged into it."""
    table = JournalTable.objects.filter(name=old.lower()).first()
    if table is None:
        return
    if twin := JournalTable.objects.filter(name=new.lower()).first():
        RowChange.objects.filter(table_id=twin.pk).update(table_id=table.pk)
        twin.delete()
    table.name = new.lower()
    table.save()
