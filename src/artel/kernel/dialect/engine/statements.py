"""Statements that come again and again: their plans are kept by the server, and few round trips carry many of them.

A write whose answer nobody reads waits for the next question, or for the commit, and goes along with it in libpq's pipeline.
psycopg's own cursors and pipeline cost more than most of these statements do.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from psycopg import Connection, Error, OperationalError, abc, adapt, generators
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

MOST_PLANS = 300
"""So many plans are kept a connection; the one not asked for the longest makes room."""

BEGIN, COMMIT = ("BEGIN", ()), ("COMMIT", ())
_PLACE = re.compile("%[s%]")

Statement = tuple[str, Sequence[Any]]
Plan = tuple[str, tuple[int, ...]]
Read = tuple[Plan, abc.Transformer, Sequence[Any]]


class Answer:
    """The rows that a statement gave."""

    def __init__(self, transformer: abc.Transformer, result: Any) -> None:
        self._transformer = transformer
        self._result = result
        transformer.set_pgresult(result)

    def rows(self) -> list[tuple[Any, ...]]:
        return self._transformer.load_rows(0, self._result.ntuples, tuple)


class Statements:
    """What one connection keeps: the names of its plans, and the writes that wait. Errors are psycopg's."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        self.waiting: list[Statement] = []
        self._link = connection.pgconn
        self._plans: OrderedDict[Plan, bytes] = OrderedDict()
        self._made = 0

    def ask(self, sql: str, values: Sequence[Any]) -> Answer:
        """Send what waits and this statement, and return its rows."""
        transformer, result = self._send([*self._taken(), (sql, values)])
        return Answer(transformer, result)

    def flush(self) -> None:
        """Send what waits."""
        if self.waiting:
            self._send(self._taken())

    def commit(self) -> None:
        """Send what waits, and end the transaction."""
        if self.waiting or self._link.transaction_status != TransactionStatus.IDLE:
            self._send([*self._taken(), COMMIT])

    def _taken(self) -> list[Statement]:
        taken, self.waiting = self.waiting, []
        return taken

    def _send(self, statements: list[Statement]) -> tuple[abc.Transformer, Any]:
        """The result of the last one. What any of them fails with is raised, and none after it is done."""
        if not self.connection.autocommit and self._link.transaction_status == TransactionStatus.IDLE:
            statements.insert(0, BEGIN)
        read = [self._read(sql, values) for sql, values in statements]
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
        self._check(results)
        return read[-1][1], results[-1]

    def _read(self, sql: str, values: Sequence[Any]) -> Read:
        """A statement with its values as they travel. Its plan belongs to the types of the values, too."""
        transformer: abc.Transformer = adapt.Transformer(self.connection)
        given = transformer.dump_sequence(values, [adapt.PyFormat.AUTO] * len(values)) if values else ()
        return (sql, transformer.types or ()), transformer, given

    def _alone(self, plan: Plan, transformer: abc.Transformer, given: Sequence[Any]) -> list[Any]:
        self._plans.move_to_end(plan)
        self._link.send_query_prepared(self._plans[plan], given, param_formats=transformer.formats)
        return self.connection.wait(generators.execute(self._link))

    def _together(self, read: list[Read]) -> list[Any]:
        """In one round trip; the results of making plans are among those of the statements."""
        made: dict[Plan, bytes] = {}
        self._link.enter_pipeline_mode()
        try:
            for plan, transformer, given in read:
                name = self._plans.get(plan) or made.get(plan)
                if name is None:
                    name = made[plan] = self._new_name()
                    self._link.send_prepare(name, numbered(plan[0]), param_types=plan[1])
                self._link.send_query_prepared(name, given, param_formats=transformer.formats)
            leaving = self._least_asked(len(made))
            for name in leaving:
                self._link.send_query_params(b'DEALLOCATE "' + name + b'"', None)
            self._link.pipeline_sync()
            sent = len(read) + len(made)
            results: list[Any] = self.connection.wait(self._answers(sent + len(leaving)))
        finally:
            if self._link.status == ConnStatus.OK:
                self._link.exit_pipeline_mode()
        if all(one.status != ExecStatus.FATAL_ERROR for one in results):
            self._plans.update(made)
        return results[:sent]

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

    def _check(self, results: list[Any]) -> None:
        for one in results:
            if one.status == ExecStatus.FATAL_ERROR:
                if self._link.status == ConnStatus.BAD:
                    raise OperationalError(one.get_error_message(self.connection.info.encoding))
                raise error_from_result(one, self.connection.info.encoding)


@lru_cache(maxsize=2048)
def numbered(sql: str) -> bytes:
    """The statement with the places of its values numbered as the server wants them."""
    places = iter(range(1, sql.count("%s") + 1))
    return _PLACE.sub(lambda found: "%" if found[0] == "%%" else f"${next(places)}", sql).encode()
