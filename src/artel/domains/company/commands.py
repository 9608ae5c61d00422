"""Acts on the company's own records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.kernel.acts import Act, Line, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import FIRST_YEAR, LAST_YEAR, Values, argument
from artel.kernel.commands import command
from artel.kernel.erasure import erased_along, erasing_command
from artel.kernel.line_checks import by_default, require_filled
from artel.kernel.record_commands import NoArguments, record_commands
from artel.kernel.records import Record
from artel.kernel.requisite_checks import check_requisites
from artel.kernel.tree_commands import carry, place

from .models import (
    CalendarDay,
    Currency,
    CurrencyRate,
    Department,
    Employee,
    Organisation,
    OrganisationKind,
    WorkCalendar,
)
from .workdays import holidays_of

Given = list[Line[Any, Values]]


def _check_organisation(act: Act, lines: Given) -> None:
    require_filled(lines, "name")
    check_requisites(
        lines, lambda line: "person" if line.value("kind") == OrganisationKind.ENTREPRENEUR else "company"
    )


organisations = record_commands(
    Organisation,
    fields=["name", "full_name", "kind", "inn", "kpp", "ogrn", "is_archived"],
    check=_check_organisation,
)


def _check_department(act: Act, lines: Given) -> None:
    require_filled(lines, "name")
    place(act, lines, Department)


departments = record_commands(
    Department,
    fields=["name", "parent", "head", "is_archived"],
    computed=["id", "path"],
    check=_check_department,
    after=lambda act, lines: carry(act, lines, Department),
)


def _check_employee(act: Act, lines: Given) -> None:
    require_filled(lines, "name", "department")
    for line in lines:
        started, ended = line.value("started_on"), line.value("ended_on")
        if started and ended and ended < started:
            sentence = _("The last day is before the first.")
            line.refuse("dates", sentence, fields={"ended_on": sentence})


employees = record_commands(
    Employee,
    fields=["name", "user", "department", "position", "started_on", "ended_on"],
    check=_check_employee,
)


erase_employee = erasing_command(
    Employee,
    room="company",
    applies=Applies(
        to=lambda employee: employee.ended_on is not None,
        columns=["ended_on"],
        code="still_here",
        sentence=_("This person still works here: say until when first."),
    ),
)


@erased_along("kernel.user")
def _employments(users: set[UUID]) -> dict[type[Record], set[UUID]]:
    return {Employee: set(Employee.objects.filter(user__in=users).values_list("pk", flat=True))}


def _check_currency(act: Act, lines: Given) -> None:
    require_filled(lines, "code", "name")
    for line in lines:
        code = str(line.value("code") or "").strip().upper()
        if "code" in line.args:
            line.args["code"] = code
        if len(code) != 3 or not (code.isascii() and code.isalpha()):
            sentence = _("A currency has a code of three Latin letters, such as USD.")
            line.refuse("invalid", sentence, fields={"code": sentence})
    by_default(lines, "symbol", "")


currencies = record_commands(
    Currency,
    fields=["code", "name", "name_en", "digits", "symbol", "is_archived"],
    check=_check_currency,
)

rates = record_commands(CurrencyRate, fields=["currency", "on", "rate", "multiplicity"])

calendars = record_commands(WorkCalendar, fields=["name", "is_archived"])
days = record_commands(CalendarDay, fields=["calendar", "on", "kind", "comment"])


RATES_STAND = _(
    "There are rates that say what currencies cost in the present one: mark them for deletion first."
)


@command(
    permission="company.change_currency",
    label=_("Count in this currency"),
    icon="coin",
    confirm=_("Sums kept so far stay as they are: only their sign changes."),
)
def choose_management_currency(act: Act, lines: Lines[Currency, NoArguments]) -> None:
    """Make it the management currency; the sums kept so far stay as they are. One currency an act, and not while rates stand."""
    for line in lines[1:]:
        line.refuse("one_only", _("Only one currency can be the management currency."))
    for line in lines[:1]:
        line.result = line.subject
        if line.subject.is_management:
            continue
        if CurrencyRate.objects.present().exists():
            line.refuse("rates_stand", RATES_STAND)
            continue
        others = Currency.objects.filter(is_management=True).exclude(pk=line.subject.pk)
        act.change_all(Currency, [(one, {"is_management": False}) for one in others])
        act.change(line.subject, is_management=True)
        line.result = line.subject


@dataclass(frozen=True, kw_only=True)
class Year:
    """A calendar year."""

    year: int = argument(label=_("Year"))


@command(
    permission="company.add_calendarday", label=_("Fill in the holidays of a year"), icon="calendar-plus"
)
def fill_year(act: Act, lines: Lines[WorkCalendar, Year]) -> None:
    """Write the holidays that the law fixes; days already written stay. Moved days off are added by hand, as each year decrees."""
    for line in lines:
        if not FIRST_YEAR <= line.args.year <= LAST_YEAR:
            said = _("The year must be between %(first)s and %(last)s.") % {
                "first": FIRST_YEAR,
                "last": LAST_YEAR,
            }
            line.refuse("invalid", said, fields={"year": said})
            continue
        there = set(
            line.subject.days.filter(is_deleted=False, on__year=line.args.year).values_list("on", flat=True)
        )
        fresh = [day for day in holidays_of(line.args.year) if day["on"] not in there]
        act.insert(CalendarDay, [{**day, "calendar": line.subject} for day in fresh])
        line.result = line.subject
