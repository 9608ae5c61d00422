"""Processes of a test that begin at once: forked from one that has loaded the house, which takes most of a second."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120

LOAD = """
import gc, json, os, signal, socket, sys
gc.disable()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
import django
django.setup()
import artel.site.cli, django.test
gc.enable()
gc.freeze()
line = socket.socket(fileno=int(sys.argv[1]))
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    asked, held, *_ = socket.recv_fds(line, 1 << 20, 4)
    if not asked: os._exit(0)
    if not os.fork(): break
    for end in held: os.close(end)
line.close()
*ends, told = held
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
if child := os.fork():
    for end in [0, 1, 2, *ends]: os.close(end)
    os.write(told, b"%d\\n" % child)
    os.write(told, b"%d\\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os._exit(0)
os.close(told)
for number, end in enumerate(ends):
    os.dup2(end, number)
    os.close(end)
script, *sys.argv[1:] = json.loads(asked)
del asked, child, ends, end, held, line, number, told, _
exec(compile(script, "<script>", "exec"))
"""
"""Every child has a keeper of its own, who tells its number and how it ended. A child ends as any program of Python does."""


ARTEL = "from artel.site.cli import main; sys.exit(main(sys.argv[1:]))"


class Child:
    """A process of its own: heard, asked and killed as one of `subprocess` is. Its complaints go to a file, so it never waits."""

    def __init__(self, line: socket.socket, script: str, *words: str) -> None:
        (given, stdin), (stdout, said), (told, tells) = os.pipe(), os.pipe(), os.pipe()
        self._errors = TemporaryFile("w+")  # noqa: SIM115 -- as long as the process is known
        asked = json.dumps([script, *words]).encode()
        socket.send_fds(line, [asked], [given, said, self._errors.fileno(), tells])
        for end in (given, said, tells):
            os.close(end)
        self.stdin, self.stdout, self._keeper = os.fdopen(stdin, "w"), os.fdopen(stdout), os.fdopen(told)
        self.pid = int(self._keeper.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float = PATIENCE_SECONDS) -> int:
        if self.returncode is None:
            if not select.select([self._keeper], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            self.returncode = int(self._keeper.readline())
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, given: str = "", timeout: float = PATIENCE_SECONDS) -> tuple[str, str]:
        """What it says until it ends and what it complained of; killed when it takes too long."""
        with suppress(BrokenPipeError):
            self.stdin.write(given)
            self.stdin.close()
        late = threading.Timer(timeout, self.kill)
        late.start()
        try:
            said = self.stdout.read()
            self.wait()
        finally:
            late.cancel()
        self._errors.seek(0)
        return said, self._errors.read()


class Parent:
    """A process that has loaded the house in this environment, and forks others that need not."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-c", LOAD, str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, env=dict(environment), cwd=ROOT, pass_fds=[theirs.fileno()]
            )

    def begin(self, script: str, *words: str) -> Child:
        return Child(self._line, script, *words)

    def run(
        self, script: str, *words: str, timeout: float = PATIENCE_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        child = self.begin(script, *words)
        said, errors = child.communicate(timeout=timeout)
        return subprocess.CompletedProcess([script, *words], child.wait(), said, errors)

    def artel(self, *words: object) -> subprocess.CompletedProcess[str]:
        """The program of the house, told these words."""
        return self.run(ARTEL, *map(str, words))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()
        self._process.wait()
