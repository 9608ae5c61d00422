"""Which columns a person sees in a list: the declared ones with this person's differences, less what he may not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.kernel.attributes.models import Attribute
from artel.screens.vocabulary import Entity

from .attributes import attributes_of, cells_of
from .cells import Column, columns_seen
from .models import ListChoice


@dataclass(frozen=True)
class Arrangement:
    """The columns shown, and those that may be added."""

    shown: Sequence[Column]
    offered: Sequence[Column]
    is_changed: bool = False
    widths: Mapping[str, int] = field(default_factory=dict)
    closed: int = 0
    """So many columns of a view this person may not see, or are no more."""


def arrangement(
    entity: Entity,
    actor: Actor,
    attributes: Sequence[Attribute] = (),
    chosen: Mapping[str, int] | None = None,
) -> Arrangement:
    """The columns of a view (`chosen`: names with widths), else the declared ones with this person's differences.

    One query for the differences; `attributes` are those he may see.
    """
    declared = columns_seen(actor, entity.model, entity.table.columns)
    more = columns_seen(actor, entity.model, [*entity.table.more_columns, *cells_of(attributes)])
    if chosen:
        return _chosen(chosen, declared, more)
    choice = _choice_of(entity, actor)
    if choice is None:
        return Arrangement(declared, more)
    shown = [each for each in declared if each.name not in choice.hidden] + [
        each for each in more if each.name in choice.added
    ]
    places = {name: place for place, name in enumerate(choice.order)}
    shown.sort(key=lambda each: places.get(each.name, len(places)))
    names = {each.name for each in shown}
    offered = [each for each in [*declared, *more] if each.name not in names]
    return Arrangement(shown or declared, offered if shown else more, True, choice.widths)


def _chosen(chosen: Mapping[str, int], declared: Sequence[Column], more: Sequence[Column]) -> Arrangement:
    known = {each.name: each for each in [*declared, *more]}
    shown = [known[name] for name in chosen if name in known]
    offered = [each for name, each in known.items() if name not in chosen]
    closed = len(chosen) - len(shown)
    if not shown:
        return Arrangement(declared, more, is_changed=True, closed=closed)
    return Arrangement(shown, offered, True, dict(chosen), closed)


def _choice_of(entity: Entity, actor: Actor) -> ListChoice | None:
    if actor.user_id is None:
        return None
    user, kept = actor.user_id, standing.present()
    return (
        kept.once(("columns", user, entity.name), lambda: _kept(user, entity))
        if kept
        else _kept(user, entity)
    )


def _kept(user: UUID, entity: Entity) -> ListChoice | None:
    found: ListChoice | None = ListChoice.objects.filter(user=user, entity=entity.name).first()
    return found


def rearrange(
    entity: Entity, actor: Actor, wanted: Sequence[str], widths: Mapping[str, int] | None = None
) -> None:
    """Keep the difference between the declaration and the wanted columns in their order; no difference keeps nothing."""
    declared = [_name(each) for each in entity.table.columns]
    own = cells_of(attributes_of(entity.model, actor))
    more = [_name(each) for each in (*entity.table.more_columns, *own)]
    known = [name for name in wanted if name in {*declared, *more}]
    kept = {name: width for name, width in (widths or {}).items() if name in known and width}
    if not known or (known == declared and not kept):
        reset(entity, actor)
        return
    difference = {
        "hidden": [name for name in declared if name not in known],
        "added": [name for name in known if name in more],
        "order": known,
        "widths": kept,
    }
    ListChoice.objects.update_or_create(user_id=actor.user_id, entity=entity.name, defaults=difference)
    standing.changed()


def reset(entity: Entity, actor: Actor) -> None:
    """Back to the declaration."""
    ListChoice.objects.filter(user=actor.user_id, entity=entity.name).delete()
    standing.changed()


def _name(declared: object) -> str:
    return declared if isinstance(declared, str) else str(getattr(declared, "name", ""))
