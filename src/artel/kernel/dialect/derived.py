"""SQL of derived columns, the same on both databases."""

from __future__ import annotations

from itertools import pairwise

from .shapes import Derived


def value_at(derived: Derived, row: str) -> str:
    """What the column of `row` (an alias, NEW) has to equal: the value at the end of its path."""
    joins = " ".join(
        f'JOIN "{step.table}" AS s{number} ON s{number}."{step.key}" = s{number - 1}."{before.column}"'
        for number, (before, step) in enumerate(pairwise(derived.steps), start=1)
    )
    first, last = derived.steps[0], len(derived.steps) - 1
    return (
        f'(SELECT s{last}."{derived.steps[-1].column}" FROM "{first.table}" AS s0 {joins} '
        f'WHERE s0."{first.key}" = {row}."{derived.start}")'
    )


def reached_from(derived: Derived, place: int, row: str) -> str:
    """The condition that a child's path goes through `row` of the step at `place`."""
    step = derived.steps[place]
    condition = f'= {row}."{step.key}"'
    for earlier in reversed(derived.steps[:place]):
        condition = f'IN (SELECT "{earlier.key}" FROM "{earlier.table}" WHERE "{earlier.column}" {condition})'
    return f'"{derived.start}" {condition}'
