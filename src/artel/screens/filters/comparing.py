"""One column or attribute compared with values, in SQL that answers alike on both databases."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from artel.kernel.attributes.expressions import condition as of_attribute
from artel.lib.names import sort_key

from .fields import FilterField
from .operators import Operator
from .values import ends_of, moment, today, values_of

NOTHING = Q(pk__in=[])
RANGES = {"between", "during", "last_days", "next_days"}


def compared(asked: FilterField, operator: Operator, value: Any, now: datetime) -> Q:
    """The condition of a positive operator. Raises ValidationError with a sentence about the value."""
    if operator.code == "empty":
        return _empty(asked)
    if operator.code == "overdue":
        return _past(asked, now)
    if operator.code in RANGES:
        return _within(asked, *ends_of(asked, operator, value, now))
    if asked.kind == "moment":
        return _of_moment(asked, operator, value)
    return _of_values(asked, operator, values_of(asked, operator, value))


def _empty(asked: FilterField) -> Q:
    if asked.attribute is not None:
        return of_attribute(asked.attribute, "isnull", value=True, via=asked.via)
    nothing = Q(**{f"{asked.path}__isnull": True})
    return nothing | Q(**{asked.path: ""}) if asked.kind in {"text", "choice"} else nothing


def _past(asked: FilterField, now: datetime) -> Q:
    """Before today, or before now where the hour counts."""
    if asked.attribute is not None:
        return of_attribute(asked.attribute, "lt", today(now), via=asked.via)
    return Q(**{f"{asked.path}__lt": now if asked.kind == "moment" else today(now)})


def _within(asked: FilterField, low: Any, high: Any) -> Q:
    made = Q()
    if asked.attribute is not None:
        made = Q() if low is None else of_attribute(asked.attribute, "gte", low, via=asked.via)
        return made if high is None else made & of_attribute(asked.attribute, "lte", high, via=asked.via)
    if low is not None:
        made = Q(**{f"{asked.path}__gte": low})
    last = "lt" if asked.kind == "moment" else "lte"
    return made if high is None else made & Q(**{f"{asked.path}__{last}": high})


def _of_moment(asked: FilterField, operator: Operator, given: Any) -> Q:
    """A day stands for the whole of it: after it, before it, until its end."""
    made = NOTHING
    for one in given if operator.takes == "several" and isinstance(given, list) else [given]:
        if one in (None, ""):
            raise ValidationError(_("A value is expected."))
        begins, ends = moment(one)
        single = {
            "gt": Q(**{f"{asked.path}__gte": ends}),
            "gte": Q(**{f"{asked.path}__gte": begins}),
            "lt": Q(**{f"{asked.path}__lt": begins}),
            "lte": Q(**{f"{asked.path}__lt": ends}),
        }.get(operator.code, Q(**{f"{asked.path}__gte": begins, f"{asked.path}__lt": ends}))
        made = single if made == NOTHING else made | single
    return made


def _of_values(asked: FilterField, operator: Operator, values: list[Any]) -> Q:
    code = operator.code
    if asked.attribute is not None:
        lookup = {"equals": "exact", "begins": "startswith"}.get(code, code)
        return of_attribute(asked.attribute, lookup, values if code == "in" else values[0], via=asked.via)
    if code in {"contains", "begins"}:
        return _of_text(asked, code, str(values[0]))
    if asked.folded and code in {"equals", "in"}:
        return Q(**{f"{asked.folded}__in": [sort_key(str(value))[:250] for value in values]})
    if code in {"equals", "in"}:
        return Q(**{f"{asked.path}__in": values}) if len(values) > 1 else Q(**{asked.path: values[0]})
    return Q(**{f"{asked.path}__{code}": values[0]})


def _of_text(asked: FilterField, code: str, text: str) -> Q:
    """Without regard to case and ё: by the folded twin, else by a pattern, which both databases fold alike."""
    if not text:
        raise ValidationError(_("A value is expected."))
    if asked.folded:
        lookup = "startswith" if code == "begins" else "contains"
        return Q(**{f"{asked.folded}__{lookup}": sort_key(text)})
    return Q(**{f"{asked.path}__iregex": ("^" if code == "begins" else "") + pattern_of(text)})


def pattern_of(text: str) -> str:
    """A regular expression of both databases for exactly this text, е and ё alike."""
    return "".join("[её]" if letter in "еёЕЁ" else re.escape(letter) for letter in text)
