"""The start page, the sheet of keys, all sections (the phone's «More») and finding anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.records import Record, facts_of
from artel.kernel.search.finding import across
from artel.screens import registry
from artel.web.frame import Frame, home_frame
from artel.web.guard import signed_in
from artel.web.panels import home_panels
from artel.web.rail import is_open, title_of
from artel.web.render import page
from artel.web.visit import visit_of

SHEET = (
    (
        gettext_lazy("Everywhere"),
        (
            ("Ctrl+K", gettext_lazy("find anything")),
            ("C", gettext_lazy("create")),
            ("Ctrl+S", gettext_lazy("save the form")),
            ("Ctrl+Z", gettext_lazy("undo, while the note is shown")),
            ("Esc", gettext_lazy("one step back")),
            ("?", gettext_lazy("this sheet")),
        ),
    ),
    (
        gettext_lazy("In a list"),
        (
            ("/", gettext_lazy("find in the list")),
            ("J+K", gettext_lazy("next and previous row")),
            ("Enter", gettext_lazy("open the row")),
            ("X", gettext_lazy("select the row")),
            ("E", gettext_lazy("edit the row")),
            ("F", gettext_lazy("add a filter")),
        ),
    ),
    (
        gettext_lazy("On a card"),
        (
            ("J+K", gettext_lazy("next and previous record of the list")),
            ("E", gettext_lazy("edit")),
            ("B", gettext_lazy("create based on this one")),
        ),
    ),
    (
        gettext_lazy("Among files"),
        (
            ("J+K", gettext_lazy("next and previous file")),
            ("Space", gettext_lazy("look at the file")),
            ("ArrowLeft", gettext_lazy("the file before, while one is looked at")),
            ("ArrowRight", gettext_lazy("the file after")),
        ),
    ),
)


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
        request, "web/keys.html", {"frame": Frame(_("Keys")), "sheet": SHEET}, part="web/keys_part.html"
    )


@signed_in
def more(request: HttpRequest) -> HttpResponse:
    """Every section and list, for the phone."""
    return page(request, "web/more.html", {"frame": Frame(_("All sections"), section="more")})


@dataclass(frozen=True)
class Hit:
    """A found record."""

    text: str
    note: str
    address: str


@dataclass(frozen=True)
class Group:
    """What was found of one entity, and its list narrowed to the words."""

    label: str
    hits: Sequence[Hit]
    more: str


@signed_in
def find(request: HttpRequest) -> HttpResponse:
    """Records of every kind that match the words."""
    words = request.GET.get("q", "").strip()[:200]
    visit = visit_of(request)
    kinds = [
        entity.model
        for entity in registry.all_entities()
        if is_open(entity, visit) and facts_of(entity.model).search
    ]
    groups = [
        _group(visit.actor, model, records, words) for model, records in across(visit.actor, kinds, words)
    ]
    frame = Frame(_("Found"), query=words)
    return page(request, "web/find.html", {"frame": frame, "words": words, "groups": groups})


def _group(actor: Actor, model: type[Record], records: Sequence[Any], words: str) -> Group:
    entity = registry.screens_of(model)
    assert entity is not None
    has_code = "code" in fields_visible_to(actor, model)
    hits = [
        Hit(
            str(each),
            str(getattr(each, "code", "")) if has_code else "",
            reverse("web:card", args=[entity.path, each.pk]),
        )
        for each in records
    ]
    more = f"{reverse('web:table', args=[entity.path])}?{urlencode({'q': words})}"
    return Group(title_of(entity), hits, more)
