"""Entries read by what they hold: through the index of trigrams, asked for the rare pieces of the words alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from artel.kernel.dialect import dialect_of

from .trigrams import GRAMS, LAST, SHORTEST, TABLE, Part, Ways, grams, keys, match, stands

Share = Callable[[str], int]
"""How many entries of a sample hold a piece of a word."""
FEW = 10
"""What so few of the sample hold is rare whatever else is."""

COLUMNS = f"{TABLE}.entity, {TABLE}.record_id, {TABLE}.name, {TABLE}.text"
Asked = tuple[str, Sequence[Any]]


def _settings(generic: str, tables: str, indexes: str) -> str:
    return (
        f"SELECT set_config('plan_cache_mode', '{generic}', true), "
        f"set_config('enable_seqscan', '{tables}', true), set_config('enable_indexscan', '{indexes}', true)"
    )


BY_TRIGRAMS = _settings("force_generic_plan", "off", "off")
"""PostgreSQL would plan for each word anew, and for some words read all entries from end to end, or all of the entity."""
BY_INDEX = _settings("force_generic_plan", "off", "on")
_AS_EVER = _settings("auto", "on", "on")


class Hit(NamedTuple):
    """An entry that was found."""

    entity: str
    key: UUID
    name: str
    text: str


def read(
    ways: Ways,
    most: int,
    *,
    entity: str = "",
    tag: str = "",
    unexpected: bool = False,
    share: Share | None = None,
) -> list[Hit]:
    """At most so many texts that hold the ways, in no order, through the index.

    Of one entity (with its tag) or of all. `unexpected`: others hold the text far more often than this entity does.
    """
    source, condition, values = _indexed(ways, tag, share)
    if entity:
        condition, values = _of_entity(condition, values, entity, "" if unexpected else tag)
    return _asked([_where(f"{condition} LIMIT {most:d}", values, source)], BY_TRIGRAMS)[0]


def read_at_hand(
    entity: str, text: str, ids: Sequence[int], ways: Ways, most: int
) -> tuple[list[Hit], list[Hit]]:
    """At most so many of an entity's entries whose names begin with a text, by name; and of some entries that hold the ways."""
    condition = f"entity = %s AND name >= %s AND name < %s ORDER BY name, record_id LIMIT {most:d}"
    begun = _where(condition, [entity, text, text + LAST])
    if not ids:
        return _asked([begun], BY_INDEX)[0], []
    names, held = _asked([begun, _among("id", ids, ways, most)], BY_INDEX)
    return names, held


def read_whole(entities: Sequence[str], ways: Ways, most: int) -> list[Hit]:
    """At most so many that hold the ways among the entries of small entities, which are read one by one."""
    return _asked([_among("entity", entities, ways, most)], BY_INDEX)[0] if entities else []


def _among(column: str, values: Sequence[Any], ways: Ways, most: int) -> Asked:
    dialect = dialect_of(connection)
    condition, words = stands(f"{TABLE}.text", ways)
    among = f"{dialect.among(column)} AND {condition} LIMIT {most:d}"
    return _where(among, [dialect.listed(values), *words])


def _where(condition: str, values: Sequence[Any], source: str = TABLE) -> Asked:
    return f"SELECT {COLUMNS} FROM {source} WHERE {condition}", values  # noqa: S608 -- our own names


def _asked(asked: Sequence[Asked], settings: str) -> list[list[Hit]]:
    """On PostgreSQL in one journey, by a plan for all words; what is set for that travels along and ends with it."""
    dialect = dialect_of(connection)
    after: list[Asked] = [(_AS_EVER, ())] if connection.in_atomic_block else []
    answers = dialect.together(connection, [(settings, ()), *asked, *after])
    if answers is not None:
        return [_hits(rows) for rows in answers[1 : len(asked) + 1]]
    return [_asked_alone(*one) for one in asked]


def _asked_alone(sql: str, values: Sequence[Any]) -> list[Hit]:
    with dialect_of(connection).repeated(connection) as cursor:
        cursor.execute(sql, values)
        return _hits(cursor.fetchall())


def _hits(rows: Iterable[Sequence[Any]]) -> list[Hit]:
    """SQLite gives the key as text, PostgreSQL as it is."""
    if connection.vendor == "postgresql":
        return [Hit(*row) for row in rows]
    return [Hit(entity, UUID(key), name, text) for entity, key, name, text in rows]


def _indexed(ways: Ways, tag: str, share: Share | None) -> tuple[str, str, list[str]]:
    """What is read, on which condition, with which values: keys for the index, then the whole words."""
    asked = [keys(way) if share is None else _rare_keys(way, share) for way in ways]
    condition, values = stands(f"{TABLE}.text", ways)
    if connection.vendor == "postgresql":
        liked = [f"%{key}%" for way in asked for part in way for key in part]
        return TABLE, f"{_liked(asked)} AND {condition}", [*liked, *values]
    source = f"{GRAMS} CROSS JOIN {TABLE} ON {TABLE}.id = {GRAMS}.rowid"
    return source, f"{GRAMS} MATCH %s AND {condition}", [match(asked, tag), *values]


def _of_entity(condition: str, values: list[str], entity: str, tag: str) -> tuple[str, list[str]]:
    """PostgreSQL looks rows up by the entity, too, unless it is told by the tag: that list is long, so it must be worth it."""
    if tag and connection.vendor == "postgresql":
        return f"{condition} AND starts_with({TABLE}.text, %s)", [*values, tag]
    return f"{condition} AND {TABLE}.entity = %s", [*values, entity]


def _liked(asked: Sequence[Sequence[Sequence[str]]]) -> str:
    return _either(
        " AND ".join(_either(f"{TABLE}.text LIKE %s" for _key in part) for part in way) for way in asked
    )


def _either(conditions: Iterable[str]) -> str:
    return f"({' OR '.join(f'({one})' for one in conditions)})"


def _rare_keys(way: Sequence[Part], share: Share) -> list[Sequence[str]]:
    """The rare pieces of the words: what half of the entries hold would be gone through to leave out next to nothing."""
    asked = keys(way)
    plain = [gram for part in asked if len(part) == 1 for gram in grams(part[0]) if gram.isalnum()]
    if not plain:
        return asked
    most = max(FEW, 2 * min(map(share, plain)))
    found = [part if len(part) > 1 else _rare(part[0], share, most) for part in asked]
    return [part for part in found if part]


def _rare(text: str, share: Share, most: int) -> Sequence[str]:
    """The longest piece in which no trigram is held by more; none where all are."""

    def is_rare(start: int) -> bool:
        gram = text[start : start + SHORTEST]
        return gram.isalnum() and share(gram) <= most  # of other signs PostgreSQL has no trigrams

    runs = [list(run) for rare, run in groupby(range(len(text) - SHORTEST + 1), is_rare) if rare]
    return [text[run[0] : run[-1] + SHORTEST] for run in sorted(runs, key=len)[-1:]]
