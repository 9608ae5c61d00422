"""The indexes of attributes: what the definitions ask for, and what the database has, made the same.

They belong to no model and no migration; their names are made of the attributes' keys.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from .expressions import column_of, sql_of
from .models import Attribute
from .record import attributed_models

PREFIX = "attr_"


def wanted() -> dict[str, str]:
    """SQL by index name, for every attribute that is marked as indexed."""
    tables = {entity: model._meta.db_table for entity, model in attributed_models().items()}
    marked = Attribute.objects.present().filter(is_indexed=True, entity__in=tables)
    return {f"{PREFIX}{one.pk.hex}": _create(one, tables[one.entity]) for one in marked}


def _create(attribute: Attribute, table: str) -> str:
    quote = connection.ops.quote_name
    expression = sql_of(attribute.kind, attribute.code, quote(column_of(attribute.kind)), connection.vendor)
    name = quote(f"{PREFIX}{attribute.pk.hex}")
    # The key comes last, so that pages of equal values are in the index's own order.
    return f"{name} ON {quote(table)} (({expression}), {quote('id')})"


def present() -> set[str]:
    """Names of the attribute indexes that the database has and uses."""
    sql = (
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid AND c.relname LIKE %s"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [PREFIX.replace("_", r"\_") + "%"] if connection.vendor == "postgresql" else [PREFIX + "%"]
        )
        return {name for (name,) in cursor.fetchall()}


def keep() -> int:
    """Make the indexes that are asked for and missing, drop those nobody asks for; returns how many statements ran.

    Outside a transaction PostgreSQL builds without stopping the writers of the table; SQLite has one writer anyway.
    """
    statements = list(_statements())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    return len(statements)


def keep_after_migrate() -> None:
    """`keep`, unless only a part of the rooms has been migrated so far."""
    needed = {Attribute._meta.db_table, *(model._meta.db_table for model in attributed_models().values())}
    if needed <= set(connection.introspection.table_names()):
        keep()


def _statements() -> Iterator[str]:
    asked, there = wanted(), present()
    aside = " CONCURRENTLY" if connection.vendor == "postgresql" and not connection.in_atomic_block else ""
    for name in sorted(there - asked.keys()):
        yield f"DROP INDEX{aside} IF EXISTS {connection.ops.quote_name(name)}"
    for name in sorted(asked.keys() - there):
        # A build that was broken off leaves an index that is not valid under the name.
        yield f"DROP INDEX{aside} IF EXISTS {connection.ops.quote_name(name)}"
        yield f"CREATE INDEX{aside} {asked[name]}"


def missing() -> list[Attribute]:
    """Attributes that are marked as indexed and have no index."""
    names = wanted().keys() - present()
    return list(Attribute.objects.filter(pk__in=[name.removeprefix(PREFIX) for name in names]))
