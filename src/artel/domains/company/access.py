"""Who belongs to a department: what grants with the reach of a department ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from artel.kernel.access import members_of_unit

from .models import Employee


@members_of_unit
def members(unit: UUID) -> QuerySet[Any]:
    """User keys of a department and everything below it."""
    return Employee.objects.in_department(unit).filter(user__isnull=False).values("user")
