"""Rows that the database examines for the list pages of somebody who sees 0.1 %: `python explained.py` in a base's surroundings.

PostgreSQL says it itself (EXPLAIN ANALYZE, the rows of every scan, those filtered away included). SQLite says which tables
it goes through whole (EXPLAIN QUERY PLAN) and is stopped every hundred steps of its machine, which is counted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import django

PAGES = {
    "deals": "/deals",
    "deals at a stage, by potential": "/deals?stage={stage}&sort=-potential",
    "deals by name": "/deals?sort=name",
    "deals found": "/deals?q=office",
    "partners": "/partners",
    "partners by name, downwards": "/partners?sort=-name",
    "search": "/search?q=office5",
    "type-ahead": "/lookup/partners.partner?q=office",
}
PAGE = 50
STEPS = 100


def main() -> None:
    django.setup()
    from artel.domains.deals.models import KindStage

    stage = KindStage.objects.filter(kind__name="Замер", order=2).values_list("stage_id", flat=True).get()
    found = {}
    for name, address in PAGES.items():
        queries = list(_queries(address.format(stage=stage)))
        found[name] = {"page": PAGE, **_examined(queries)}
    print(json.dumps(found, ensure_ascii=False))


def _queries(address: str) -> Iterator[tuple[str, str]]:
    """The texts of the questions that the page asks for `narrow`, each with what is set for it alone."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from artel.kernel.models import User

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(login="narrow"))
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(address)
    for one in captured:
        if one["sql"].startswith(("SELECT", "WITH")):
            yield _setting(one["sql"]), one["sql"]


def _setting(sql: str) -> str:
    """What PostgreSQL is told when nobody keeps a log of statements."""
    from artel.kernel.search import reading

    if f"SELECT {reading.COLUMNS} " not in sql:
        return ""
    return reading.BY_TRIGRAMS if " LIKE " in sql else reading.BY_INDEX


def _examined(queries: list[tuple[str, str]]) -> dict[str, Any]:
    """Rows of the question that examines most, and what it is."""
    from django.db import connection

    examine = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    return max((examine(setting, sql) for setting, sql in queries), key=lambda one: one["examined"])


def _on_postgresql(setting: str, sql: str) -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        if setting:
            cursor.execute(f"BEGIN; {setting}")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}".replace("%", "%%"), [])
        [[plan]] = cursor.fetchall()
        if setting:
            cursor.execute("COMMIT")
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return {"examined": _scanned(plan[0]["Plan"]), "sql": sql}


def _scanned(node: Mapping[str, Any]) -> int:
    """Rows read by the scans of a plan: those given on and those filtered away, of every loop."""
    rows = 0.0
    if node["Node Type"].endswith("Scan") and node["Node Type"] not in ("Bitmap Heap Scan", "CTE Scan"):
        rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    elif node["Node Type"] == "Bitmap Heap Scan":
        rows = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return round(rows * node["Actual Loops"]) + sum(_scanned(each) for each in node.get("Plans", ()))


def _on_sqlite(_setting: str, sql: str) -> dict[str, Any]:
    from django.db import connection

    steps = 0

    def step() -> int:
        nonlocal steps
        steps += STEPS
        return 0

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"), [])
        plan = [row[3] for row in cursor.fetchall()]
        connection.connection.set_progress_handler(step, STEPS)
        cursor.execute(sql.replace("%", "%%"), [])
        cursor.fetchall()
        connection.connection.set_progress_handler(None, 0)
    return {"examined": steps, "plan": [one for one in plan if _goes_through_a_table(one)], "sql": sql}


def _goes_through_a_table(step: str) -> bool:
    """What is found through the trigrams, and the few rows counted in a subquery, are no table."""
    return step.startswith("SCAN") and "VIRTUAL TABLE INDEX" not in step and step != "SCAN met"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
    main()
