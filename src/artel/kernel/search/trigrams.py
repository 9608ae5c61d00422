"""Substrings by trigrams on both databases: pg_trgm (beside btree_gin) on PostgreSQL, an FTS5 table beside the index on SQLite.

Texts and words are normalised before they come here, and hold no characters that LIKE gives a meaning to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django.db import connection, models
from django.db.models.lookups import Lookup

TABLE = "search_searchentry"
GRAMS = "search_grams"
SHORTEST = 3
"""Shorter words have no trigram."""
LAST = "\U0010ffff"
"""Behind every text that begins alike."""

# With the entity inside: what only other entities hold is then seen in the index alone.
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS btree_gin",
    f"CREATE INDEX IF NOT EXISTS {GRAMS}_of_entity ON {TABLE} USING gin (entity, text gin_trgm_ops)",
    f"DROP INDEX IF EXISTS {GRAMS}",
)
_FORGET = f"INSERT INTO {GRAMS} ({GRAMS}, rowid, text) VALUES ('delete', old.id, old.text);"  # noqa: S608 -- our own names
_LEARN = f"INSERT INTO {GRAMS} (rowid, text) VALUES (new.id, new.text);"  # noqa: S608 -- as above
SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {GRAMS} "
    f"USING fts5(text, content='{TABLE}', content_rowid='id', tokenize='trigram', detail='none')",
    f"CREATE TRIGGER IF NOT EXISTS {GRAMS}_i AFTER INSERT ON {TABLE} BEGIN {_LEARN} END",
    f"CREATE TRIGGER IF NOT EXISTS {GRAMS}_u AFTER UPDATE OF text ON {TABLE} BEGIN {_FORGET} {_LEARN} END",
    f"CREATE TRIGGER IF NOT EXISTS {GRAMS}_d AFTER DELETE ON {TABLE} BEGIN {_FORGET} END",
)


def install(using: Any) -> None:
    """Make what is lacking; what is there stays."""
    for statement in POSTGRESQL if using.vendor == "postgresql" else SQLITE:
        using.cursor().execute(statement)


def mend() -> None:
    """A migration that remade the table on SQLite dropped its triggers with it: the grams may have missed rows."""
    lost = connection.vendor == "sqlite" and len(_triggers()) < len(SQLITE) - 1
    install(connection)
    if lost:
        refill()


def _triggers() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s",
            [len(GRAMS) + 1, f"{GRAMS}_"],
        )
        found: list[Any] = cursor.fetchall()
    return found


def refill() -> None:
    """Make the grams from the texts again (SQLite; PostgreSQL keeps its index itself)."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {GRAMS} ({GRAMS}) VALUES ('rebuild')")  # noqa: S608 -- our own names


def merge() -> None:
    """Leave no piece of a text that is gone: FTS5 keeps them until its parts are merged (PostgreSQL's go with a VACUUM)."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {GRAMS} ({GRAMS}) VALUES ('optimize')")  # noqa: S608 -- our own names


class Part(Protocol):
    """A word of a way: one of its patterns stands in the text; a text of less than three letters has no trigram.

    `shared` is what all its patterns have in them, if they are several and it has trigrams.
    """

    @property
    def patterns(self) -> Sequence[str]: ...

    @property
    def shared(self) -> str: ...

    @property
    def has_grams(self) -> bool: ...


Ways = Sequence[Sequence[Part]]
"""Alternatives; all parts of one of them stand in the text."""


def _compared(how: str, column: str, ways: Ways) -> str:
    """SQL of a comparison with every pattern, in the order of `_patterns`."""
    one = how.format(column=column)
    said = [" AND ".join(_either(one, part) for part in way) for way in ways]
    return f"({' OR '.join(f'({way})' for way in said)})"


def _either(one: str, part: Part) -> str:
    """What is shared is asked first: an index is then gone through once."""
    either = f"({' OR '.join([one] * len(part.patterns))})"
    return f"{one} AND {either}" if part.shared else either


def _patterns(ways: Ways) -> list[str]:
    parts = [part for way in ways for part in way]
    return [one for part in parts for one in (*([part.shared] if part.shared else []), *part.patterns)]


def _liked(column: str, ways: Ways) -> tuple[str, list[str]]:
    return _compared("{column} LIKE %s", column, ways), [f"%{one}%" for one in _patterns(ways)]


def stands(column: str, ways: Ways) -> tuple[str, list[str]]:
    """SQL of the comparison with the whole words, and its values."""
    where = "strpos" if connection.vendor == "postgresql" else "instr"
    return _compared(where + "({column}, %s) > 0", column, ways), _patterns(ways)


def match(keys: Sequence[Sequence[Sequence[str]]], tag: str = "") -> str:
    """What FTS5 is asked: the trigrams of the keys, and the tag of the entity. The rows are compared afterwards."""
    said = [" AND ".join(_one_of(part) for part in way) for way in keys]
    found = " OR ".join(f"({way})" for way in said)
    return f'"{tag}" AND ({found})' if tag else found


def _one_of(texts: Sequence[str]) -> str:
    return f"({' OR '.join(_all(grams(text)) for text in texts)})"


def grams(text: str) -> list[str]:
    """Its trigrams in their order, each once."""
    count = len(text) - SHORTEST + 1
    return list(dict.fromkeys(text[start : start + SHORTEST] for start in range(count)))


def _all(grams: Sequence[str]) -> str:
    return "(" + " AND ".join(f'"{gram}"' for gram in grams) + ")"


def keys(way: Sequence[Part]) -> list[Sequence[str]]:
    """What an index is asked for: of each part that has trigrams one of these."""
    return [[part.shared] if part.shared else part.patterns for part in way if part.has_grams]


class SearchedText(models.TextField[str, str]):
    """A text that `text__holds=(ways, tag)` finds by trigrams and `text__read_for=(ways, tag)` by reading it.

    The tag is that of the only entity asked for; an empty one leaves all.
    """


class _Ways(Lookup[Any]):
    """All parts of one of the ways stand somewhere in the text."""

    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return ("", value)


@SearchedText.register_lookup
class Holds(_Ways):
    """Through the index; in every way at least one part has a trigram."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        (column, params), (ways, tag) = self.process_lhs(compiler, connection), self.rhs
        if connection.vendor == "postgresql":
            condition, values = _liked(column, ways)
            return condition, [*params, *values]
        condition, values = stands(column, ways)
        table = column.rpartition(".")[0]
        indexed = f"{table}.id IN (SELECT rowid FROM {GRAMS} WHERE {GRAMS} MATCH %s)"  # noqa: S608 -- our own names
        return f"{indexed} AND {condition}", [
            match([keys(way) for way in self.rhs[0]], tag),
            *params,
            *values,
        ]


@SearchedText.register_lookup
class ReadFor(_Ways):
    """Without the index: for rows that are walked in another order anyway."""

    lookup_name = "read_for"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        condition, values = stands(column, self.rhs[0])
        return condition, [*params, *values]
