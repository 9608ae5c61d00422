"""A trading house of our own invention: an organisation, departments, people, rates and working days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.ru.inn import calc_company_check_digit

from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.admission import add_user, give_role
from artel.kernel.arguments import Values
from artel.kernel.people import User

from .commands import departments, employees, fill_year, organisations, rates
from .models import Currency, Department, WorkCalendar
from .workdays import MAIN

SALES, MARKETING, OFFICE = "Отдел продаж", "Отдел маркетинга", "Дирекция"
PLACES = {
    "manager": (SALES, "Менеджер по продажам"),
    "head": (SALES, "Руководитель отдела продаж"),
    "marketer": (MARKETING, "Маркетолог"),
    "admin": (OFFICE, "Системный администратор"),
}
COLLEAGUES = (
    ("levashova", "Левашова Кира Андреевна", "sales_manager", SALES, "Старший менеджер"),
    ("nazarov", "Назаров Лев Ильич", "sales_manager", SALES, "Менеджер по продажам"),
    ("shubina", "Шубина Алла Викторовна", "sales_manager", SALES, "Менеджер по продажам"),
    ("velsky", "Вельский Тарас Петрович", "marketer", MARKETING, "Специалист по выставкам"),
)
FIRST_YEAR, LAST_YEAR = 2015, 2026
# Invented: the rate of the first quarter and what each quarter adds to it.
RATES = (
    ("USD", "61.50", "0.55", 1),
    ("EUR", "69.20", "0.60", 1),
    ("CNY", "9.80", "0.06", 1),
    ("KZT", "17.40", "0.05", 100),
)


def fill(actor: Actor) -> None:
    """Fill a base that has the four who sign in, if any."""
    organisations.add(
        actor,
        name="Очаг и кровля",
        full_name="Общество с ограниченной ответственностью «Очаг и кровля»",
        inn=inn_of(9_000_000),
        kpp="981001001",
    )
    organisations.add(actor, name="ИП Ветров О. Д.", kind="person")
    office = departments.add(actor, name=OFFICE)
    units = {OFFICE: office}
    for name in (SALES, MARKETING):
        units[name] = departments.add(actor, name=name, parent=office)
    _employ(actor, units)
    _add_rates(actor)
    for year in (2025, LAST_YEAR, LAST_YEAR + 1):
        fill_year(actor, WorkCalendar.objects.get(code=MAIN), year=year)


def inn_of(number: int) -> str:
    """A well-formed INN of a tax office that does not exist (98)."""
    body = f"98{number:07d}"
    return f"{body}{calc_company_check_digit(body)}"


def _employ(actor: Actor, units: dict[str, Department]) -> None:
    for login, (unit, position) in PLACES.items():
        user = User.objects.filter(login=login).first()
        if user:
            employees.add(actor, name=user.name, user=user, department=units[unit], position=position)
            if login == "head":
                departments.change(actor, units[unit], head=user)
    for login, name, role, unit, position in COLLEAGUES:
        user = add_user(actor, login=login, name=name, email=f"{login}@ochag.example")
        give_role(actor, user, role=role)
        employees.add(
            actor,
            name=name,
            user=user,
            department=units[unit],
            position=position,
            started_on=date(2015, 1, 12),
        )


def _add_rates(actor: Actor) -> None:
    known = {currency.code: currency for currency in Currency.objects.all()}
    quarters = [date(year, month, 1) for year in range(FIRST_YEAR, LAST_YEAR + 1) for month in (1, 4, 7, 10)]
    lines: list[Line[Any, Any]] = []
    for code, first, step, count in RATES:
        for place, on in enumerate(quarters):
            rate = Decimal(first) + Decimal(step) * place
            lines.append(Line(Values(currency=known[code], on=on, rate=rate, multiplicity=count)))
    rates.add.run(actor, lines)
