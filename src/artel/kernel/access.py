"""One access engine: every way of seeing or changing a row starts from its predicate.

Inside one grant all restrictions must allow (AND); a person's grants unite (OR). A child row is seen with its parent, a
row of several owners (`Facts.owners`) when any of them is seen.
A record whose access group is empty although its model has one (a deal without a client) is seen by its owner and
those above him, not by everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from . import standing
from .actors import Actor
from .facts import Facts
from .people import User
from .permissions import PermissionSet, effective
from .ready import Given, Question, Ready
from .records import facts_of
from .refusals import Forbidden
from .roles import Grant, GrantGroup, GroupMode, Reach, Role
from .steering import holds_seldom, steered

Q_NOTHING = Q(pk__in=[])
Q_ALL = Q()
QS = TypeVar("QS", bound="QuerySet[Any]")
T = TypeVar("T")
ADMINISTER = "kernel.administer"


@dataclass(frozen=True)
class GrantView:
    """A grant as the engine reads it."""

    grant_id: UUID
    role: str
    user_id: UUID
    reach: Reach
    unit: UUID | None
    group_mode: GroupMode
    groups: tuple[UUID, ...]
    permissions: PermissionSet
    hidden_fields: dict[str, list[str]]


Members = Callable[[UUID], "QuerySet[Any]"]
_members: list[Members] = []


def members_of_unit(provider: Members) -> Members:
    """Register what gives the user keys of a department's subtree (one values() query set); company does."""
    _members[:] = [provider]
    return provider


Owners = Callable[[Actor], Q]
_further: dict[type[models.Model], list[Owners]] = {}


def owners_besides(model: type[models.Model]) -> Callable[[Owners], Owners]:
    """Register owners that no path leads to: a condition for rows of the model that the actor sees through them."""

    def add(found: Owners) -> Owners:
        _further.setdefault(model, []).append(found)
        return found

    return add


class Grants(list[GrantView]):
    """A person's live grants, the queries made ready for them, and what follows from nothing but them."""

    def __init__(self, grants: Iterable[GrantView] = ()) -> None:
        super().__init__(grants)
        self.ready: dict[Hashable, Ready] = {}
        self.of_records: dict[Hashable, Q] = {}
        self._follows: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was worked out from these grants, under a key that says all that they were asked."""
        try:
            found: T = self._follows[key]
        except KeyError:
            found = self._follows[key] = make()
        return found


def grants_of(user: User) -> Grants:
    """The person's live grants: two queries, the second only when a grant lists access groups; none of kept ones."""
    kept = standing.present()
    return kept.once(("grants", user.pk), lambda: _grants_of(user)) if kept else _grants_of(user)


def _grants_of(user: User) -> Grants:
    rows = Grant.objects.filter(user=user, is_deleted=False, role__is_deleted=False).select_related("role")
    listed = [grant.pk for grant in rows if grant.group_mode != GroupMode.ALL]
    groups: dict[UUID, list[UUID]] = {}
    if listed:
        named = GrantGroup.objects.filter(grant_id__in=listed, is_deleted=False)
        for grant_id, group_id in named.values_list("grant_id", "access_group_id"):
            groups.setdefault(grant_id, []).append(group_id)
    return Grants(_view(grant, tuple(groups.get(grant.pk, ()))) for grant in rows)


def _view(grant: Grant, groups: tuple[UUID, ...]) -> GrantView:
    role = grant.role
    return GrantView(
        grant_id=grant.pk,
        role=role.code or role.name,
        user_id=grant.user_id,
        reach=Reach(grant.reach),
        unit=grant.unit,
        group_mode=GroupMode(grant.group_mode),
        groups=groups,
        permissions=effective(role.code, role.added, role.withdrawn),
        hidden_fields=role.hidden_fields,
    )


_house = Grants()


def ready(
    actor: Actor,
    name: str,
    model: type[models.Model],
    permission: str,
    rows: Callable[[QuerySet[Any]], QuerySet[Any]],
    *,
    steer: bool = True,
) -> Ready:
    """A query over the rows to which the actor's grants of a permission reach, its SQL made once for those grants.

    `rows` says what is asked of them, and `name` tells that apart from other questions. Not to `steer` is for the few rows
    that a key leaves, ordered as they may be: an index finds them whoever asks.
    """

    def made() -> Ready:
        everything = model._default_manager.all()
        reached = everything.filter(predicate(actor, model, permission))
        return Ready(rows(restrict(everything, actor, permission) if steer else reached))

    grants = _house if actor.is_unbounded else actor.grants
    if not isinstance(grants, Grants):
        return made()
    key = (name, model, permission, actor.scopes)
    if key not in grants.ready:
        grants.ready[key] = made()
    return grants.ready[key]


