"""The demo's company: one organisation, a sales department with its head, and marketing beside it."""

from __future__ import annotations

from artel.kernel.actors import Actor
from artel.kernel.models import User

from .commands import departments, employees, organisations

POSITIONS = {
    "manager": ("Отдел продаж", "Менеджер по продажам"),
    "head": ("Отдел продаж", "Руководитель отдела"),
    "marketer": ("Отдел маркетинга", "Маркетолог"),
    "admin": ("Управление", "Администратор системы"),
}


def fill(actor: Actor) -> None:
    """Departments and places of work for those people of the demo who are there."""
    organisations.add(actor, name="ООО «Северный дом»", inn="7801234564")
    people = {user.login: user for user in User.objects.filter(login__in=POSITIONS)}
    top = departments.add(actor, name="Управление")
    units = {"Управление": top}
    for name, head in (("Отдел продаж", people.get("head")), ("Отдел маркетинга", None)):
        units[name] = departments.add(actor, name=name, parent=top, head=head)
    for login, user in people.items():
        unit, position = POSITIONS[login]
        employees.add(actor, name=user.name, user=user, department=units[unit], position=position)
