"""Favourites by hand: the star of a page, and the page where they are put in order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from artel.kernel.acts import Line
from artel.kernel.refusals import Refused
from artel.web.addresses import page_address
from artel.web.commands import add_favourite, arrange_favourite, as_oneself, remove_favourite
from artel.web.favourites import Star, favourites, own, same, star_of
from artel.web.frame import Frame, tell
from artel.web.guard import actor_of, signed_in
from artel.web.lists import ListState
from artel.web.pages.form import visible
from artel.web.pages.table import entity_at
from artel.web.rail import open_reports, title_of
from artel.web.render import page
from artel.web.visit import visit_of


@signed_in
@require_POST
def star(request: HttpRequest) -> HttpResponse:
    """Keep what the page is about, or take it away again; answers the star as it stands now."""
    asked, name = _asked(request)
    actor = actor_of(request)
    person = actor.user
    assert person is not None
    there = [each for each in own(actor) if same(asked, each)]
    sentence = ""
    try:
        if there:
            remove_favourite.run(as_oneself(person), [Line(remove_favourite.args(), one.pk) for one in there])
        else:
            add_favourite(
                as_oneself(person),
                None,
                entity=asked.entity,
                record_id=asked.record,
                report=asked.report,
                query=asked.query,
                name=name,
            )
    except Refused as refusal:
        sentence = str(refusal.sentence)
    shown = star_of(actor, entity=asked.entity, record=asked.record, report=asked.report, query=asked.query)
    return page(
        request,
        "web/star.html",
        {"star": shown, "sentence": sentence, "frame": Frame("")},
        part="web/star_part.html",
    )


def _asked(request: HttpRequest) -> tuple[Star, str]:
    """What the star is of, checked as its page would be, and how it is called."""
    given, visit = request.POST, visit_of(request)
    query = given.get("query", "").replace("\x00", "")
    if report := given.get("report"):
        if report not in {one.name for one in open_reports(visit)}:
            raise Http404(report)
        return Star(report=report, query=query), ""
    entity, actor = entity_at(given.get("path", ""), request)
    if record := given.get("record"):
        return Star(entity=entity.name, record=visible(entity, actor, _key(record)).pk), ""
    state = ListState.of_text(entity, actor, query)
    parts = [title_of(entity), state.view.label if state.view else "", state.words]
    return Star(entity=entity.name, query=state.query), " · ".join(part for part in parts if part)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404(text) from None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def all_favourites(request: HttpRequest) -> HttpResponse:
    """All of them; posted in another order, or with one to be taken away."""
    if request.method == "POST":
        return _arranged(request)
    lines = favourites(visit_of(request))
    frame = Frame(_("Favourites"), section="favourites")
    return page(request, "web/favourites.html", {"frame": frame, "lines": lines})


def _arranged(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    person = actor.user
    assert person is not None
    mine = {str(each.pk): each for each in own(actor)}
    gone = mine.get(request.POST.get("remove", ""))
    wanted = [mine[key] for key in request.POST.getlist("key") if key in mine]
    if gone is not None:
        remove_favourite(as_oneself(person), gone.pk)
    elif wanted:
        lines: list[Any] = [_placed(request, place, each) for place, each in enumerate(wanted)]
        arrange_favourite.run(as_oneself(person), lines)
        tell(request, _("Saved."))
    return HttpResponseRedirect(page_address("web:favourites"))


def _placed(request: HttpRequest, place: int, favourite: Any) -> Line[Any, Any]:
    name = request.POST.get(f"name_{favourite.pk}")
    return Line(arrange_favourite.args(position=place, name=name), favourite.pk)
