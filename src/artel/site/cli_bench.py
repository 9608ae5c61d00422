"""`artel bench`: works in a checkout only, where the benchmarks are."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from .subcommands import Failure, subcommand

BENCHMARKS = Path(__file__).parents[3] / "tests" / "benchmarks" / "main.py"
NAMES = (
    "list", "board", "people-search", "global-search", "card", "create", "stage", "browser", "funnel", "growth", "access", "import", "memory", "deep", "export", "bulk", "cold",
)  # fmt: skip
SIZES = ("10k", "100k", "1m")


def run_benchmarks(words: Sequence[str]) -> int:
    """Measure, as the words say; answers the exit code: 1 when a bound was not kept."""
    if not BENCHMARKS.exists():
        print(
            "artel: the benchmarks are not installed with the package: run ./artel bench in a checkout",
            file=sys.stderr,
        )
        return 1
    return subprocess.run([sys.executable, str(BENCHMARKS), *words], check=False).returncode


def arguments(parser: ArgumentParser) -> None:
    """What may be asked for; the benchmarks read the same."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all of them when none is named"
    )
    parser.add_argument("--size", choices=SIZES, default="100k", help="deals and clients of the base (default: %(default)s)")  # fmt: skip
    parser.add_argument(
        "--database", choices=["sqlite", "postgres"], help="one database only; both when it is left out"
    )
    parser.add_argument(
        "--operations",
        type=int,
        default=200,
        metavar="N",
        help="operations of one run (default: %(default)s)",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="where the filled bases stay for the next time"
    )


@subcommand("bench", "measure the speed against the bare baseline, on SQLite and on PostgreSQL", arguments=arguments)  # fmt: skip
def _bench(given: Namespace) -> None:
    raise Failure("The benchmarks are started before the settings are read.")
