"""`artel test`: works in a checkout only, where the tests are."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from .subcommands import Failure, subcommand

SUITE = Path(__file__).parents[3] / "tests" / "suite.py"


def run_suite(words: Sequence[str]) -> int:
    """Every check and every test on both databases, or only pytest when `words` are given to it; answers the exit code."""
    if not SUITE.exists():
        print(
            "artel: the tests are not installed with the package: run ./artel test in a checkout",
            file=sys.stderr,
        )
        return 1
    return subprocess.run([sys.executable, str(SUITE), *words], check=False).returncode


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "pytest_args", metavar="PYTEST ARGS", nargs="*", help="run only pytest, on both databases, with these"
    )


@subcommand("test", "check and test everything on SQLite and on PostgreSQL", arguments=_arguments)
def _test(given: Namespace) -> None:
    raise Failure("`artel test` takes no options before its own.")
