"""The load generator counts what it has done, stops in time, and takes no quick error for speed."""

from __future__ import annotations

import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


class Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/nowhere" else 200)
        self.send_header("Content-Length", "2048")
        self.end_headers()
        self.wfile.write(b"x" * 2048)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    for folder in ("tests/benchmarks", "ops/load"):
        monkeypatch.syspath_prepend(str(ROOT / folder))
    import driving
    import measure

    yield driving, measure.Request
    for name in ("driving", "measure", "processes"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("clients", [1, 8])
def test_every_operation_is_counted(load: Any, port: int, clients: int) -> None:
    driving, request = load
    done = driving.drive(port, lambda n: request(f"/{n}"), float, 40, clients)
    assert (done.operations, done.kilobytes, done.cpu) == (40, 2.0, 0.0)
    assert 0 < done.p50 <= done.p95
    assert done.throughput > 0


def test_what_is_slow_is_asked_less_often(load: Any, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    driving, request = load
    monkeypatch.setattr(driving, "LONGEST_SECONDS", 0.2)
    done = driving.drive(port, lambda n: request(f"/{n}"), float, 100_000, 2)
    assert 2 <= done.operations < 100_000


def test_an_error_ends_it(load: Any, port: int) -> None:
    driving, request = load
    with pytest.raises(SystemExit, match="404"):
        driving.drive(port, lambda n: request("/nowhere"), float, 10, 1)
