"""What an undo cannot put back, field by field, and who is in the way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from artel.kernel.attributes.record import MembersField
from artel.kernel.dialect import Column, dialect_of

from .catalogue import Model
from .models import ChangeSet, RowChange
from .staging import Staged, batches, key_of, put, query
from .values import read, same_value, value_of


@dataclass(frozen=True)
class Conflict:
    """One thing that stays as it is. `field` is empty when it is the whole row.

    `reason`: changed (somebody else since), deleted, forbidden, erased, gone (what it refers to), referenced (by `theirs`,
    an entity), taken (its unique key), impossible (the database's rules). `ours` is what the set made of the field,
    `theirs` what it is now; a reference is given by its key. `who`, `when`, `set_id`: the later change, where there is one.
    """

    entity: str
    row: UUID
    field: str
    reason: str
    ours: Any = None
    theirs: Any = None
    who: str = ""
    when: datetime | None = None
    set_id: int | None = None


Field = Any


def field_of(model: Model, name: str) -> Field:
    return model._meta.get_field(name)


def changed_fields(staged: Staged) -> list[Conflict]:
    """Fields of updated rows that somebody changed since: now they hold neither our value nor the one before it."""
    dialect, table = dialect_of(connection), staged.table
    found: list[Conflict] = []
    for column, name in staged.updated:
        now = _now(column)
        was, became = (dialect.from_json(image, column) for image in ("s.before", "s.after"))
        key = f"'{column.name}'"
        rows = query(
            f"SELECT s.row_id, {dialect.member('s.before', key)}, {dialect.member('s.after', key)}, "
            f"{dialect.as_json(now, column)} "
            f'FROM journal_undo s JOIN "{table.table}" t ON t."{table.key}" = s.row_id '
            f"WHERE s.table_id = %s AND s.op = 'u' AND s.refused IS NULL AND {dialect.has('s.before', column)} "
            f"AND NOT {dialect.same(now, became, column)} AND NOT {dialect.same(now, was, column)}",
            [table.id],
        )
        found += _truly_changed(staged, column.name, name, rows)
    return found


def _truly_changed(
    staged: Staged, key: str, name: str, rows: Iterable[tuple[Any, ...]]
) -> Iterable[Conflict]:
    """Without those whose JSON is only spelt otherwise: the spelling of now becomes "ours"."""
    field = field_of(staged.model, name)
    for raw_row, was, became, now in rows:
        row = key_of(raw_row)
        if same_value(field, now, was):
            continue
        if same_value(field, now, became):
            _respell(staged.table.id, row, key, now)
            continue
        if isinstance(field, MembersField):
            yield from _members_changed(staged, row, (key, name), (was, became, now))
            continue
        ours, theirs = (value_of(field, read(text)) for text in (became, now))
        yield Conflict(staged.table.label, row, name, "changed", ours, theirs)


def _members_changed(
    staged: Staged, row: UUID, names: tuple[str, str], texts: tuple[str, str, str]
) -> Iterable[Conflict]:
    """Of a field whose members are fields: ours go back, into what the document is now; the rest is named one by one."""
    was, became, now = ({} if text is None else json.loads(text) or {} for text in texts)
    changed = sorted(each for each in {*was, *became} if was.get(each) != became.get(each))
    ours = [each for each in changed if now.get(each) == became.get(each)]
    merged = {each: value for each, value in now.items() if each not in ours}
    merged |= {each: was[each] for each in ours if each in was}
    key, name = names
    if ours:
        _respell(staged.table.id, row, key, texts[2], json.dumps(merged, ensure_ascii=False))
    for each in changed:
        if each not in ours and now.get(each) != was.get(each):
            yield Conflict(
                staged.table.label, row, f"{name}.{each}", "changed", became.get(each), now.get(each)
            )


def _respell(table_id: int, row: UUID, key: str, now: str, was: str | None = None) -> None:
    dialect = dialect_of(connection)
    images: list[dict[str, str]] = []
    for image in ("s.before", "s.after"):
        source, name, value = dialect.members(image)
        members = query(
            f"SELECT {name}, {value} FROM journal_undo s, {source} WHERE s.table_id = %s AND s.row_id = %s",
            [table_id, dialect.key(row)],
        )
        images.append(dict(members))
    put(table_id, row, images[0] | ({} if was is None else {key: was}), images[1] | {key: now})


def lost_references(staged: Staged) -> list[Conflict]:
    """Fields of updated rows that would refer again to a record that is not there."""
    dialect, table = dialect_of(connection), staged.table
    found: list[Conflict] = []
    for column, name in staged.updated:
        if column.points_at is None:
            continue
        was, became = (dialect.from_json(image, column) for image in ("s.before", "s.after"))
        other, key = column.points_at
        rows = query(
            f'SELECT s.row_id FROM journal_undo s JOIN "{table.table}" t ON t."{table.key}" = s.row_id '
            f"WHERE s.table_id = %s AND s.op = 'u' AND s.refused IS NULL AND {was} IS NOT NULL "
            f"AND {dialect.same(_now(column), became, column)} "
            f'AND NOT EXISTS (SELECT 1 FROM "{other}" p WHERE p."{key}" = {was})',
            [table.id],
        )
        found += [Conflict(table.label, key_of(row), name, "gone") for (row,) in rows]
    return found


def _now(column: Column) -> str:
    return f't."{column.column}"'


def refused_rows(staged: Staged) -> list[Conflict]:
    """Whole rows that were taken out of the undo; a reason may carry what it is about after a colon."""
    found: list[Conflict] = []
    for raw_row, refused in query(
        "SELECT row_id, refused FROM journal_undo WHERE table_id = %s AND refused IS NOT NULL",
        [staged.table.id],
    ):
        reason, _, about = refused.partition(":")
        row = key_of(raw_row)
        if reason == "referenced":
            found.append(Conflict(staged.table.label, row, "", reason, theirs=about))
        elif reason == "gone":
            found.append(Conflict(staged.table.label, row, about, reason))
        elif reason in {"deleted", "forbidden", "taken", "impossible"}:
            found.append(Conflict(staged.table.label, row, "", reason))
    return found


def with_authors(found: Sequence[Conflict], set_id: int, tables: Mapping[str, int]) -> list[Conflict]:
    """Who made the later change that is in the way, where a later change is."""
    authors = _authors([each for each in found if each.reason in {"changed", "deleted"}], set_id, tables)
    for each in found:
        if "." in each.field and (one := _author_of_member(each, set_id, tables[each.entity])):
            authors[each.row, each.field] = one
    return [
        _signed(each, authors.get((each.row, each.field)) or authors.get((each.row, ""))) for each in found
    ]


def _author_of_member(conflict: Conflict, set_id: int, table_id: int) -> ChangeSet | None:
    """The last set, other than ours, that changed this member; others may have changed its neighbours since."""
    field, _, member = conflict.field.partition(".")
    changes = RowChange.objects.filter(table_id=table_id, row_id=conflict.row, op="u").exclude(set_id=set_id)
    for change in changes.select_related("set").order_by("-pk").iterator(50):
        images = ((image or {}).get(field) or {} for image in (change.before, change.after))
        was, became = (image.get(member) for image in images)
        if was != became:
            return change.set
    return None


def _signed(conflict: Conflict, author: ChangeSet | None) -> Conflict:
    if author is None:
        return conflict
    return replace(conflict, who=author.actor_label, when=author.at, set_id=author.pk)


def _authors(
    found: Sequence[Conflict], set_id: int, tables: Mapping[str, int]
) -> dict[tuple[UUID, str], ChangeSet]:
    """The last set, other than ours, that touched each field, and (under "") that deleted or made each row."""
    latest: dict[tuple[UUID, str], int] = {}
    for entity in {each.entity for each in found}:
        rows = sorted({each.row for each in found if each.entity == entity})
        for few in batches(rows):
            latest |= _later_touches(tables[entity], few, set_id)
    sets = ChangeSet.objects.in_bulk(set(latest.values()))
    return {touched: sets[one] for touched, one in latest.items() if one in sets}


def _later_touches(table_id: int, rows: Sequence[UUID], set_id: int) -> dict[tuple[UUID, str], int]:
    dialect = dialect_of(connection)
    places = ", ".join(["%s"] * len(rows))
    keys = [dialect.key(row) for row in rows]
    source, key, _ = dialect.members("c.before")
    where = f"c.table_id = %s AND c.set_id <> %s AND c.row_id IN ({places})"
    touched: dict[tuple[UUID, str], int] = {}
    fields = (
        f"SELECT c.row_id, {key}, c.set_id FROM journal_rowchange c, {source} WHERE c.op = 'u' AND {where}"
    )
    for row, name, one in query(f"{fields} ORDER BY c.id", [table_id, set_id, *keys]):
        touched[key_of(row), name] = one
    whole = f"SELECT c.row_id, c.set_id FROM journal_rowchange c WHERE c.op <> 'u' AND {where} ORDER BY c.id"
    for row, one in query(whole, [table_id, set_id, *keys]):
        touched[key_of(row), ""] = one
    return touched
