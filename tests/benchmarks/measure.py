"""One client, warm, three runs: CPU of the web processes and of the database's backends per operation, p50 and p95."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from processes import cpu_seconds


@dataclass(frozen=True)
class Figure:
    """Milliseconds per operation; bytes of the last answer."""

    cpu: float
    p50: float
    p95: float
    size: int

    def detail(self, whose: str = "") -> dict[str, float | int]:
        pairs = {"CPU ms": self.cpu, "p50": self.p50, "p95": self.p95, "bytes": self.size}
        return {f"{whose}{name}": value for name, value in pairs.items()}


@dataclass(frozen=True)
class Request:
    """One request; `status` is the only answer that counts as done."""

    path: str
    method: str = "GET"
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


Requests = Callable[[int], Request]
FORM = "application/x-www-form-urlencoded"


def form(path: str, body: str) -> Request:
    return Request(path, "POST", body.encode(), (("Content-Type", FORM),))


def send(port: int, request: Request) -> int:
    """Bytes of the answer. Raises SystemExit on another status: a fast error is no speed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(request.method, request.path, request.body, dict(request.headers))
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    if answer.status != request.status:
        raise SystemExit(f"{request.method} {request.path} answered {answer.status}: {text[:300]!r}")
    return len(text)


def run(
    port: int,
    requests: Callable[[int], Request],
    pids: Callable[[], Sequence[int]],
    count: int = 200,
    runs: int = 3,
) -> Figure:
    """The median of `runs` runs of `count` operations after a warm-up."""
    for number in range(min(count, max(20, count // 5))):
        send(port, requests(number))
    figures = [_once(port, requests, pids, count, turn) for turn in range(runs)]
    return sorted(figures, key=lambda one: one.cpu)[len(figures) // 2]


def _once(
    port: int, requests: Callable[[int], Request], pids: Callable[[], Sequence[int]], count: int, turn: int
) -> Figure:
    watched = pids()
    before, times, size = cpu_seconds(watched), [], 0
    for number in range(count):
        request = requests(1000 + turn * count + number)
        start = time.perf_counter()
        size = send(port, request)
        times.append((time.perf_counter() - start) * 1000)
    spent = cpu_seconds(watched) - before
    p95 = statistics.quantiles(times, n=20)[-1]
    return Figure(spent * 1000 / count, statistics.median(times), p95, size)
