"""The start page, the sheet of keys and all sections (the phone's «More»)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from artel.screens import registry
from artel.web.frame import Frame, home_frame
from artel.web.guard import signed_in
from artel.web.keys import sheet
from artel.web.panels import home_panels
from artel.web.render import page
from artel.web.visit import visit_of


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The person's day: what rooms contribute to «home» and have something to show of."""
    blocks = home_panels(registry.contributions("home"), visit_of(request))
    context = {"frame": home_frame(), "today": timezone.localdate(), "blocks": blocks}
    return page(request, "web/home.html", context)


@signed_in
def keys(request: HttpRequest) -> HttpResponse:
    """All keys: a dialog over the page, or a page of its own."""
    return page(
        request, "web/keys.html", {"frame": Frame(_("Keys")), "sheet": sheet()}, part="web/keys_part.html"
    )


@signed_in
def more(request: HttpRequest) -> HttpResponse:
    """Every section and list, for the phone."""
    return page(request, "web/more.html", {"frame": Frame(_("All sections"), section="more")})
