"""Idempotency keys: the same request twice acts once and gets the same answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .actors import Actor
from .acts import Line
from .arguments import Values
from .refusals import Refused
from .registers import Answer


@dataclass(frozen=True)
class Given:
    """A request as idempotency sees it."""

    actor: Actor
    command: str
    key: str | None
    lines: list[Line[Any, Any]]

    @property
    def who(self) -> str:
        return str(self.actor.user_id or self.actor.label)[:60]

    @cached_property
    def digest(self) -> str:
        """Of the request as it came: asked before the body, which may fill in arguments."""
        text = repr([(_key(line.subject), _plain(line.args)) for line in self.lines])
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(args: Any) -> list[tuple[str, str]]:
    named = dict(args) if isinstance(args, Values) else vars(args)
    return sorted((name, str(_key(value))) for name, value in named.items())


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def answered(given: Given) -> Answer | None:
    """The answer already given to this key. Raises Refused when the key came with another request."""
    if not given.key:
        return None
    digest = given.digest
    known = Answer.objects.filter(actor=given.who, key=given.key).first()
    if known and (known.command != given.command or known.request_hash != digest):
        raise Refused("key_reused", _("This idempotency key was already used for another request."))
    return known


def keep_answer(given: Given, change_set: int | None, results: list[Any]) -> None:
    keys = [str(result.pk) if isinstance(result, Model) else None for result in results]
    Answer.objects.create(
        actor=given.who,
        key=given.key or "",
        command=given.command,
        request_hash=given.digest,
        change_set=change_set,
        results=keys,
    )
