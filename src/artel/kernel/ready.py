"""Queries made ready once: hot acts and pages ask the same again and again, and making the SQL costs more than the answer.

ready = Ready(Deal.objects.filter(may_change, pk=Given("key")).select_for_update())
[deal] = ready.rows(key=deal_id)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import F, Func, QuerySet
from django.db.models.expressions import Value

from . import standing
from .dialect import dialect_of
from .records import built


class Given(Value):
    """A key to be given when the query is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(name, output_field=models.UUIDField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class GivenKeys(Given):
    """Any number of keys to be given at once, as a tuple, for `Among`."""


class Among(Func):
    """Whether the record has one of the keys that will be given."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, name: str) -> None:
        super().__init__(F("pk"), GivenKeys(name))

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> Any:  # type: ignore[override]
        key, given = self.get_source_expressions()
        column, params = compiler.compile(key)
        return dialect_of(connection).among(column), [*params, given]


class Ready:
    """The SQL of a query set of whole records (with annotations and what they are bound to join), on the database of this process."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.model = queryset.model
        self._dialect = dialect_of(connection)
        self.sql, self._params = _sql_of(compiler)
        info = compiler.klass_info
        places = info["select_fields"] if info else []
        self._names = self._names_at(compiler, info) if info else []
        self._start = places[0] if places else 0
        self._annotations = dict(compiler.annotation_col_map)
        self._joined = [
            (
                one["local_setter"],
                one["model"],
                one["select_fields"][0],
                self._names_at(compiler, one),
            )
            for one in (info or {}).get("related_klass_infos", [])
        ]
        columns = [one[0] for one in compiler.select]
        self._converters: list[tuple[int, Callable[..., Any], Any]] = [
            (place, convert, expression)
            for place, (converters, expression) in compiler.get_converters(columns).items()
            for convert in converters
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
        page = standing.shared()
        rows = page.pop((self, *given.values()), None) if page else None
        found = [list(row) for row in (self._ask(base, given) if rows is None else rows)]
        for place, convert, expression in self._converters:
            for row in found:
                if (value := row[place]) is not None:
                    row[place] = convert(value, expression, base)
        return found

    def asking(self, **given: Any) -> Question:
        """This query with its keys, to be asked together with others."""
        return Question(self, given)

    def params(self, given: Mapping[str, Any]) -> list[Any]:
        return [self._param(one, given) for one in self._params]

    def _param(self, one: Any, given: Mapping[str, Any]) -> Any:
        if not isinstance(one, Given):
            return one
        as_given = self._dialect.listed if isinstance(one, GivenKeys) else self._dialect.key
        return as_given(given[one.name])

    def _ask(self, base: Any, given: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        with self._dialect.repeated(base) as cursor:
            cursor.execute(self.sql, self.params(given))
            found: Sequence[Sequence[Any]] = cursor.fetchall()
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


@dataclass(frozen=True)
class Question:
    """A ready query and the keys it is asked with."""

    ready: Ready
    given: Mapping[str, Any]


def ask_together(questions: Iterable[Question]) -> None:
    """Ask at once what the parts of this page will ask one by one: each then finds its rows. Does nothing elsewhere."""
    page = standing.shared()
    asked = [one for one in questions if one.ready.sql] if page is not None else []
    if page is None or len(asked) < 2:
        return
    found = dialect_of(connection).together(
        connection, [(one.ready.sql, one.ready.params(one.given)) for one in asked]
    )
    for one, rows in zip(asked, found or (), strict=False):
        page[(one.ready, *one.given.values())] = rows


def _sql_of(compiler: Any) -> tuple[str, Sequence[Any]]:
    """The text and the values; no text when nothing can be found, as for whoever may see nothing."""
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return "", ()
    return sql, params
