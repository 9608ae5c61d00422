"""Queries made ready once: hot acts ask the same question again and again, and making its SQL costs more than its answer.

ready = Ready(Deal.objects.filter(may_change, pk=Given("key")).select_for_update())
[deal] = ready.rows(key=deal_id)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import Value

from .dialect import dialect_of


class Given(Value):
    """A key to be given when the query is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(name, output_field=models.UUIDField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Ready:
    """The SQL of a query set of whole records (and its annotations), on the database of this process."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.model = queryset.model
        self.sql, self._params = compiler.as_sql()
        info = compiler.klass_info
        places = info["select_fields"] if info else []
        self._names = [compiler.select[place][0].target.attname for place in places]
        self._start = places[0] if places else 0
        self._annotations = dict(compiler.annotation_col_map)
        columns = [one[0] for one in compiler.select]
        self._converters: list[tuple[int, list[Callable[..., Any]], Any]] = [
            (place, *pair) for place, pair in compiler.get_converters(columns).items()
        ]

    def rows(self, **given: Any) -> list[Any]:
        """The records, with the keys in their places."""
        return [self.record(row) for row in self.values(**given)]

    def values(self, **given: Any) -> list[list[Any]]:
        """Rows as the columns are."""
        key = dialect_of(connection).key
        params = [key(given[one.name]) if isinstance(one, Given) else one for one in self._params]
        with dialect_of(connection).repeated(connection) as cursor:
            cursor.execute(self.sql, params)
            found = [list(row) for row in cursor.fetchall()]
        for place, converters, expression in self._converters:
            for row in found:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
        return found

    def record(self, row: list[Any]) -> Any:
        """A new record of such a row."""
        names = self._names
        made = self.model.from_db("default", names, row[self._start : self._start + len(names)])
        for name, place in self._annotations.items():
            setattr(made, name, row[place])
        return made
