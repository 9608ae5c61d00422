"""The inverse of a staged set, written set-wise: made rows deleted, deleted rows made again, changed fields put back.

In that order, so that unique keys are free for those that had them before. Foreign keys are checked by the database at
commit only, so the order of tables within a step is free but for derived columns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from artel.kernel.attributes.record import Attributed
from artel.kernel.dialect import Column, Table, dialect_of

from .catalogue import TECHNICAL, Model, facts_of
from .conflicts import Conflict, field_of
from .staging import Staged, batches, execute, first_befores, key_of, present_images, query, refuse
from .values import ERASED, read, same_value, value_of

MayChange = Callable[[Model, list[UUID]], Collection[UUID]]
"""Answers which of the rows the actor may not change."""

if TYPE_CHECKING:
    ForeignKey = models.ForeignKey[Any, Any]

OPEN = "s.table_id = %s AND s.refused IS NULL AND s.op ="


def lock(staged: Sequence[Staged]) -> None:
    """Take the rows that will be written, in key order."""
    for each in staged:
        table = each.table
        query(
            f'SELECT 1 FROM "{table.table}" WHERE "{table.key}" IN '
            "(SELECT row_id FROM journal_undo WHERE table_id = %s) "
            f'ORDER BY "{table.key}" {dialect_of(connection).lock()}',
            [table.id],
        )


def refuse_forbidden(staged: Staged, may_change: MayChange, op: str) -> None:
    """Take out what the actor may not change."""
    rows = _rows(staged.table, op)
    forbidden = [row for few in batches(rows, 2000) for row in may_change(staged.model, list(few))]
    refuse(staged.table.id, forbidden, "forbidden")


def settle_missing(staged: Staged) -> None:
    """Changed rows that somebody deleted since stay away; made ones that are gone, and deleted ones that are there, are done."""
    table = staged.table
    there = f'EXISTS (SELECT 1 FROM "{table.table}" t WHERE t."{table.key}" = journal_undo.row_id)'
    execute(
        "UPDATE journal_undo SET refused = CASE op WHEN 'u' THEN 'deleted' ELSE 'settled' END "
        f"WHERE table_id = %s AND refused IS NULL AND ((op = 'd' AND {there}) OR (op <> 'd' AND NOT {there}))",
        [table.id],
    )


def _rows(table: Table, op: str) -> list[UUID]:
    rows = query(f"SELECT s.row_id FROM journal_undo s WHERE {OPEN} %s ORDER BY s.row_id", [table.id, op])
    return [key_of(row) for (row,) in rows]


class Again(Exception):
    """Some rows cannot be undone after all: they are taken out, and the others tried anew."""

    def __init__(self, table_id: int, rows: list[UUID], reason: str) -> None:
        self.marks = (table_id, rows, reason)


def make_again(staged: Sequence[Staged], may_change: MayChange) -> None:
    """Insert the deleted rows from their images; those that cannot come back are taken out."""
    images = [each for each in staged if _rows(each.table, "d")]
    while True:
        _refuse_orphans(images)
        try:
            with transaction.atomic():
                for each in _parents_first(images):
                    _insert(each, may_change)
            return
        except Again as again:
            refuse(*again.marks)


def _refuse_orphans(images: Sequence[Staged]) -> None:
    """Rows whose parent is neither there nor coming back; each round may orphan further ones."""
    numbers = {each.table.table: each.table.id for each in images}
    while sum(
        _refuse_orphans_by(each.table, column, name, numbers)
        for each in images
        for column, name in each.imaged
        if column.points_at
    ):
        pass


def _refuse_orphans_by(table: Table, column: Column, name: str, numbers: dict[str, int]) -> int:
    dialect = dialect_of(connection)
    other, key = column.points_at or ("", "")
    was = dialect.from_json("journal_undo.before", column)
    return execute(
        f"UPDATE journal_undo SET refused = %s WHERE table_id = %s AND op = 'd' AND refused IS NULL "
        f'AND {was} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "{other}" p WHERE p."{key}" = {was}) '
        "AND NOT EXISTS (SELECT 1 FROM journal_undo x WHERE x.table_id = %s AND x.op = 'd' "
        f"AND x.refused IS NULL AND x.row_id = {was})",
        [f"gone:{name}", table.id, numbers.get(other, -1)],
    )


def _parents_first(images: Sequence[Staged]) -> Iterator[Staged]:
    """Tables in an order in which a row's parent comes before it; a circle of tables is cut anywhere."""
    left = list(images)
    while left:
        names = {each.table.table for each in left}
        ready = [each for each in left if not _parents(each) & names] or left[:1]
        yield from ready
        left = [each for each in left if each not in ready]


