"""So many clients at once ask one thing again and again; what it cost and how long they waited."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

from measure import Requests, send

WARM = 20
LONGEST_SECONDS = 30.0
"""What is slow is asked less often."""


@dataclass(frozen=True)
class Driven:
    """Milliseconds an operation; KB an answer on average; operations a second of all clients together."""

    operations: int
    kilobytes: float
    p50: float
    p95: float
    cpu: float
    throughput: float


_numbers = count(1000)
"""Every request is another one, over all runs."""


def drive(port: int, requests: Requests, used: Callable[[], float], operations: int, clients: int) -> Driven:
    """`used` are the CPU seconds of all who serve. At most so many operations, as far as they come within `LONGEST_SECONDS`."""
    ends = time.perf_counter() + LONGEST_SECONDS

    def one(number: int) -> tuple[float, int] | None:
        if time.perf_counter() > ends:
            return None
        request = requests(number)
        begun = time.perf_counter()
        size = send(port, request)
        return (time.perf_counter() - begun) * 1000, size

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(one, [next(_numbers) for _ in range(min(WARM, operations // 5))]))
        ends = time.perf_counter() + LONGEST_SECONDS
        numbers = [next(_numbers) for _ in range(operations)]
        before, begun = used(), time.perf_counter()
        answers = [answer for answer in pool.map(one, numbers) if answer]
        took, spent = time.perf_counter() - begun, used() - before
    times, sizes = zip(*answers, strict=True)
    return Driven(
        len(answers),
        sum(sizes) / len(answers) / 1024,
        statistics.median(times),
        statistics.quantiles(times, n=20)[-1],
        spent * 1000 / len(answers),
        len(answers) / took,
    )
