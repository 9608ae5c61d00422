"""The bill of what Artel stands on: every package that runs with it, its version and its licence; fails for one we may not use.

Weak copyleft (LGPL, MPL) goes with Apache-2.0 because these packages are used as they come, never copied or changed.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)
FREE = {
    "0BSD",
    "Apache-2.0",
    "BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "OFL-1.1",
    "PSF-2.0",
}
WEAK = {"LGPL-2.1-or-later", "LGPL-3.0-only", "MPL-2.0"}
# Words of older packages, which do not say it in SPDX.
SPELT = {
    "BSD License": "BSD",
    "BSD-0-Clause": "0BSD",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "LGPL": "LGPL-2.1-or-later",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",  # pypdfium2; see its folder of licences
    "Apache": "Apache-2.0",  # vobject; see its LICENSE-2.0.txt
    "MIT License": "MIT",
}
# Those that say it in their file of the licence alone.
SILENT = {"pyrage": "MIT"}
Line = tuple[str, str, str]


def licence_of(told: PackageMetadata) -> str:
    """The SPDX expression, or else the field, or else the classifier."""
    classified = [
        each.rsplit(" :: ", 1)[-1] for each in told.get_all("Classifier") or [] if "License ::" in each
    ]
    said = str(told.get("License-Expression") or told.get("License") or next(iter(classified), ""))
    return SPELT.get(said, said) or SILENT.get(told["Name"], "")


def python_packages() -> Iterator[Line]:
    for name, version in PINNED.findall((ROOT / "requirements.lock").read_text()):
        yield name, version, licence_of(metadata(name))


def javascript_lock() -> Iterator[tuple[str, dict[str, Any], str]]:
    """Path, entry and licence of all in the lock: the tools too, they are few."""
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for path, each in lock["packages"].items():
        if path:
            said = each.get("license", "")
            yield path, each, SPELT.get(said, said)


def javascript_packages() -> Iterator[Line]:
    for path, each, licence in javascript_lock():
        yield path.removeprefix("node_modules/"), each["version"], licence


def may_be_used(licence: str) -> bool:
    """One choice of an OR is enough, every part of an AND counts."""
    return any(set(choice.split(" AND ")) <= FREE | WEAK for choice in licence.split(" OR "))


def without_reason() -> list[str]:
    """Dependencies of pyproject.toml that no sentence beside them explains."""
    bill = (ROOT / "pyproject.toml").read_text().split("\ndependencies = [\n")[1].split("\n]\n")[0]
    return [line.strip() for line in bill.splitlines() if not re.search(r'",  # \S', line)]


def main() -> int:
    lines = [*python_packages(), *javascript_packages()]
    wrong = [line for line in lines if not may_be_used(line[2])]
    for line in lines if "--list" in sys.argv else wrong:
        print("{:<40} {:<14} {}".format(*line))
    unexplained = without_reason()
    for line in unexplained:
        print(f"pyproject.toml: say what it is for: {line}")
    return 1 if wrong or unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
