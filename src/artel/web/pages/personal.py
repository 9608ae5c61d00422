"""What a person sets for himself: look, language, zone, keys, password."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from artel.kernel.people import User
from artel.web.commands import as_oneself, change_own_password, change_own_speech
from artel.web.frame import Frame, Link, tell
from artel.web.guard import actor_of, signed_in
from artel.web.look import keep, look_of
from artel.web.middleware import LANGUAGES
from artel.web.pages.sign_in import is_present_password
from artel.web.render import page


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light or dark, at once; asked by the switch in the background, so it answers nothing."""
    response = (
        HttpResponse(status=204)
        if "Sec-Fetch-Dest" not in request.headers or _in_background(request)
        else _to_where(request)
    )
    keep(response, look_of(request).with_choices(request.POST.dict()), settings.SESSION_COOKIE_SECURE)
    return response


def _in_background(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Dest") == "empty"


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """One choice of the person's menu; strangers may choose too, for this device."""
    response = _to_where(request)
    keep(response, look_of(request).with_choices(request.POST.dict()), settings.SESSION_COOKIE_SECURE)
    _speak(request, response, request.POST.get("language", ""))
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def personal(request: HttpRequest) -> HttpResponse:
    """The page of personal settings."""
    if request.method == "POST":
        return _saved(request)
    context = {
        "frame": Frame(
            _("Personal settings"),
            section="settings",
            crumbs=[Link(_("Settings"), reverse("web:settings"))],
        ),
        "zones": [("", _("The company's, %(zone)s") % {"zone": settings.TIME_ZONE}), *zones()],
        "zone": _person(request).time_zone,
    }
    return page(request, "web/personal.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Changing one's password: the present one is asked, other sessions end."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _password_errors(request)
        if not errors:
            person = _person(request)
            changed = change_own_password(as_oneself(person), person, password=request.POST["new"])
            update_session_auth_hash(request, changed)
            tell(request, _("The password is changed. Other sessions have ended."))
            return HttpResponseRedirect(reverse("web:personal"))
    crumbs = [
        Link(_("Settings"), reverse("web:settings")),
        Link(_("Personal settings"), reverse("web:personal")),
    ]
    frame = Frame(_("Change password"), section="settings", crumbs=crumbs)
    return page(
        request, "web/password.html", {"frame": frame, "errors": errors}, status=422 if errors else 200
    )


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """Zones of the world by name, without the historical aliases."""
    continents = ("Europe/", "Asia/", "America/", "Africa/", "Australia/", "Pacific/", "Atlantic/", "Indian/")
    return [
        (name, name.replace("_", " "))
        for name in sorted(available_timezones())
        if name.startswith(continents)
    ]


def _password_errors(request: HttpRequest) -> dict[str, str]:
    person, new = _person(request), request.POST.get("new", "")
    if not is_present_password(request, person, request.POST.get("old", "")):
        return {"old": _("This is not your present password.")}
    try:
        validate_password(new, person)
    except ValidationError as error:
        return {"new": " ".join(error.messages)}
    return (
        {}
        if new == request.POST.get("again")
        else {"again": _("The two differ. Type the new password again.")}
    )


def _saved(request: HttpRequest) -> HttpResponse:
    person, given = _person(request), request.POST.dict()
    given["single_keys"] = "on" if given.get("single_keys") else "off"
    spoken, zone = given.get("language", ""), given.get("time_zone", "")
    zone = zone if zone in dict(zones()) else ""
    spoken = spoken if spoken in LANGUAGES else person.language
    if (spoken, zone) != (person.language, person.time_zone):
        change_own_speech(as_oneself(person), person, language=spoken, time_zone=zone)
    with override(spoken or None):
        tell(request, _("Saved."))
    response = HttpResponseRedirect(reverse("web:personal"))
    keep(response, look_of(request).with_choices(given), settings.SESSION_COOKIE_SECURE)
    return response


def _speak(request: HttpRequest, response: HttpResponse, language: str) -> None:
    if language not in LANGUAGES:
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    person = request.user
    if isinstance(person, User):
        change_own_speech(as_oneself(person), person, language=language, time_zone=person.time_zone)


def _person(request: HttpRequest) -> User:
    person = actor_of(request).user
    assert person is not None
    return person


def _to_where(request: HttpRequest) -> HttpResponse:
    """Back to the page the choice was made on."""
    asked = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(asked if safe else reverse("web:home"))
