"""Why can I see this, why can somebody else not; and where a record is used. Answered from its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from artel.kernel.access import fields_visible_to, restrict, view_permission, why
from artel.kernel.actors import Actor
from artel.kernel.attributes.models import Attribute
from artel.kernel.people import User
from artel.kernel.roles import Grant
from artel.kernel.where_used import Use, uses_of
from artel.lib.words import capital
from artel.screens.vocabulary import Entity
from artel.web.cells import Column
from artel.web.frame import Frame, Link
from artel.web.guard import signed_in
from artel.web.pages.form import visible
from artel.web.pages.table import entity_at
from artel.web.references import address_of
from artel.web.render import page

ASK_OF_OTHERS = "kernel.view_grant"
SHORT = 10


@dataclass(frozen=True)
class Answer:
    """What one grant says of the record: the right, the reach, the access groups, each yes or no."""

    role: str
    address: str
    sees: bool
    changes: bool
    steps: Sequence[tuple[str, bool]]


@signed_in
def why_seen(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """About oneself everybody may ask; about others (`user`) who may see grants."""
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    may_ask = actor.has(ASK_OF_OTHERS)
    asked = _asked(request, actor) if may_ask else None
    subject = Actor.person(asked) if asked else actor
    answers = answers_about(entity, subject, record)
    context = {
        "frame": _frame(entity, record, _("Who sees this")),
        "record": record,
        "whose": subject.user,
        "is_oneself": subject is actor,
        "answers": answers,
        "sees": any(one.sees for one in answers),
        "changes": any(one.changes for one in answers),
        "hidden": _hidden(entity, subject) if may_ask else (),
        "address": reverse("web:why", args=[path, key]),
        "may_ask": may_ask,
        "lookup": reverse("web:lookup", args=["kernel.user"]),
    }
    return page(request, "web/why.html", context, part="web/why_part.html")


def _asked(request: HttpRequest, actor: Actor) -> User | None:
    try:
        key = UUID(request.GET.get("user", ""))
    except ValueError:
        return None
    return restrict(User.objects.all(), actor, view_permission(User)).filter(pk=key).first()


def answers_about(entity: Entity, subject: Actor, record: Any) -> list[Answer]:
    """One answer a grant: a query for each condition, asked by hand and seldom."""
    grants = Grant.objects.select_related("role").in_bulk([one.grant_id for one in subject.grants])
    change = entity.change.permission if entity.change else ""
    changing = {one.grant_id: one.lets for one in why(subject, record, change)} if change else {}
    return [
        Answer(
            role=str(grants[one.grant_id].role),
            address=address_of(grants[one.grant_id]),
            sees=one.lets,
            changes=changing.get(one.grant_id, False),
            steps=[
                (_("The role may see records of this kind"), one.holds_permission),
                (_("Reach: %(reach)s") % {"reach": one.reach.label}, one.reaches),
                (_("Access groups: %(mode)s") % {"mode": one.group_mode.label}, one.in_groups),
            ],
        )
        for one in why(subject, record)
    ]


def _hidden(entity: Entity, subject: Actor) -> list[str]:
    """What the fields closed to this person are called."""
    hidden = fields_visible_to(subject, entity.model).hidden
    rows = Attribute.objects.present().filter(entity=entity.name)
    named = {one.path: capital(one.label) for one in rows} if hidden else {}
    return sorted(named.get(name) or Column(entity.model, name).label for name in hidden)


@dataclass(frozen=True)
class Users:
    """The rows of one entity that refer to the record: the first ones, how many more, how many are closed."""

    label: str
    rows: Sequence[tuple[str, str]]
    more: int
    closed: int


@signed_in
def where_used(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """What refers to the record, and so keeps it from being marked for deletion."""
    entity, actor = entity_at(path, request)
    record = visible(entity, actor, key)
    uses = uses_of(entity.model, [record.pk]).get(record.pk, [])
    context = {
        "frame": _frame(entity, record, _("Where it is used")),
        "record": record,
        "uses": [_users(actor, use, record.pk) for use in uses],
    }
    return page(request, "web/used.html", context, part="web/used_part.html")


def _users(actor: Actor, use: Use, key: UUID) -> Users:
    seen = use.seen_by(actor, key)
    first = list(seen.order_by("pk")[:SHORT])
    count = seen.count() if len(first) == SHORT else len(first)
    named = [(str(each), address_of(each)) for each in first]
    return Users(capital(use.label), named, count - len(first), use.count - count)


def _frame(entity: Entity, record: Any, title: str) -> Frame:
    card = reverse("web:card", args=[entity.path, record.pk])
    return Frame(title, section=entity.section, crumbs=[Link(str(record), card)])
