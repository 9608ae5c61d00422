"""Every request knows its actor, and speaks the person's language in the person's zone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from artel.kernel.actors import Actor
from artel.kernel.people import User

LANGUAGES = ("ru", "en")


class PersonMiddleware:
    """After authentication: `request.actor` (None for a stranger), language and zone. Reads the person's row once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user if isinstance(request.user, User) else None
        request.actor = Actor.person(user) if user else None  # type: ignore[attr-defined]
        with ExitStack() as as_person:
            if user and user.language in LANGUAGES:
                as_person.enter_context(translation.override(user.language))
            if user and (zone := _zone(user.time_zone)):
                as_person.enter_context(timezone.override(zone))
            return self.get_response(request)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
