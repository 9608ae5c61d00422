"""Who asks. Everybody but charlie may do everything, to the records that he reaches: only the reach is tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Model
from django.test import Client
from tests.api.programs import Program, program

from artel.domains.company.commands import employees
from artel.domains.company.factories import department
from artel.kernel.access import ADMINISTER
from artel.kernel.actors import Actor
from artel.kernel.admission import add_user
from artel.kernel.journal.writing import system_set
from artel.kernel.roles import AccessGroup, Grant, GrantGroup, GroupMode, Reach, Role

from .making import Maker

HOUSE = Actor.system("tests")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Visitor:
    """Somebody with a browser and a program; nobody in particular without an actor."""

    actor: Actor | None
    browser: Client = field(default_factory=Client)
    program: Program = field(default_factory=Program)

    def __post_init__(self) -> None:
        self.browser.raise_request_exception = True
        if self.actor is not None:
            self.browser.force_login(self.actor.user, backend=BACKEND)
            self.program = program(self.actor)


def everything(hidden: dict[str, list[str]] | None = None) -> Role:
    """A role with every right but the administrator's."""
    rooms = {f"{app.label}.*" for app in apps.get_app_configs() if app.name.startswith("artel.")}
    return Role.objects.create(
        name="Everything", added=sorted(rooms), withdrawn=[ADMINISTER], hidden_fields=hidden or {}
    )


def hide(model: type[Model], *fields: str, also: Mapping[str, Sequence[str]] | None = None) -> None:
    """Close these fields of a model to that role, `also` those of others, and open what was closed before."""
    hidden = {model._meta.label_lower: list(fields), **(also or {})}
    with system_set("tests.hide"):
        Role.objects.filter(name="Everything").update(hidden_fields=hidden)


def visitor(login: str, role: Role | None = None, reach: Reach = Reach.OWN, unit: object = None) -> Visitor:
    user = add_user(HOUSE, login=login, name=login.title())
    if unit is not None:
        employees.add(HOUSE, name=user.name, user=user, department=unit)
    if role is not None:
        with system_set("tests.grant"):
            Grant.objects.create(user=user, role=role, reach=reach, unit=getattr(unit, "pk", None))
    return Visitor(Actor.person(user))


def behind_a_wall(login: str, role: Role) -> Visitor:
    """Somebody who reaches the records of everybody, but only in an access group where none is."""
    someone = visitor(login, role, Reach.ALL)
    with system_set("tests.wall"):
        grant = Grant.objects.get(user=someone.actor.user)
        Grant.objects.filter(pk=grant.pk).update(group_mode=GroupMode.ONLY)
        GrantGroup.objects.create(
            grant=grant, access_group_id=AccessGroup.objects.create(name="Elsewhere").pk
        )
    return Visitor(Actor.person(someone.actor.user))


class World:
    """alice owns the secrets; holly is head of her department; bob is her colleague, hugo a head elsewhere, charlie has no
    role, gwen is kept to another access group, nobody has not signed in. `secrets` are alice's; `bobs` are bob's and point at them wherever they can."""

    def __init__(self) -> None:
        with system_set("tests.roles"):
            role = everything()
        ours, theirs = department("Ours"), department("Theirs")
        self.alice = visitor("alice", role, unit=ours)
        self.holly = visitor("holly", role, Reach.DEPARTMENT, ours)
        self.bob = visitor("bob", role, unit=theirs)
        self.hugo = visitor("hugo", role, Reach.DEPARTMENT, theirs)
        self.charlie = visitor("charlie")
        self.gwen = behind_a_wall("gwen", role)
        self.nobody = Visitor(None)
        self.secrets = Maker(self.alice.actor.user, "Тайна")

    @property
    def strangers(self) -> dict[str, Visitor]:
        return {name: getattr(self, name) for name in ("bob", "hugo", "charlie", "nobody")}
