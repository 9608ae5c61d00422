"""Processes that belong to one command and end with it, however it ends."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence

STOP_SECONDS = 15
STOPPING = (signal.SIGINT, signal.SIGTERM)
PR_SET_PDEATHSIG = 1

Child = subprocess.Popen[bytes]


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """SIGTERM ends the work inside as Ctrl-C does: through the same clean-up."""

    def stop(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a shell starts what it puts into the background with that signal ignored.
    for number in STOPPING:
        signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        print("artel: stopped", file=sys.stderr)


@contextlib.contextmanager
def running(*commands: Sequence[str]) -> Iterator[list[Child]]:
    """The commands of ours as child processes, all gone afterwards."""
    # An exception that a signal raises while a process forks would be lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "artel.site.cli", *command],
            stdout=sys.stderr,
            preexec_fn=_made_a_child,  # noqa: PLW1509 -- no threads here
        )
        for command in commands
    ]
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        yield children
    finally:
        # A second Ctrl-C must not leave half of them behind.
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        _end(children)


def _made_a_child() -> None:
    """Only its parent ends it, or its parent's death: Ctrl-C reaches the whole group, and two signals may meet badly."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    die_with_parent(signal.SIGTERM)


def die_with_parent(number: int) -> None:
    """Have this process sent a signal when its parent dies; only Linux knows how, elsewhere it stays until it is stopped."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
