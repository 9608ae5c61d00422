"""Processes that belong to one command and end with it, however it ends."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence

STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1

Child = subprocess.Popen[bytes]


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """SIGTERM ends the work inside as Ctrl-C does: through the same clean-up."""

    def stop(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a shell starts what it puts into the background with that signal ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        print("artel: stopped", file=sys.stderr)


@contextlib.contextmanager
def running(*commands: Sequence[str]) -> Iterator[list[Child]]:
    """The commands of ours as child processes, all gone afterwards."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "artel.site.cli", *command],
            stdout=sys.stderr,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 -- no threads here
        )
        for command in commands
    ]
    try:
        yield children
    finally:
        # A second Ctrl-C must not leave half of them behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end(children)


def _die_with_parent() -> None:
    """On Linux a child hears of its parent's sudden death; elsewhere it stays until it is stopped."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
