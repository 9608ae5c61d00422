"""Who asks: a program with a bearer token, or the product's own pages with their session and CSRF token."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.kernel.people import Token, User
from artel.kernel.records import copied

from .problems import Problem
from .rates import spend

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@contextmanager
def from_memory(request: HttpRequest) -> Iterator[None]:
    """A program's request takes from memory what stands, as a page does; a session's has been seen to by the pages' middleware."""
    kept = standing.latest() if "Authorization" in request.headers else None
    if kept is None:
        yield
        return
    with standing.read_once(kept, acts=request.method not in SAFE):
        yield


def caller_of(request: HttpRequest) -> Actor:
    """The actor behind a request. Raises Problem 401, 403 for a session without its CSRF token, 429 for a token that asks too often.

    A request with an Authorization header is that token's or nobody's: a session never steps in for a bad token.
    """
    if "Authorization" in request.headers:
        return _of_token(request, request.headers["Authorization"])
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_active or user.is_deleted:
        raise _unknown()
    if request.method not in SAFE and _lacks_csrf(request):
        sentence = _(
            "The session's CSRF token is missing or wrong. Send it as X-CSRFToken, or use a bearer token."
        )
        raise Problem(HTTPStatus.FORBIDDEN, "csrf", sentence)
    return Actor.person(user)


def _of_token(request: HttpRequest, header: str) -> Actor:
    scheme, _space, secret = header.partition(" ")
    digest = hashlib.sha256(secret.strip().encode()).hexdigest()
    token = _token(digest)
    good = (
        scheme.lower() == "bearer"
        and token is not None
        and hmac.compare_digest(token.digest, digest)
        and token.is_live
        and token.user.is_active
        and not token.user.is_deleted
    )
    if not good or token is None:
        raise _unknown("invalid_token")
    request.rate = spend(token.pk)  # type: ignore[attr-defined]
    return Actor.token(token)


def _token(digest: str) -> Token | None:
    """A token and its person are taken from memory while the base's epoch stands; one that is not there is never kept."""
    try:
        found = standing.once(("token", digest), lambda: _read(digest))
    except Token.DoesNotExist:
        return None
    token = copied(found)
    token.user = copied(found.user)  # acts change the person they are done to
    return token


def _read(digest: str) -> Token:
    found: Token = Token.objects.select_related("user").get(digest=digest)
    return found


def _unknown(error: str = "") -> Problem:
    challenge = f'Bearer realm="artel", error="{error}"' if error else 'Bearer realm="artel"'
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "unauthorized",
        _("Send a valid token: Authorization: Bearer TOKEN."),
        headers={"WWW-Authenticate": challenge},
    )


def _lacks_csrf(request: HttpRequest) -> bool:
    def no_view(_request: HttpRequest) -> HttpResponse:
        raise AssertionError("only asked about, never called")

    return CsrfViewMiddleware(no_view).process_view(request, no_view, (), {}) is not None


@contextmanager
def speaking_to(actor: Actor) -> Iterator[None]:
    """The person's language and zone, where a token did not go through the pages' middleware."""
    user: Any = actor.user
    language = user.language if user else ""
    with translation.override(language or translation.get_language()), timezone.override(_zone(user)):
        yield


def _zone(user: Any) -> Any:
    try:
        return ZoneInfo(user.time_zone) if user and user.time_zone else timezone.get_current_timezone()
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.get_current_timezone()
