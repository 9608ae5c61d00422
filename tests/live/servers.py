"""Real servers on one base, and browsers that listen to them over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from forking import Parent
from serving import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
SCENARIO = "import runpy; runpy.run_module('tests.live.scenario', run_name='__main__')"


class House:
    """A base of its own, its servers and its people."""

    def __init__(self, address: str, home: Path, listeners: int = 0) -> None:
        self.environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "artel.site.settings",
            "ARTEL_DATABASE_URL": address,
            "ARTEL_HOME": str(home),
        }
        self._parent = Parent(self.environment)
        self.servers: dict[int, subprocess.Popen[bytes]] = {}
        self.known: dict[str, Any] = self.play("begin", str(listeners))

    def play(self, *words: str) -> dict[str, Any]:
        """An act of the scenario, in a process of its own."""
        done = self._parent.run(SCENARIO, *words, timeout=PATIENCE_SECONDS)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def serve(self, port: int = 0) -> int:
        """Start a server with one worker; its port once it answers."""
        port = port or free_port()
        command = [sys.executable, "-m", "artel.site.cli", "serve", "--port", str(port)]
        self.servers[port] = subprocess.Popen(command, env=self.environment, start_new_session=True)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                if self.get(port, "/sign-in").status == 200:
                    return port
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def kill(self, port: int) -> None:
        """Every process of a server, as a power cut would."""
        os.killpg(self.servers[port].pid, signal.SIGKILL)
        self.servers.pop(port).wait()

    def stop(self, port: int) -> tuple[int, float]:
        """Ask a server to end; its exit code and how many seconds it took."""
        begun, server = time.monotonic(), self.servers.pop(port)
        server.terminate()
        return server.wait(PATIENCE_SECONDS), time.monotonic() - begun

    def end(self) -> None:
        for port in list(self.servers):
            self.kill(port)
        self._parent.__exit__()

    def get(self, port: int, path: str, login: str = "", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        if login:
            headers["Cookie"] = f"sessionid={self.known['cookies'][login]}"
        connection.request("GET", path, headers=headers)
        return connection.getresponse()

    def change(self, port: int, **fields: Any) -> None:
        """alice changes the client, through the program's interface of a server."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        headers = {"Authorization": f"Bearer {self.known['token']}", "Content-Type": "application/json"}
        path = f"/api/v1/partners/{self.known['partner']}"
        connection.request("PATCH", path, json.dumps(fields), headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()

    def post(self, port: int, path: str, login: str) -> int:
        """An empty form of a signed-in person."""
        page = self.get(port, "/settings", login)
        body = page.read().decode()
        token = body.partition('data-csrf="')[2].partition('"')[0]
        csrf = page.headers["Set-Cookie"].partition("csrftoken=")[2].partition(";")[0]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        cookie = f"sessionid={self.known['cookies'][login]}; csrftoken={csrf}"
        connection.request("POST", path, "", {"Cookie": cookie, "X-CSRFToken": token})
        return connection.getresponse().status

    def listen(self, port: int, login: str, **query: str) -> Listener:
        """A browser of a person that watches the client, his list and the job."""
        watched = {
            "record": f"partners/{self.known['partner']}/1",
            "list": "partners?",
            "run": self.known["job"],
            **query,
        }
        answer = self.get(port, f"/live?{urlencode(watched)}", login)
        assert answer.status == 200, answer.status
        return Listener(answer)


class Listener:
    """What one stream has told so far."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.place = ""
        self.has_ended = threading.Event()
        self._heard: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        threading.Thread(target=self._read, args=(answer,), daemon=True).start()

    def _read(self, answer: http.client.HTTPResponse) -> None:
        event: dict[str, str] = {}
        try:
            while line := answer.readline().decode():
                if name := line.strip():
                    event.update([name.split(": ", 1)])
                elif event:
                    self.place = event["id"]
                    self._heard.put((event["event"], json.loads(event["data"])))
                    event = {}
        except (OSError, http.client.HTTPException, ValueError):
            pass
        self.has_ended.set()

    def hears(self, name: str, seconds: float = 10.0) -> dict[str, Any]:
        """Wait for an event of that name; others before it are passed over."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                heard, about = self._heard.get(timeout=left)
            except queue.Empty:
                break
            if heard == name:
                return about
        raise AssertionError(f"nothing of {name} was heard")

    def all(self, seconds: float = 0.0) -> list[str]:
        """The names of what was told, after waiting so long."""
        time.sleep(seconds)
        found = []
        while not self._heard.empty():
            found.append(self._heard.get()[0])
        return found
