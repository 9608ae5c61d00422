"""People and departments for tests: everything goes through the commands, as in life."""

from __future__ import annotations

from typing import Any

from artel.kernel.actors import Actor
from artel.kernel.admission import add_user
from artel.kernel.people import User
from artel.kernel.rights_acts import grants
from artel.kernel.roles import AccessGroup, GroupMode, Reach, Role

from .commands import departments, employees
from .models import Department

HOUSE = Actor.system("tests")


def person(
    login: str,
    role: str = "",
    *,
    department: Department | None = None,
    reach: Reach | None = None,
    only: list[AccessGroup] | None = None,
) -> Actor:
    """Somebody who signs in: with a shipped role in its usual reach, or role-less; `only` lists access groups."""
    user: User = add_user(HOUSE, login=login, name=login.title())
    if department:
        employees.add(HOUSE, name=user.name, user=user, department=department)
    if role:
        give(user, role, department=department, reach=reach, only=only)
    return Actor.person(user)


def give(
    user: User,
    role: str,
    *,
    department: Department | None = None,
    reach: Reach | None = None,
    only: list[AccessGroup] | None = None,
) -> Any:
    """A grant of a shipped role."""
    found = Role.objects.get(code=role)
    return grants.add(
        HOUSE,
        user=user,
        role=found,
        reach=reach or found.usual_reach,
        unit=department.pk if department else None,
        group_mode=GroupMode.ONLY if only else GroupMode.ALL,
        groups=only or [],
    )


def department(name: str, parent: Department | None = None) -> Department:
    made: Department = departments.add(HOUSE, name=name, parent=parent)
    return made
