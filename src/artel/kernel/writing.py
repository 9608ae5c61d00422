"""How commands write: rows as plain values, one statement a batch, technical columns filled here.

Building model objects and asking every field to prepare every value was measured to cost more than the insert and the
journal together, so each model gets a plan once: its defaults, and a converter only for columns that need one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import NOT_PROVIDED

from .dialect import dialect_of
from .records import Record

COPY_FROM = 30
"""From this many rows on PostgreSQL takes them by COPY."""
UPDATE_AT_ONCE = 500
"""So many rows with different values go into one statement on PostgreSQL."""

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """How one column is written: its default, and what turns a value into the database's (None = as it is)."""

    name: str
    attname: str
    column: str
    default: Callable[[], Any] | None
    constant: Any
    convert: Convert | None
    db_type: str


@dataclass(frozen=True)
class Plan:
    """How rows of a model are written on one database."""

    columns: tuple[Column, ...]
    table: str
    insert: str
    copy: str

    @cached_property
    def converters(self) -> list[tuple[int, Convert]]:
        return [(place, one.convert) for place, one in enumerate(self.columns) if one.convert]

    @cached_property
    def attnames(self) -> Mapping[str, str]:
        """By field name and by attname."""
        return {name: one.attname for one in self.columns for name in (one.name, one.attname)}

    @cached_property
    def constants(self) -> Mapping[str, Any]:
        return {one.attname: one.constant for one in self.columns if one.default is None}

    @cached_property
    def makers(self) -> list[tuple[str, Callable[[], Any]]]:
        """Defaults that are made anew for each row."""
        return [(one.attname, one.default) for one in self.columns if one.default is not None]


def _base() -> Any:
    """The connection itself: the proxy would be asked for every value."""
    return connections[DEFAULT_DB_ALIAS]


def plan_of(model: type[models.Model]) -> Plan:
    return _plan(model, _base().vendor)


@lru_cache(maxsize=512)
def _plan(model: type[models.Model], vendor: str) -> Plan:
    base = _base()
    quote = base.ops.quote_name
    columns = tuple(_column(field, base) for field in model._meta.local_concrete_fields)
    table = quote(model._meta.db_table)
    names = ", ".join(one.column for one in columns)
    places = ", ".join(["%s"] * len(columns))
    return Plan(
        columns,
        table,
        f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 -- names from models
        f"COPY {table} ({names}) FROM STDIN",
    )


def _column(field: models.Field[Any, Any], base: Any) -> Column:
    default, constant = None, None
    if field.default is NOT_PROVIDED:
        constant = field.get_default()
    elif callable(field.default):
        default = field.default
    else:
        constant = field.default
    return Column(
        field.name,
        field.attname,
        base.ops.quote_name(str(field.column)),
        default,
        constant,
        _converter(field, base),
        field.db_type(base) or "",
    )


def _converter(field: models.Field[Any, Any], base: Any) -> Convert | None:
    """What a value needs on its way to the database; values of the plain types need nothing."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.UUIDField):
        return None if base.features.has_native_uuid_field else _hex
    if isinstance(target, models.DateTimeField) and base.vendor == "postgresql":
        return None
    if type(target) in _PLAIN:
        return None
    if isinstance(target, models.DecimalField) and base.vendor == "postgresql":
        return lambda value: value if _is_number(value) else field.get_db_prep_save(value, base)
    if isinstance(target, models.DateTimeField):
        return lambda value: _moment(value) if _is_utc(value) else field.get_db_prep_save(value, base)
    return lambda value: field.get_db_prep_save(value, base)


_PLAIN = {
    models.CharField,
    models.TextField,
    models.SlugField,
    models.EmailField,
    models.BooleanField,
    models.IntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.SmallIntegerField,
    models.BigIntegerField,
}


def _is_number(value: Any) -> bool:
    return type(value) is Decimal and value.is_finite()


def _is_utc(value: Any) -> bool:
    return type(value) is datetime and value.tzinfo is UTC


@lru_cache(maxsize=1)
def _moment(value: datetime) -> str:
    """As SQLite keeps it; the moment of an act goes into several columns and rows."""
    return str(value.replace(tzinfo=None))


def _hex(value: UUID | None) -> str | None:
    return None if value is None else value.hex


def complete(
    model: type[Record], rows: Sequence[Mapping[str, Any]], author_id: UUID | None, at: datetime
) -> list[dict[str, Any]]:
    """Column values by attname: keys for references, defaults, author and moments, derived columns."""
    plan = plan_of(model)
    same = {**plan.constants, "author_id": author_id, "created_at": at, "changed_at": at}
    made = [(name, make) for name, make in plan.makers if name not in same]
    complete_rows = []
    for row in rows:
        full = dict(same)
        for name, value in row.items():
            if (attname := plan.attnames.get(name)) is not None:
                full[attname] = value.pk if isinstance(value, models.Model) else value
        for attname, make in made:
            if attname not in full:
                full[attname] = make()
        model.prepare(full)
        complete_rows.append(full)
    return complete_rows


def insert_rows(model: type[Record], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write complete rows (attname -> value) by one statement; by COPY when there are many."""
    if not rows:
        return
    base, plan = _base(), plan_of(model)
    prepared = _prepared(plan, rows)
    if len(rows) == 1:
        dialect_of(base).write(base, plan.insert, prepared[0])
        return
    with base.cursor() as cursor:
        if base.vendor == "postgresql" and len(rows) >= COPY_FROM:
            with base.wrap_database_errors, cursor.copy(plan.copy) as copy:  # Django leaves COPY alone
                for row in prepared:
                    copy.write_row(row)
        else:
            cursor.executemany(plan.insert, prepared)


