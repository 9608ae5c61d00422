"""Many copies of a base that commands have filled, by SQL inside change sets: what fill.py writes once, n times.

A copy is shifted: its keys lie before those of the original, its numbers, phones and e-mails are its own, its managers are
the next twenty (in a million), and its history is copied with it. Half of its deals stay with the original's clients, so
that activity grows more skewed with the base, as it does in life. The journal's triggers are on and write down every row.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

PARTNER, DEAL = "partners_partner", "deals_deal"
POINT, STAGE_ROW, ENTRY = "partners_partnercontactpoint", "deals_dealstage", "search_searchentry"
BEGINNING = 4
"""So many hexadecimal digits at the beginning of a key, days of its clock, tell one copy from another."""
SHARED = "01234567"
"""Last digits of the keys of deals that stay with the original's client."""
MANAGERS = 20
GROWN = "benchmarks.grow"
CHANGED = ("partners.partner", "deals.deal", "deals.dealstage")


@dataclass(frozen=True)
class Shift:
    """SQL of the values of copy `k` of a base of `size` records of each kind, whose keys begin with `day`."""

    is_lite: bool
    k: int
    size: int
    day: int
    managers: Mapping[str, str]

    def key(self, column: str) -> str:
        rest = f"substr({column}{'' if self.is_lite else '::text'}, {BEGINNING + 1})"
        shifted = f"'{self.day - self.k:0{BEGINNING}x}' || {rest}"
        return shifted if self.is_lite else f"({shifted})::uuid"

    @property
    def lowest(self) -> str:
        """Below the keys of the original, above those of its copies."""
        return f"'{self.day:0{BEGINNING}x}{'0' * (32 - BEGINNING)}'"

    def client(self, deal: str) -> str:
        last = f"substr({deal}.id, 32)" if self.is_lite else f"right({deal}.id::text, 1)"
        kept = f"{last} IN ({', '.join(repr(digit) for digit in SHARED)})"
        return f"CASE WHEN {kept} THEN {deal}.client_id ELSE {self.key(f'{deal}.client_id')} END"

    def person(self, column: str) -> str:
        cases = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in self.managers.items())
        if not cases:
            return column
        if self.is_lite:
            return f"CASE {column} {cases} ELSE {column} END"
        return f"(CASE replace({column}::text, '-', '') {cases} ELSE {column}::text END)::uuid"

    def code(self, code: str) -> str:
        return f"substr({code}, 1, 3) || {self._padded(f'{_number(code)} + 1 + {self._more}', 8)}"

    def text(self, column: str, code: str) -> str:
        """A text with the numbers of the record of that code replaced: in its name, phone, e-mail and code."""
        old = _number(code)
        new = f"({old} + {self._more})"
        pairs = [
            (f"' ' || {old}", f"' ' || {new}"),
            (f"'495' || {self._padded(old, 7)}", f"'495' || {self._padded(new, 7)}"),
            (f"'office' || {old}", f"'office' || {new}"),
            (f"' ' || {self._padded(f'{old} + 1', 8)}", f"' ' || {self._padded(f'{new} + 1', 8)}"),
        ]
        for before, after in pairs:
            column = f"replace({column}, {before}, {after})"
        return column

    def _padded(self, number: str, width: int) -> str:
        return f"printf('%0{width}d', {number})" if self.is_lite else f"lpad(({number})::text, {width}, '0')"

    @property
    def _more(self) -> int:
        return self.k * self.size


def _number(code: str) -> str:
    """The number in names, phones and e-mails of the record with that code: one less than in the code."""
    return f"(CAST(substr({code}, 4) AS integer) - 1)"


@dataclass(frozen=True)
class Copied:
    """A table, where its rows come from (`o` is the original's row), and the columns whose values differ."""

    table: str
    source: str
    values: Mapping[str, str]
    key: str = "id"
    left_out: Sequence[str] = field(default=())


def _tables(shift: Shift) -> Iterator[Copied]:
    key, text = shift.key, shift.text
    named = {name: text(f"o.{name}", "o.code") for name in ("name", "sort_name")}
    coded = {"id": key("o.id"), "code": shift.code("o.code"), **named}
    public = text("o.public_name", "o.code")
    manager = shift.person("o.manager_id")
    yield Copied(PARTNER, f"{PARTNER} o", {**coded, "public_name": public, "manager_id": manager})
    owner = {"id": key("o.id"), "owner_id": key("o.owner_id")}
    point = {name: text(f"o.{name}", "p.code") for name in ("value", "key")}
    yield Copied(POINT, f"{POINT} o JOIN {PARTNER} p ON p.id = o.owner_id", {**owner, **point})
    responsible = {"responsible_id": shift.person("o.responsible_id")}
    yield Copied(DEAL, f"{DEAL} o", {**coded, **responsible, "client_id": shift.client("o")})
    row = {"id": key("o.id"), "deal_id": key("o.deal_id"), **responsible}
    yield Copied(STAGE_ROW, f"{STAGE_ROW} o", row)
    entry = {
        "record_id": key("o.record_id"),
        **{name: text(f"o.{name}", "p.code") for name in ("name", "text")},
    }
    for table in (PARTNER, DEAL):
        yield Copied(ENTRY, f"{ENTRY} o JOIN {table} p ON p.id = o.record_id", entry, "record_id", ("id",))


