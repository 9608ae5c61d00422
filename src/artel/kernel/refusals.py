"""How the house says no: one exception per meaning, each with a sentence for the person who acted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

type_of_text = str | Promise


class Refused(Exception):
    """An act said no by a rule.

    `code` is stable (the API returns it, processes route on it); `sentence` is for the user;
    `needs` names arguments that would help, `offers` names commands that would help;
    `fields` maps a field or argument to the sentence shown beside it.
    """

    def __init__(
        self,
        code: str,
        sentence: type_of_text,
        *,
        needs: Sequence[str] = (),
        offers: Sequence[str] = (),
        fields: Mapping[str, type_of_text] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.needs = tuple(needs)
        self.offers = tuple(offers)
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        return str(self.sentence)


class Forbidden(Refused):
    """The actor may not do this, to a record that he may see (or to the entity as a whole)."""


class NotThere(Refused):
    """There is no such record, or the actor may not see it: the answer is the same."""


class AlreadyUndone(Refused):
    """Nothing is left to take back: the change set `change_set` has put everything back before."""

    def __init__(self, sentence: type_of_text, change_set: int) -> None:
        super().__init__("already_undone", sentence)
        self.change_set = change_set


class Conflict(Refused):
    """Somebody changed the record first. `theirs` holds the present values, `mine` the refused ones."""

    def __init__(
        self, code: str, sentence: type_of_text, *, theirs: Mapping[str, Any], mine: Mapping[str, Any]
    ) -> None:
        super().__init__(code, sentence, fields=dict.fromkeys(theirs, sentence))
        self.theirs = dict(theirs)
        self.mine = dict(mine)


@dataclass(frozen=True)
class Missing:
    """A gate's answer: what is missing before the act may happen."""

    fields: Sequence[str]
    sentence: type_of_text
    offers: Sequence[str] = ()
    code: str = "missing"

    def refusal(self) -> Refused:
        return Refused(self.code, self.sentence, needs=self.fields, offers=self.offers)
