"""The triggers that write the journal: made from the models, compared with what the database has, remade where it differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import connection

from artel.kernel.dialect import Kept, Table, Trigger, dialect_of

from .catalogue import Model, journalled_models, numbered

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from artel.kernel.dialect.contract import Name


GATED = "journal_changeset"
EPOCH = "kernel_epoch"


def wanted(models: Iterable[Model]) -> dict[Name, Trigger]:
    """The triggers that the models ask for, as far as their tables and columns exist in the database."""
    dialect = dialect_of(connection)
    with connection.cursor() as cursor:
        there = dialect.columns_there(cursor)
    tables = numbered(model for model in models if model._meta.db_table in there)
    triggers = [trigger for table in tables for trigger in dialect.triggers_of(_cut(table, there))]
    return {(trigger.table, trigger.name): trigger for trigger in triggers}


def install(models: Iterable[Model] | None = None) -> None:
    """Bring the database's triggers to what the models ask for; what stands rightly is left alone."""
    asked = wanted(journalled_models() if models is None else models)
    dialect = dialect_of(connection)
    with connection.cursor() as cursor:
        standing = _standing(cursor)
        right = {name for name, shown in standing.items() if name in asked and asked[name].shown == shown}
        drops = [dialect.drop_trigger(name) for name in standing if name not in right]
        makes = [trigger.create for name, trigger in asked.items() if name not in right]
        dialect.run_script(cursor, drops + makes)


def remove() -> None:
    """Drop every trigger of the journal but the gate: the tables may be remade now."""
    dialect = dialect_of(connection)
    with connection.cursor() as cursor:
        dialect.run_script(cursor, [dialect.drop_trigger(name) for name in _standing(cursor)])


def close_gate() -> None:
    """From now on only a migration may open a change set."""
    dialect = dialect_of(connection)
    gate = dialect.gate()
    with connection.cursor() as cursor:
        if (gate.table, gate.name) not in dialect.standing_triggers(cursor):
            dialect.run_script(cursor, [gate.create])


def open_gate() -> None:
    """Everybody may open change sets again."""
    dialect = dialect_of(connection)
    with connection.cursor() as cursor:
        names = [name for name in dialect.standing_triggers(cursor) if name[0] == GATED]
        dialect.run_script(cursor, [dialect.drop_trigger(name) for name in names])


def faults() -> list[str]:
    """One sentence for each trigger that is missing, altered, disabled or left over; empty when all is well."""
    asked = wanted(journalled_models())
    with connection.cursor() as cursor:
        standing = dialect_of(connection).standing_triggers(cursor)
    found = [f"{table}: trigger {name} is missing" for table, name in asked.keys() - standing.keys()]
    found += [f"{table}: trigger {name} does not belong" for table, name in standing.keys() - asked.keys()]
    found += [
        f"{table}: trigger {name} was altered or disabled"
        for table, name in asked.keys() & standing.keys()
        if asked[table, name].shown != standing[table, name]
    ]
    return sorted(found)


def is_there() -> bool:
    """Whether the journal's own tables have been made."""
    with connection.cursor() as cursor:
        return GATED in dialect_of(connection).columns_there(cursor)


def _standing(cursor: CursorWrapper) -> dict[Name, str]:
    standing = dialect_of(connection).standing_triggers(cursor)
    return {name: shown for name, shown in standing.items() if name[0] != GATED}


def _cut(table: Table, there: dict[str, set[str]]) -> Table:
    """Without the columns that the database does not have: in the midst of migrations some are still to come."""
    columns = there[table.table]
    return replace(
        table,
        columns=tuple(column for column in table.columns if column.column in columns),
        owners=tuple(owner for owner in table.owners if owner in columns),
        derived=tuple(
            derived
            for derived in table.derived
            if {derived.column, derived.start} <= columns
            and all({step.key, step.column} <= there.get(step.table, set()) for step in derived.steps)
        ),
        standing=table.standing and EPOCH in there,
        totals=tuple(kept for kept in table.totals if _has(there, kept)),
    )


def _has(there: dict[str, set[str]], kept: Kept) -> bool:
    columns = {*kept.by, *(name for name, _factors in kept.sums)}
    read = {*kept.by, *(one for _name, factors in kept.sums for one in factors)}
    return columns <= there.get(kept.table, set()) and read <= there[kept.of]