def _parents(staged: Staged) -> set[str]:
    return {column.points_at[0] for column, _ in staged.imaged if column.points_at} - {staged.table.table}


def _insert(staged: Staged, may_change: MayChange) -> None:
    table = staged.table
    expressions, parameters = _expressions(staged)
    names = ", ".join(f'"{name}"' for name in expressions)
    sql = (
        f'INSERT INTO "{table.table}" ({names}) SELECT {", ".join(expressions.values())} '
        f"FROM journal_undo s WHERE {OPEN} 'd' ORDER BY s.row_id ON CONFLICT DO NOTHING"
    )
    rows = _rows(table, "d")
    try:
        with transaction.atomic():
            made = execute(sql, [*parameters, table.id])
    except IntegrityError:
        raise Again(table.id, rows, "impossible") from None
    if made < len(rows):
        missing = query(
            f"SELECT s.row_id FROM journal_undo s WHERE {OPEN} 'd' "
            f'AND NOT EXISTS (SELECT 1 FROM "{table.table}" t WHERE t."{table.key}" = s.row_id)',
            [table.id],
        )
        raise Again(table.id, [key_of(row) for (row,) in missing], "taken")
    if forbidden := [row for few in batches(rows, 2000) for row in may_change(staged.model, list(few))]:
        raise Again(table.id, forbidden, "forbidden")


def _expressions(staged: Staged) -> tuple[dict[str, str], list[Any]]:
    """Column -> SQL of its value: the key, what the image holds, and defaults for what it does not (secrets, news)."""
    dialect, table = dialect_of(connection), staged.table
    found = {table.key: "s.row_id"}
    found |= {column.column: dialect.from_json("s.before", column) for column, _ in staged.imaged}
    parameters: list[Any] = []
    for field in staged.model._meta.local_concrete_fields:
        column = str(field.column)
        if column in found:
            continue
        if field.name == "version":  # never a number that somebody may still hold
            found[column] = "1 + (SELECT count(*) FROM journal_rowchange c WHERE c.row_id = s.row_id)"
        else:
            value = timezone.now() if field.name in TECHNICAL else field.get_default()
            found[column] = "%s" if connection.vendor == "sqlite" else f"%s::{field.db_type(connection)}"
            parameters.append(field.get_db_prep_save(value, connection))
    return found, parameters


def put_back(staged: Staged) -> None:
    """Set changed fields to what they were, where they still hold our value; rows that the database refuses are taken out."""
    left = _rows(staged.table, "u") if staged.updated else []
    while left:  # a value may be free once another row has let go of it
        refused = _put_back(staged, left)
        if len(refused) == len(left):
            break
        left = refused
    refuse(staged.table.id, left, "taken")


def _put_back(staged: Staged, rows: Sequence[UUID]) -> list[UUID]:
    """All at once; when a constraint is broken, by halves, until the rows that break it are alone."""
    try:
        with transaction.atomic():
            _update(staged, rows[0], rows[-1])
            return []
    except IntegrityError:
        if len(rows) == 1:
            return list(rows)
    middle = len(rows) // 2
    return _put_back(staged, rows[:middle]) + _put_back(staged, rows[middle:])


