"""Processes that kill themselves at a chosen moment: nothing is flushed, closed or rolled back by their own hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120

BEGIN = """
import gc, json, os, signal, sys
gc.disable()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
import django
django.setup()
gc.enable()
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
    home: Mapping[str, str], script: str, moment: str, *words: str, patience: float = PATIENCE_SECONDS
) -> subprocess.CompletedProcess[str]:
    """The script after `BEGIN`, told at which moment to die ("" for never)."""
    line = [sys.executable, "-c", BEGIN + script, moment, *words]
    return subprocess.run(
        line, cwd=ROOT, env=home, capture_output=True, text=True, timeout=patience, check=False
    )
