"""Small rules that many commands share: what must be filled, what is filled when nobody said anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .acts import Line
from .arguments import REQUIRED


def require_filled(lines: Sequence[Line[Any, Any]], *names: str) -> None:
    """Refuse lines that leave a mandatory field empty: a create without it, a change that empties it."""
    for line in lines:
        lacking = [name for name in names if _is_emptied(line, name)]
        if lacking:
            line.refuse("required", REQUIRED, needs=lacking, fields=dict.fromkeys(lacking, REQUIRED))


def _is_emptied(line: Line[Any, Any], name: str) -> bool:
    if line.subject is not None and name not in line.args:
        return False
    given = line.args.get(name)
    return given is None or (isinstance(given, str) and not given.strip())


def by_default(lines: Sequence[Line[Any, Any]], name: str, value: Any) -> None:
    """Fill a field of creates that came without it or empty, and of changes that empty it."""
    for line in lines:
        if line.subject is None or name in line.args:
            line.args[name] = line.args.get(name) or value
