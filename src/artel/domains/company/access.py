"""Who belongs to a department: what grants with the reach of a department ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left, Length

from artel.kernel.access import members_of_unit
from artel.kernel.colleagues import Colleagues, tell
from artel.kernel.refusals import type_of_text

from .models import Department, Employee


@members_of_unit
def members(unit: UUID) -> QuerySet[Any]:
    """User keys of a department and everything below it."""
    return Employee.objects.in_department(unit).filter(user__isnull=False).values("user")


def _mine(user: UUID) -> QuerySet[Any]:
    """User keys of the department a person works in and everything below it."""
    own = Employee.objects.present().filter(user=user)
    below = Department.objects.filter(
        Exists(own.filter(department__path=Left(OuterRef("path"), Length("department__path"))))
    )
    return (
        Employee.objects.present()
        .filter(department__in=below.values("pk"), user__isnull=False)
        .values("user")
    )


def _units(user: UUID) -> QuerySet[Any]:
    """The department a person works in and those it lies in."""
    own = Employee.objects.present().filter(user=user)
    above = own.filter(department__path__startswith=OuterRef("path"))
    return Department.objects.present().filter(Exists(above)).values("pk")


def _choices() -> list[tuple[UUID, type_of_text]]:
    rows = Department.objects.present().filter(is_archived=False).by_path()
    return [(row.pk, row.label) for row in rows]


tell(Colleagues(_mine, _units, _choices))
