"""Every business table: awkward values in every column, then undo of the change, of the delete and of both again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, models, transaction

from artel.kernel.attributes.record import Attributed
from artel.kernel.journal.catalogue import journalled_models, unjournalled_fields
from artel.kernel.journal.tests.awkward import VALUES
from artel.kernel.journal.undo import undo
from artel.kernel.journal.writing import ActorStamp, system_set

pytestmark = pytest.mark.django_db

BUSINESS = sorted(journalled_models(), key=lambda model: model._meta.label)
ALICE = ActorStamp("person", None, "Alice")
ROUNDS = 6

Model = type[models.Model]
Row = dict[str, Any]
number = count(1)

KINDS = {
    "BooleanField": VALUES["yes"],
    "CharField": [*VALUES["char"], "я" * 500],
    "DateField": VALUES["day"],
    "DateTimeField": VALUES["moment"],
    "DecimalField": [each for each in VALUES["money"] if each is not None],
    "FloatField": VALUES["real"],
    "IntegerField": VALUES["whole"],
    "JSONField": VALUES["json"],
    "PositiveBigIntegerField": [1, 0, 2**63 - 1],
    "PositiveIntegerField": [1, 0, 2147483647],
    "PositiveSmallIntegerField": [1, 0, 32767],
    "SmallIntegerField": VALUES["small"],
    "TextField": VALUES["text"],
    "TimeField": VALUES["time"],
    "UUIDField": VALUES["uuid"],
}
KINDS |= dict.fromkeys(["SlugField", "EmailField", "URLField"], KINDS["CharField"])


def values_of(field: models.Field[Any, Any]) -> list[Any]:
    """Awkward values as the column takes them; of a key or a unique text, one that nobody has."""
    if field.choices:
        return [value for value, _label in field.flatchoices]
    if isinstance(field, models.DecimalField):
        step = Decimal(1).scaleb(-field.decimal_places)
        return [
            value * step
            for value in (Decimal(1), Decimal(0), Decimal(-1), Decimal(10) ** (field.max_digits - 1))
        ]
    found = [value for value in KINDS[field.get_internal_type()] if value is not None or field.null]
    if isinstance(field, models.CharField):
        found = [str(value)[: field.max_length] for value in found]
    if isinstance(field, models.JSONField) and issubclass(field.model, Attributed):
        found = [value for value in found if isinstance(value, dict)]
    return found


def run(sql: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def is_accepted(sql: str, *parameters: Any) -> bool:
    try:
        with transaction.atomic():
            run(sql, *parameters)
    except IntegrityError:
        return False
    return True


def made(model: Model, parents: tuple[Model, ...] = ()) -> UUID | None:
    """The key of a new row in which every reference that can be filled leads to a row; None when no rule lets it in."""
    fields = list(model._meta.local_concrete_fields)
    full = {field.name: _first(field, (*parents, model)) for field in fields}
    bare = {field.name: None if field.null else full[field.name] for field in fields}
    flags = {field.name: False for field in fields if isinstance(field, models.BooleanField)}
    for row in (full, bare, full | flags, bare | flags):
        columns = {str(field.column): field.get_db_prep_save(row[field.name], connection) for field in fields}
        names, places = ", ".join(f'"{name}"' for name in columns), ", ".join(["%s"] * len(columns))
        if is_accepted(
            f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})', *columns.values()
        ):
            return row["id"]  # type: ignore[no-any-return]
    return None


def _first(field: models.Field[Any, Any], parents: tuple[Model, ...]) -> Any:
    if field.primary_key:
        return UUID(int=next(number))
    if isinstance(field, models.ForeignKey):
        other: Any = field.related_model
        return None if other in parents and field.null else made(other, parents)
    if isinstance(field, models.CharField) and not field.choices:
        return str(next(number))
    return values_of(field)[-1 if isinstance(field, models.DateField) else 0]


def picture(model: Model) -> list[Any]:
    """Every journalled value of every row as the database keeps it; JSON as what it says."""
    left_out = unjournalled_fields(model)
    fields = [field for field in model._meta.local_concrete_fields if field.name not in left_out]
    names = ", ".join(f'"{field.column}"' for field in fields)
    rows = run(f'SELECT {names} FROM "{model._meta.db_table}" ORDER BY id')
    are_json = [isinstance(field, models.JSONField) for field in fields]
    return [
        tuple(json.loads(value) if is_json else value for value, is_json in zip(row, are_json, strict=True))
        for row in rows
    ]


def disturb(model: Model, key: UUID, turn: int) -> None:
    """Another value into every column that takes one."""
    where = model._meta.pk.get_db_prep_save(key, connection)  # type: ignore[union-attr]
    for field in model._meta.local_concrete_fields:
        if field.primary_key or field.name in unjournalled_fields(model):
            continue
        if isinstance(field, models.ForeignKey):
            value = made(field.related_model, (model,)) if turn % 2 or not field.null else None  # type: ignore[arg-type]
        elif field.unique:
            value = str(next(number))
        else:
            several = values_of(field)
            value = several[turn % len(several)]
        prepared = field.get_db_prep_save(value, connection)
        is_accepted(
            f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE id = %s', prepared, where
        )


def back(set_id: int) -> int | None:
    result = undo(set_id, ALICE, may_change=lambda *_: ())
    assert result.conflicts == []
    return result.set_id


@contextmanager
def going_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", BUSINESS, ids=lambda model: model._meta.label)
def test_what_is_undone_is_as_it_was(model: Model) -> None:
    with going_back():
        with system_set("test.begin"):
            key = made(model)
        assert key is not None
        for turn in range(1, ROUNDS):
            before = picture(model)
            with system_set("test.change") as changed:
                disturb(model, key, turn)
            after = picture(model)
            assert after != before
            undone = back(changed.id)
            assert picture(model) == before
            back(undone or 0)
            assert picture(model) == after
        with system_set("test.delete") as deleted:
            run(
                f'DELETE FROM "{model._meta.db_table}" WHERE id = %s',
                model._meta.pk.get_db_prep_save(key, connection),
            )  # type: ignore[union-attr]
        whole = picture(model)
        undone = back(deleted.id)
        assert picture(model) == after
        back(undone or 0)
        assert picture(model) == whole
