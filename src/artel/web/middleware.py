"""Every request knows its actor, and speaks the person's language in the person's zone; every answer says what browsers may do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone, translation

from artel.kernel import standing
from artel.kernel.access import grants_of
from artel.kernel.actors import Actor
from artel.kernel.people import User

from . import formats, sessions
from .live.moment import begin
from .live.viewer import kept_user

LANGUAGES = ("ru", "en")
LIVE = "/live"
"""A page left open asks here by itself: that is nobody at work."""

READING = ("GET", "HEAD")
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
"""What no page of ours asks of the browser, so that nobody's script in it can."""

Answer = Callable[[HttpRequest], HttpResponseBase]


class PolicyMiddleware:
    """The content policy, the ban on frames and on use by other sites: the same words for every page, so they are put together once."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.policy = build_policy()
        self.framing = settings.X_FRAME_OPTIONS

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("X-Frame-Options", self.framing)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class FormsMiddleware(CsrfViewMiddleware):
    """Django's, but the cookie that a browser already has is not sent to it again with every page."""

    def _set_csrf_cookie(self, request: HttpRequest, response: HttpResponseBase) -> None:
        if request.META["CSRF_COOKIE"] != request.COOKIES.get(settings.CSRF_COOKIE_NAME):
            super()._set_csrf_cookie(request, response)  # type: ignore[misc]


class PersonMiddleware:
    """After authentication: `request.actor` (None for a stranger), language and zone.

    The person and his rights come from memory as long as the base's epoch says that they stand; so does everything else that
    stands, until the page itself changes something of it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begin(request)
        kept = standing.latest() if SESSION_KEY in request.session else None
        if kept and sessions.is_over(request.session, kept):
            request.session.flush()
            kept = None
        person = _recognised(request, kept)
        user = person.user if person else None
        request.actor = person  # type: ignore[attr-defined]
        with ExitStack() as as_person:
            if user and user.language in LANGUAGES:
                as_person.enter_context(translation.override(user.language))
            if user:
                as_person.enter_context(formats.one_language())
            if user and (zone := _zone(user.time_zone)):
                as_person.enter_context(timezone.override(zone))
            if kept:
                as_person.enter_context(standing.read_once(kept, acts=request.method not in READING))
            response = self.get_response(request)
        if user and request.path != LIVE:
            sessions.keep_up(request.session)
        return response


def _recognised(request: HttpRequest, kept: standing.Standing | None) -> Actor | None:
    """The person of the session. One who is not found in memory as the session says is left to Django to judge."""
    if user := _kept_user(request, kept) if kept else None:
        request._cached_user = user  # type: ignore[attr-defined]
    elif not isinstance(request.user, User):
        return None
    known: User = request._cached_user  # type: ignore[attr-defined]
    # Not `request.user`, which would be asked for every name once more.
    grants = kept.once(("grants", known.pk), lambda: grants_of(known)) if kept and known.is_active else None
    return Actor.person(known, grants)


def _kept_user(request: HttpRequest, kept: standing.Standing) -> User | None:
    """A copy, since acts change the person they are done to; none when the session is not what we made."""
    session = request.session
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    try:
        key = UUID(session[SESSION_KEY])
    except ValueError:
        return None
    return kept_user(kept, key, session.get(HASH_SESSION_KEY, ""))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
