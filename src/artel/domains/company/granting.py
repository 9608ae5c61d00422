"""Giving roles: to whom, how far they reach, and within which access groups of partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Values, argument
from artel.kernel.commands import Command, command
from artel.kernel.people import User
from artel.kernel.rights_acts import grants
from artel.kernel.roles import AccessGroup, Grant, GrantGroup, GroupMode, Reach, Role

from .models import Department


@dataclass(frozen=True, kw_only=True)
class RoleGiven:
    """A role given to a person, and how far it reaches (the role's usual reach when nothing is said)."""

    user: User = argument(label=_("User"))
    role: Role = argument(label=_("Role"))
    reach: Reach | None = argument(label=_("Reach"), default=None)
    department: Department | None = argument(label=_("Department"), default=None)
    access_group: AccessGroup | None = argument(
        label=_("Only this access group"), default=None, help=_("Others are added on the card of the grant.")
    )


@command(permission="kernel.add_grant", label=_("Give a role"), creates=Grant, icon="shield-plus")
def grant_role(act: Act, lines: Lines[Grant, RoleGiven]) -> None:
    """Give people roles, in a department and within an access group where these are named."""
    for line in lines:
        given = line.args
        reach = given.reach or Reach(given.role.usual_reach)
        values = Values(user=given.user, role=given.role, reach=reach, **_limits(line, reach, given))
        if line.is_open:
            _hand_on(act, grants.add, line, Line(values))


@dataclass(frozen=True, kw_only=True)
class ReachGiven:
    """How far a role given already reaches, and how the access groups listed beside it restrict it."""

    reach: Reach | None = argument(label=_("Reach"), default=None)
    department: Department | None = argument(label=_("Department"), default=None)
    group_mode: GroupMode | None = argument(label=_("Access groups"), default=None)


@command(permission="kernel.change_grant", label=_("Change how far it reaches"), icon="shield-cog")
def change_role_grant(act: Act, lines: Lines[Grant, ReachGiven]) -> None:
    """Change the reach of a grant. What is not named stays as it is: silence never widens rights."""
    listed = groups_of([line.subject for line in lines])
    for line in lines:
        reach = line.args.reach or Reach(line.subject.reach)
        values = Values(reach=reach, unit=_unit(line, reach, line.args.department))
        if line.args.group_mode is not None:
            kept = listed[line.subject.pk] if line.args.group_mode != GroupMode.ALL else []
            values.update(group_mode=line.args.group_mode, groups=kept)
        if line.is_open:
            _hand_on(act, grants.change, line, Line(values, line.subject))


@dataclass(frozen=True, kw_only=True)
class GroupNamed:
    """An access group that comes to those listed or leaves them."""

    access_group: AccessGroup = argument(label=_("Access group"))


@command(permission="kernel.change_grant", label=_("Add an access group"), icon="plus")
def add_grant_group(act: Act, lines: Lines[Grant, GroupNamed]) -> None:
    """One more group among those listed; a grant that reached all groups reaches only the listed ones from then on."""
    listed = groups_of([line.subject for line in lines])
    for line in lines:
        mode = GroupMode(line.subject.group_mode)
        groups = [*listed[line.subject.pk], line.args.access_group]
        _list(act, line, groups, GroupMode.ONLY if mode == GroupMode.ALL else mode)


@command(permission="kernel.change_grant", label=_("Take the access group from the list"), icon="x")
def remove_grant_group(act: Act, lines: Lines[Grant, GroupNamed]) -> None:
    """One group less; the last of a grant that reaches only the listed ones stays, for nothing else would be left."""
    listed = groups_of([line.subject for line in lines])
    for line in lines:
        mode = GroupMode(line.subject.group_mode)
        left = [one for one in listed[line.subject.pk] if one.pk != line.args.access_group.pk]
        _list(act, line, left, mode if left or mode == GroupMode.ONLY else GroupMode.ALL)


def _list(act: Act, line: Line[Grant, GroupNamed], groups: Sequence[AccessGroup], mode: GroupMode) -> None:
    _hand_on(act, grants.change, line, Line(Values(groups=list(groups), group_mode=mode), line.subject))


def groups_of(given: Sequence[Grant]) -> dict[UUID, list[AccessGroup]]:
    """The access groups listed for grants, by grant: one query."""
    rows = GrantGroup.objects.present().filter(grant__in=[one.pk for one in given])
    found: dict[UUID, list[AccessGroup]] = {one.pk: [] for one in given}
    for row in rows.select_related("access_group").order_by("access_group__sort_name", "id"):
        found[row.grant_id].append(row.access_group)
    return found


def _limits(line: Line[Any, Any], reach: Reach, given: RoleGiven) -> dict[str, Any]:
    return {
        "unit": _unit(line, reach, given.department),
        "group_mode": GroupMode.ONLY if given.access_group else GroupMode.ALL,
        "groups": [given.access_group] if given.access_group else [],
    }


def _unit(line: Line[Any, Any], reach: Reach, department: Department | None) -> UUID | None:
    """The key of the department that the grant reaches."""
    unit: UUID | None = department.pk if department else getattr(line.subject, "unit", None)
    if reach == Reach.DEPARTMENT and unit is None:
        sentence = _("Name the department that it reaches.")
        line.refuse("required", sentence, needs=["department"], fields={"department": sentence})
    return unit if reach == Reach.DEPARTMENT else None


def _hand_on(act: Act, to: Command, line: Line[Any, Any], inner: Line[Any, Any]) -> None:
    """The plain command does it in the same act; its answer is this line's."""
    to.within(act, [inner])
    line.result, line.refusal = inner.result, inner.refusal
