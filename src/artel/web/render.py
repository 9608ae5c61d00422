"""One view, two answers: the whole page, or only its changing part when htmx asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from markupsafe import Markup

from .formats import language
from .frame import surroundings, token_of
from .jinja import engine_of
from .live.moment import known_at


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asked for a fragment (never when the browser restores a page from its history)."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    """Render `template`, or `part` for htmx. Pages differ by person, so nothing between may keep them."""
    fragment = bool(part) and wants_part(request)
    values = dict(context) if fragment else {**surroundings(request), **context}
    made = engine_of(language()).get_template(part if fragment else template).render(values | _form(request))
    response = HttpResponse(made, status=status)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "HX-Request"
    return response


def _form(request: HttpRequest) -> dict[str, Any]:
    """What forms of a page carry, and since when its stream is to tell of changes."""
    token = token_of(request)
    field = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(token)
    return {"request": request, "csrf_token": token, "csrf_input": field, "live": known_at(request)}
