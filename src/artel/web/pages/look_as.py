"""What somebody sees: an administrator looks, in a page of its own, and never acts as him. Looking stands in the history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from artel.kernel.access import ADMINISTER, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.models import Role
from artel.kernel.people import User
from artel.screens.vocabulary import Entity
from artel.web.as_whom import as_role, closed_fields, open_entities, sample, sight
from artel.web.commands import look_as
from artel.web.frame import Frame, Link
from artel.web.guard import actor_of, signed_in
from artel.web.models import ViewedAs
from artel.web.pages.why import answers_about
from artel.web.rail import title_of
from artel.web.render import page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """A person or a role is chosen; to look at a person is written down first."""
    viewer = _administrator(request)
    if request.method == "POST":
        user = _seen(User, viewer, request.POST.get("user", ""))
        if user is not None:
            made = look_as.one(viewer, Line(look_as.args(user=user))).lines[0].result
            return HttpResponseRedirect(reverse("web:as_person", args=[made.pk]))
        found = _seen(Role, viewer, request.POST.get("role", ""))
        if found is not None:
            return HttpResponseRedirect(reverse("web:as_role", args=[found.pk]))
    context = {
        "frame": _frame(_("What somebody sees")),
        "is_missing": request.method == "POST",
        "people": reverse("web:lookup", args=["kernel.user"]),
        "roles": reverse("web:lookup", args=["kernel.role"]),
    }
    return page(request, "web/look_as.html", context, status=422 if request.method == "POST" else 200)


@signed_in
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """What a person sees, for the one who has had it written down that he looks."""
    viewer = _administrator(request)
    viewing = ViewedAs.objects.filter(pk=key, author=viewer.user_id).select_related("user").first()
    if viewing is None or _seen(User, viewer, str(viewing.user_id)) is None:
        raise Http404
    somebody = Actor.person(viewing.user)
    entity = _entity(request, somebody)
    context = {
        **_context(str(viewing.user), somebody),
        "address": reverse("web:as_person", args=[key]),
        "since": viewing.created_at,
        "entities": [(one.name, title_of(one)) for one in open_entities(somebody)],
        "entity": entity,
        "sample": sample(viewer, somebody, entity) if entity else None,
        "closed": closed_fields(somebody, entity) if entity else (),
        **_why(request, viewer, somebody, entity),
    }
    return page(request, "web/as_person.html", context)


@signed_in
def role(request: HttpRequest, key: UUID) -> HttpResponse:
    """What a role gives; it has no records of its own, so there is no sample."""
    viewer = _administrator(request)
    found = _seen(Role, viewer, str(key))
    if found is None:
        raise Http404
    return page(request, "web/as_person.html", _context(str(found), as_role(found)))


def _context(name: str, somebody: Actor) -> dict[str, Any]:
    crumb = Link(_("What somebody sees"), reverse("web:look_as"))
    return {
        "frame": _frame(_("What “%(name)s” sees") % {"name": name}, crumb),
        "name": name,
        "sight": sight(somebody),
    }


def _entity(request: HttpRequest, somebody: Actor) -> Entity | None:
    """The kind of records that is looked at: the one asked for, else the first of the menu."""
    may = open_entities(somebody)
    asked = request.GET.get("entity", "")
    return next((one for one in may if one.name == asked), may[0] if may else None)


def _why(request: HttpRequest, viewer: Actor, somebody: Actor, entity: Entity | None) -> dict[str, Any]:
    """Why one record is seen or not: of those that the viewer sees himself."""
    if entity is None:
        return {}
    record = _seen(entity.model, viewer, request.GET.get("record", ""))
    return {
        "lookup": reverse("web:lookup", args=[entity.name]),
        "record": record,
        "answers": answers_about(entity, somebody, record) if record is not None else (),
    }


def _seen(model: Any, viewer: Actor, text: str) -> Any:
    try:
        key = UUID(text)
    except ValueError:
        return None
    return restrict(model._default_manager.filter(pk=key), viewer, view_permission(model)).first()


def _administrator(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not actor.has(ADMINISTER):
        raise Http404
    return actor


def _frame(title: str, *crumbs: Link) -> Frame:
    return Frame(title, section="settings", crumbs=[Link(_("Settings"), reverse("web:settings")), *crumbs])
