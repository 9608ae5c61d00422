"""Idempotency keys: the same request twice acts once and gets the same answer.

The change set that a request made is its answer: it holds the key, which the base lets in once, and the results.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .actors import Actor
from .acts import Line
from .arguments import Values
from .journal.models import ChangeSet
from .journal.writing import Request
from .refusals import Refused


@dataclass(frozen=True)
class Given:
    """A request as idempotency sees it."""

    actor: Actor
    command: str
    key: str | None
    lines: list[Line[Any, Any]]

    @cached_property
    def request(self) -> Request | None:
        """Of the request as it came: asked before the body, which may fill in arguments.

        The digest is made with the base's own secret: from the journal alone nobody can try what a password was.
        """
        if not self.key:
            return None
        text = repr([(_key(line.subject), _plain(line.args)) for line in self.lines])
        who = str(self.actor.user_id or self.actor.label)[:60]
        digest = hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256").hex()
        return Request(f"{who} {self.key}"[:300], digest)


def _plain(args: Any) -> list[tuple[str, str]]:
    named = dict(args) if isinstance(args, Values) else vars(args)
    return sorted((name, str(_key(value))) for name, value in named.items())


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def answered(given: Given) -> ChangeSet | None:
    """The set that has answered this key already. Raises Refused when the key came with another request."""
    if not given.request:
        return None
    known = ChangeSet.objects.filter(request_key=given.request.key).first()
    if known and (known.command != given.command or known.request_digest != given.request.digest):
        raise Refused("key_reused", _("This idempotency key was already used for another request."))
    return known


def keys_of(results: Sequence[Any]) -> list[str | None]:
    """What a set keeps of its results, so that a repeated request gets them again: `deals.deal 0198…`."""
    return [f"{one._meta.label_lower} {one.pk}" if isinstance(one, Model) else None for one in results]


def result_again(kept: str | None, usual: type[Model]) -> Model | None:
    """The record that a set made, of the command's `usual` kind where none is named; None when it is no more."""
    if not kept:
        return None
    entity, _space, key = kept.rpartition(" ")
    model = apps.get_model(entity) if entity else usual
    return model._base_manager.filter(pk=key).first()


def keep(given: Given, change_set: int) -> None:
    """Name a set that was made without its key as the answer."""
    if given.request:
        rows = ChangeSet.objects.filter(pk=change_set)
        rows.update(request_key=given.request.key, request_digest=given.request.digest)
