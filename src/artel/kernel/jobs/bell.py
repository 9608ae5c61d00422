"""Tells the workers on this machine that there is something to do, so that nobody waits for their next look.

A datagram to each worker's socket in the data folder: no statement, no waiting, and nothing is lost with it, because workers
also look by themselves. Where there are no such sockets (another machine, another system) that look is all there is.
"""

from __future__ import annotations

import os
import select
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings


def folder() -> Path:
    return Path(settings.HOME) / "bells"


def ring() -> None:
    """Wake every worker on this machine; the socket of one that was killed is swept away."""
    for path in _bells():
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            try:
                out.sendto(b"!", path)
            except ConnectionRefusedError:
                Path(path).unlink(missing_ok=True)
            except OSError:
                continue  # its bell is ringing already, or it has just left


def _bells() -> list[str]:
    if not hasattr(socket, "AF_UNIX"):
        return []
    try:
        return [one.path for one in os.scandir(folder()) if one.name.endswith(".sock")]
    except FileNotFoundError:
        return []


class Bell:
    """One worker's bell, for as long as it works."""

    def __init__(self) -> None:
        self.path = folder() / f"{os.getpid()}.sock"
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

    def wait(self, seconds: float) -> bool:
        """Return when somebody rings (True), or after that time (False)."""
        heard = bool(select.select([self.socket] if self.socket else [], [], [], seconds)[0])
        while heard and self._take():
            pass
        return heard

    def _take(self) -> bool:
        """Swallow one ring of many."""
        assert self.socket is not None
        try:
            return bool(self.socket.recv(64))
        except BlockingIOError:
            return False
