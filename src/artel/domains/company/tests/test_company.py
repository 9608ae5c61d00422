"""Departments, people of the house, currencies, working days, and what ships with every base."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artel.domains.company.commands import (
    choose_management_currency,
    currencies,
    days,
    departments,
    employees,
    fill_year,
    organisations,
    rates,
)
from artel.domains.company.factories import HOUSE, department, person
from artel.domains.company.models import CalendarDay, Currency, Department, Employee, WorkCalendar
from artel.domains.company.rates import Rates, management_currency
from artel.domains.company.workdays import WorkDays, holidays_of
from artel.kernel import numbering
from artel.kernel.acts import Line
from artel.kernel.journal.writing import system_set
from artel.kernel.refusals import Refused
from artel.kernel.rights_acts import access_groups
from artel.kernel.roles import AccessGroup, Role
from artel.kernel.shipped import _last_room, unpack

pytestmark = pytest.mark.django_db


def test_a_new_base_has_what_ships():
    assert set(Role.objects.values_list("code", flat=True)) >= {
        "sales_manager",
        "head",
        "marketer",
        "administrator",
    }
    assert AccessGroup.objects.get(code="default").name_en == "General"
    assert str(management_currency()) == "RUB"


def test_the_staff_of_a_subtree():
    top = department("Компания")
    sales = department("Продажи", top)
    alice = person("alice", department=sales)
    bob = person("bob", department=top)
    person("carl", department=department("Склад"))
    in_top = Employee.objects.in_department(top.pk).values_list("user", flat=True)
    assert set(in_top) == {alice.user_id, bob.user_id}
    departments.change(HOUSE, sales, parent=None)
    assert Employee.objects.in_department(top.pk).get().user == bob.user


def test_a_department_is_not_below_itself():
    top = department("Компания")
    below = department("Продажи", department("Коммерция", top))
    with pytest.raises(Refused) as caught:
        departments.change(HOUSE, top, parent=below)
    assert list(caught.value.fields) == ["parent"]
    assert Department.objects.get(pk=top.pk).parent is None


def test_one_login_one_employee():
    alice = person("alice", department=department("Продажи"))
    with pytest.raises(Refused) as caught:
        employees.add(HOUSE, name="Алиса", user=alice.user, department=department("Склад"))
    assert caught.value.code == "already_exists"


def test_an_own_organisation_has_right_requisites():
    assert organisations.add(HOUSE, name="Артель", inn="7707083893").inn == "7707083893"
    with pytest.raises(Refused) as caught:
        organisations.add(HOUSE, name="ИП", kind="person", inn="7707083893")
    assert list(caught.value.fields) == ["inn"]


def test_sums_are_counted_at_the_rate_of_their_day():
    dollar = Currency.objects.get(code="USD")
    tenge = Currency.objects.get(code="KZT")
    for on, rate in ((date(2026, 1, 1), "80"), (date(2026, 2, 1), "90.5")):
        rates.add(HOUSE, currency=dollar, on=on, rate=Decimal(rate), multiplicity=1)
    rates.add(HOUSE, currency=tenge, on=date(2026, 1, 1), rate=Decimal("17.35"), multiplicity=100)
    table = Rates()
    assert table.to_management(Decimal("884.70"), dollar, date(2026, 1, 31)) == Decimal("70776.00")
    assert table.to_management(Decimal("884.71"), dollar, date(2026, 2, 1)) == Decimal("80066.26")
    assert table.to_management(Decimal(3), tenge, date(2026, 5, 1)) == Decimal("0.52")
    assert table.rate(dollar, date(2025, 12, 31)) is None
    assert table.to_management(Decimal("1.5"), None, date(2020, 1, 1)) == Decimal("1.50")


def test_another_management_currency():
    choose_management_currency(HOUSE, Currency.objects.get(code="EUR"))
    assert str(management_currency()) == "EUR"
    assert Currency.objects.filter(is_management=True).count() == 1


def test_no_other_currency_is_counted_in_while_rates_stand():
    rates.add(HOUSE, currency=Currency.objects.get(code="EUR"), on=date(2026, 1, 1), rate=100)
    with pytest.raises(Refused) as caught:
        choose_management_currency(HOUSE, Currency.objects.get(code="EUR"))
    assert caught.value.code == "rates_stand"
    choose_management_currency(HOUSE, Currency.objects.get(is_management=True))


@pytest.mark.parametrize("year", [0, 1, 10_000])
def test_a_year_beyond_the_calendar_has_no_holidays(year):
    with pytest.raises(Refused) as caught:
        fill_year(HOUSE, WorkCalendar.objects.get(code="main"), year=year)
    assert list(caught.value.fields) == ["year"]


def test_a_currency_has_an_iso_code():
    assert currencies.add(HOUSE, code="gel", name="Лари").code == "GEL"
    with pytest.raises(Refused):
        currencies.add(HOUSE, code="ЛАР", name="Лари")


def test_holidays_and_moved_days():
    calendar = WorkCalendar.objects.get(code="main")
    fill_year(HOUSE, calendar, year=2026)
    days.add(HOUSE, calendar=calendar, on=date(2026, 1, 10), kind="working")
    fill_year(HOUSE, calendar, year=2026)
    table = WorkDays()
    assert not table.is_working_day(date(2026, 1, 8))
    assert table.is_working_day(date(2026, 1, 10))
    assert table.is_shortened(date(2026, 11, 3))
    assert table.add_working_days(date(2025, 12, 31), 1) == date(2026, 1, 9)
    assert table.add_working_days(date(2026, 1, 12), -2) == date(2026, 1, 9)
    assert CalendarDay.objects.count() == len(holidays_of(2026)) + 1


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_so_many_working_days_lie_between(start, count):
    table = WorkDays.__new__(WorkDays)
    table._named = {start + timedelta(days=3): "off", start + timedelta(days=9): "working"}
    end = table.add_working_days(start, count)
    assert table.is_working_day(end)
    assert table.working_days_between(start + timedelta(days=1), end) == count


def paths():
    """Each department as the chain of names that its path says."""
    names = {one.pk.hex: one.name for one in Department.objects.all()}
    return {
        one.name: [names[key] for key in one.path.strip("/").split("/")] for one in Department.objects.all()
    }


def chains():
    """The same by the references."""

    def above(one):
        return [*(above(Department.objects.get(pk=one.parent_id)) if one.parent_id else []), one.name]

    return {one.name: above(one) for one in Department.objects.all()}


@pytest.mark.parametrize(
    "moves",
    [
        {"B": "C", "A": "B"},
        {"A": "B", "B": "C"},
        {"B": None, "A": "B"},
        {"A": "B", "B": None},
        {"X": "C", "B": "X"},
        {"B": "X", "X": None, "A": "X"},
    ],
)
def test_branches_moved_together_have_true_paths(moves):
    units: dict[str | None, Department] = {}
    for name, above in (
        ("C", None),
        ("B", None),
        ("A", "B"),
        ("a1", "A"),
        ("b1", "B"),
        ("X", "A"),
        ("x1", "X"),
    ):
        units[name] = department(name, units.get(above))
    lines = [
        Line(departments.change.args(parent=units[above].pk if above else None), units[name])
        for name, above in moves.items()
    ]
    departments.change.run(HOUSE, lines)
    assert [line.refusal for line in lines] == [None] * len(lines)
    assert paths() == chains()
    for line in lines:
        assert line.result.version == Department.objects.get(pk=line.result.pk).version


def test_a_typed_item_of_a_shipped_name_becomes_the_shipped_one():
    with system_set("test"):
        AccessGroup.objects.filter(code="default").delete()
    typed = access_groups.add(HOUSE, name="ОБЩАЯ")
    unpack(_last_room())
    there = AccessGroup.objects.get(code="default")
    assert (there.pk, there.name, there.name_en) == (typed.pk, "ОБЩАЯ", "General")
    unpack(_last_room())
    assert AccessGroup.objects.count() == 1


def test_a_code_of_nine_digits_is_not_given_again():
    assert numbering._OWN.match(numbering.code(123_456_789))
    numbering.keep_clear_of("series", [numbering.code(99_999_999)])
    assert numbering.reserve("series", 1) == [numbering.code(100_000_000)]
    numbering.keep_clear_of("series", [numbering.code(100_000_005), f"{numbering.base_prefix()}-" + "9" * 24])
    assert numbering.reserve("series", 1) == [numbering.code(100_000_006)]
