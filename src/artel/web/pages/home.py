"""The start page, the sheet of keys and all sections (the phone's «More»)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from artel.kernel.acts import Line
from artel.kernel.refusals import Refused
from artel.screens.commands import arrange_home, reset_home
from artel.screens.models import HOME
from artel.web.day import Placed, choices, offered, placed, tile_of, tiles
from artel.web.frame import Frame, home_frame, tell
from artel.web.guard import actor_of, signed_in
from artel.web.keys import sheet
from artel.web.render import page
from artel.web.visit import visit_of


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The person's day: widgets of the rooms, as he or his role arranged them."""
    visit = visit_of(request)
    stands = placed(visit)
    context = {
        "frame": home_frame(),
        "today": timezone.localdate(),
        "tiles": tiles(visit, stands),
        "choices": choices(stands, offered(visit)),
        "may_arrange": visit.actor.has(HOME),
    }
    return page(request, "web/home.html", context)


@signed_in
def widget(request: HttpRequest, name: str) -> HttpResponse:
    """One widget that comes after the page."""
    visit = visit_of(request)
    found = next((one for one in offered(visit) if one.key == name), None)
    tile = tile_of(visit, Placed(found, found.size), now=True) if found else None
    if tile is None:
        raise Http404
    return page(
        request, "web/widget.html", {"frame": home_frame(), "tile": tile}, part="web/widget_part.html"
    )


@signed_in
@require_POST
def arrange(request: HttpRequest) -> HttpResponse:
    """The person puts widgets on his page, in an order and width, or lets it stand again as it came."""
    actor = actor_of(request)
    line: Line[Any, Any] = (
        Line(reset_home.args())
        if "reset" in request.POST
        else Line(arrange_home.args(widgets=chosen(request)))
    )
    act = reset_home if "reset" in request.POST else arrange_home
    try:
        outcome = act.one(actor, line)
        tell(request, _("Your day is arranged."), undo=outcome.change_set)
    except Refused as refused:
        tell(request, str(refused), kind="bad")
    return HttpResponseRedirect(reverse("web:home"))


def chosen(request: HttpRequest) -> list[dict[str, str]]:
    """The widgets of a form that arranges, in its order, with their widths."""
    keys = request.POST.getlist("widget")
    return [{"key": key, "size": request.POST.get(f"size_{key}", "wide")} for key in keys]


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
