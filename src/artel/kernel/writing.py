"""How commands write: rows as plain values, one statement a batch, technical columns filled here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import F

from artel.lib.uuid7 import uuid7

from .records import Record

COPY_FROM = 30
"""From this many rows on PostgreSQL takes them by COPY."""


@lru_cache(maxsize=256)
def columns_of(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    return tuple(model._meta.local_concrete_fields)


@lru_cache(maxsize=512)
def _insert_sql(model: type[models.Model], vendor: str) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in columns_of(model))
    places = ", ".join(["%s"] * len(columns_of(model)))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 -- names from models


def complete(
    model: type[Record], row: Mapping[str, Any], author_id: UUID | None, at: datetime
) -> dict[str, Any]:
    """Column values by attname: keys for references, defaults, author and moments, derived columns."""
    full: dict[str, Any] = {}
    for field in columns_of(model):
        if field.name in row:
            value = row[field.name]
            full[field.attname] = value.pk if isinstance(value, models.Model) else value
        elif field.attname in row:
            full[field.attname] = row[field.attname]
        else:
            full[field.attname] = _default(field, author_id, at)
    model.prepare(full)
    return full


def _default(field: models.Field[Any, Any], author_id: UUID | None, at: datetime) -> Any:
    if field.name == "id":
        return uuid7()
    if field.name == "author":
        return author_id
    if field.name in {"created_at", "changed_at"}:
        return at
    return field.get_default()


def insert_rows(model: type[Record], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write complete rows (attname -> value) by one statement; by COPY when there are many."""
    if not rows:
        return
    fields = columns_of(model)
    prepared = [[field.get_db_prep_save(row[field.attname], connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(_insert_sql(model, connection.vendor), prepared[0])
        elif connection.vendor == "postgresql" and len(rows) >= COPY_FROM:
            _copy(cursor, model, prepared)
        else:
            cursor.executemany(_insert_sql(model, connection.vendor), prepared)


def _copy(cursor: Any, model: type[models.Model], prepared: Iterable[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in columns_of(model))
    with cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy:
        for row in prepared:
            copy.write_row(row)


def update_rows(model: type[Record], changes: Mapping[UUID, Mapping[str, Any]], at: datetime) -> None:
    """Different changes to different rows (attname -> value); rows with the same change go in one statement."""
    alike: dict[tuple[tuple[str, Any], ...], list[UUID]] = {}
    for key, change in changes.items():
        row = {name: value.pk if isinstance(value, models.Model) else value for name, value in change.items()}
        model.prepare(row)
        alike.setdefault(_hashable(row), []).append(key)
    for row_items, keys in alike.items():
        values = {name: value[0] if isinstance(value, _Held) else value for name, value in row_items}
        model._base_manager.filter(pk__in=keys).update(**values, version=F("version") + 1, changed_at=at)


class _Held(tuple[Any]):
    """A value that cannot be hashed, compared by its text."""

    def __hash__(self) -> int:
        return hash(repr(self[0]))


def _hashable(row: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (name, _Held((value,)) if isinstance(value, dict | list) else value) for name, value in row.items()
    )
