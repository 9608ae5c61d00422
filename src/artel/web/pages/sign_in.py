"""Signing in and out. Attempts are counted by django-axes; a wrong login and a wrong password get the same answer.

The log tells each of them: who, from where, what came of it. A name that is nobody's is not told: it may be a password, mistyped.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from artel import __version__
from artel.kernel.people import User
from artel.web import sessions
from artel.web.callers import address_of, counted_as
from artel.web.live.follower import sign_off
from artel.web.render import page

log = logging.getLogger("artel.sign_in")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The gate of the house; a demonstration base offers its personas."""
    back = _back(request)
    if request.method != "POST":
        return HttpResponseRedirect(back) if request.user.is_authenticated else _shown(request, back)
    name = request.POST.get("login", "").replace("\0", "").strip()[:150]
    if _tries_many(request):
        _tell(logging.WARNING, request, name, "refused: too many attempts from this address")
        return locked_out(request)
    person = authenticate(request, login=_login_of(name), password=request.POST.get("password", ""))
    if person is not None:
        login(request, person)
        sessions.begin(request.session)
        _tell(logging.INFO, request, name, "signed in")
        return HttpResponseRedirect(back)
    if AxesProxyHandler.is_locked(request, {"login": _login_of(name)}):
        _tell(logging.WARNING, request, name, "refused: too many attempts")
        return _shown(request, back, name, _("Too many attempts. Try again in a quarter of an hour."), 429)
    _tell(logging.WARNING, request, name, "refused: a wrong password")
    return _shown(
        request,
        back,
        name,
        _("The login or the password is wrong. Check the keyboard layout and Caps Lock."),
        422,
    )


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """What django-axes answers while an attempt is held back (setting AXES_LOCKOUT_CALLABLE)."""
    return _shown(
        request, _back(request), "", _("Too many attempts. Try again in a quarter of an hour."), 429
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends this session, wherever its cookie is, and what it is being told."""
    sessions.end(request.session)
    if isinstance(request.user, User):
        _tell(logging.INFO, request, request.user.login, "signed out")
        sign_off(request.user.pk)
    logout(request)
    return HttpResponseRedirect(reverse("web:sign_in"))


def _login_of(name: str) -> str:
    """The login behind an e-mail that belongs to exactly one person; anything else is taken as a login."""
    if "@" not in name:
        return name
    found = list(User.objects.active().filter(email__iexact=name).values_list("login", flat=True)[:2])
    return found[0] if len(found) == 1 else name


def _tries_many(request: HttpRequest) -> bool:
    """Whether one address of the internet has lately failed at many names. Inside, an address may be a proxy: everybody's."""
    address = counted_as(request)
    if address is None or not ip_address(address).is_global:
        return False
    lately = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    rows = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=lately)
    failures = rows.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
    return bool(failures >= settings.FAILURES_OF_ADDRESS)


def is_present_password(request: HttpRequest, person: User, password: str) -> bool:
    """Asked of one who is signed in; wrong ones count as attempts to sign in."""
    if authenticate(request, login=person.login, password=password) is not None:
        return True
    _tell(logging.WARNING, request, person.login, "refused: a wrong present password")
    return False


def _tell(level: int, request: HttpRequest, name: str, outcome: str) -> None:
    login = _login_of(name)
    known = User.objects.filter(login=login).exists()
    log.log(
        level, "%s from %s: %s", repr(login) if known else "somebody unknown", address_of(request), outcome
    )


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else reverse("web:home")


def _shown(
    request: HttpRequest, back: str, name: str = "", sentence: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "next": back,
        "here": request.get_full_path(),
        "login": name,
        "sentence": sentence,
        "base_name": getattr(settings, "BASE_NAME", ""),
        "personas": getattr(settings, "DEMO_PERSONAS", ()),
        "version": __version__,
    }
    return page(request, "web/sign_in.html", context, status=status)
