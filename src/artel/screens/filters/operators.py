"""The words a condition is made with: which operators a kind of field has, what they are called, what value they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.kernel.refusals import type_of_text
from artel.lib.periods import Unit

Takes = Literal["nothing", "one", "several", "range", "count", "period"]


@dataclass(frozen=True)
class Operator:
    """One operator. `positive` is the one whose opposite it is, if it is an opposite."""

    code: str
    label: type_of_text
    takes: Takes
    positive: str = ""
    is_offered: bool = True


OPERATORS: Mapping[str, Operator] = {
    one.code: one
    for one in (
        Operator("equals", pgettext_lazy("filter", "is"), "one"),
        Operator("not_equals", pgettext_lazy("filter", "is not"), "one", "equals"),
        Operator("in", pgettext_lazy("filter", "is one of"), "several"),
        Operator("not_in", pgettext_lazy("filter", "is none of"), "several", "in"),
        Operator("within", pgettext_lazy("filter", "lies within"), "several"),
        Operator("not_within", pgettext_lazy("filter", "lies outside"), "several", "within"),
        Operator("contains", pgettext_lazy("filter", "contains"), "one"),
        Operator("not_contains", pgettext_lazy("filter", "does not contain"), "one", "contains"),
        Operator("begins", pgettext_lazy("filter", "begins with"), "one"),
        Operator("gt", pgettext_lazy("filter", "more than"), "one"),
        Operator("gte", pgettext_lazy("filter", "at least"), "one"),
        Operator("lt", pgettext_lazy("filter", "less than"), "one"),
        Operator("lte", pgettext_lazy("filter", "at most"), "one"),
        Operator("between", pgettext_lazy("filter", "from … to …"), "range"),
        Operator("during", pgettext_lazy("filter", "lies in"), "period"),
        Operator("last_days", pgettext_lazy("filter", "in the last … days"), "count"),
        Operator("next_days", pgettext_lazy("filter", "in the next … days"), "count"),
        Operator("overdue", pgettext_lazy("filter", "is overdue"), "nothing"),
        Operator("empty", pgettext_lazy("filter", "is not filled in"), "nothing"),
        Operator("not_empty", pgettext_lazy("filter", "is filled in"), "nothing", "empty"),
    )
}

DATED: Mapping[str, type_of_text] = {
    "gt": pgettext_lazy("filter", "after"),
    "gte": pgettext_lazy("filter", "not before"),
    "lt": pgettext_lazy("filter", "before"),
    "lte": pgettext_lazy("filter", "not after"),
}
"""What the comparisons are called for days and moments."""

_SAME = ("equals", "not_equals", "in", "not_in")
_FILLED = ("empty", "not_empty")
_ORDER = ("gt", "gte", "lt", "lte", "between")
_TIME = ("during", "between", "last_days", "next_days", "overdue", "gt", "gte", "lt", "lte")

OF_KIND: Mapping[str, Sequence[str]] = {
    "text": ("contains", "begins", "equals", "not_equals", "not_contains", "in", "not_in", *_FILLED),
    "choice": ("in", "not_in", "equals", "not_equals", *_FILLED),
    "reference": ("in", "not_in", "equals", "not_equals", *_FILLED),
    "tree": ("within", "not_within", "in", "not_in", "equals", "not_equals", *_FILLED),
    "boolean": ("equals", "not_equals", *_FILLED),
    "integer": (*_ORDER, *_SAME, *_FILLED),
    "decimal": (*_ORDER, *_SAME, *_FILLED),
    "day": (*_TIME, *_SAME, *_FILLED),
    "moment": (*_TIME, *_SAME, *_FILLED),
    "key": (*_SAME, *_FILLED),
    "json": _FILLED,
    "found": ("equals",),
    "declared": ("equals", "in"),
}
"""The operators of each kind of field, the usual one first."""

BUILDER_LEAVES_OUT = {
    "choice": {"equals", "not_equals"},
    "reference": {"equals", "not_equals"},
    "tree": {"equals", "not_equals"},
    "boolean": {"not_equals", *_FILLED},
    "text": {"in", "not_in"},
    "integer": {"in", "not_in"},
    "decimal": {"in", "not_in"},
    "day": {"in", "not_in", "not_equals"},
    "moment": {"in", "not_in", "not_equals"},
}
"""What is understood but not offered by hand, because another operator says the same."""

PERIODS: Mapping[str, tuple[Unit, int, type_of_text]] = {
    "today": (Unit.DAY, 0, pgettext_lazy("period", "today")),
    "yesterday": (Unit.DAY, -1, pgettext_lazy("period", "yesterday")),
    "tomorrow": (Unit.DAY, 1, pgettext_lazy("period", "tomorrow")),
    "this_week": (Unit.WEEK, 0, pgettext_lazy("period", "this week")),
    "last_week": (Unit.WEEK, -1, pgettext_lazy("period", "last week")),
    "next_week": (Unit.WEEK, 1, pgettext_lazy("period", "next week")),
    "this_month": (Unit.MONTH, 0, pgettext_lazy("period", "this month")),
    "last_month": (Unit.MONTH, -1, pgettext_lazy("period", "last month")),
    "next_month": (Unit.MONTH, 1, pgettext_lazy("period", "next month")),
    "this_quarter": (Unit.QUARTER, 0, pgettext_lazy("period", "this quarter")),
    "last_quarter": (Unit.QUARTER, -1, pgettext_lazy("period", "last quarter")),
    "next_quarter": (Unit.QUARTER, 1, pgettext_lazy("period", "next quarter")),
    "this_year": (Unit.YEAR, 0, pgettext_lazy("period", "this year")),
    "last_year": (Unit.YEAR, -1, pgettext_lazy("period", "last year")),
    "next_year": (Unit.YEAR, 1, pgettext_lazy("period", "next year")),
}
"""Periods told from today: the calendar unit and how many units away."""

ME = "me"
MY_DEPARTMENT = "my_department"
WORDS: Mapping[str, type_of_text] = {ME: _("me"), MY_DEPARTMENT: _("my department")}
"""Words that stand for people."""


def label_of(operator: Operator, kind: str) -> str:
    """What an operator is called for a kind of field."""
    return str(DATED.get(operator.code, operator.label) if kind in {"day", "moment"} else operator.label)


def offered(kind: str) -> list[Operator]:
    """The operators that the query builder offers for a kind."""
    left_out = BUILDER_LEAVES_OUT.get(kind, set())
    return [OPERATORS[code] for code in OF_KIND[kind] if code not in left_out]
