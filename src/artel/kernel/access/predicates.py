"""Which rows a permission reaches, as one SQL condition: every way of seeing or changing a row starts from it.

Inside one grant all restrictions must allow (AND); a person's grants unite (OR). A child row is seen with its parent, a
row of several owners (`Facts.owners`) when any of them is seen.
A record whose access group is empty although its model has one (a deal without a client) is seen by its owner and
those above him, not by everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from artel.kernel.actors import Actor
from artel.kernel.facts import Facts
from artel.kernel.records import facts_of
from artel.kernel.roles import GroupMode, Reach

from .fields import is_closed
from .granted import ADMINISTER, Grants, GrantView, further_owners, members_of, view_permission

Q_NOTHING = Q(pk__in=[])
Q_ALL = Q()


def predicate(actor: Actor | None, model: type[models.Model], permission: str) -> Q:
    """One SQL condition over `model`; matches nothing for who may not at all."""
    if actor is None:
        return Q_NOTHING
    if actor.is_unbounded:
        return Q_ALL
    facts = facts_of(model)
    if facts.closed_with and permission == view_permission(model) and is_closed(actor, model):
        return Q_NOTHING
    branches = [_branch(actor, model, permission, grant) for grant in actor.grants_of(permission)]
    if not branches:
        return Q_NOTHING
    return Q_ALL if facts.public else _any_of(branches)


def _any_of(conditions: Iterable[Q]) -> Q:
    """What any of the conditions lets in."""
    united = Q_NOTHING
    for one in conditions:
        if one == Q_ALL:
            return Q_ALL
        united = one if united is Q_NOTHING else united | one
    return united


def _branch(actor: Actor, model: type[models.Model], permission: str, grant: GrantView) -> Q:
    return reach_of(actor, model, permission, grant) & groups_of(model, grant)


def reach_of(actor: Actor, model: type[models.Model], permission: str, grant: GrantView) -> Q:
    """The part of a branch that is about whose record it is."""
    facts = facts_of(model)
    if facts.rule:
        return facts.rule(actor, permission)
    if facts.public:
        return Q_ALL
    if facts.record:
        reached = _with_record(actor, model, permission)
    else:
        reached = _with_parent(actor, model, permission) if facts.parent else _reached(grant, model)
    if facts.owners:
        reached = _any_of([reached, *_owned(actor, model)])
    if facts.private:
        reached = _unless_private(reached, facts, grant)
    return reached | Q(**{facts.shared: True}) if facts.shared and reached != Q_ALL else reached


def groups_of(model: type[models.Model], grant: GrantView) -> Q:
    """The part that is about access groups: a public record and a part of another one have none of their own."""
    facts = facts_of(model)
    if facts.public or facts.parent:
        return Q_ALL
    within = _grouped(grant, model)
    return within | Q(**{facts.shared: True}) if facts.shared and within != Q_ALL else within


def _owned(actor: Actor, model: type[models.Model]) -> list[Q]:
    """Rows seen through any of their owners: correlated, so that a page of a list asks only about its own rows."""
    found = [_through(actor, model, path) for path in facts_of(model).owners]
    return found + [further(actor) for further in further_owners(model)]


def _through(actor: Actor, model: type[models.Model], path: str) -> Q:
    """`participants__partner`: whoever sees every partner also sees what has none."""
    back, _sep, name = path.partition("__")
    relation: Any = model._meta.get_field(back)
    links: Any = relation.related_model
    owner: Any = links._meta.get_field(name).related_model
    seen = predicate(actor, owner, view_permission(owner))
    if seen == Q_ALL:
        return Q_ALL
    if seen == Q_NOTHING:
        return Q_NOTHING
    behind = _keys(owner, seen)
    mine = {relation.field.name: OuterRef("pk"), f"{name}__in": behind, "is_deleted": False}
    return Q(Exists(links._default_manager.filter(**mine)))


def _with_parent(actor: Actor, model: type[models.Model], permission: str) -> Q:
    """A child is seen when its parent is; a child of several parents when any of them is."""
    ways = [model._meta.get_field(path) for path in facts_of(model).parent.split("|")]
    return _any_of(_with_one_parent(actor, relation, permission) for relation in ways)


def _with_one_parent(actor: Actor, relation: Any, permission: str) -> Q:
    parent: type[models.Model] = relation.related_model
    if facts_of(parent).record:
        return _through_links(actor, parent, relation.field.attname, permission)
    seen = predicate(actor, parent, view_permission(parent))
    if seen == Q_ALL and not (relation.concrete and getattr(relation, "null", False)):
        return Q_ALL  # whoever sees every parent also sees what no parent holds any more
    if relation.concrete:
        return Q(**{f"{relation.name}__in": _keys(parent, seen)})
    back = relation.field.attname
    return Q(pk__in=parent._default_manager.filter(seen, is_deleted=False).values(back))


def _through_links(actor: Actor, links: type[models.Model], back: str, permission: str) -> Q:
    """Seen with any record that a link names; whether the links are private is asked of the child itself."""
    from artel.kernel.wholes import through_links  # noqa: PLC0415 -- wholes asks for predicates

    return _once_a_grant(actor, (back, links), permission, partial(through_links, actor, links, back))


def _keys(model: type[models.Model], seen: Q) -> QuerySet[Any]:
    """The keys of the rows that hold a condition. What other rows say of them (roles of a person) need not be read from them
    once more; SQLite takes a hundred words on its stack, and a chain of parts is soon that deep.
    """
    only = seen.children[0] if len(seen.children) == 1 and not seen.negated else None
    if isinstance(only, tuple):
        lookup, keys = only
        if lookup == "pk__in" and isinstance(keys, QuerySet):
            return keys
    return model._default_manager.filter(seen).values("pk")


def _with_record(actor: Actor, model: type[models.Model], permission: str) -> Q:
    """A row that names a record of any kind is seen when the record is, and acted on by who may change the record."""
    from artel.kernel.wholes import of_records  # noqa: PLC0415 -- wholes asks for predicates

    return _once_a_grant(actor, model, permission, partial(of_records, actor, model))


def _once_a_grant(actor: Actor, name: Hashable, permission: str, make: Callable[..., Q]) -> Q:
    """Dear conditions are made once for a person's grants; `make` is told whether he looks or changes."""
    looks = permission.partition(".")[2].startswith("view_")
    grants = actor.grants
    if not isinstance(grants, Grants):
        return make(looks=looks)
    key = (name, looks, actor.scopes)
    if key not in grants.of_records:
        grants.of_records[key] = make(looks=looks)
    return grants.of_records[key]


