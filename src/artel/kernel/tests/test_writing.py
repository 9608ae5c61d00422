"""Rows are completed and prepared as Django would, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models

from artel.kernel.models import AccessGroup, User
from artel.kernel.records import Record
from artel.kernel.writing import _prepared, complete, plan_of
from artel.lib.uuid7 import uuid7

RECORDS = [model for model in apps.get_models() if issubclass(model, Record)]
AT = datetime(2015, 3, 3, 12, 30, 15, 999, tzinfo=timezone(timedelta(hours=3)))


def sample(field, place):
    if isinstance(field, models.ForeignKey):
        return None if field.null and place == 2 else sample(field.target_field, place)
    for kind, values in (
        (models.BooleanField, (True, False, True)),
        (models.DateTimeField, (AT, AT, AT.astimezone(UTC) + timedelta(days=1))),
        (models.DateField, (date(2015, 3, 3), date(1, 1, 1), date(9999, 12, 31))),
        (models.DecimalField, (Decimal("1.5"), Decimal("1.50"), Decimal(-7))),
        (models.UUIDField, (UUID(int=1), UUID(int=2), uuid7())),
        (models.JSONField, ({}, {"a": [None, 1.5, "ё"]}, [])),
        (models.IntegerField, (0, 1, 30_000)),
    ):
        if isinstance(field, kind):
            return values[place]
    choice = next(iter(field.choices or ()), ("код",))[0]
    return None if field.null and place == 2 else [choice, "", "Ёж'; --"][place]


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)
def test_prepared_values_are_djangos(model):
    fields = model._meta.local_concrete_fields
    rows = [{field.attname: sample(field, place) for field in fields} for place in range(3)]
    expected = [[field.get_db_prep_save(row[field.attname], connection) for field in fields] for row in rows]
    assert shown(_prepared(plan_of(model), rows)) == shown(expected)


def shown(rows):
    """psycopg's own integers are integers."""
    return [
        [repr(int(value)) if type(value).__name__.startswith("Int") else repr(value) for value in row]
        for row in rows
    ]


def test_rows_are_completed_one_apart_from_another():
    group = AccessGroup(id=uuid7())
    author = User(id=uuid7())
    first, second = complete(
        AccessGroup, [{"name": "Ёлка"}, {"name": "Б", "is_archived": True}], author.pk, AT
    )
    assert first["sort_name"] == "елка"
    assert (first["is_archived"], second["is_archived"]) == (False, True)
    assert first["id"] < second["id"]
    assert first["created_at"] == first["changed_at"] == AT
    assert first["author_id"] == author.pk
    grant = apps.get_model("kernel.GrantGroup")
    [row] = complete(grant, [{"access_group": group, "grant_id": author.pk}], None, AT)
    assert (row["access_group_id"], row["grant_id"]) == (group.pk, author.pk)


def test_values_made_anew_are_not_shared():
    first, second = complete(apps.get_model("kernel.Role"), [{"name": "a"}, {"name": "b"}], None, AT)
    first["added"].append("x")
    assert second["added"] == []