def _update(staged: Staged, low: UUID, high: UUID) -> None:
    dialect, table = dialect_of(connection), staged.table
    mine = {column.column: _is_mine(column) for column, _ in staged.updated}
    sets = [
        f'"{column.column}" = CASE WHEN {mine[column.column]} THEN {dialect.from_json("s.before", column)} '
        f'ELSE t."{column.column}" END'
        for column, _ in staged.updated
    ]
    parameters: list[Any] = []
    for field in staged.model._meta.local_concrete_fields:
        if field.name == "version":
            sets.append(f'"{field.column}" = t."{field.column}" + 1')
        elif field.name == "changed_at":
            sets.append(f'"{field.column}" = %s')
            parameters.append(field.get_db_prep_save(timezone.now(), connection))
    execute(
        f"UPDATE \"{table.table}\" AS t SET {', '.join(sets)} FROM journal_undo s WHERE {OPEN} 'u' "
        f'AND s.row_id = t."{table.key}" AND s.row_id >= %s AND s.row_id <= %s AND ({" OR ".join(mine.values())})',
        [*parameters, table.id, dialect.key(low), dialect.key(high)],
    )


def _is_mine(column: Column) -> str:
    """The set changed the field, it still holds our value, and what it would refer to again is there."""
    dialect = dialect_of(connection)
    was, became = (dialect.from_json(image, column) for image in ("s.before", "s.after"))
    same = dialect.same(f't."{column.column}"', became, column)
    condition = f"{dialect.has('s.before', column)} AND {same}"
    if column.points_at:
        other, key = column.points_at
        condition += f' AND ({was} IS NULL OR EXISTS (SELECT 1 FROM "{other}" p WHERE p."{key}" = {was}))'
    return f"({condition})"


def follow_attributes(staged: Staged) -> None:
    """The keys of custom attributes are not journalled: they follow the values that came back."""
    model = staged.model
    if issubclass(model, Attributed):
        for op in "ud":
            for few in batches(_rows(staged.table, op), 2000):
                model.follow(list(few))


def changed_since(staged: Staged) -> list[Conflict]:
    """Rows made by the set that somebody changed since, field by field; such a row stays.

    A change that was itself undone does not count: what matters is whether the row is as it was made.
    """
    table = staged.table
    touched = query(
        f"SELECT s.row_id, s.last_id FROM journal_undo s WHERE {OPEN} 'i' AND EXISTS "
        "(SELECT 1 FROM journal_rowchange c WHERE c.table_id = s.table_id AND c.row_id = s.row_id AND c.id > s.last_id)",
        [table.id],
    )
    if not touched:
        return []
    rows = sorted(key_of(row) for row, _ in touched)
    made = first_befores(table.id, rows, after=max(last for _, last in touched))
    now = present_images(table, rows)
    found = [
        conflict for row in rows for conflict in _differences(staged, row, made.get(row, {}), now.get(row))
    ]
    refuse(table.id, {each.row for each in found}, "changed")
    return found


def _differences(
    staged: Staged, row: UUID, made: dict[str, str], now: dict[str, str] | None
) -> Iterator[Conflict]:
    for name, text in made.items() if now is not None else ():
        field = field_of(staged.model, name) if name in (now or {}) else None
        if ERASED in text:
            yield Conflict(staged.table.label, row, name, "erased")
        elif field is not None and not same_value(field, text, (now or {})[name]):
            ours, theirs = (value_of(field, read(each)) for each in (text, (now or {})[name]))
            yield Conflict(staged.table.label, row, name, "changed", ours, theirs)


def refuse_referenced(staged: Sequence[Staged]) -> None:
    """Rows made by the set to which a row refers that stays as it is, and parts of those; each round may keep further ones."""
    of_table = {each.table.table: each for each in staged}
    while sum(
        _refuse_referenced(each.table, relation, of_table.get(relation.model._meta.db_table))
        for each in staged
        for relation in referring(each.model)
        if not _is_derived(relation)
    ) + sum(
        _keep_parts(each.table, way, of_table[way.related_model._meta.db_table].table)
        for each in staged
        for way in _wholes(each.model)
        if way.related_model._meta.db_table in of_table
    ):
        pass


