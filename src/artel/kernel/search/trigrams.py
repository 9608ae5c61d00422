"""Substrings by trigrams on both databases: pg_trgm (beside btree_gin) on PostgreSQL, an FTS5 table beside the index on SQLite.

Texts and words are normalised before they come here, and hold no characters that LIKE gives a meaning to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.lookups import Lookup

TABLE = "search_searchentry"
GRAMS = "search_grams"
SHORTEST = 3
"""Shorter words have no trigram."""

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
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{GRAMS}\\__"]
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


def holders(entity: str, words: Sequence[str], most: int) -> int:
    """How many texts of an entity hold all the words, counted no further than `most`; read as they are met."""
    if connection.vendor == "postgresql":
        source, holds = TABLE, [f"{TABLE}.text LIKE %s"] * len(words)
        values = [_anywhere(word) for word in words]
    else:
        source = f"{GRAMS} CROSS JOIN {TABLE} ON {TABLE}.id = {GRAMS}.rowid"
        long = [word for word in words if len(word) >= SHORTEST]
        short = [word for word in words if len(word) < SHORTEST]
        holds = [f"{GRAMS}.text LIKE %s"] * len(long) + [f"instr({TABLE}.text, %s) > 0"] * len(short)
        values = [*map(_anywhere, long), *short]
    where = " AND ".join([f"{TABLE}.entity = %s", *holds])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {where} LIMIT %s) AS met",  # noqa: S608 -- our own names
            [entity, *values, most],
        )
        [count] = cursor.fetchone()
    return int(count)


class SearchedText(models.TextField[str, str]):
    """A text that `text__holds=[words]` finds by trigrams and `text__read_for=[words]` by reading it."""


class _Words(Lookup[Any]):
    """All words stand somewhere in the text."""

    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return ("", list(value))


@SearchedText.register_lookup
class Holds(_Words):
    """Through the index; at least one word has a trigram."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return " AND ".join([f"{column} LIKE %s"] * len(self.rhs)), [*params, *map(_anywhere, self.rhs)]
        # FTS5 measures LIKE patterns in bytes: two Cyrillic letters look long enough to it, and find nothing.
        long = [_anywhere(word) for word in self.rhs if len(word) >= SHORTEST]
        short = [word for word in self.rhs if len(word) < SHORTEST]
        inner = " AND ".join(["text LIKE %s"] * len(long))
        table = column.rpartition(".")[0]
        indexed = f"{table}.id IN (SELECT rowid FROM {GRAMS} WHERE {inner})"  # noqa: S608 -- our own names
        return " AND ".join([indexed, *[f"instr({column}, %s) > 0"] * len(short)]), [*long, *short]


def _anywhere(word: str) -> str:
    return f"%{word}%"


@SearchedText.register_lookup
class ReadFor(_Words):
    """Without the index: for rows that are walked in another order anyway."""

    lookup_name = "read_for"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        where = "strpos" if connection.vendor == "postgresql" else "instr"
        condition = " AND ".join([f"{where}({column}, %s) > 0"] * len(self.rhs))
        return condition, [*params * len(self.rhs), *self.rhs]
