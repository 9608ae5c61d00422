"""Django's connection, with statements that wait: whatever else is asked of it, they are sent before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from django.db.backends.postgresql import base
from django.db.backends.postgresql.base import ServerSideCursor
from django.db.backends.utils import CursorWrapper

from .statements import Answer, Later, Statements


class DatabaseWrapper(base.DatabaseWrapper):
    """Keeps the plans of statements that come again, and lets writes wait for the next question: see `Statements`.

    psycopg's connection stays in autocommit, since it takes longer to turn that off and on than an act's statement takes: a
    transaction begins with our own BEGIN, before whatever is sent first.
    """

    _statements: Statements | None = None

    @property
    def statements(self) -> Statements:
        """Those of the connection as it is now; it is opened when there is none."""
        if self.connection is None or not self.health_check_done:  # type: ignore[attr-defined]
            self.close_if_health_check_failed()
            self.ensure_connection()
        if self._statements is None or self._statements.connection is not self.connection:
            self._statements = Statements(self.connection)
        return self._statements

    @property
    def is_watched(self) -> bool:
        """Whether somebody wants to see every statement as Django would send it."""
        return bool(self.queries_logged or self.execute_wrappers)

    def write(self, sql: str, values: Sequence[Any]) -> Later:
        """Let a write wait whose answer nobody needs yet; outside a transaction it is sent at once."""
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        written = self.statements.wait(sql, values)
        if not self.in_atomic_block:
            self.send_waiting()
        return Later(written, self.send_waiting)

    def ask_all(self, asked: Sequence[tuple[str, Sequence[Any]]]) -> list[list[tuple[Any, ...]]]:
        """The rows of several statements, asked in one round trip."""
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        statements = self.statements
        with self.wrap_database_errors:
            return [answer.rows() for answer in statements.ask_all(asked)]

    def send_waiting(self) -> None:
        """Before anything else is done with this connection."""
        if self._statements is not None and self._statements.has_to_send:
            with self.wrap_database_errors:
                self._statements.flush()

    def _forget_waiting(self) -> None:
        if self._statements is not None:
            self._statements.waiting.clear()

    def create_cursor(self, name: str | None = None) -> Any:
        self.send_waiting()
        if name is None:
            return super().create_cursor()
        # As Django does it, but psycopg's connection is always in autocommit.
        given = {"name": name, "scrollable": False, "withhold": self.autocommit}
        return ServerSideCursor(self.connection, **given)  # type: ignore[call-arg]

    def _set_autocommit(self, autocommit: bool) -> None:
        if not self.connection.autocommit:
            super()._set_autocommit(True)  # type: ignore[misc]
        self.statements.begins = not autocommit

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return _Cursor(cursor, self)

    def _commit(self) -> None:
        statements = self._statements
        if self.is_watched or statements is None or statements.connection is not self.connection:
            super()._commit()  # type: ignore[misc]
        else:
            with self.wrap_database_errors:
                statements.commit()

    def _rollback(self) -> None:
        self._forget_waiting()
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        # The savepoint was sent after what waited then: what waits now is younger.
        self._forget_waiting()
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _close(self) -> None:
        self._statements = None
        super()._close()  # type: ignore[misc]


class _Cursor(CursorWrapper):
    """A cursor that was opened before something waited."""

    def _execute(self, sql: Any, params: Any, *ignored: Any) -> Any:
        self.db.send_waiting()
        return super()._execute(sql, params, *ignored)  # type: ignore[misc]

    def _executemany(self, sql: Any, param_list: Any, *ignored: Any) -> Any:
        self.db.send_waiting()
        return super()._executemany(sql, param_list, *ignored)  # type: ignore[misc]


class Repeated:
    """A cursor of statements that come again and again with other values."""

    def __init__(self, connection: DatabaseWrapper) -> None:
        self._connection = connection
        self._answer: Answer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._answer = None

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        connection = self._connection
        connection.validate_thread_sharing()
        connection.validate_no_broken_transaction()
        statements = connection.statements
        with connection.wrap_database_errors:
            self._answer = statements.ask(sql, values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        for values in rows:
            self._connection.write(sql, values)

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(iter(self.fetchall()), None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._answer.rows() if self._answer else []
