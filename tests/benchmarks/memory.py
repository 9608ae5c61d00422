"""Memory of one worker after a hundred and after ten thousand mixed requests of four clients at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import artel_server
import hot
from bases import Material, site
from findings import Finding
from measure import Request, Requests, send

BOUND = 1.2
FIRST, LAST = 100, 10_000
STEP = 1_000
CLIENTS = 4


def _mixed(given: Material) -> Requests:
    """Of twenty requests: seven lists, five cards, three searches, two moves, two new deals, and a list of partners."""
    pages: Sequence[Requests] = [
        *[hot.lists("manager0")(given)] * 5,
        *[hot.lists("narrow")(given)] * 2,
        *[hot.cards("boss")(given)] * 5,
        *[hot.finds("manager0")(given)] * 3,
        *[hot.moves("manager0")(given)] * 2,
        *[hot.creates("manager0")(given)] * 2,
        lambda n: given.people["free"].get(f"/partners?sort={'-' * (n % 2)}name"),
    ]
    funnel = hot.funnels("narrow")(given)

    def request(n: int) -> Request:
        return funnel(n) if n % 500 == 499 else pages[n % len(pages)](n)

    return request


def measured(size: str, database: str, folder: Path) -> Iterator[Finding]:
    with site(size, database, folder, workers=1) as here, ThreadPoolExecutor(CLIENTS) as clients:
        requests, seen = _mixed(here.material), {}

        def ask(number: int) -> int:
            return send(artel_server.PORT, requests(number))

        for since, until in pairwise([0, FIRST, *range(STEP, LAST + 1, STEP)]):
            for _bytes in clients.map(ask, range(since, until)):
                pass
            seen[until] = here.server.worker_memory() / 2**20
            print(f"{until} requests: {seen[until]:.0f} MB", file=sys.stderr, flush=True)
    detail = {f"MB after {number}": megabytes for number, megabytes in seen.items()}
    yield Finding("memory of a worker", database, size, seen[LAST] / seen[FIRST], BOUND, detail=detail)
