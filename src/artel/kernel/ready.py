"""Queries made ready once: hot acts and pages ask the same again and again, and making the SQL costs more than the answer.

ready = Ready(Deal.objects.filter(may_change, pk=Given("key")).select_for_update())
[deal] = ready.rows(key=deal_id)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import QuerySet
from django.db.models.expressions import Value

from .dialect import dialect_of
from .records import built


class Given(Value):
    """A key to be given when the query is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(name, output_field=models.UUIDField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Ready:
    """The SQL of a query set of whole records (with annotations and what they are bound to join), on the database of this process."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.model = queryset.model
        self.sql, self._params = _sql_of(compiler)
        info = compiler.klass_info
        places = info["select_fields"] if info else []
        self._names = self._names_at(compiler, info) if info else []
        self._start = places[0] if places else 0
        self._annotations = dict(compiler.annotation_col_map)
        self._joined = [
            (one["local_setter"], one["model"], one["select_fields"][0], self._names_at(compiler, one))
            for one in (info or {}).get("related_klass_infos", [])
        ]
        columns = [one[0] for one in compiler.select]
        self._converters: list[tuple[int, list[Callable[..., Any]], Any]] = [
            (place, *pair) for place, pair in compiler.get_converters(columns).items()
        ]

    @staticmethod
    def _names_at(compiler: Any, info: Any) -> list[str]:
        return [compiler.select[place][0].target.attname for place in info["select_fields"]]

    def rows(self, **given: Any) -> list[Any]:
        """The records, with the keys in their places."""
        return [self.record(row) for row in self.values(**given)]

    def values(self, **given: Any) -> list[list[Any]]:
        """Rows as the columns are."""
        if not self.sql:
            return []
        base: Any = connections[DEFAULT_DB_ALIAS]  # the proxy would be asked for every name
        dialect = dialect_of(base)
        key = dialect.key
        params = [key(given[one.name]) if isinstance(one, Given) else one for one in self._params]
        with dialect.repeated(base) as cursor:
            cursor.execute(self.sql, params)
            found = [list(row) for row in cursor.fetchall()]
        for place, converters, expression in self._converters:
            for row in found:
                for convert in converters:
                    row[place] = convert(row[place], expression, base)
        return found

    def record(self, row: list[Any]) -> Any:
        """A new record of such a row."""
        names = self._names
        made = built(self.model, names, row[self._start : self._start + len(names)])
        for name, place in self._annotations.items():
            setattr(made, name, row[place])
        for setter, model, start, columns in self._joined:
            setter(made, built(model, columns, row[start : start + len(columns)]))
        return made


def _sql_of(compiler: Any) -> tuple[str, Sequence[Any]]:
    """The text and the values; no text when nothing can be found, as for whoever may see nothing."""
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return "", ()
    return sql, params
