"""Named filters over the company's own records; a subtree is one condition on the branch's path."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db.models import Model, Q

from artel.kernel.days import company_today
from artel.kernel.records import M, RecordQuerySet


class EmployeeQuerySet(RecordQuerySet[M]):
    """People of the house."""

    def working(self, on: date | None = None) -> Self:
        """Those who work on a day (today)."""
        day = on or company_today()
        return self.present().filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day), started_on__lte=day)

    def in_department(self, key: UUID) -> Self:
        """Those of a department and everything below it, the dismissed included: their records stay with the department."""
        return self.present().filter(department__path__contains=key.hex)


class RateQuerySet(RecordQuerySet[M]):
    """Dated rates."""

    def known_on(self, currency: Model | UUID, on: date) -> Self:
        """Rates of a currency up to a day, the latest first."""
        return self.present().filter(currency=currency, on__lte=on).order_by("-on")


class CurrencyQuerySet(RecordQuerySet[M]):
    """Currencies."""

    def management(self) -> Any:
        """The currency in which the company counts; None in a base that has no currencies."""
        return self.present().filter(is_management=True).first()
