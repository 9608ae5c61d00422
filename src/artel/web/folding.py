"""Lanes of a board that a person has folded: they stand as narrow strips, for him alone and until he unfolds them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.screens.vocabulary import Deck, Entity

from .models import FoldedLanes


def folded_lanes(actor: Actor, entity: Entity, deck: Deck) -> Collection[str]:
    """The keys of lanes folded on this board."""
    if actor.user_id is None:
        return ()
    user = actor.user_id
    return standing.once(("folded", user, entity.name, deck.key), lambda: _kept(user, entity, deck))


def _kept(user: UUID, entity: Entity, deck: Deck) -> Collection[str]:
    found = FoldedLanes.objects.filter(user=user, entity=entity.name, deck=deck.key)
    return found.values_list("lanes", flat=True).first() or ()


def fold(actor: Actor, entity: Entity, deck: Deck, lanes: Collection[str]) -> None:
    """Keep that these lanes of a board are folded and the others are not; no folded lane keeps nothing."""
    which = {"user_id": actor.user_id, "entity": entity.name, "deck": deck.key}
    if lanes:
        FoldedLanes.objects.update_or_create(**which, defaults={"lanes": sorted(lanes)})
    else:
        FoldedLanes.objects.filter(**which).delete()
    standing.changed()
