"""`artel bench [NAME …] [--size 10k|100k|1m] [--database sqlite|postgres] [--keep DIR] [--json]`: every figure beside its bound.

The baseline stands in bare/ letter for letter; its README says how it is measured. CPU is that of our web processes and
of the database's backends; a figure is the median of three runs of 200 operations, one client, warm, ratios in one run.
Exits with 1 when a bound was not kept. docs/performance.md explains each figure.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import browser
import examined
import funnel
import hot
import importing
import large
import memory
from bases import site
from findings import Finding

from artel.site import cli_bench

LARGE = {"deep", "export", "bulk", "cold"}
HOT = {"list", "board", "people-search", "global-search", "card", "create", "stage"}


def findings(
    names: Sequence[str], size: str, database: str, folder: Path, operations: int
) -> Iterator[Finding]:
    """All that is asked for, in an order in which reading comes before writing."""
    on_one_base = {*HOT, *LARGE, "funnel", "access", "browser"} & set(names)
    if on_one_base:
        with site(size, database, folder, operations=operations) as here:
            if "access" in names:
                yield from examined.measured(here)
            if "funnel" in names:
                yield from funnel.measured(here)
            if "browser" in names:
                yield from browser.measured(here)
            if HOT & set(names):
                yield from hot.against_bare(here, names)
            if LARGE & set(names):
                yield from large.measured(here, LARGE & set(names))
            if "access" in names:
                yield from hot.access(here)
    if "growth" in names:
        yield from hot.growth(database, folder, operations)
    if "import" in names:
        yield from importing.measured(database, folder)
    if "memory" in names:
        yield from memory.measured(size, database, folder)


def _asked(words: Sequence[str]) -> Any:
    parser = argparse.ArgumentParser(prog="artel bench", description=(__doc__ or "").partition("\n\n")[2])
    cli_bench.arguments(parser)
    parser.add_argument("--json", action="store_true", help="answer with one JSON document")
    given = parser.parse_args(words)
    for name in given.names:
        if name not in cli_bench.NAMES:
            parser.error(f"there is no benchmark {name!r}: {', '.join(cli_bench.NAMES)}")
    return given


def _measured(given: Any, folder: Path) -> list[Finding]:
    # Growth needs a million of everything: it is measured when it is named, or when that size is.
    usual = [name for name in cli_bench.NAMES if name != "growth" or given.size == "1m"]
    found = []
    for database in [given.database] if given.database else ["sqlite", "postgres"]:
        for one in findings(given.names or usual, given.size, database, folder, given.operations):
            found.append(one)
            print(one.line(), file=sys.stderr if given.json else sys.stdout, flush=True)
    return found


def main(words: Sequence[str]) -> int:
    given = _asked(words)
    # Ended from outside, it ends what it has started like after an error.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        found = _measured(given, given.keep.resolve())
    else:
        with tempfile.TemporaryDirectory(prefix="artel-bench-") as folder:
            os.chmod(folder, 0o755)
            found = _measured(given, Path(folder))
    if given.json:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        print(json.dumps({"at": at, "findings": [one.data() for one in found]}, ensure_ascii=False))
    return 0 if all(one.is_within for one in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