_NOTHING = object()


def _prepared(plan: Plan, rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    names = [one.attname for one in plan.columns]
    prepared = [[row[name] for name in names] for row in rows]
    for place, convert in plan.converters:
        given: Any = _NOTHING
        done = None
        for values in prepared:
            if (
                values[place] is not given
            ):  # the moment of the act, a shared author: the same object in row after row
                given = values[place]
                done = convert(given)
            values[place] = done
    return prepared


def update_rows(model: type[Record], changes: Mapping[UUID, Mapping[str, Any]], at: datetime) -> None:
    """Different changes to different rows (attname -> value): one statement for rows whose columns are the same."""
    alike: dict[tuple[str, ...], list[tuple[UUID, list[Any]]]] = {}
    for key, change in changes.items():
        row = {name: value.pk if isinstance(value, models.Model) else value for name, value in change.items()}
        model.prepare(row)
        alike.setdefault(tuple(row), []).append((key, list(row.values())))
    for names, rows in alike.items():
        _update(model, names, rows, at)


def _update(
    model: type[Record], names: tuple[str, ...], rows: list[tuple[UUID, list[Any]]], at: datetime
) -> None:
    plan, base = plan_of(model), _base()
    by_name = {one.attname: one for one in plan.columns}
    columns = [by_name[name] for name in names]
    key_column, moment = by_name["id"], by_name["changed_at"]
    values = [
        [
            *(_converted(one, value) for one, value in zip(columns, row, strict=True)),
            _converted(key_column, key),
        ]
        for key, row in rows
    ]
    when = _converted(moment, at)
    if len(rows) > 1 and base.vendor == "postgresql":
        with base.cursor() as cursor:
            for start in range(0, len(values), UPDATE_AT_ONCE):
                some = values[start : start + UPDATE_AT_ONCE]
                _update_from_values(cursor, plan, [*columns, key_column], some, when)
        return
    settings = ", ".join(f"{one.column} = %s" for one in columns)
    sql = f"UPDATE {plan.table} SET {settings}, version = version + 1, changed_at = %s WHERE id = %s"  # noqa: S608
    given = [[*row[:-1], when, row[-1]] for row in values]
    if len(given) == 1:
        dialect_of(base).write(base, sql, given[0])
        return
    with dialect_of(base).repeated(base) as cursor:
        cursor.executemany(sql, given)


def _converted(one: Column, value: Any) -> Any:
    return one.convert(value) if one.convert else value


def _update_from_values(
    cursor: Any, plan: Plan, columns: list[Column], rows: list[list[Any]], when: Any
) -> None:
    """One statement for rows with different values, so that its trigger runs once."""
    settings = ", ".join(f"{one.column} = v.{one.column}" for one in columns[:-1])
    names = ", ".join(one.column for one in columns)
    first = "(" + ", ".join(f"%s::{one.db_type.split(' CHECK')[0]}" for one in columns) + ")"
    others = "(" + ", ".join(["%s"] * len(columns)) + ")"
    places = ", ".join([first, *[others] * (len(rows) - 1)])
    cursor.execute(
        f"UPDATE {plan.table} AS t SET {settings}, version = t.version + 1, changed_at = %s "  # noqa: S608
        f"FROM (VALUES {places}) AS v ({names}) WHERE t.id = v.id",
        [when, *(value for row in rows for value in row)],
    )
