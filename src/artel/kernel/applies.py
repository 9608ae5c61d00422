"""When an act makes sense for a record at all: one rule, by which its command refuses and its buttons are offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .acts import Line
from .refusals import type_of_text


@dataclass(frozen=True)
class Applies:
    """`@command(…, applies=Applies(lambda deal: not deal.is_closed, ["is_closed"], "closed_already", _("…")))`.

    `to` reads nothing of the record but `columns`, so that a list may ask it of every row without a query. Two rules
    that must both hold are written `FIRST & SECOND`; each refuses with its own code and sentence.
    """

    to: Callable[[Any], bool]
    columns: Sequence[str]
    code: str
    sentence: type_of_text
    parts: tuple[Applies, ...] = ()

    def __and__(self, other: Applies) -> Applies:
        def both(record: Any) -> bool:
            return self.to(record) and other.to(record)

        columns = [*self.columns, *other.columns]
        return Applies(both, columns, self.code, self.sentence, (*self._parts, *other._parts))

    @property
    def _parts(self) -> tuple[Applies, ...]:
        return self.parts or (self,)

    def broken(self, record: Any) -> Applies | None:
        """The rule because of which the act makes no sense for the record; None when it makes sense."""
        return next((one for one in self._parts if not one.to(record)), None)

    def check(self, lines: Iterable[Line[Any, Any]]) -> None:
        """Refuse the lines whose record the act does not apply to."""
        for line in lines:
            if broken := self.broken(line.subject):
                line.refuse(broken.code, broken.sentence)
