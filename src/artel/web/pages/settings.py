"""The index of settings, the house's own facts, and the start pages of roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from artel.kernel.access import ADMINISTER, restrict, view_permission
from artel.kernel.acts import Line
from artel.kernel.models import Role
from artel.kernel.numbering import base_prefix
from artel.kernel.refusals import Refused
from artel.screens import registry
from artel.screens.commands import arrange_home, reset_home
from artel.screens.models import SHARE, Audience, HomeArrangement, SavedView, ViewShare
from artel.web.day import choices, offered_to, placed_for
from artel.web.frame import Frame, Link, tell
from artel.web.guard import actor_of, signed_in
from artel.web.pages.home import chosen
from artel.web.rail import is_open, title_of
from artel.web.render import page
from artel.web.settings import groups
from artel.web.visit import visit_of


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """Everything that is set without code, as far as this person may open it; narrowed to words."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    context = {
        "frame": Frame(_("Settings"), section="settings"),
        "words": words,
        "groups": groups(visit_of(request), words),
    }
    return page(request, "web/settings.html", context, part="web/settings_part.html")


@signed_in
def house(request: HttpRequest) -> HttpResponse:
    """What is set where the house runs, and not from inside: a wrong zone would move days that reports have counted."""
    _administrators_only(request)
    languages = {"ru": "Русский", "en": "English"}
    facts = [
        (_("Time zone of the house"), settings.TIME_ZONE, "ARTEL_TIME_ZONE"),
        (_("Language of the house"), languages.get(settings.LANGUAGE_CODE, ""), "ARTEL_LANGUAGE"),
        (_("Numbers begin with"), base_prefix(), "ARTEL_BASE_PREFIX"),
    ]
    return page(request, "web/house.html", {"frame": _frame(_("The house")), "facts": facts})


@signed_in
def role_homes(request: HttpRequest) -> HttpResponse:
    """The roles, and which of them have a start page of their own."""
    _administrators_only(request)
    rows = restrict(Role.objects.present(), actor_of(request), view_permission(Role)).order_by("sort_name")
    arranged = set(
        HomeArrangement.objects.present().filter(role__isnull=False).values_list("role", flat=True)
    )
    context = {
        "frame": _frame(_("Start pages of roles")),
        "roles": [(role, role.pk in arranged) for role in rows],
    }
    return page(request, "web/role_homes.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def role_home(request: HttpRequest, key: UUID) -> HttpResponse:
    """The widgets that people of a role have until they arrange their day themselves."""
    _administrators_only(request)
    found = restrict(Role.objects.present(), actor_of(request), view_permission(Role)).filter(pk=key).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        return _arranged(request, found)
    visit = visit_of(request)
    stands = placed_for(found, visit)
    context = {
        "frame": _frame(
            _("Start page: %(role)s") % {"role": found},
            Link(_("Start pages of roles"), reverse("web:role_homes")),
        ),
        "role": found,
        "choices": choices(stands, offered_to(found, visit)),
    }
    return page(request, "web/role_home.html", context)


@signed_in
def shared_views(request: HttpRequest) -> HttpResponse:
    """Views of lists that stand for others than their owners: whose, in which list, for whom; each leads to its settings."""
    actor = actor_of(request)
    if not actor.has(SHARE):
        raise Http404
    may = {one.name: one for one in registry.all_entities() if is_open(one, visit_of(request))}
    rows = SavedView.objects.visible_to(actor).present().exclude(audience=Audience.NOBODY)
    views = rows.filter(entity__in=may).select_related("owner").order_by("sort_name")
    found = list(views)
    shares: dict[UUID, list[str]] = {}
    for share in ViewShare.objects.filter(view__in=[one.pk for one in found]).select_related("role"):
        shares.setdefault(share.view_id, []).append(str(share.role or _("a department")))
    context = {
        "frame": _frame(_("Views for others")),
        "views": [
            SharedView(
                one, title_of(may[one.entity]), may[one.entity].path, ", ".join(shares.get(one.pk, ()))
            )
            for one in found
        ],
    }
    return page(request, "web/shared_views.html", context)


@dataclass(frozen=True)
class SharedView:
    """A view that others have: the list it arranges, and the roles and departments it is listed for."""

    view: SavedView
    list: str
    path: str
    listed: str


def _arranged(request: HttpRequest, role: Role) -> HttpResponse:
    is_reset = "reset" in request.POST
    line: Line[Any, Any] = (
        Line(reset_home.args(role=role))
        if is_reset
        else Line(arrange_home.args(widgets=chosen(request), role=role))
    )
    try:
        outcome = (reset_home if is_reset else arrange_home).one(actor_of(request), line)
        tell(request, _("The start page of the role is arranged."), undo=outcome.change_set)
    except Refused as refused:
        tell(request, str(refused), kind="bad")
    return HttpResponseRedirect(reverse("web:role_home", args=[role.pk]))


def _frame(title: str, *crumbs: Link) -> Frame:
    return Frame(title, section="settings", crumbs=[Link(_("Settings"), reverse("web:settings")), *crumbs])


def _administrators_only(request: HttpRequest) -> None:
    if not actor_of(request).has(ADMINISTER):
        raise Http404
