"""Filters of deals that no column says."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
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


def of_others(deals: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Deals for which somebody else, or nobody, is responsible."""
    return deals.filter(~Q(responsible=actor.user_id) | Q(responsible__isnull=True))


def _by_whose(deals: QuerySet[Any], actor: Actor, text: str) -> QuerySet[Any]:
    if text not in {"yes", "no"}:
        return deals.none()
    return deals.filter(responsible=actor.user_id) if text == "yes" else of_others(deals, actor)


PLANNED = Filter(
    name="planned",
    label=_("Next step"),
    apply=_by_next_step,
    choices=lambda _actor: [("yes", _("is planned")), ("no", _("nothing is planned"))],
)
MINE = Filter(
    name="mine",
    label=_("Whose"),
    apply=_by_whose,
    choices=lambda _actor: [("yes", _("mine")), ("no", _("of others"))],
)
