"""What the house aims at, measured: short functions and files, every return typed, nothing put off (docs/house.md, «Words, comments, sizes»).

Prints the figures, the worst too with --worst. Lengths are signals; what fails is a return without a type and work put off.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[1]
MEDIAN, NINE_OF_TEN, LONGEST, FILE = 8, 25, 60, 200
PUT_OFF = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> list[Path]:
    """The product's own code: without its tests, and without migrations, which Django writes."""
    return [
        path
        for path in sorted((ROOT / "src/artel").rglob("*.py"))
        if not {"tests", "migrations"} & set(path.parts)
    ]


def functions(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Where, how many lines, whether its return is typed."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            where = f"{path.relative_to(ROOT)}:{first} {node.name}"
            yield where, (node.end_lineno or first) - first + 1, node.returns is not None


def put_off() -> list[str]:
    """Lines of the repository that promise work for later."""
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.ts", "*.css", "*.html"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.splitlines() if name != "tests/figures.py"]
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        if path.exists()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if PUT_OFF.search(line)
    ]


def ninth(values: list[int]) -> float:
    return quantiles(values, n=10)[-1]


def main() -> int:
    files = {path: path.read_text().count("\n") for path in sources()}
    found = [each for path in files for each in functions(path)]
    lengths = [length for _where, length, _typed in found]
    longest = sorted(found, key=lambda each: each[1], reverse=True)
    untyped = [where for where, _length, typed in found if not typed]
    late = put_off()
    print(
        f"functions  {len(found)}: median {median(lengths):g} (≤ {MEDIAN}), 9 of 10 ≤ {ninth(lengths):g} ({NINE_OF_TEN}), longest {longest[0][1]} ({LONGEST})"
    )
    print(f"files      {len(files)}: 9 of 10 ≤ {ninth(list(files.values())):g} lines ({FILE})")
    print(f"returns    {len(found) - len(untyped)} of {len(found)} typed; put off: {len(late)}")
    if "--worst" in sys.argv:
        for where, length, _typed in longest[:15]:
            print(f"  {length:>4}  {where}")
        for path, count in sorted(files.items(), key=lambda each: each[1], reverse=True)[:15]:
            print(f"  {count:>4}  {path.relative_to(ROOT)}")
    for where in [*untyped, *late]:
        print(f"  {where}")
    return 1 if untyped or late else 0


if __name__ == "__main__":
    sys.exit(main())
