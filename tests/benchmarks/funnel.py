"""The sales funnel against SQL written by hand for the same report: our page with everything around it, SQL with nothing.

Both answer from the same base, for the same rows: everything for `boss`, three access groups of eleven for a manager. The
SQL asks through the database's own driver; its CPU is that of the asking process and of the database.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from findings import Finding
from hot import funnels

if TYPE_CHECKING:
    from bases import Site

BOUND = 1.5
QUERY = """
SELECT s.name, f.* FROM (
  SELECT r.stage_id, max(r."order") AS place,
    count(*) FILTER (WHERE r.result = 'in_work'), sum(r.potential) FILTER (WHERE r.result = 'in_work'),
    count(*) FILTER (WHERE r.result = 'won'), sum(r.potential) FILTER (WHERE r.result = 'won'),
    count(*) FILTER (WHERE r.result = 'lost'), sum(r.potential) FILTER (WHERE r.result = 'lost'),
    avg(coalesce(r.days, 0))
  FROM deals_dealstage r JOIN deals_deal d ON d.id = r.deal_id
  WHERE NOT d.is_deleted {access}
    AND r.started_at < '2026-12-31 21:00:00' AND (r.ended_at IS NULL OR r.ended_at >= '2023-12-31 21:00:00')
  GROUP BY r.stage_id) f
JOIN deals_stage s ON s.id = f.stage_id ORDER BY f.place
"""
ACCESS = """AND (d.access_group_id IN (SELECT id FROM kernel_accessgroup WHERE name IN ('Группа 0', 'Группа 1', 'Группа 2'))
  OR (d.access_group_id IS NULL AND d.responsible_id = (SELECT id FROM kernel_user WHERE login = 'manager0')))"""
WHOSE = (("boss", "sees everything"), ("manager0", "sees 30 %"))


def measured(here: Site) -> Iterator[Finding]:
    count = {"10k": 40, "100k": 20, "1m": 4}[here.size]
    for login, what in WHOSE:
        page = here.run(funnels(login)(here.material), count=count)
        by_hand = json.loads(here.ask("funnel.py", login, str(count), str(here.postgres.postmaster)))
        detail = {**page.detail(), "SQL by hand CPU ms": by_hand["cpu"], "p50": by_hand["p50"]}
        name = f"funnel, {what}"
        yield Finding(name, here.database, here.size, page.cpu / by_hand["cpu"], BOUND, detail=detail)


def _asker(address: str) -> Callable[[str], list[Any]]:
    kind, _colon, place = address.partition("://")
    if kind == "sqlite":
        import sqlite3

        base = sqlite3.connect(place[1:] if place.startswith("//") else place)
        return lambda sql: base.execute(sql).fetchall()
    import psycopg

    server = psycopg.connect(address, autocommit=True)
    server.execute("SET TIME ZONE 'UTC'")
    return lambda sql: server.execute(sql).fetchall()  # type: ignore[arg-type]


def _by_hand(login: str, count: int, postmaster: int) -> dict[str, float]:
    from processes import children, cpu_seconds

    ask = _asker(os.environ["ARTEL_DATABASE_URL"])
    sql = QUERY.format(access="" if login == "boss" else ACCESS)
    figures = []
    for _turn in range(3):
        ask(sql)
        backends = children(postmaster)
        before, times = time.process_time() + cpu_seconds(backends), []
        for _number in range(count):
            started = time.perf_counter()
            ask(sql)
            times.append(time.perf_counter() - started)
        spent = time.process_time() + cpu_seconds(backends) - before
        figures.append({"cpu": spent * 1000 / count, "p50": sorted(times)[count // 2] * 1000})
    return sorted(figures, key=lambda one: one["cpu"])[1]


if __name__ == "__main__":
    print(json.dumps(_by_hand(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
