"""What surrounds every page of a signed-in person: rail, crumbs, place in the list, what may be created, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _

from artel.kernel.actors import Actor

from .addresses import page_address
from .favourites import Star, in_rail
from .look import look_of
from .rail import creatable, rail
from .visit import Visit


@dataclass(frozen=True)
class Link:
    """A word that leads somewhere."""

    label: str
    address: str
    icon: str = ""


@dataclass(frozen=True)
class Place:
    """Where a record stands in the list it was opened from; `counted` is where its number is asked for."""

    counted: str = ""
    previous: str = ""
    next: str = ""


@dataclass(frozen=True)
class Frame:
    """The frame of one page."""

    title: str
    section: str = ""
    crumbs: Sequence[Link] = field(default_factory=tuple)
    slim: bool = False
    place: Place | None = None
    query: str = ""
    help: str = ""
    star: Star | None = None


@dataclass(frozen=True)
class Note:
    """A sentence in the toast; `undo` is where Undo is posted, `stayed` where an undo lists what it left as it is."""

    sentence: str
    kind: str = "plain"
    undo: str = ""
    token: str = ""
    stayed: str = ""


@dataclass(frozen=True)
class Myself:
    """The signed-in person as the top bar shows him."""

    key: str
    name: str
    login: str
    zone: str


def tell(
    request: HttpRequest,
    sentence: str,
    *,
    undo: int | None = None,
    stayed: int | None = None,
    kind: str = "plain",
) -> None:
    """Leave a note for the next page this person sees.

    `undo` is the change set it may take back, `stayed` one of which something could not be taken back.
    """
    messages.info(request, sentence, extra_tags=f"{kind} {undo or 0} {stayed or 0}")


def token_of(request: HttpRequest) -> str:
    """The token of this page's forms: one for all of them."""
    found: str | None = getattr(request, "form_token", None)
    if found is None:
        found = request.form_token = get_token(request)  # type: ignore[attr-defined]
    return found


def notes_of(request: HttpRequest) -> list[Note]:
    """The waiting notes; reading them uses them up. Where none can wait nothing is read, and no empty cookie sent."""
    waiting = messages.get_messages(request)
    if "messages" not in request.COOKIES and not getattr(waiting, "added_new", False):
        return []
    return [_note(request, str(message), message.extra_tags) for message in waiting]


def _note(request: HttpRequest, sentence: str, tags: str) -> Note:
    kind, *numbers = tags.split()
    undo, stayed = (page_address("web:undo", number) if int(number) else "" for number in numbers)
    return Note(sentence, kind, undo, token_of(request), stayed)


def _will_stand(request: HttpRequest) -> bool:
    """Whether the page is for a window: what a script asked for it may throw away, and the note with it."""
    return request.headers.get("Sec-Fetch-Dest", "document") == "document"


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """What base.html and shell.html read; for strangers without rail and person."""
    actor: Actor | None = getattr(request, "actor", None)
    notes = notes_of(request) if _will_stand(request) else []
    found: dict[str, Any] = {"look": look_of(request), "notes": notes, "person": None}
    if actor and actor.user:
        visit: Visit = getattr(request, "visit", None) or Visit(actor)
        found["person"] = Myself(
            str(actor.user.pk), str(actor.user), actor.user.login, timezone.get_current_timezone_name()
        )
        found["rail"] = rail(visit)
        found["creates"] = creatable(visit)
        found["favourites"] = lambda: in_rail(visit)
    return found


def home_frame() -> Frame:
    """The frame of the start page."""
    return Frame(_("My day"), section="home")
