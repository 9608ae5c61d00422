"""Who may have told outside what a person sees, and acts on web-hooks of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.api.models import WebHook
from artel.kernel.access import ADMINISTER
from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Line
from artel.kernel.permissions import matches

CHANGE, CHANGE_DELIVERY = "api.change_webhook", "api.change_webhookdelivery"
WIDER = _("Only an administrator makes web-hooks on behalf of others, and no token with narrower scopes.")


def may_look_as(actor: Actor, users: Iterable[Any]) -> bool:
    """Whether the actor may have told outside what these people see: administrators, and people of themselves."""
    if actor.is_unbounded:
        return True
    if actor.scopes is not None and not matches(actor.scopes, "*"):
        return False
    return actor.has(ADMINISTER) or set(users) == {actor.user_id}


def own_only(act: Act, lines: Sequence[Line[WebHook, Any]]) -> list[Line[WebHook, Any]]:
    """Lines whose web-hook the actor may have told more, or told anew."""
    for line in lines:
        line.result = line.subject
        if not may_look_as(act.actor, {line.subject.user_id}):
            line.refuse("wider", WIDER)
    return [line for line in lines if line.is_open]
