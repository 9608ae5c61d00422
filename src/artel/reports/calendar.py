"""Days and moments taken together by calendar units of the company: months, quarters and the like as dimensions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from django.db.models import DateField, DateTimeField, Field, Q
from django.db.models.functions import Trunc
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from artel.kernel.refusals import type_of_text
from artel.lib.periods import Unit, day_start, shifted, unit_start

from .vocabulary import Dimension

UNITS: Sequence[tuple[Unit, type_of_text]] = (
    (Unit.YEAR, pgettext_lazy("by", "year")),
    (Unit.QUARTER, pgettext_lazy("by", "quarter")),
    (Unit.MONTH, pgettext_lazy("by", "month")),
    (Unit.WEEK, pgettext_lazy("by", "week")),
    (Unit.DAY, pgettext_lazy("by", "day")),
)
_BY = gettext_lazy("{what}, by {unit}")
_FORMATS = {Unit.YEAR: "y", Unit.QUARTER: "QQQ y", Unit.MONTH: "LLLL y"}


def by_units(name: str, label: type_of_text, of: str, *, empty: type_of_text = "") -> list[Dimension]:
    """Dimensions such as `started_month` over one field: «Start, by month»."""
    return [
        Dimension(
            name=f"{name}_{unit}",
            label=format_lazy(_BY, what=label, unit=word),
            of=of,
            unit=unit,
            empty=empty,
        )
        for unit, word in UNITS
    ]


def truncated(path: str, field: Field[Any, Any], unit: Unit) -> Trunc:
    """The first day of the unit, by the company's clock."""
    zone = timezone.get_default_timezone() if isinstance(field, DateTimeField) else None
    return Trunc(path, unit.value, output_field=DateField(), tzinfo=zone)


def within(path: str, field: Field[Any, Any], unit: Unit, keys: Collection[date | None]) -> Q:
    """The rows of some units, as ranges that an index can answer; None is no day at all."""
    condition = Q(pk__in=[])
    for key in keys:
        if key is None:
            condition |= Q(**{f"{path}__isnull": True})
            continue
        first, after = unit_start(key, unit), shifted(key, unit, 1)
        edges: list[Any] = [first, after]
        if isinstance(field, DateTimeField):
            edges = [day_start(edge, timezone.get_default_timezone()) for edge in edges]
        condition |= Q(**{f"{path}__gte": edges[0], f"{path}__lt": edges[1]})
    return condition


def as_day(value: Any) -> date:
    """What a database or an address gives for a day."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def called(day: date, unit: Unit) -> str:
    """«март 2015», «2-й кв. 2015», «неделя с 30.03.2015» in the reader's language."""
    locale = (get_language() or "en")[:2]
    shown = format_date(day, _FORMATS.get(unit, "dd.MM.y" if locale == "ru" else "d MMM y"), locale=locale)
    return _("week of %s") % shown if unit is Unit.WEEK else shown
