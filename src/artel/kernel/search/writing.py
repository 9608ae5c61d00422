"""Keeps the index inside the act's own transaction: what the journal wrote down of a set says which texts are stale.

What the commands' own hand has written is known without the journal, as long as the counts say that nothing else was
written: a plain create costs one write, and an act that touches no searched text costs nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models

from artel.kernel.dialect import dialect_of
from artel.kernel.dialect.contract import MIGRATION
from artel.kernel.journal.catalogue import table_of_number, unjournalled_fields
from artel.kernel.journal.models import RowChange
from artel.kernel.journal.writing import OpenSet, before_commit

from .models import SearchEntry
from .texts import CHUNK, Path, Source, Texts, Watch, sources, watches

Model = type[models.Model]
Row = Mapping[str, Any]

_WRITE = (
    "INSERT INTO search_searchentry (entity, record_id, name, text) {rows} "
    "ON CONFLICT (record_id) DO UPDATE SET name = excluded.name, text = excluded.text"
)
_ONE = _WRITE.format(rows="VALUES (%s, %s, %s, %s)")
_MANY = _WRITE.format(rows="SELECT * FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[])")


@dataclass(frozen=True)
class Change:
    """One written row, as the journal keeps it."""

    key: UUID
    op: str
    before: Mapping[str, Any]
    names: frozenset[str]


Changes = Mapping[Model, Sequence[Change]]


@before_commit
def index(opened: OpenSet) -> None:
    """Bring the texts of everything the set has touched up to date.

    Not in the midst of a migration, whose tables are not those of today's models: `migrating` does it afterwards.
    """
    if opened.command != MIGRATION and (changed := _changed(opened)):
        _follow(changed, Hand(opened.inserted, changed))


def follow(set_id: int) -> None:
    """Index what a set of the past has changed."""
    changed = _journalled(set_id)
    _follow(changed, Hand({}, changed))


def _follow(changed: Changes, hand: Hand) -> None:
    touched = {watch.source.model for model in changed for watch in watches()[model]}
    for source in sources().values():
        if source.model not in touched:
            continue
        gone = {change.key for change in changed.get(source.model, ()) if change.op == "d"}
        stale = _stale(source, changed, hand) - gone
        forget(gone)
        if stale:
            write(source, hand.texts(source, stale) or source.read(list(stale)))


def _changed(opened: OpenSet) -> dict[Model, list[Change]]:
    """The set's changes of tables that texts are made of; the journal is read only for what was written past the hand."""
    found: dict[Model, list[Change]] = {}
    elsewhere: list[int] = []
    for number in {number for number, _op in opened.counted}:
        table = table_of_number(number)
        if table is None or table[0] not in watches():
            continue
        mine = _by_hand(opened, table[0])
        counts = Counter(change.op for change in mine)
        if all(counts[op] == opened.counted.get((number, op), 0) for op in "iud"):
            found[table[0]] = mine
        else:
            elsewhere.append(number)
    return found | (_journalled(opened.id, elsewhere) if elsewhere else {})


def _by_hand(opened: OpenSet, model: Model) -> list[Change]:
    """What the hand has written of one table, as the journal tells it."""
    names = journalled_names(model)
    inserted = [Change(row["id"], "i", {}, frozenset()) for row in opened.inserted.get(model, ())]
    updated = []
    for key, former in opened.updated.get(model, ()):
        before = {names[attname]: value for attname, value in former.items() if attname in names}
        if before:
            updated.append(Change(key, "u", before, frozenset(before)))
    return inserted + updated


@lru_cache(maxsize=512)
def journalled_names(model: Model) -> Mapping[str, str]:
    """The fields that the journal tells of: names by attname."""
    hidden = unjournalled_fields(model)
    return {one.attname: one.name for one in model._meta.concrete_fields if one.name not in hidden}


def _journalled(set_id: int, numbers: Sequence[int] | None = None) -> dict[Model, list[Change]]:
    """The set's changes of tables that texts are made of (of these only): one query."""
    found: dict[Model, list[Change]] = defaultdict(list)
    rows = RowChange.objects.filter(set_id=set_id)
    if numbers is not None:
        rows = rows.filter(table_id__in=numbers)
    for number, key, op, before, after in rows.values_list("table_id", "row_id", "op", "before", "after"):
        table = table_of_number(number)
        if table and table[0] in watches():
            found[table[0]].append(Change(key, op, before or {}, frozenset(after or ())))
    return found


def _stale(source: Source, changed: Mapping[Model, Sequence[Change]], hand: Hand) -> set[UUID]:
    stale: set[UUID] = set()
    for model, changes in changed.items():
        for watch in watches()[model]:
            if watch.source is source:
                relevant = [one for one in changes if one.op != "u" or one.names & watch.columns]
                stale |= _owners(watch, relevant, hand)
    return stale