def _copy(cursor: Any, copied: Copied, lowest: str) -> None:
    from django.db import connection

    described = connection.introspection.get_table_description(cursor, copied.table)
    columns = [one.name for one in described if one.name not in copied.left_out]
    chosen = ", ".join(copied.values.get(column, f'o."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f"INSERT INTO {copied.table} ({names}) SELECT {chosen} FROM {copied.source} WHERE o.{copied.key} >= {lowest}"
    )


def _copy_history(cursor: Any, shift: Shift, opened: int, last: int) -> None:
    """The sets in which the original was changed, and their changes; what was inserted the triggers have just written."""
    from django.db import connection

    names = ", ".join(f"'{name}'" for name in CHANGED)
    tables = f"(SELECT id FROM journal_journaltable WHERE name IN ({names}))"
    changes = f"journal_rowchange WHERE set_id <= {last} AND op = 'u' AND table_id IN {tables}"
    described = connection.introspection.get_table_description(cursor, "journal_changeset")
    columns = ", ".join(one.name for one in described if one.name != "id")
    cursor.execute(
        f"INSERT INTO journal_changeset (id, {columns}) SELECT id + {opened}, {columns} "
        f"FROM journal_changeset WHERE id IN (SELECT set_id FROM {changes})"
    )
    cursor.execute(
        "INSERT INTO journal_rowchange (set_id, table_id, row_id, owner_id, op, before, after) "
        f"SELECT set_id + {opened}, table_id, {shift.key('row_id')}, {shift.key('owner_id')}, op, before, after "
        f"FROM {changes} ORDER BY id"
    )
    if not shift.is_lite:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('journal_changeset', 'id'), max(id)) FROM journal_changeset"
        )


def grow(size: int, copies: int, managers: Sequence[Any]) -> None:
    """Make `copies` copies of the `size` records of each kind, or those still lacking; twenty of `managers` own a copy's."""
    from django.db import connection, transaction

    from artel.kernel.dialect.contract import MIGRATION
    from artel.kernel.journal.writing import system_set
    from artel.kernel.numbering import reserve

    with connection.cursor() as cursor:
        newest = _one(cursor, f"SELECT id FROM {PARTNER} ORDER BY id DESC LIMIT 1")
        day = int(newest.replace("-", "")[:BEGINNING], 16)
        there = int(_one(cursor, f"SELECT count(*) FROM {PARTNER}")) // size
        begun = f"SELECT min(id) - 1 FROM journal_changeset WHERE command = '{GROWN}'"
        last = int(_one(cursor, begun if there > 1 else "SELECT max(id) FROM journal_changeset"))
    if there == 1 and copies:
        with transaction.atomic():
            for series in ("partner", "deal"):
                reserve(series, size * copies)
    with _without_grams(connection):
        for k in range(there, copies + 1):
            started = time.monotonic()
            taken = _taken(managers, k, copies)
            shift = Shift(connection.vendor == "sqlite", k, size, day, taken)
            # As in a migration the index of the search is not made again: it is copied too.
            with system_set(MIGRATION) as opened, connection.cursor() as cursor:
                for copied in _tables(shift):
                    _copy(cursor, copied, shift.lowest)
                _copy_history(cursor, shift, opened.id, last)
                cursor.execute(f"UPDATE journal_changeset SET command = '{GROWN}' WHERE id = {opened.id}")
            print(f"copy {k} of {copies}: {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)


def _one(cursor: Any, sql: str) -> str:
    cursor.execute(sql)
    return str(cursor.fetchone()[0])


def _taken(managers: Sequence[Any], k: int, copies: int) -> dict[str, str]:
    """Who takes whose place in copy `k`: all managers have about as many deals."""
    first = MANAGERS * (k * (len(managers) // MANAGERS) // (copies + 1))
    return {managers[n].hex: managers[first + n].hex for n in range(MANAGERS)} if first else {}


@contextmanager
def _without_grams(connection: Any) -> Iterator[None]:
    """PostgreSQL makes an index of trigrams anew far faster than it adds millions of texts to it."""
    found: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA cache_size = -1000000")
        else:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE %s",
                [ENTRY, "%USING gin%"],
            )
            found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for _name, definition in found:
            cursor.execute(definition)
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
