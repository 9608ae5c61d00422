"""State changes as data: which state may follow which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

State = TypeVar("State", bound=str)


class TransitionRefused(ValueError):
    """The state asked for may not follow the present one."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"{source} cannot become {target}")
        self.source = source
        self.target = target


class Transitions(Generic[State]):
    """An allowed-changes table: `Transitions({"in_work": ["won", "lost"], "lost": ["in_work"]})`.

    Staying in a state is not a change and is always allowed.
    """

    def __init__(self, allowed: Mapping[State, Iterable[State]]) -> None:
        self._allowed = {source: frozenset(targets) for source, targets in allowed.items()}

    def targets(self, source: State) -> frozenset[State]:
        """The states that may follow `source`; empty for a final or unknown state."""
        return self._allowed.get(source, frozenset())

    def allows(self, source: State, target: State) -> bool:
        return source == target or target in self.targets(source)

    def check(self, source: State, target: State) -> None:
        """Raises TransitionRefused unless `target` may follow `source`."""
        if not self.allows(source, target):
            raise TransitionRefused(source, target)
