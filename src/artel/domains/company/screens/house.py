"""Own organisations, departments, employees, money and working days."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.domains.company.commands import (
    calendars,
    choose_management_currency,
    currencies,
    days,
    departments,
    employees,
    erase_employee,
    fill_year,
    organisations,
    rates,
)
from artel.domains.company.models import (
    CalendarDay,
    Currency,
    CurrencyRate,
    Department,
    Employee,
    Organisation,
    WorkCalendar,
)
from artel.domains.company.rates import signs
from artel.screens.registry import add_section, register
from artel.screens.vocabulary import Entity, Related, Section, SectionOfMenu, Table
from artel.web.money import signs_by

signs_by(signs)
add_section(SectionOfMenu(code="company", label=_("Company"), icon="building", order=800))

register(
    Entity(
        model=Organisation,
        path="organisations",
        helps={
            "full_name": _("As it stands in its papers."),
            "inn": _("10 digits of a company, 12 of an entrepreneur; its check digits are verified."),
        },
        section="company",
        icon="building",
        help=_("Own companies and entrepreneurs, in whose name is sold: requisites of documents."),
        table=Table(
            columns=["name", "inn", "kpp", "kind"],
            more_columns=["full_name", "ogrn", "is_archived"],
            filters=["kind", "is_archived"],
            sorts=["sort_name"],
            order="sort_name",
        ),
        form=[
            Section(_("Main"), ["name", "full_name", "kind", "is_archived"]),
            Section(_("Requisites"), ["inn", "kpp", "ogrn"]),
        ],
        create=organisations.add,
        change=organisations.change,
        actions=[organisations.mark, organisations.unmark],
    )
)
register(
    Entity(
        model=Department,
        path="departments",
        helps={
            "parent": _("The department that this one belongs to; empty at the top."),
            "head": _("Who answers for the department."),
        },
        section="company",
        icon="sitemap",
        help=_("The tree of departments; the reach of a head goes along it."),
        table=Table(
            columns=["name", "parent", "head"],
            more_columns=["is_archived"],
            filters=["parent", "head", "is_archived"],
            sorts=["sort_name"],
            order="sort_name",
        ),
        form=[Section(_("Main"), ["name", "parent", "head", "is_archived"])],
        create=departments.add,
        change=departments.change,
        actions=[departments.mark, departments.unmark],
        related=[
            Related(
                entity="company.department",
                via="parent",
                columns=["name", "head"],
                order="sort_name",
                title=_("Inside it"),
            ),
            Related(
                entity="company.employee", via="department", columns=["name", "position"], order="sort_name"
            ),
        ],
    )
)
register(
    Entity(
        model=Employee,
        path="employees",
        helps={
            "user": _("Under which name the person signs in; empty for who does not work in the system."),
            "ended_on": _("The last working day; empty while the person works here."),
        },
        section="company",
        icon="id",
        help=_("Who works where; an employee with a login is the person who signs in."),
        table=Table(
            columns=["name", "position", "department", "user"],
            more_columns=["started_on", "ended_on"],
            filters=["department", "user", "ended_on"],
            sorts=["sort_name"],
            order="sort_name",
        ),
        form=[
            Section(_("Main"), ["name", "user", "department", "position"]),
            Section(_("Time"), ["started_on", "ended_on"]),
        ],
        create=employees.add,
        change=employees.change,
        actions=[employees.mark, employees.unmark, erase_employee],
    )
)
register(
    Entity(
        model=Currency,
        path="currencies",
        helps={
            "code": _("Three letters by ISO 4217; rates and files name the currency by them."),
            "digits": _("How many digits its amounts have after the point."),
            "symbol": _("Stands beside amounts."),
        },
        icon="coin",
        help=_("Currencies of sums; one of them is that of management, in which reports count."),
        table=Table(
            columns=["code", "name", "symbol", "is_management"],
            more_columns=["name_en", "digits", "is_archived"],
            filters=["is_archived"],
            sorts=["sort_name", "code"],
            order="code",
        ),
        form=[Section(_("Main"), ["code", "name", "name_en", "digits", "symbol", "is_archived"])],
        facts=[Section(_("Main"), ["code", "name", "digits", "symbol", "is_management", "is_archived"])],
        create=currencies.add,
        change=currencies.change,
        actions=[choose_management_currency, currencies.mark, currencies.unmark],
        related=[
            Related(
                entity="company.currencyrate",
                via="currency",
                columns=["on", "rate", "multiplicity"],
                order="-on",
            )
        ],
    )
)
register(
    Entity(
        model=CurrencyRate,
        path="currency-rates",
        helps={
            "on": _("The rate is in force from this day until the next one."),
            "rate": _("What so many units cost in the management currency."),
            "multiplicity": _("For how many units the rate is given: 1, 10, 100."),
        },
        icon="chart-line",
        help=_("Rates by days: a sum in another currency is counted at the rate of its day."),
        table=Table(
            columns=["on", "currency", "rate", "multiplicity"],
            filters=["currency", "on"],
            sorts=["on"],
            order="-on",
        ),
        form=[Section(_("Main"), ["currency", "on", "rate", "multiplicity"])],
        create=rates.add,
        change=rates.change,
        actions=[rates.mark, rates.unmark],
    )
)
register(
    Entity(
        model=WorkCalendar,
        path="work-calendars",
        icon="calendar",
        help=_("Working days and holidays by years."),
        table=Table(
            columns=["name", "is_archived"],
            filters=["is_archived"],
            sorts=["sort_name"],
            order="sort_name",
        ),
        form=[Section(_("Main"), ["name", "is_archived"])],
        create=calendars.add,
        change=calendars.change,
        actions=[fill_year, calendars.mark, calendars.unmark],
        related=[
            Related(
                entity="company.calendarday",
                via="calendar",
                columns=["on", "kind", "comment"],
                order="-on",
            )
        ],
    )
)
register(
    Entity(
        model=CalendarDay,
        path="calendar-days",
        helps={
            "kind": _(
                "What the day is when the day of the week says otherwise: a holiday, a working Saturday."
            ),
        },
        section="",
        icon="calendar-event",
        table=Table(
            columns=["on", "calendar", "kind", "comment"],
            filters=["calendar", "kind", "on"],
            sorts=["on"],
            order="-on",
        ),
        form=[Section(_("Main"), ["calendar", "on", "kind", "comment"])],
        create=days.add,
        change=days.change,
        actions=[days.mark, days.unmark],
    )
)
