"""Which records a person has opened lately: written after the card has come, read with the names that may be seen today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from artel.kernel.actors import Actor
from artel.screens import registry
from artel.screens.vocabulary import Entity

from .models import Opened
from .rail import is_open
from .references import References
from .visit import Visit

KEPT = 50


def remember(actor: Actor, entity: Entity, key: UUID) -> None:
    """The person has this record open now; of all that he opened the latest fifty are kept."""
    if actor.user is None:
        return
    own, now = Opened.objects.filter(user=actor.user), timezone.now()
    if own.filter(entity=entity.name, record_id=key).update(opened_at=now):
        return
    row = Opened(user=actor.user, entity=entity.name, record_id=key, opened_at=now)
    once = ["user", "entity", "record_id"]
    Opened.objects.bulk_create([row], update_conflicts=True, unique_fields=once, update_fields=["opened_at"])
    last = own.order_by("-opened_at").values_list("opened_at", flat=True)[KEPT - 1 : KEPT]
    own.filter(opened_at__lt=last).delete()


def lately_opened(visit: Visit, most: int = KEPT) -> list[tuple[Entity, Any, Opened]]:
    """The latest first, less what may not be seen any more: a query for the keys, one for the names of each entity."""
    rows = Opened.objects.filter(user=visit.actor.user_id).order_by("-opened_at")[:KEPT]
    return seen_of(visit, [(row.entity, row.record_id, row) for row in rows])[:most]


def seen_of(visit: Visit, named: Sequence[tuple[str, UUID, Any]]) -> list[tuple[Entity, Any, Any]]:
    """Of records named by entity and key those that this person sees, each with what came with it."""
    references, wanted = References(visit.actor), []
    for name, key, brought in named:
        entity = _open_entity(name, visit)
        if entity is not None:
            references.want(entity.model, [key])
            wanted.append((entity, key, brought))
    found = [(entity, references.seen(entity.model, key), brought) for entity, key, brought in wanted]
    return [each for each in found if each[1] is not None]


def _open_entity(name: str, visit: Visit) -> Entity | None:
    """None for one that is switched off, closed, or no more."""
    try:
        entity = registry.find(name)
    except KeyError:
        return None
    return entity if is_open(entity, visit) else None