def _wholes(model: Model) -> Iterator[ForeignKey]:
    """The references that say what a row is a part of."""
    for name in filter(None, facts_of(model).parent.split("|")):
        field = model._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            yield field


def _keep_parts(table: Table, way: ForeignKey, whole: Table) -> int:
    """A record that stays is not taken to pieces: what the set made of its parts stays with it, and is not told apart."""
    return execute(
        "UPDATE journal_undo SET refused = 'part' WHERE table_id = %s AND op = 'i' AND refused IS NULL "
        f'AND EXISTS (SELECT 1 FROM "{table.table}" p JOIN journal_undo w ON w.row_id = p."{way.column}" '
        f"WHERE p.\"{table.key}\" = journal_undo.row_id AND w.table_id = %s AND w.op = 'i' "
        "AND w.refused IS NOT NULL AND w.refused <> 'settled')",
        [table.id, whole.id],
    )


def check_references(staged: Sequence[Staged], *, all_went: bool) -> None:
    """Raises Again for deleted rows to which a row still refers: its own undo was taken out after all.

    When all went as foreseen only derived references are looked at, which nobody could foresee.
    """
    for each in staged:
        for field in referring(each.model):
            if all_went and not _is_derived(field):
                continue
            meta = field.model._meta
            rows = query(
                "SELECT s.row_id FROM journal_undo s WHERE s.table_id = %s AND s.op = 'i' "
                "AND (s.refused IS NULL OR s.refused = 'settled') "
                f'AND EXISTS (SELECT 1 FROM "{meta.db_table}" r WHERE r."{field.column}" = s.row_id)',
                [each.table.id],
            )
            if rows:
                raise Again(each.table.id, [key_of(row) for (row,) in rows], f"referenced:{meta.label_lower}")


def referring(model: Model) -> Iterator[ForeignKey]:
    """Every foreign key of the house that points at the model's table, hidden ones and automatic tables included."""
    for other in apps.get_models(include_auto_created=True):
        for field in other._meta.local_concrete_fields:
            if isinstance(field, models.ForeignKey) and _points_at(field, model):
                yield field


def _is_derived(field: ForeignKey) -> bool:
    return field.name in facts_of(field.model).derived


def _points_at(field: ForeignKey, model: Model) -> bool:
    there: Model = field.target_field.model
    return bool(field.db_constraint) and there._meta.db_table == model._meta.db_table  # type: ignore[attr-defined]


def _refuse_referenced(table: Table, field: ForeignKey, theirs: Staged | None) -> int:
    """`theirs` is the part of the stage that speaks of the referring table; such rows may go, or let go, themselves."""
    meta = field.model._meta
    leaving = (
        f"AND NOT EXISTS (SELECT 1 FROM journal_undo x WHERE {_lets_go(theirs, field)})" if theirs else ""
    )
    return execute(
        "UPDATE journal_undo SET refused = %s WHERE table_id = %s AND op = 'i' AND refused IS NULL "
        f'AND EXISTS (SELECT 1 FROM "{meta.db_table}" r WHERE r."{field.column}" = journal_undo.row_id {leaving})',
        [f"referenced:{meta.label_lower}", table.id],
    )


def _lets_go(theirs: Staged, field: ForeignKey) -> str:
    dialect, table = dialect_of(connection), theirs.table
    ways = ["x.op = 'i'"]
    for column, _ in theirs.updated:
        if column.column == field.column:
            still_ours = dialect.same(f'r."{column.column}"', dialect.from_json("x.after", column), column)
            ways.append(f"(x.op = 'u' AND {dialect.has('x.before', column)} AND {still_ours})")
    return f'x.table_id = {table.id} AND x.row_id = r."{table.key}" AND x.refused IS NULL AND ({" OR ".join(ways)})'


def delete_made(staged: Staged) -> None:
    """Delete the rows that the set made."""
    table = staged.table
    execute(
        f'DELETE FROM "{table.table}" WHERE "{table.key}" IN '
        f"(SELECT s.row_id FROM journal_undo s WHERE {OPEN} 'i')",
        [table.id],
    )
