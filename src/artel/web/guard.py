"""Who may open a page: the signed-in. Everybody else goes to sign in and comes back to the same address."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from artel.kernel.actors import Actor

from .visit import Visit

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Answers strangers with the sign-in page; an htmx request is told to go there as a whole page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is not None:
            request.visit = Visit(actor)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)
        if request.headers.get("HX-Request"):
            return HttpResponse(
                status=401, headers={"HX-Redirect": _sign_in(request.headers.get("HX-Current-URL", ""))}
            )
        return HttpResponseRedirect(_sign_in(request.get_full_path()))

    return guarded


def _sign_in(back: str) -> str:
    return (
        f"{reverse('web:sign_in')}?next={quote(back, safe='')}"
        if back not in {"", "/"}
        else reverse("web:sign_in")
    )


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a guarded page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
