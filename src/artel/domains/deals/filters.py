"""Filters of deals that no column says."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.models import TalkDigest
from artel.kernel.actors import Actor
from artel.screens.vocabulary import Filter


def without_next_step(deals: QuerySet[Any]) -> QuerySet[Any]:
    """Deals for which nothing is planned."""
    return deals.filter(~_planned())


def _planned() -> Exists:
    return Exists(TalkDigest.objects.with_next_step().filter(pk=OuterRef("pk")))


def _by_next_step(deals: QuerySet[Any], _actor: Actor, text: str) -> QuerySet[Any]:
    if text not in {"yes", "no"}:
        return deals.none()
    return deals.filter(_planned()) if text == "yes" else without_next_step(deals)


def _of_me(deals: QuerySet[Any], actor: Actor, text: str) -> QuerySet[Any]:
    if text not in {"yes", "no"}:
        return deals.none()
    if text == "yes":
        return deals.filter(responsible=actor.user_id)
    return deals.exclude(responsible=actor.user_id)


PLANNED = Filter(
    name="planned",
    label=_("Next step"),
    apply=_by_next_step,
    choices=lambda _actor: [("yes", _("is planned")), ("no", _("nothing is planned"))],
)
MINE = Filter(
    name="mine",
    label=_("Whose"),
    apply=_of_me,
    choices=lambda _actor: [("yes", _("mine")), ("no", _("of others"))],
)
