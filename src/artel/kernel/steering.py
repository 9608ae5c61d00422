"""How a list reaches what somebody may see, on a database whose planner knows only averages (SQLite).

A list is walked in its order until the page is full. Who sees `n` of `N` rows walks `page * N / n` of them; when that is more
than `n`, reading all that he sees and sorting it costs less. SQLite cannot tell the two: it takes every access group for as
common as the first rows of an index say. So the rows seen are counted, no further than it matters, once an epoch and person.
"""

from __future__ import annotations

from math import isqrt
from typing import Any

from django.db import connection, models
from django.db.models import F, Func, Q

from artel.kernel.dialect import dialect_of

from . import standing

PAGE = 50
"""About so many rows a list shows."""


def steered(condition: Q, model: type[models.Model], key: Any) -> Q:
    """A condition of rights that a list of the model reaches the cheaper way; `key` says whose it is."""
    if not dialect_of(connection).knows_averages_only:
        return condition
    return Q(Seen(condition, model, key))


class Seen(Func):
    """The condition, reached as it is good for an ordered and cut query; in any other one it is left to the planner."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, condition: Q, model: type[models.Model], key: Any) -> None:
        super().__init__(F("pk"), condition)
        self._plain, self._model, self._key = condition, model, key

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> Any:  # type: ignore[override]
        key, condition = self.get_source_expressions()
        query = compiler.query
        is_list = query.is_sliced and (query.order_by or query.extra_order_by)
        if standing.present() is None or not is_list:
            return compiler.compile(condition)
        if holds_seldom(self._plain, self._model, self._key):
            return self._looked_up(compiler, key)
        return self._walked(compiler, condition)

    def _looked_up(self, compiler: Any, key: Any) -> Any:
        """The keys of all that is seen come first."""
        seen = self._model._base_manager.filter(self._plain).values("pk").query
        inner, values = seen.get_compiler(connection=compiler.connection).as_sql()
        column, none = compiler.compile(key)
        return f"{column} IN ({inner})", [*none, *values]

    def _walked(self, compiler: Any, condition: Any) -> Any:
        sql, values = compiler.compile(condition)
        return dialect_of(compiler.connection).asked_of_each(sql), values


def holds_seldom(condition: Q, model: type[models.Model], key: Any) -> bool:
    """Whether reading all rows that hold it costs less than walking a list of the model past the others.

    Counted once an epoch; no where nothing is kept of the base.
    """
    kept = standing.present()
    return kept is not None and kept.once(("seldom", model, key), lambda: is_seldom(model, condition))


def is_seldom(model: type[models.Model], condition: Q) -> bool:
    most = isqrt(PAGE * _about(model))
    return bool(model._base_manager.filter(condition).values("pk")[:most].count() < most)


def _about(model: type[models.Model]) -> int:
    """About how many rows the model has, without counting them."""
    with connection.cursor() as cursor:
        cursor.execute(dialect_of(connection).about_rows(model._meta.db_table))
        [count] = cursor.fetchone()
    return max(0, int(count or 0))
