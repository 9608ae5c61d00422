"""What somebody has been granted, as the engine reads it; what follows from grants alone is worked out once for them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.kernel.people import User
from artel.kernel.permissions import PermissionSet, effective
from artel.kernel.ready import Ready
from artel.kernel.roles import Grant, GrantGroup, GroupMode, Reach

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


def of_oneself(user: User, *permissions: str) -> GrantView:
    """What somebody may do to what is his own, whatever his roles."""
    return GrantView(
        grant_id=user.pk,
        role="",
        user_id=user.pk,
        reach=Reach.OWN,
        unit=None,
        group_mode=GroupMode.ALL,
        groups=(),
        permissions=PermissionSet(frozenset(permissions)),
        hidden_fields={},
    )


Members = Callable[[UUID], "QuerySet[Any]"]
_members: list[Members] = []


def members_of_unit(provider: Members) -> Members:
    """Register what gives the user keys of a department's subtree (one values() query set); company does."""
    _members[:] = [provider]
    return provider


def members_of(unit: UUID) -> QuerySet[Any] | None:
    """The user keys of a department's subtree; None while no room knows departments."""
    return _members[0](unit) if _members else None


Owners = Callable[[Actor], Q]
_further: dict[type[models.Model], list[Owners]] = {}


def owners_besides(model: type[models.Model]) -> Callable[[Owners], Owners]:
    """Register owners that no path leads to: a condition for rows of the model that the actor sees through them."""

    def add(found: Owners) -> Owners:
        _further.setdefault(model, []).append(found)
        return found

    return add


def further_owners(model: type[models.Model]) -> Iterable[Owners]:
    """The owners of a model's rows that no path leads to."""
    return _further.get(model, ())


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
    return standing.once(("grants", user.pk), lambda: _grants_of(user))


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


def following(actor: Actor, asked: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """An answer that depends on nothing but the actor's grants and scopes."""
    grants = actor.grants
    return grants.once((*asked, actor.scopes), make) if isinstance(grants, Grants) else make()


@lru_cache(maxsize=512)
def view_permission(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.view_{model._meta.model_name}"
