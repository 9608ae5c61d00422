"""No business table can be changed past the journal: every column of every table that the database has is tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from artel.kernel.dialect import dialect_of
from artel.kernel.journal import triggers
from artel.kernel.journal.catalogue import journalled_models, unjournalled_fields, why_exempt
from artel.kernel.journal.models import RowChange
from artel.kernel.journal.writing import system_set

pytestmark = pytest.mark.django_db

BUSINESS = sorted(journalled_models(), key=lambda model: model._meta.label)

VALUES: dict[str, list[Any]] = {
    "BooleanField": [False, True],
    "DateField": [date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 1)],
    "DateTimeField": [datetime(2024, 1, day, tzinfo=UTC) for day in (2, 3, 1)],
    "DecimalField": [Decimal(1), Decimal(2)],
    "DurationField": [timedelta(0), timedelta(1)],
    "JSONField": [{}, {"a": None}],
    "TimeField": [time(1), time(2)],
    "UUIDField": [UUID(int=1), UUID(int=2)],
    "GenericIPAddressField": ["127.0.0.1", "127.0.0.2"],
}


def values_of(field: models.Field[Any, Any]) -> list[Any]:
    """Values for the column, the first for a new row; a rule about several columns may refuse some of the others."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if field.choices:
        return [value for value, _ in field.flatchoices]
    kind = field.get_internal_type()
    return VALUES.get(kind) or ([1, 2, 0] if "Integer" in kind or kind == "FloatField" else ["a", "b"])


def prepared(field: models.Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def run(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@contextmanager
def going_back() -> Iterator[None]:
    """What was tried goes back: its rows refer to nobody."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_table_is_journalled_or_says_why_not() -> None:
    """The tables in the database, not the models in the code, are asked."""
    with connection.cursor() as cursor:
        there = set(dialect_of(connection).columns_there(cursor))
    models_ = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    unknown = there - models_.keys() - {"django_migrations", "sqlite_sequence"}
    unknown = {table for table in unknown if not table.startswith("search_")}
    assert unknown == set()
    exempt = {table for table in there & models_.keys() if why_exempt(models_[table])}
    assert {model._meta.db_table for model in BUSINESS} == there & models_.keys() - exempt
    assert triggers.faults() == []


@pytest.mark.parametrize("model", BUSINESS, ids=lambda model: model._meta.label)
def test_every_column_is_journalled(model: type[models.Model]) -> None:
    with going_back():
        try_every_column(model)


def try_every_column(model: type[models.Model]) -> None:
    table, key = model._meta.db_table, model._meta.pk
    assert key is not None
    fields = {str(field.column): field for field in model._meta.local_concrete_fields}
    with connection.cursor() as cursor:
        columns = dialect_of(connection).columns_there(cursor)[table]
    assert columns == fields.keys()
    untried = columns - {str(key.column)}
    rows = beginnings(fields)
    for row in rows:
        with going_back():
            if is_made(table, row):
                untried = {name for name in untried if not try_column(table, row, fields[name])}
                refused(f'DELETE FROM "{table}"')
    for name in untried:
        try_together(table, [row for row in rows if row[name] is not None], fields[name])


def try_together(table: str, rows: list[dict[str, Any]], field: models.Field[Any, Any]) -> None:
    """A column that no rule lets change alone: from one row to another, all columns at once."""
    column = str(field.column)
    pairs = [(one, other) for one in rows for other in rows if one[column] != other[column]]
    assert any(try_pair(table, one, other, field) for one, other in pairs), column


def try_pair(table: str, one: dict[str, Any], other: dict[str, Any], field: models.Field[Any, Any]) -> bool:
    changes = {name: value for name, value in other.items() if value != one[name]}
    assignments = ", ".join(f'"{name}" = %s' for name in changes)
    sql = f'UPDATE "{table}" SET {assignments}'
    found = False
    with going_back():
        if is_made(table, one):
            with system_set("test") as opened:
                found = is_accepted(sql, *changes.values())
            written = RowChange.objects.filter(set_id=opened.id)
            found = found and [field.name in (one.after or {}) for one in written] == [True]
    return found


def beginnings(fields: dict[str, models.Field[Any, Any]]) -> list[dict[str, Any]]:
    """Rows to begin with: rules about several columns let some columns change only when others are empty or true."""
    full = {name: prepared(field, values_of(field)[0]) for name, field in fields.items()}
    for number, (name, field) in enumerate(fields.items(), start=10):
        if isinstance(field, models.ForeignKey | models.UUIDField):
            full[name] = prepared(field, UUID(int=number))
    bare = {name: None if field.null else full[name] for name, field in fields.items()}
    flags = {name: True for name, field in fields.items() if isinstance(field, models.BooleanField)}
    return [full, bare, full | flags, bare | flags]


def is_made(table: str, row: dict[str, Any]) -> bool:
    names = ", ".join(f'"{name}"' for name in row)
    with system_set("test"):
        run(f'DELETE FROM "{table}"')
    with system_set("test") as made:
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(["%s"] * len(row))})'
        if not is_accepted(sql, *row.values()):
            return False
    assert [one.op for one in RowChange.objects.filter(set_id=made.id)] == ["i"]
    return True


def refused(sql: str, *parameters: Any) -> None:
    with pytest.raises(IntegrityError, match="change set"), transaction.atomic():
        run(sql, *parameters)


def try_column(table: str, row: dict[str, Any], field: models.Field[Any, Any]) -> bool:
    """Whether the column takes another value in this row; if so, exactly it is in the journal."""
    column = str(field.column)
    sql = f'UPDATE "{table}" SET "{column}" = %s'
    others = [value for each in values_of(field) if (value := prepared(field, each)) != row[column]]
    with system_set("test") as opened:
        accepted = [value for value in others if is_accepted(sql, value)][:1]
        run(sql, row[column])
    if not accepted:
        return False
    refused(sql, *accepted)
    written = RowChange.objects.filter(set_id=opened.id)
    named = {frozenset([*(one.before or {}), *(one.after or {})]) for one in written}
    expected = {frozenset([field.name])} if field.name not in unjournalled_fields(field.model) else set()
    assert {one.op for one in written} <= {"u"}
    assert named == expected
    return True


def is_accepted(sql: str, *parameters: Any) -> bool:
    try:
        with transaction.atomic():
            run(sql, *parameters)
    except IntegrityError as error:
        if "check" in str(error).lower():  # a rule about several columns
            return False
        raise
    return True