def _following(actor: Actor, asked: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """An answer that depends on nothing but the actor's grants and scopes."""
    grants = actor.grants
    return grants.once((*asked, actor.scopes), make) if isinstance(grants, Grants) else make()


def reaches_all_seen(actor: Actor, permission: str, model: type[models.Model]) -> bool:
    """Whether a right reaches every record that the actor may see, as far as it can be told without asking for one."""
    if actor.is_unbounded:
        return True

    def reaches() -> bool:
        reached = predicate(actor, model, permission)
        return reached in (Q_ALL, predicate(actor, model, view_permission(model)))

    return _following(actor, ("reaches", permission, model), reaches)


@lru_cache(maxsize=512)
def view_permission(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.view_{model._meta.model_name}"


def restrict(rows: QS, actor: Actor, permission: str) -> QS:
    """The rows to which the actor's grants of a permission reach."""
    condition = predicate(actor, rows.model, permission)
    if condition is Q_ALL or condition is Q_NOTHING:
        return rows.filter(condition)
    return rows.filter(steered(condition, rows.model, (permission, actor.user_id, actor.scopes)))


def sees_all(actor: Actor, model: type[models.Model]) -> bool:
    """Whether nothing of the model is hidden from the actor."""
    return predicate(actor, model, view_permission(model)) is Q_ALL


def sees_few(actor: Actor, model: type[models.Model]) -> bool:
    """Whether reading all that the actor sees of the model costs less than walking past the rest."""
    permission = view_permission(model)
    condition = predicate(actor, model, permission)
    if condition is Q_ALL or condition is Q_NOTHING:
        return False
    return holds_seldom(condition, model, (permission, actor.user_id, actor.scopes))


def predicate(actor: Actor | None, model: type[models.Model], permission: str) -> Q:
    """One SQL condition over `model`; matches nothing for who may not at all."""
    if actor is None:
        return Q_NOTHING
    if actor.is_unbounded:
        return Q_ALL
    facts = facts_of(model)
    if facts.closed_with and permission == view_permission(model) and _is_closed(actor, model):
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


def _owned(actor: Actor, model: type[models.Model]) -> list[Q]:
    """Rows seen through any of their owners: correlated, so that a page of a list asks only about its own rows."""
    found = [_through(actor, model, path) for path in facts_of(model).owners]
    return found + [further(actor) for further in _further.get(model, ())]


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


def _branch(actor: Actor, model: type[models.Model], permission: str, grant: GrantView) -> Q:
    return _reach_of(actor, model, permission, grant) & _groups_of(model, grant)


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
    from .wholes import through_links  # noqa: PLC0415 -- wholes asks for predicates

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
    from .wholes import of_records  # noqa: PLC0415 -- wholes asks for predicates

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
    if grant.reach == Reach.OWN or grant.unit is None or not _members:
        return Q(**{owner: grant.user_id})
    return Q(**{f"{owner}__in": _members[0](grant.unit)}) | Q(**{owner: grant.user_id})


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


def seen_by_key(actor: Actor, model: type[models.Model], keys: Iterable[UUID]) -> dict[UUID, Any]:
    """Those of some records that the actor may see; what stands comes from memory while a page is being made."""
    condition = predicate(actor, model, view_permission(model))
    kept = standing.present()
    if kept and facts_of(model).standing and condition == Q_ALL:
        records = kept.records(model, keys)
        return {key: record for key in keys if (record := records[key]) is not None}
    if len(wanted := list(keys)) == 1:
        record = one_seen(actor, model, wanted[0])
        return {} if record is None else {wanted[0]: record}
    return model._default_manager.filter(condition).in_bulk(wanted)


def one_seen(actor: Actor, model: type[models.Model], key: UUID) -> Any:
    """The record behind a key, newly read, or None when there is none or the actor may not see it."""
    asked = asking_for(actor, model, key)
    return next(iter(asked.ready.rows(**asked.given)), None)


def asking_for(actor: Actor, model: type[models.Model], key: UUID) -> Question:
    """What `one_seen` asks the base."""
    return ready(actor, "one", model, view_permission(model), _by_key).asking(key=key)


def _by_key(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(pk=Given("key"))


def can(actor: Actor, permission: str, record: models.Model) -> bool:
    """The one question about acting on one record."""
    if actor.is_unbounded:
        return True
    return (
        type(record)
        ._default_manager.filter(predicate(actor, type(record), permission), pk=record.pk)
        .exists()
    )


def require(actor: Actor | None, permission: str) -> None:
    """Raise Forbidden unless the actor holds the permission for at least some records."""
    if actor is None or not actor.has(permission):
        raise Forbidden("forbidden", _("You have no right to do this. Ask an administrator for it."))


@dataclass(frozen=True)
class FieldSet:
    """The fields of an entity that an actor may see: all but the hidden ones."""

    hidden: frozenset[str]

    def __contains__(self, name: str) -> bool:
        return name.removesuffix("_id") not in self.hidden and name not in self.hidden

    def has_all(self, names: Iterable[str]) -> bool:
        return all(name in self for name in names)

    def of(self, names: Any) -> list[str]:
        return [name for name in names if name in self]


ALL_FIELDS = FieldSet(frozenset())


def fields_visible_to(actor: Actor | None, model: type[models.Model]) -> FieldSet:
    """Asked by every engine before it shows, sorts, filters or exports a field: hidden when every grant hides it."""
    if actor is None or actor.is_unbounded:
        return ALL_FIELDS
    return _following(actor, ("fields", model), lambda: _fields_visible_to(actor, model))


def hidden_from_some(model: type[models.Model], field: str) -> bool:
    """Whether any role in use hides a field: then nothing that everybody reads may be made of it. A query, or none of kept ones."""
    entity = model._meta.label_lower

    def asked() -> bool:
        hidden = Role.objects.present().values_list("hidden_fields", flat=True)
        return any(field in each.get(entity, ()) for each in hidden)

    kept = standing.present()
    return kept.once(("hidden from some", entity, field), asked) if kept else asked()


def path_visible_to(actor: Actor | None, model: type[models.Model], path: str) -> bool:
    """Whether a path over references (`legal_entity__inn`) leads through nothing that is hidden; a cell's name is a path, too."""
    at: Any = model
    for name in path.split("__"):
        if name not in fields_visible_to(actor, at):
            return False
        try:
            at = at._meta.get_field(name).related_model
        except FieldDoesNotExist:
            return True
        if at is None:
            return True
    return True


def _fields_visible_to(actor: Actor, model: type[models.Model]) -> FieldSet:
    entity = model._meta.label_lower
    hidden = [set(g.hidden_fields.get(entity, ())) for g in actor.grants_of(view_permission(model))]
    found = frozenset(set.intersection(*hidden)) if hidden else frozenset()
    facts = facts_of(model) if hasattr(model, "facts") else None
    if facts and facts.closed_with and _is_closed(actor, model):
        found |= frozenset(each.name for each in model._meta.concrete_fields)
    if facts and facts.like_parent:
        found |= _hidden_of_parent(actor, model).intersection(facts.like_parent)
    return FieldSet(found) if found else ALL_FIELDS


def _is_closed(actor: Actor, model: type[models.Model]) -> bool:
    """Whether a field of the parent is closed of which this part would tell."""
    return not _hidden_of_parent(actor, model).isdisjoint(facts_of(model).closed_with)


def _hidden_of_parent(actor: Actor, model: type[models.Model]) -> frozenset[str]:
    parent: Any = model._meta.get_field(facts_of(model).parent).related_model
    return fields_visible_to(actor, parent).hidden


@dataclass(frozen=True)
class Reason:
    """Why a grant does or does not show a record."""

    role: str
    reach: Reach
    group_mode: GroupMode
    holds_permission: bool
    reaches: bool
    in_groups: bool
    grant_id: UUID | None = None

    @property
    def lets(self) -> bool:
        """Whether this grant alone shows the record."""
        return self.holds_permission and self.reaches and self.in_groups


def why(actor: Actor, record: models.Model, permission: str | None = None) -> list[Reason]:
    """Why can I see this, why not: one line a grant, by the same conditions that `predicate` unites."""
    model = type(record)
    permission = permission or view_permission(model)

    def holds(condition: Q) -> bool:
        return condition == Q_ALL or model._default_manager.filter(condition, pk=record.pk).exists()

    return [
        Reason(
            grant.role,
            grant.reach,
            grant.group_mode,
            holds_permission=grant.permissions.covers(permission),
            reaches=holds(_reach_of(actor, model, permission, grant)),
            in_groups=holds(_groups_of(model, grant)),
            grant_id=grant.grant_id,
        )
        for grant in actor.grants
    ]


def _reach_of(actor: Actor, model: type[models.Model], permission: str, grant: GrantView) -> Q:
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


def _groups_of(model: type[models.Model], grant: GrantView) -> Q:
    """The part that is about access groups: a public record and a part of another one have none of their own."""
    facts = facts_of(model)
    if facts.public or facts.parent:
        return Q_ALL
    within = _grouped(grant, model)
    return within | Q(**{facts.shared: True}) if facts.shared and within != Q_ALL else within
