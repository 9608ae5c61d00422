"""The company's day: what is written as a day (`…_on`) is one day for everybody, whatever zone a person works in (house.md, names)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from artel.lib.periods import day_of


def company_today() -> date:
    """Today where the company is."""
    return day_of(timezone.now(), timezone.get_default_timezone())
