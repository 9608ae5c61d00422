"""Processes that kill themselves at a chosen moment: nothing is flushed, closed or rolled back by their own hand."""

from __future__ import annotations

import subprocess

from forking import PATIENCE_SECONDS, Parent

BEGIN = """
import json, os, signal, sys
moment, calls = sys.argv[1], []

def die(): os.kill(os.getpid(), signal.SIGKILL)

def dying(real, *, before):
    def act(*given, **more):
        calls.append(1)
        if before and len(calls) == 3: die()
        done = real(*given, **more)
        if not before and len(calls) == 3: die()
        return done
    return act
"""
"""`dying(real, before=…)` is `real` until its third call, before or after which the process dies."""


def run(
    parent: Parent, script: str, moment: str, *words: str, patience: float = PATIENCE_SECONDS
) -> subprocess.CompletedProcess[str]:
    """The script after `BEGIN`, told at which moment to die ("" for never)."""
    return parent.run(BEGIN + script, moment, *words, timeout=patience)