def _owners(watch: Watch, changes: Sequence[Change], hand: Hand) -> set[UUID]:
    """The records of the source behind changed rows of a watched table."""
    if not watch.depth:
        return {change.key for change in changes if change.op != "d"}
    hop = watch.path.hops[watch.depth - 1]
    if (
        not hop.is_back
    ):  # nobody can have pointed at a new row, but rows of this set, which are stale themselves
        return _behind(watch.path, watch.depth, {change.key for change in changes if change.op == "u"})
    reference = hop.reference
    former = {UUID(str(key)) for change in changes if (key := change.before.get(reference.name))}
    asked = set()
    for change in changes:
        if change.op == "i" and (row := hand.row(hop.model, change.key)) is not None:
            former.add(row[reference.attname])
        elif change.op != "d":
            asked.add(change.key)
    above = _behind(watch.path, watch.depth - 1, former)
    return above | _behind(watch.path, watch.depth, asked)


def _behind(path: Path, depth: int, keys: set[UUID]) -> set[UUID]:
    if not depth or not keys:
        return keys
    rows = path.model._base_manager.filter(**{f"{path.prefix(depth)}__in": keys})
    return set(rows.values_list("pk", flat=True))


class Hand:
    """Rows inserted by this set's commands, complete and unchanged since: texts made of nothing else need no query."""

    def __init__(
        self, inserted: Mapping[Model, Sequence[Row]], changed: Mapping[Model, Sequence[Change]]
    ) -> None:
        self._inserted = inserted
        self._changed = changed

    @cached_property
    def _rows(self) -> dict[Model, dict[UUID, Row]]:
        found = {model: {row["id"]: row for row in rows} for model, rows in self._inserted.items()}
        for model, changes in self._changed.items():
            for change in changes:
                if change.op != "i":
                    found.get(model, {}).pop(change.key, None)
        return found

    def row(self, model: Model, key: UUID) -> Row | None:
        return self._rows.get(model, {}).get(key)

    def texts(self, source: Source, keys: Iterable[UUID]) -> Texts:
        """The texts of these records, or none at all when something else must be read for one of them."""
        texts: Texts = {}
        try:
            for key in keys:
                texts[key] = source.text({path.name: self._values(path, key) for path in source.paths})
        except _Elsewhere:
            return {}
        return texts

    def _values(self, path: Path, key: UUID) -> list[Any]:
        found = [self._must(path.model, key)]
        for hop in path.hops:
            found = (
                self._children(hop.model, hop.reference.attname, found)
                if hop.is_back
                else [
                    self._must(hop.model, row[hop.reference.attname])
                    for row in found
                    if row[hop.reference.attname] is not None
                ]
            )
        leaf = path.leaf
        return [row[leaf] for row in found]

    def _must(self, model: Model, key: UUID) -> Row:
        row = self.row(model, key)
        if row is None:
            raise _Elsewhere
        return row

    def _children(self, model: Model, attname: str, owners: Sequence[Row]) -> list[Row]:
        if len(self._changed.get(model, ())) != len(self._rows.get(model, ())):
            raise _Elsewhere  # some were written past the commands' insert, or changed
        by_owner = self._by_owner(model, attname)
        return [row for owner in owners for row in by_owner.get(owner["id"], ()) if not row["is_deleted"]]

    def _by_owner(self, model: Model, attname: str) -> Mapping[UUID, Sequence[Row]]:
        kept = self.__dict__.setdefault(f"{model._meta.label} {attname}", defaultdict(list))
        if not kept:
            for row in self._rows.get(model, {}).values():
                kept[row[attname]].append(row)
        return kept  # type: ignore[no-any-return]


class _Elsewhere(Exception):
    """A value is not among the rows at hand."""


def write(source: Source, texts: Texts) -> None:
    """Put texts into the index: one statement."""
    base: Any = connections[DEFAULT_DB_ALIAS]
    dialect = dialect_of(base)
    key_of = dialect.key
    rows = [(source.entity, key_of(key), name, text) for key, (name, text) in texts.items()]
    if not rows:
        return
    if len(rows) == 1:
        dialect.write(base, _ONE, rows[0])
    elif base.vendor == "postgresql":
        dialect.write(base, _MANY, [list(column) for column in zip(*rows, strict=True)])
    else:
        with dialect.repeated(base) as cursor:
            cursor.executemany(_ONE, rows)


def forget(keys: Iterable[UUID]) -> None:
    """Take records that are no more out of the index."""
    gone = list(keys)
    for start in range(0, len(gone), CHUNK):
        SearchEntry.objects.filter(record_id__in=gone[start : start + CHUNK])._raw_delete("default")
