"""Tells processes on this machine that there is news, so that nobody waits for their next look.

A datagram to the socket of each process that listens, in the data folder: no statement, no waiting, and nothing is lost with
it, because they also look by themselves. Where there are no such sockets (another machine, another system) that look is all
there is. Workers listen for what is owed (JOBS), web processes for what was changed (LIVE).
"""

from __future__ import annotations

import os
import select
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

JOBS, LIVE = "jobs", "live"
NEWS = b"!"
LONGEST = 64


def folder() -> Path:
    return Path(settings.HOME) / "bells"


def ring(kind: str, said: bytes = NEWS) -> None:
    """Wake every listener of a kind on this machine; the socket of one that was killed is swept away.

    `said`: a word (at most 64 bytes) for those who ask what was rung; of many rings some may be lost.
    """
    if not hasattr(socket, "AF_UNIX"):
        return
    start, place = f"{kind}-", str(folder())
    try:
        names = [name for name in os.listdir(place) if name.startswith(start)]
    except OSError:
        return  # nobody has ever listened here
    for name in names:
        _send(f"{place}/{name}", said)


def _send(path: str, said: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.setblocking(False)
        try:
            out.sendto(said, path)
        except ConnectionRefusedError:
            Path(path).unlink(missing_ok=True)
        except OSError:
            pass  # its bell is ringing already, or it has just left


class Bell:
    """One process's bell of a kind, for as long as it listens."""

    def __init__(self, kind: str) -> None:
        self.path = folder() / f"{kind}-{os.getpid()}.sock"
        self.socket: socket.socket | None = None

    def __enter__(self) -> Self:
        if hasattr(socket, "AF_UNIX"):
            made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            made.setblocking(False)
            try:
                self.path.parent.mkdir(exist_ok=True)
                self.path.unlink(missing_ok=True)
                made.bind(str(self.path))
            except OSError:
                made.close()  # the path is too long for a socket, or the folder is not ours
            else:
                self.socket = made
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.socket is not None:
            self.socket.close()
            self.path.unlink(missing_ok=True)

    def wait(self, seconds: float) -> set[bytes]:
        """Return when somebody rings, with what was said, or after that time with nothing."""
        if not select.select([self.socket] if self.socket else [], [], [], seconds)[0]:
            return set()
        return set(iter(self._take, b""))

    def _take(self) -> bytes:
        """Swallow one ring of many."""
        assert self.socket is not None
        try:
            return self.socket.recv(LONGEST)
        except BlockingIOError:
            return b""
