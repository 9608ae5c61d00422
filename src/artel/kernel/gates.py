"""Gates: conditions that a higher room puts on a lower room's command. They run inside the act's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from .acts import Act, Line

Gate = Callable[[Act, list[Line[Any, Any]]], None]
_gates: dict[str, list[Gate]] = defaultdict(list)


def gate(command: str) -> Callable[[Gate], Gate]:
    """Put a condition on somebody's act: the function calls `line.miss(Missing(…))` for lines that may not go on."""

    def add(asked: Gate) -> Gate:
        _gates[command].append(asked)
        return asked

    return add


def ask(command: str, act: Act, lines: list[Line[Any, Any]]) -> None:
    for asked in _gates.get(command, ()):
        asked(act, [line for line in lines if line.is_open])
