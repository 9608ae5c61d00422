"""When a page was begun, so that its stream tells of what was done since and of nothing that the page shows already."""

from __future__ import annotations

from time import time
from typing import NamedTuple

from django.http import HttpRequest

from .follower import follower


class Moment(NamedTuple):
    """`place`: a place in the journal that the page has behind it, empty when none is known; `at`: the server's milliseconds."""

    place: str
    at: int


def begin(request: HttpRequest) -> None:
    """Before the first question to the base."""
    request.live_moment = _now()  # type: ignore[attr-defined]


def known_at(request: HttpRequest) -> Moment:
    found: Moment = getattr(request, "live_moment", None) or Moment("", int(time() * 1000))
    return found


def _now() -> Moment:
    place = follower.known_place()
    return Moment(str(place) if place else "", int(time() * 1000))
