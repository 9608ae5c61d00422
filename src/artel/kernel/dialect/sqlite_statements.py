"""Statements that come again and again on SQLite: the driver keeps their plans by their text, so the text is made once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

_PLACE = re.compile("%[s%]")


class Repeated:
    """A cursor of the driver's without what Django's wrappers ask before every statement."""

    def __init__(self, base: Any) -> None:
        self._base = base
        self._found: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._found is not None:
            self._found.close()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        with self._base.wrap_database_errors:
            self._found = self._ready().execute(marked(sql), values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._base.wrap_database_errors:
            self._found = self._ready().executemany(marked(sql), rows)

    @property
    def description(self) -> Any:
        """As the driver tells it: empty when the statement returns nothing."""
        return self._found.description

    def fetchone(self) -> Any:
        with self._base.wrap_database_errors:
            return self._found.fetchone()

    def fetchall(self) -> list[Any]:
        with self._base.wrap_database_errors:
            found: list[Any] = self._found.fetchall()
        return found

    def _ready(self) -> Any:
        base = self._base
        base.validate_thread_sharing()
        base.validate_no_broken_transaction()
        if base.connection is None:
            base.ensure_connection()
        return base.connection


@lru_cache(maxsize=2048)
def marked(sql: str) -> str:
    """The statement with question marks where its values go."""
    return _PLACE.sub(lambda found: "%" if found[0] == "%%" else "?", sql)
