"""What went wrong, in the look: a hidden record answers exactly as a missing one."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.models import Grant, User
from artel.kernel.outages import outage_of
from artel.web.frame import Frame
from artel.web.render import page, wants_part

log = logging.getLogger(__name__)
NAMED = 3


@dataclass(frozen=True)
class Trouble:
    """One error page."""

    status: int
    heading: str
    sentence: str
    glyph: str
    number: str = ""
    asked: Sequence[str] = ()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        Trouble(400, _("The request was not understood"), _("Go back and try again."), "alert-circle"),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    sentence = _("You have no right to this page. Ask an administrator, he can see which role would give it.")
    trouble = Trouble(403, _("This is closed to you"), sentence, "lock", asked=_administrators(request))
    return _answer(request, trouble)


def _administrators(request: HttpRequest) -> Sequence[str]:
    """The names of some whom the person may ask, of those he may see."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return ()
    try:
        held = Grant.objects.filter(role__code="administrator", is_deleted=False, user__is_active=True)
        rows = User.objects.filter(pk__in=held.values("user"))
        seen = restrict(rows, actor, view_permission(User)).order_by("sort_name")
        return [str(one) for one in seen[:NAMED]]
    except DatabaseError:
        return ()


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open for too long or came from elsewhere (setting CSRF_FAILURE_VIEW)."""
    sentence = _(
        "The page was open for too long, or cookies are off. Go back, reload the page and send it again: what you typed is kept."
    )
    return _answer(request, Trouble(403, _("The form could not be checked"), sentence, "lock"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    sentence = _(
        "There is no such page or record, or it is not visible to you. The address may be mistyped, the record may have been removed."
    )
    return _answer(request, Trouble(404, _("There is nothing here"), sentence, "map-off"))


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, whose number is also in the log; or the database's, which passes."""
    if outage := outage_of(sys.exc_info()[1]):
        log.error("%s at %r", outage.code, request.path)
        answer = _answer(
            request, Trouble(outage.status, str(outage.heading), str(outage.sentence), "clock-pause")
        )
        answer.headers["Retry-After"] = str(outage.wait)
        return answer
    number = secrets.token_hex(3).upper()
    log.error("error page %s at %r", number, request.path)
    sentence = _(
        "The error is ours and is written down. What was saved before is safe; try again in a minute."
    )
    return _answer(request, Trouble(500, _("Something broke"), sentence, "plug-connected-x", number))


def offline(request: HttpRequest) -> HttpResponse:
    """Shown by an administrator's proxy while the house is being updated."""
    sentence = _("Artel is being updated and will be back in a few minutes. Reload the page then.")
    return _answer(request, Trouble(503, _("Closed for a moment"), sentence, "clock-pause"))


class WrongWayMiddleware:
    """An address that only takes a form, opened like a page: Django answers with nothing at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        sentence = _(
            "This address takes what a form sends and shows no page of its own. Go back to the page that led here."
        )
        said = _answer(request, Trouble(405, _("There is no page here"), sentence, "map-off"))
        said.headers["Allow"] = response.headers["Allow"]
        return said


def _answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    if wants_part(request):
        return HttpResponse(trouble.sentence, status=trouble.status, headers={"HX-Reswap": "none"})
    try:
        return page(
            request,
            "web/error.html",
            {"error": trouble, "frame": Frame(trouble.heading)},
            status=trouble.status,
        )
    except Exception:
        log.exception("the error page itself failed")
        return HttpResponse(trouble.sentence, status=trouble.status, content_type="text/plain; charset=utf-8")
