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

    `to` reads nothing of the record but `columns`, so that a list may ask it of every row without a query.
    """

    to: Callable[[Any], bool]
    columns: Sequence[str]
    code: str
    sentence: type_of_text

    def check(self, lines: Iterable[Line[Any, Any]]) -> None:
        """Refuse the lines whose record the act does not apply to."""
        for line in lines:
            if not self.to(line.subject):
                line.refuse(self.code, self.sentence)
