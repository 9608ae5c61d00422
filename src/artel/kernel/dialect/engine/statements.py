"""Statements that come again and again: their plans are kept by the server, and few round trips carry many of them.

A write whose answer nobody reads waits for the next question, or for the commit, and goes along with it in libpq's pipeline.
psycopg's own cursors and pipeline cost more than most of these statements do.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from psycopg import Connection, Error, OperationalError, abc, adapt, capabilities, generators
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

MOST_PLANS = 300
"""So many plans are kept a connection; the one not asked for the longest makes room."""

_PLACE = re.compile("%[s%]")


@dataclass(eq=False)
class Statement:
    """One statement to be sent, and its answer when it was."""

    sql: str
    values: Sequence[Any] = ()
    answer: Answer | None = None


Plan = tuple[str, tuple[int, ...]]
Read = tuple[Plan, Sequence[Any], Any]
"""A statement's plan, its values as they travel, and their formats."""


class Answer:
    """The rows that a statement gave."""

    def __init__(self, connection: Connection[Any], result: Any) -> None:
        self._connection = connection
        self._result = result

    def rows(self) -> list[tuple[Any, ...]]:
        transformer: abc.Transformer = adapt.Transformer(self._connection)
        transformer.set_pgresult(self._result)
        return transformer.load_rows(0, self._result.ntuples, tuple)


class Later:
    """The answer of a write that may be waiting still."""

    def __init__(self, statement: Statement, send: Callable[[], None]) -> None:
        self._statement = statement
        self._send = send

    def row(self) -> tuple[Any, ...]:
        """The first row that it returned; it is sent if it was not. Raises what it fails with."""
        if self._statement.answer is None:
            self._send()
        assert self._statement.answer is not None
        return self._statement.answer.rows()[0]


class Statements:
    """What one connection keeps: the names of its plans, and the writes that wait. Errors are psycopg's."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        self.waiting: list[Statement] = []
        self.begins = False
        """Whether a transaction begins with the next statement, unless one is running."""
        self._link = connection.pgconn
        self._plans: OrderedDict[Plan, bytes] = OrderedDict()
        self._made = 0

    def wait(self, sql: str, values: Sequence[Any]) -> Statement:
        """Keep a statement until the next one."""
        kept = Statement(sql, values)
        self.waiting.append(kept)
        return kept

    def ask(self, sql: str, values: Sequence[Any]) -> Answer:
        """Send what waits and this statement, and return its rows."""
        [answer] = self.ask_all([(sql, values)])
        return answer

    def ask_all(self, asked: Sequence[tuple[str, Sequence[Any]]]) -> list[Answer]:
        """Send what waits and these statements, and return the rows of each."""
        statements = [Statement(*one) for one in asked]
        self._send([*self._taken(), *statements])
        return [one.answer for one in statements if one.answer is not None]

    @property
    def has_to_send(self) -> bool:
        return bool(self.waiting) or self._has_to_begin

    @property
    def _has_to_begin(self) -> bool:
        return self.begins and self._link.transaction_status == TransactionStatus.IDLE

    def flush(self) -> None:
        """Send what waits; in a transaction that has not begun yet, begin it."""
        if self.has_to_send:
            self._send(self._taken())

    def commit(self) -> None:
        """Send what waits, and end the transaction."""
        if self.waiting or self._link.transaction_status != TransactionStatus.IDLE:
            self._send([*self._taken(), Statement("COMMIT")])

    def _taken(self) -> list[Statement]:
        taken, self.waiting = self.waiting, []
        return taken

    def _send(self, statements: list[Statement]) -> None:
        """What any of them fails with is raised, and none after it is done."""
        if self._has_to_begin:
            statements.insert(0, Statement("BEGIN"))
        transformer: abc.Transformer = adapt.Transformer(self.connection)
        read = [self._read(transformer, one.sql, one.values) for one in statements]
        try:
            if len(read) == 1 and read[0][0] in self._plans:
                results = self._alone(*read[0])
            else:
                results = self._together(read)
        except Error:
            raise
        except BaseException:
            self.connection.close()  # in the midst of an exchange: nobody else could make sense of what comes next
            raise
        for one, result in zip(statements, results, strict=True):
            one.answer = Answer(self.connection, result)

    @staticmethod
    def _read(transformer: abc.Transformer, sql: str, values: Sequence[Any]) -> Read:
        """A plan belongs to the types of the values, too."""
        if not values:
            return (sql, ()), (), None
        given = transformer.dump_sequence(values, [adapt.PyFormat.AUTO] * len(values))
        return (sql, transformer.types or ()), given, transformer.formats

    def _alone(self, plan: Plan, given: Sequence[Any], formats: Any) -> list[Any]:
        self._plans.move_to_end(plan)
        self._link.send_query_prepared(self._plans[plan], given, param_formats=formats)
        return self._checked(self.connection.wait(generators.execute(self._link)))

    def _together(self, read: list[Read]) -> list[Any]:
        """In one round trip, with the plans that are still to be made."""
        made: dict[Plan, bytes] = {}
        places: list[int] = []
        self._link.enter_pipeline_mode()
        try:
            for plan, given, formats in read:
                name = self._plans.get(plan) or made.get(plan)
                if name is None:
                    name = made[plan] = self._new_name()
                    self._link.send_prepare(name, numbered(plan[0]), param_types=plan[1])
                places.append(len(places) + len(made))
                self._link.send_query_prepared(name, given, param_formats=formats)
            leaving = self._least_asked(len(made))
            for name in leaving:
                self._close(name)
            self._link.pipeline_sync()
            count = len(read) + len(made) + len(leaving)
            results: list[Any] = self.connection.wait(self._answers(count))
        finally:
            if self._link.status == ConnStatus.OK:
                self._link.exit_pipeline_mode()
        self._checked(results)
        self._plans.update(made)
        return [results[place] for place in places]

    def _close(self, name: bytes) -> None:
        """By the protocol, which a pooler understands; an older libpq knows the statement only."""
        if capabilities.has_send_close_prepared():
            self._link.send_close_prepared(name)
        else:
            self._link.send_query_params(b'DEALLOCATE "' + name + b'"', None)

    def _answers(self, count: int) -> abc.PQGen[list[Any]]:
        """One result of each command; then the server says that it is in step again."""
        yield from generators.send(self._link)
        results: list[Any] = []
        for _one in range(count):
            results += yield from generators.fetch_many(self._link)
        yield from generators.fetch_many(self._link)
        return results

    def _new_name(self) -> bytes:
        self._made += 1
        return b"artel_%d" % self._made

    def _least_asked(self, more: int) -> list[bytes]:
        """The names of plans that make room for so many more."""
        surplus = max(0, len(self._plans) + more - MOST_PLANS)
        return [self._plans.popitem(last=False)[1] for _one in range(min(surplus, len(self._plans)))]

    def _checked(self, results: list[Any]) -> list[Any]:
        for one in results:
            if one.status == ExecStatus.FATAL_ERROR:
                if self._link.status == ConnStatus.BAD:
                    raise OperationalError(one.get_error_message(self.connection.info.encoding))
                raise error_from_result(one, self.connection.info.encoding)
        return results


@lru_cache(maxsize=2048)
def numbered(sql: str) -> bytes:
    """The statement with the places of its values numbered as the server wants them."""
    places = iter(range(1, sql.count("%s") + 1))
    return _PLACE.sub(lambda found: "%" if found[0] == "%%" else f"${next(places)}", sql).encode()