def _unless_private(reached: Q, facts: Facts, grant: GrantView) -> Q:
    """Private rows are their owner's, whatever else he may see; an administrator sees those that he reaches."""
    own = Q(**{facts.private: True, facts.owner: grant.user_id})
    if not grant.permissions.covers(ADMINISTER):
        reached &= Q(**{facts.private: False})
    return reached if reached == Q_ALL else reached | own


def _reached(grant: GrantView, model: type[models.Model]) -> Q:
    facts = facts_of(model)
    owner = facts.owner
    if grant.reach == Reach.ALL:
        return Q(**{owner: grant.user_id}) if facts.owners else Q_ALL
    if not owner:
        return Q_NOTHING
    own = Q(**{owner: grant.user_id})
    members = None if grant.reach == Reach.OWN or grant.unit is None else members_of(grant.unit)
    return own if members is None else Q(**{f"{owner}__in": members}) | own


def _grouped(grant: GrantView, model: type[models.Model]) -> Q:
    facts = facts_of(model)
    if not facts.access_group:
        return Q_ALL
    column = facts.access_group
    empty = Q(**{f"{column}__isnull": True})
    may_be_empty = model._meta.get_field(column).null
    if grant.group_mode == GroupMode.ONLY:
        within = Q(**{f"{column}__in": grant.groups}) if grant.groups else Q_NOTHING
    elif grant.group_mode == GroupMode.EXCEPT and grant.groups:
        within = (
            ~Q(**{f"{column}__in": grant.groups}) & ~empty
            if may_be_empty
            else ~Q(**{f"{column}__in": grant.groups})
        )
    else:
        within = ~empty if may_be_empty and not grant.permissions.covers(ADMINISTER) else Q_ALL
    if not may_be_empty or within == Q_ALL:
        return within
    if grant.reach != Reach.ALL:
        return within | empty  # the reach already holds the row to the owner and those above him
    return within | (empty & Q(**{facts.owner: grant.user_id})) if facts.owner else within
