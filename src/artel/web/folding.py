"""Lanes of a board that a person has folded: they stand as narrow strips, for him alone and until he unfolds them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.screens.vocabulary import Deck, Entity

from .models import FoldedLanes

REST = "rest"
"""The lane of rows that stand in none."""


def folded_lanes(actor: Actor, entity: Entity, deck: Deck) -> Collection[str]:
    """The keys of lanes folded on this board."""
    if actor.user_id is None:
        return ()
    user, kept = actor.user_id, standing.present()
    name = ("folded", user, entity.name, deck.key)
    return kept.once(name, lambda: _kept(user, entity, deck)) if kept else _kept(user, entity, deck)


def _kept(user: UUID, entity: Entity, deck: Deck) -> Collection[str]:
    found = FoldedLanes.objects.filter(user=user, entity=entity.name, deck=deck.key)
    return found.values_list("lanes", flat=True).first() or ()


def fold(actor: Actor, entity: Entity, deck: Deck, lane: str, *, folded: bool) -> None:
    """Fold a lane, or unfold it; no folded lane keeps nothing."""
    rows = FoldedLanes.objects.filter(user=actor.user_id, entity=entity.name, deck=deck.key)
    known = [one.key for one in deck.lanes]
    now = {*(rows.values_list("lanes", flat=True).first() or ())} - {lane} | ({lane} if folded else set())
    if left := [key for key in (REST, *known) if key in now]:
        FoldedLanes.objects.update_or_create(
            user_id=actor.user_id, entity=entity.name, deck=deck.key, defaults={"lanes": left}
        )
    else:
        rows.delete()
    standing.changed()
