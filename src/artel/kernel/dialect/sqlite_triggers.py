"""The journal's triggers on SQLite: one row trigger an operation, its text made from the table's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .contract import CLOSED, KEY_CHANGED, MIGRATION, OUTSIDE, Trigger
from .derived import reached_from, value_at
from .shapes import Column, Derived, Kept, Table
from .totals import of_row, read_by

if TYPE_CHECKING:
    from .sqlite import SQLite

OPEN_SET = "(SELECT id FROM journal_changeset WHERE is_open)"
REFUSED = f"RAISE(ABORT, '{OUTSIDE}')"


def triggers_of(table: Table, dialect: SQLite) -> list[Trigger]:
    """Insert, update and delete of one table, its key, and its derived columns."""
    made = [
        _trigger(table, "insert", "AFTER INSERT", _insertion(table)),
        _trigger(table, "update", "AFTER UPDATE", _change(table, dialect)),
        _trigger(table, "delete", "AFTER DELETE", _deletion(table, dialect)),
        _trigger(
            table,
            "key",
            f'BEFORE UPDATE OF "{table.key}"',
            f"SELECT RAISE(ABORT, '{KEY_CHANGED}')",
            when=f'OLD."{table.key}" IS NOT NEW."{table.key}"',
        ),
    ]
    if table.standing:
        made += [
            _trigger(table, f"standing_{op.lower()}", f"AFTER {op}", dialect.new_epoch())
            for op in ("INSERT", "UPDATE", "DELETE")
        ]
    for derived in table.derived:
        made += _follow(table, derived)
    for kept in table.totals:
        made += _add_up(table, kept)
    return made


def gate() -> Trigger:
    name = "artel_gate"
    create = (
        f"CREATE TRIGGER {name} BEFORE INSERT ON journal_changeset WHEN NEW.command <> '{MIGRATION}' "
        f"BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
    )
    return Trigger("journal_changeset", name, create, create)


def _trigger(table: Table, kind: str, event: str, *body: str, when: str = "", on: str = "") -> Trigger:
    name = f"artel_{table.table}_{kind}"
    on = on or table.table
    condition = f"WHEN {when} " if when else ""
    create = f'CREATE TRIGGER "{name}" {event} ON "{on}" {condition}BEGIN {"; ".join(body)}; END'
    return Trigger(on, name, create, create)


def _row(table: Table, row: str, op: str, before: str, after: str) -> str:
    """The beginning of an INSERT: RAISE stands where the open set's id should be, so one look serves both."""
    owner = ", ".join(f'{row}."{column}"' for column in table.owners)
    owner = f"coalesce({owner})" if len(table.owners) > 1 else owner or "NULL"
    return (
        "INSERT INTO journal_rowchange (set_id, table_id, row_id, owner_id, op, before, after) "
        f"SELECT coalesce({OPEN_SET}, {REFUSED}), {table.id}, {row}.\"{table.key}\", {owner}, '{op}', {before}, {after}"
    )


def _insertion(table: Table) -> str:
    return _row(table, "NEW", "i", "NULL", "NULL")


def _change(table: Table, dialect: SQLite) -> str:
    if not table.columns:
        return f"SELECT {REFUSED} WHERE NOT EXISTS {OPEN_SET}"
    differs = " OR ".join(_differs(column) for column in table.columns)
    written = _row(table, "NEW", "u", _changed(table, "OLD", dialect), _changed(table, "NEW", dialect))
    # A change of technical columns alone leaves no trace, but it too belongs to a set.
    return f"{written} WHERE {differs}; SELECT {REFUSED} WHERE NOT EXISTS {OPEN_SET}"


def _deletion(table: Table, dialect: SQLite) -> str:
    fields = " || ',' || ".join(
        f"'\"{column.name}\":' || {dialect.as_json(_at('OLD', column), column)}" for column in table.columns
    )
    image = f"'{{' || {fields} || '}}'" if fields else "'{}'"
    return _row(table, "OLD", "d", image, "NULL")


def _changed(table: Table, row: str, dialect: SQLite) -> str:
    parts = " || ".join(
        f"CASE WHEN {_differs(column)} THEN ',\"{column.name}\":' || {dialect.as_json(_at(row, column), column)} ELSE '' END"
        for column in table.columns
    )
    return f"'{{' || substr({parts}, 2) || '}}'"


def _at(row: str, column: Column) -> str:
    return f'{row}."{column.column}"'


def _differs(column: Column) -> str:
    return f"{_at('OLD', column)} IS NOT {_at('NEW', column)}"


def _follow(table: Table, derived: Derived) -> list[Trigger]:
    """The child follows its own reference and anything written over the column; then every step of the path."""
    value, own = value_at(derived, "NEW"), f'NEW."{derived.column}"'
    put = f'UPDATE "{table.table}" SET "{derived.column}" = {value} WHERE "{table.key}" = NEW."{table.key}"'
    differs = f"{own} IS NOT {value}"
    made = [
        _trigger(table, f"{derived.column}_new", "AFTER INSERT", put, when=differs),
        _trigger(
            table,
            f"{derived.column}_own",
            f'AFTER UPDATE OF "{derived.start}", "{derived.column}"',
            put,
            when=differs,
        ),
    ]
    for place, step in enumerate(derived.steps):
        whole = value_at(derived, f'"{table.table}"')
        spread = (
            f'UPDATE "{table.table}" SET "{derived.column}" = {whole} '
            f'WHERE {reached_from(derived, place, "NEW")} AND "{derived.column}" IS NOT {whole}'
        )
        made.append(
            _trigger(
                table,
                f"{derived.column}_step{place}",
                f'AFTER UPDATE OF "{step.column}"',
                spread,
                when=f'OLD."{step.column}" IS NOT NEW."{step.column}"',
                on=step.table,
            )
        )
    return made


def _add_up(table: Table, kept: Kept) -> list[Trigger]:
    """What a row adds to its totals and takes away from them."""
    read = read_by(kept)
    differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in read)
    columns = ", ".join(f'"{column}"' for column in read)
    added, taken = of_row(kept, "NEW", 1), of_row(kept, "OLD", -1)
    return [
        _trigger(table, f"{kept.table}_insert", "AFTER INSERT", *added),
        _trigger(table, f"{kept.table}_update", f"AFTER UPDATE OF {columns}", *taken, *added, when=differs),
        _trigger(table, f"{kept.table}_delete", "AFTER DELETE", *taken),
    ]
