"""The journal's triggers on PostgreSQL: one statement trigger an operation, so a set of rows is journalled as a set.

A generated comparison of columns is twice as fast as one of whole rows as jsonb. A trigger and its function share a name
that ends with a digest of both, since PostgreSQL keeps no trigger's own text: a standing name is a standing definition.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from .contract import CLOSED, KEY_CHANGED, MIGRATION, OUTSIDE, TRUNCATED, Trigger
from .derived import reached_from, value_at
from .shapes import Column, Derived, Kept, Table
from .totals import counted_from

if TYPE_CHECKING:
    from .postgresql import PostgreSQL

ARGUMENTS = 90
"""A function takes at most a hundred."""


def triggers_of(table: Table, dialect: PostgreSQL) -> list[Trigger]:
    """Insert, update, delete and truncate of one table, its key, and its derived columns."""
    new, old = "REFERENCING NEW TABLE AS new_rows", "REFERENCING OLD TABLE AS old_rows"
    both = "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
    key = f'"{table.key}"'
    made = [
        _trigger(
            table, "insert", f"AFTER INSERT ON %s {new}", _written(table, "new_rows", _insertion(table))
        ),
        _trigger(
            table,
            "update",
            f"AFTER UPDATE ON %s {both}",
            _written(table, "new_rows", _change(table, dialect)),
        ),
        _trigger(table, "delete", f"AFTER DELETE ON %s {old}", _written(table, "old_rows", _deletion(table))),
        _trigger(table, "truncate", "BEFORE TRUNCATE ON %s", _raise(TRUNCATED)),
        _trigger(
            table,
            "key",
            f"BEFORE UPDATE OF {key} ON %s FOR EACH ROW WHEN (OLD.{key} IS DISTINCT FROM NEW.{key})",
            _raise(KEY_CHANGED),
        ),
    ]
    if table.standing:
        renew = f"BEGIN\n  {dialect.new_epoch()};\n  RETURN NULL;\nEND"
        made.append(_trigger(table, "standing", "AFTER INSERT OR UPDATE OR DELETE ON %s", renew))
    for derived in table.derived:
        made += _follow(table, derived)
    for kept in table.totals:
        made += _add_up(table, kept)
    return made


def gate() -> Trigger:
    condition = f"FOR EACH ROW WHEN (NEW.command <> '{MIGRATION}')"
    return _named("journal_changeset", "artel_gate", f"BEFORE INSERT ON %s {condition}", _raise(CLOSED))


def _trigger(table: Table, kind: str, event: str, body: str, on: str = "") -> Trigger:
    return _named(on or table.table, f"artel_{table.id}_{kind}", event, body)


def _named(table: str, name: str, event: str, body: str) -> Trigger:
    digest = sha256(f"{table} {event} {body}".encode()).hexdigest()[:8]
    name = f"{name[:54]}_{digest}"
    source = f"\n{body}\n"
    each = "" if "FOR EACH ROW" in event else "FOR EACH STATEMENT "
    place = event.replace("%s", f'"{table}"', 1)
    create = (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $artel${source}$artel$;\n'
        f'CREATE TRIGGER "{name}" {place} {each}EXECUTE FUNCTION "{name}"()'
    )
    return Trigger(table, name, create, source)


def _raise(message: str) -> str:
    return f"BEGIN\n  {_refusal(message)}\nEND"


def _refusal(message: str) -> str:
    """As a broken constraint, so that both databases answer with the same class of error."""
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"


def _written(table: Table, rows: str, statement: str) -> str:
    """A set that was opened earlier in the session and ended leaves the setting as '', not NULL."""
    return (
        "DECLARE opened bigint := nullif(current_setting('artel.set', true), '')::bigint;\n"
        "BEGIN\n"
        f"  IF opened IS NULL AND EXISTS (SELECT 1 FROM {rows}) THEN\n    {_refusal(OUTSIDE)}\n  END IF;\n"
        f"{statement}  RETURN NULL;\n"
        "END"
    )


def _row(table: Table, row: str, op: str, before: str, after: str) -> str:
    owner = ", ".join(f'{row}."{column}"' for column in table.owners)
    owner = f"coalesce({owner})" if len(table.owners) > 1 else owner or "NULL::uuid"
    return (
        "  INSERT INTO journal_rowchange (set_id, table_id, row_id, owner_id, op, before, after)\n"
        f"  SELECT opened, {table.id}, {row}.\"{table.key}\", {owner}, '{op}',\n    {before},\n    {after}\n  FROM "
    )


def _insertion(table: Table) -> str:
    return _row(table, "n", "i", "NULL::jsonb", "NULL::jsonb") + "new_rows n;\n"


def _change(table: Table, dialect: PostgreSQL) -> str:
    if not table.columns:
        return ""
    old, new = (", ".join(f'{row}."{column.column}"' for column in table.columns) for row in "on")
    return (
        _row(table, "n", "u", _changed(table, "o", dialect), _changed(table, "n", dialect))
        + f'old_rows o JOIN new_rows n ON n."{table.key}" = o."{table.key}"\n'
        f"  WHERE ROW({old}) IS DISTINCT FROM ROW({new});\n"
    )


def _changed(table: Table, row: str, dialect: PostgreSQL) -> str:
    parts = [
        f'CASE WHEN o."{column.column}" IS DISTINCT FROM n."{column.column}" '
        f"THEN ',\"{column.name}\":'||{dialect.as_json(_at(row, column), column)} END"
        for column in table.columns
    ]
    text = "||".join(f"concat({', '.join(few)})" for few in _fews(parts, ARGUMENTS))
    return f"('{{'||substr({text}, 2)||'}}')::jsonb"


def _at(row: str, column: Column) -> str:
    return f'{row}."{column.column}"'


def _deletion(table: Table) -> str:
    pairs = [f"'{column.name}', o.\"{column.column}\"" for column in table.columns]
    image = "||".join(f"jsonb_build_object({', '.join(few)})" for few in _fews(pairs, ARGUMENTS // 2))
    return _row(table, "o", "d", image or "'{}'::jsonb", "NULL::jsonb") + "old_rows o;\n"


def _fews(parts: list[str], count: int) -> list[list[str]]:
    return [parts[start : start + count] for start in range(0, len(parts), count)]


def _follow(table: Table, derived: Derived) -> list[Trigger]:
    """The child takes its value before it is written; then every step of the path spreads what changes there."""
    start, column = f'"{derived.start}"', f'"{derived.column}"'
    take = f"BEGIN\n  NEW.{column} := {value_at(derived, 'NEW')};\n  RETURN NEW;\nEND"
    differs = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in (start, column))
    made = [
        _trigger(table, f"{derived.column}_new", "BEFORE INSERT ON %s FOR EACH ROW", take),
        _trigger(
            table,
            f"{derived.column}_own",
            f"BEFORE UPDATE OF {start}, {column} ON %s FOR EACH ROW WHEN ({differs})",
            take,
        ),
    ]
    whole = value_at(derived, f'"{table.table}"')
    for place, step in enumerate(derived.steps):
        spread = (
            f'BEGIN\n  UPDATE "{table.table}" SET {column} = {whole}\n'
            f"  WHERE {reached_from(derived, place, 'NEW')} AND {column} IS DISTINCT FROM {whole};\n"
            "  RETURN NULL;\nEND"
        )
        read = f'"{step.column}"'
        event = f"AFTER UPDATE OF {read} ON %s FOR EACH ROW WHEN (OLD.{read} IS DISTINCT FROM NEW.{read})"
        made.append(_trigger(table, f"{derived.column}_step{place}", event, spread, on=step.table))
    return made


def _add_up(table: Table, kept: Kept) -> list[Trigger]:
    """What a statement adds to the totals and takes away from them, put together: nobody waits for a row of theirs."""
    new, old = "SELECT 1 AS n, a.* FROM new_rows a", "SELECT -1 AS n, b.* FROM old_rows b"
    rows = {
        "INSERT": ("NEW TABLE AS new_rows", new),
        "UPDATE": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", f"{new} UNION ALL {old}"),
        "DELETE": ("OLD TABLE AS old_rows", old),
    }
    made = []
    for op, (tables, asked) in rows.items():
        added = counted_from(kept, f"({asked}) t", changes=op == "UPDATE")
        body = f"BEGIN\n  {added};\n  RETURN NULL;\nEND"
        made.append(_trigger(table, f"total_{op.lower()}", f"AFTER {op} ON %s REFERENCING {tables}", body))
    return made
