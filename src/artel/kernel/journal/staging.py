"""What a change set did to each row in the end, staged as one row of a temporary table.

A row written several times in the set counts once: the first "before" and the last "after" of every field. One made and
deleted in the same set does not count at all. `refused` says why a row cannot be undone; NULL while it can.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection

from artel.kernel.dialect import Column, Table, dialect_of

from .catalogue import Model, table_of_number
from .renames import Renames, todays_column, todays_table
from .values import ERASED

Texts = dict[str, str]
"""Field name in the image -> JSON text."""


@dataclass
class Staged:
    """One table's part of the stage: which fields its updates and its images speak of."""

    model: Model
    table: Table
    updated: list[tuple[Column, str]] = field(default_factory=list)
    imaged: list[tuple[Column, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Stretch:
    """The changes of a set, or those of them whose ids lie between two: what is undone at once."""

    set_id: int
    first: int = 0
    last: int = 2**63 - 1

    @property
    def values(self) -> list[int]:
        """Parameters of `WITHIN`."""
        return [self.set_id, self.first, self.last]

    def halves(self) -> tuple[Stretch, Stretch] | None:
        """The later half of the changes and the earlier one; None when there are too few to part, or too many to try."""
        ids = [
            number
            for (number,) in query(
                f"SELECT c.id FROM journal_rowchange c WHERE {WITHIN} ORDER BY c.id LIMIT {PARTED + 1}",
                self.values,
            )
        ]
        if not 1 < len(ids) <= PARTED:
            return None
        middle = ids[len(ids) // 2]
        return replace(self, first=middle), replace(self, last=middle - 1)


WITHIN = "c.set_id = %s AND c.id >= %s AND c.id <= %s"
PARTED = 1000


@dataclass(frozen=True)
class Erased:
    """A field whose value was erased from the image of a staged row."""

    table_id: int
    row_id: UUID
    key: str


def query(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())


def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return max(int(cursor.rowcount), 0)


def key_of(raw: Any) -> UUID:
    return raw if isinstance(raw, UUID) else UUID(raw)


def stage(stretch: Stretch) -> list[Erased]:
    """Fill the stage with the net changes; returns the erased fields, which are no longer in the images."""
    dialect = dialect_of(connection)
    with connection.cursor() as cursor:
        dialect.run_script(cursor, dialect.stage())
    execute(
        "INSERT INTO journal_undo (table_id, row_id, op, before, after, last_id, many) "
        "SELECT g.table_id, g.row_id, CASE WHEN f.op = 'i' THEN 'i' WHEN l.op = 'd' THEN 'd' ELSE 'u' END, "
        "CASE WHEN g.n = 1 THEN f.before END, CASE WHEN g.n = 1 THEN f.after END, g.last_id, g.n > 1 "
        "FROM (SELECT table_id, row_id, min(id) AS first_id, max(id) AS last_id, count(*) AS n "
        f"FROM journal_rowchange c WHERE {WITHIN} GROUP BY table_id, row_id) g "
        "JOIN journal_rowchange f ON f.id = g.first_id JOIN journal_rowchange l ON l.id = g.last_id "
        "WHERE NOT (f.op = 'i' AND l.op = 'd')",
        stretch.values,
    )
    _fold(stretch)
    erased = list(_erased())
    with connection.cursor() as cursor:
        dialect.run_script(cursor, dialect.stage_filled())
    return erased


def staged_tables(set_id: int) -> list[Staged]:
    """The tables of the stage. Raises Refused when an image speaks of a field or table that is gone."""
    renames = Renames()
    numbers = query("SELECT DISTINCT table_id FROM journal_undo ORDER BY 1")
    return [_staged(number, set_id, renames) for (number,) in numbers]


def count() -> int:
    return int(query("SELECT count(*) FROM journal_undo")[0][0])


def refused(reason: str) -> bool:
    """Whether any row was taken out for that reason."""
    return bool(query("SELECT 1 FROM journal_undo WHERE refused = %s LIMIT 1", [reason]))


def refuse(table_id: int, rows: Iterable[UUID], reason: str) -> None:
    """Take rows out of the undo."""
    key = dialect_of(connection).key
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE journal_undo SET refused = %s WHERE table_id = %s AND row_id = %s",
            [(reason, table_id, key(row)) for row in rows],
        )


def allow_again(reason: str) -> bool:
    """Let rows back in that were refused for a reason which may hold no longer, and those orphaned by them; whether there are any."""
    sql = "UPDATE journal_undo SET refused = NULL WHERE refused = %s"
    back = execute(sql, [reason])
    if back:
        execute("UPDATE journal_undo SET refused = NULL WHERE op = 'd' AND refused LIKE 'gone:%%'", [])
    return back > 0


def written(set_id: int) -> int:
    """How many rows an open set has touched."""
    [(rows,)] = query(
        "SELECT count(*) FROM (SELECT DISTINCT table_id, row_id FROM journal_rowchange WHERE set_id = %s) AS touched",
        [set_id],
    )
    return int(rows)


def put(table_id: int, row_id: UUID, before: Texts, after: Texts | None) -> None:
    """Replace the images of a staged row."""
    execute(
        "UPDATE journal_undo SET before = %s, after = %s WHERE table_id = %s AND row_id = %s",
        [
            joined(before),
            None if after is None else joined(after),
            table_id,
            dialect_of(connection).key(row_id),
        ],
    )


def joined(texts: Mapping[str, str]) -> str:
    """JSON of an object from the JSON of its members: no value is read and written again."""
    return "{" + ",".join(f"{json.dumps(key)}:{text}" for key, text in texts.items()) + "}"


def present_images(table: Table, rows: Sequence[UUID]) -> dict[UUID, Texts]:
    """The rows as they are now, in the form of an image."""
    dialect = dialect_of(connection)
    columns = ", ".join(dialect.as_json(f't."{column.column}"', column) for column in table.columns)
    found: dict[UUID, Texts] = {}
    for few in batches(rows):
        places = ", ".join(["%s"] * len(few))
        sql = f'SELECT t."{table.key}", {columns} FROM "{table.table}" t WHERE t."{table.key}" IN ({places})'
        for row, *texts in query(sql, [dialect.key(each) for each in few]):
            found[key_of(row)] = {
                column.name: text for column, text in zip(table.columns, texts, strict=True)
            }
    return found


def batches(rows: Sequence[UUID], size: int = 500) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def first_befores(table_id: int, rows: Sequence[UUID], *, after: int) -> dict[UUID, Texts]:
    """What each field of the rows was when changes later than `after` first touched it."""
    dialect = dialect_of(connection)
    source, key, value = dialect.members("c.before")
    found: dict[UUID, Texts] = {}
    for few in batches(rows):
        places = ", ".join(["%s"] * len(few))
        sql = (
            f"SELECT c.row_id, {key}, {value} FROM journal_rowchange c, {source} "
            f"WHERE c.table_id = %s AND c.id > %s AND c.row_id IN ({places}) ORDER BY c.id"
        )
        for row, name, text in query(sql, [table_id, after, *(dialect.key(each) for each in few)]):
            found.setdefault(key_of(row), {}).setdefault(name, text)
    return found


def _staged(number: int, set_id: int, renames: Renames) -> Staged:
    model, table = todays_table(number)
    source, key, _ = dialect_of(connection).members("s.before")
    of_updates = query(
        f"SELECT DISTINCT {key} FROM journal_undo s, {source} WHERE s.table_id = %s AND s.op = 'u'", [number]
    )
    # Images of one set were written by one text of the trigger: they all hold the same fields.
    of_images = query(
        f"SELECT {key} FROM (SELECT before FROM journal_undo WHERE table_id = %s AND op = 'd' LIMIT 1) s, {source}",
        [number],
    )
    return Staged(
        model,
        table,
        [todays_column(model, table, name, set_id, renames) for (name,) in of_updates],
        [todays_column(model, table, name, set_id, renames) for (name,) in of_images],
    )


def _fold(stretch: Stretch) -> None:
    """Give rows that were written several times their first "before" and last "after"."""
    dialect = dialect_of(connection)
    source, key, before = dialect.members("c.before")
    pieces = query(
        f"SELECT c.table_id, c.row_id, s.op, c.op, {key}, {before}, {dialect.member('c.after', key)} "
        "FROM journal_undo s JOIN journal_rowchange c ON c.table_id = s.table_id AND c.row_id = s.row_id "
        f"AND {WITHIN}, {source} WHERE s.many AND s.op <> 'i' ORDER BY c.table_id, c.row_id, c.id",
        stretch.values,
    )
    rows: dict[tuple[int, UUID, str], tuple[Texts, Texts, set[str]]] = {}
    for number, row, net, op, name, was, became in pieces:
        befores, afters, unknown = rows.setdefault((number, key_of(row), net), ({}, {}, set()))
        befores.setdefault(name, was)
        if op == "d":  # deleted and made again by key alone: what came back is to be looked up
            afters.pop(name, None)
            unknown.add(name)
        else:
            afters[name] = became
            unknown.discard(name)
    for (number, row, net), (befores, afters, unknown) in rows.items():
        if net == "u" and unknown:
            afters.update(_made_again(stretch, number, row, unknown))
        put(number, row, befores, afters if net == "u" else None)


def _made_again(stretch: Stretch, number: int, row: UUID, names: set[str]) -> Texts:
    """Fields of a row that was deleted and made again in the set: as first changed later, else as they are now."""
    known = table_of_number(number)
    if known is None:
        return {}
    [(last,)] = query(
        f"SELECT max(c.id) FROM journal_rowchange c WHERE {WITHIN} AND c.table_id = %s AND c.row_id = %s",
        [*stretch.values, number, dialect_of(connection).key(row)],
    )
    now = present_images(known[1], [row]).get(row, {})
    was = first_befores(number, [row], after=last).get(row, {})
    return {name: text for name, text in (now | was).items() if name in names}


def _erased() -> Iterator[Erased]:
    """Fields that hold the mark of an erasure leave the stage; a deleted row with one cannot come back at all."""
    dialect = dialect_of(connection)
    texts = [dialect.text(image) for image in ("before", "after")]
    marked = query(
        f"SELECT table_id, row_id, op, {texts[0]}, {texts[1]} FROM journal_undo "
        f"WHERE {texts[0]} LIKE %s OR {texts[1]} LIKE %s",
        [f"%{ERASED}%"] * 2,
    )
    for number, raw_row, op, *_images in marked:
        row = key_of(raw_row)
        befores, afters = (_members(number, row, image) for image in ("before", "after"))
        names = [name for name in befores if ERASED in befores[name] + afters.get(name, "")]
        for name in names:
            yield Erased(number, row, name)
        if op == "d":
            refuse(number, [row], "erased")
        else:
            kept = befores.keys() - names
            put(
                number,
                row,
                {name: befores[name] for name in kept},
                {name: text for name, text in afters.items() if name in kept},
            )


def _members(number: int, row: UUID, image: str) -> Texts:
    dialect = dialect_of(connection)
    source, key, value = dialect.members(f"s.{image}")
    return dict(
        query(
            f"SELECT {key}, {value} FROM journal_undo s, {source} WHERE s.table_id = %s AND s.row_id = %s",
            [number, dialect.key(row)],
        )
    )
