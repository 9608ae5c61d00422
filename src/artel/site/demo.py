"""A demo base: four people who may sign in, and what each room's `demo.py:fill(actor)` adds, lower rooms first."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from artel.kernel.actors import Actor


@dataclass(frozen=True)
class Persona:
    """One of the four who sign in; the password is made on the spot and kept beside the base, for its owner's eyes."""

    login: str
    role: str
    name: str
    title: str = ""
    password: str = ""


PERSONAS = (
    Persona("manager", "sales_manager", "Лебедева Мария"),
    Persona("head", "head", "Ветров Олег"),
    Persona("marketer", "marketer", "Соколова Анна"),
    Persona("admin", "administrator", "Климов Игорь"),
)


@dataclass(frozen=True)
class Record:
    """What the demo remembers about a base it made: whether it got to the end, and who may sign in."""

    path: Path

    def read(self) -> tuple[bool, list[Persona]] | None:
        """(finished, people), or none when the demo did not make this base."""
        if not self.path.exists():
            return None
        kept = json.loads(self.path.read_text())
        return kept["finished"], [Persona(**each) for each in kept["people"]]

    def write(self, people: Sequence[Persona], *, finished: bool) -> None:
        kept = {"finished": finished, "people": [asdict(each) for each in people]}
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(kept, file, ensure_ascii=False)


SIZES = {"small": 0, "100k": 100_000, "1m": 1_000_000}
"""How many clients, and as many deals, come to the small base."""


def fill(record: Record, more: int = 0) -> list[Persona]:
    """Fill a merely migrated base, and let it grow by so many clients and deals; answers who may sign in."""
    from django.db import connection

    from artel.kernel.actors import Actor
    from artel.kernel.dialect import gather_statistics

    from .growing import grow

    people = [replace(each, title=_title(each.role), password=secrets.token_urlsafe(9)) for each in PERSONAS]
    record.write(people, finished=False)
    actor = Actor.system("demo")
    _let_in(actor, people)
    for label, add in _rooms("fill"):
        print(f"artel: filling {label}", file=sys.stderr, flush=True)
        add(actor)
        if label == "company":
            _give_roles(actor, people)
    grow(actor, more, [one for _label, one in _rooms("grow")])
    gather_statistics(connection)
    record.write(people, finished=True)
    return people


def _title(role: str) -> str:
    from artel.kernel.models import Role

    return str(Role.objects.get(code=role))


def _rooms(act: str) -> list[tuple[str, Callable[..., Any]]]:
    """The rooms' functions of that name in their `demo.py`, lower rooms first."""
    from django.apps import apps

    names = [
        (app.label, f"{app.name}.demo") for app in apps.get_app_configs() if app.name.startswith("artel.")
    ]
    modules = [(label, import_module(name)) for label, name in names if find_spec(name)]
    return [(label, getattr(module, act)) for label, module in modules if hasattr(module, act)]


def _let_in(actor: Actor, people: Sequence[Persona]) -> None:
    from artel.kernel.admission import add_user

    for each in people:
        add_user(actor, login=each.login, name=each.name, password=each.password, language="")


def _give_roles(actor: Actor, people: Sequence[Persona]) -> None:
    """After company: a head's role reaches the department where he works."""
    from artel.kernel.admission import give_role
    from artel.kernel.models import User

    employees = company("Employee").objects
    for each in people:
        user = User.objects.get(login=each.login)
        unit = (
            employees.filter(user=user).values_list("department_id", flat=True).first()
            if each.role == "head"
            else None
        )
        give_role(actor, user, role=each.role, unit=unit)


def company(model: str) -> Any:
    """A model of the company room."""
    from django.apps import apps

    return apps.get_model("company", model)
