"""What lists, programs and files read of people that is no column: a page at a time, never one a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from artel.kernel.actors import Actor
from artel.kernel.people import User
from artel.kernel.roles import Grant

from .models import Department, Employee


def department_of(actor: Actor, records: Sequence[User]) -> Mapping[UUID, Department]:
    """Where each person works."""
    rows = Employee.objects.visible_to(actor).present().filter(user__in=[record.pk for record in records])
    return {row.user_id: row.department for row in rows.select_related("department") if row.user_id}


def roles_of(actor: Actor, records: Sequence[User]) -> Mapping[UUID, str]:
    """The roles of each person, by name."""
    grants = Grant.objects.visible_to(actor).present().filter(user__in=[record.pk for record in records])
    found: dict[UUID, list[str]] = {}
    for grant in grants.select_related("role").order_by("id"):
        found.setdefault(grant.user_id, []).append(str(grant.role))
    return {key: ", ".join(dict.fromkeys(names)) for key, names in found.items()}
