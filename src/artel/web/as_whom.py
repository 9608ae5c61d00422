"""What somebody sees: his menu, rights and reach, and a sample of records, for an administrator who looks and never acts as him.

Nothing is shown that is closed to the one who looks: rows and fields are those open to both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from artel.kernel.access import GrantView, fields_visible_to, restrict, sees_all, view_permission
from artel.kernel.actors import Actor, ActorKind
from artel.kernel.models import AccessGroup, Grant, Role
from artel.kernel.permission_words import VERBS
from artel.kernel.permissions import effective
from artel.kernel.records import facts_of
from artel.kernel.roles import GroupMode, Reach
from artel.screens import registry
from artel.screens.vocabulary import Entity

from .blocks import RowsBlock, rows_block
from .cells import Column
from .rail import RailSection, is_open, rail, title_of
from .references import address_of
from .visit import Visit

NOBODY = UUID(int=0)
MOST = 20
LAST = 900
"""Directories stand after the sections of work."""


@dataclass(frozen=True)
class Given:
    """One role that somebody has, with its restrictions in words."""

    role: str
    address: str
    reach: str
    groups: str


@dataclass(frozen=True)
class Right:
    """What may be done to records of one kind: for each verb the reaches that roles give it, empty for not at all."""

    label: str
    entity: str
    verbs: Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Sight:
    """What somebody sees of the house."""

    menu: Sequence[RailSection]
    given: Sequence[Given]
    verbs: Sequence[str]
    rights: Sequence[Right]


def as_role(role: Role) -> Actor:
    """Somebody who has but this role, in its usual reach; he owns nothing, so of records he is asked no sample."""
    grant = GrantView(
        grant_id=NOBODY,
        role=str(role),
        user_id=NOBODY,
        reach=Reach(role.usual_reach),
        unit=None,
        group_mode=GroupMode.ALL,
        groups=(),
        permissions=effective(role.code, role.added, role.withdrawn),
        hidden_fields=role.hidden_fields,
    )
    return Actor(ActorKind.TOKEN, str(role), None, _grants=[grant])


def sight(actor: Actor) -> Sight:
    """The menu, the roles and the rights of an actor."""
    visit = Visit(actor)
    return Sight(list(rail(visit)), _given(actor), [str(one) for one in VERBS.values()], _rights(visit))


def _given(actor: Actor) -> list[Given]:
    rows = Grant.objects.select_related("role").in_bulk([one.grant_id for one in actor.grants])
    groups = AccessGroup.objects.in_bulk({key for one in actor.grants for key in one.groups})
    return [_told(one, rows.get(one.grant_id), groups) for one in actor.grants]


def _told(one: GrantView, row: Grant | None, groups: dict[UUID, AccessGroup]) -> Given:
    listed = ", ".join(sorted(str(groups[key]) for key in one.groups if key in groups))
    mode = str(one.group_mode.label)
    return Given(
        str(row.role) if row else one.role,
        address_of(row) if row else "",
        str(one.reach.label),
        f"{mode}: {listed}" if listed else mode,
    )


def open_entities(actor: Actor) -> list[Entity]:
    """What stands in the actor's menu, in its order: a section's own list before the others."""
    visit = Visit(actor)
    order = {section.code: section.order for section in registry.all_sections()}
    may = [one for one in registry.all_entities() if one.section and is_open(one, visit)]
    return sorted(may, key=lambda one: (order.get(one.section, LAST), one.section != one.path))


def _rights(visit: Visit) -> list[Right]:
    lines = [_right(one, visit.actor) for one in registry.all_entities() if is_open(one, visit)]
    return sorted(lines, key=lambda one: one.label)


def _right(entity: Entity, actor: Actor) -> Right:
    return Right(title_of(entity), entity.name, [_reaches(actor, entity.model, verb) for verb in VERBS])


def _reaches(actor: Actor, model: Any, verb: str) -> list[tuple[str, str]]:
    """The roles that give the right, each with the reach it gives it in."""
    permission = f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
    names = {one.role: one for one in actor.grants_of(permission)}
    public = facts_of(model).public
    return [(str((Reach.ALL if public else grant.reach).label), role) for role, grant in names.items()]


def sample(viewer: Actor, somebody: Actor, entity: Entity) -> RowsBlock | None:
    """The first rows of a list that somebody sees, of those that the one who looks sees himself."""
    if not viewer.has(view_permission(entity.model)):
        return None
    rows = restrict(
        entity.model._default_manager.filter(is_deleted=False), viewer, view_permission(entity.model)
    )
    columns = [name for name in _plain(entity.table.columns) if _is_open_to(viewer, entity.model, name)]
    if not columns:
        return None
    return rows_block(somebody, entity.name, rows.order_by("-pk"), columns, most=MOST)


def _plain(columns: Iterable[Any]) -> list[str]:
    return [name for name in columns if isinstance(name, str) and "." not in name and "__" not in name]


def _is_open_to(viewer: Actor, model: Any, name: str) -> bool:
    """Names of other records are shown only where none of them is closed to the one who looks."""
    if name not in fields_visible_to(viewer, model):
        return False
    related = Column(model, name).related
    return related is None or sees_all(viewer, related)


def closed_fields(actor: Actor, entity: Entity) -> list[str]:
    """What the fields closed to somebody are called."""
    hidden = fields_visible_to(actor, entity.model).hidden
    return sorted(Column(entity.model, name).label for name in hidden if "." not in name)
