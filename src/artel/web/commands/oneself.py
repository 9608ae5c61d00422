"""What people change about themselves: how they are spoken to, and their password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from artel.kernel.access import of_oneself
from artel.kernel.actors import Actor, ActorKind
from artel.kernel.acts import Act, Lines
from artel.kernel.arguments import argument
from artel.kernel.commands import command
from artel.kernel.people import User

OWN = "web.change_own_settings"


@dataclass(frozen=True, kw_only=True)
class Speech:
    """How the house talks to a person."""

    language: str = argument(label=_("language"), default="")
    time_zone: str = argument(label=_("time zone"), default="")


@dataclass(frozen=True, kw_only=True)
class NewPassword:
    """A password the person chose and the validators let pass."""

    password: str = argument(label=_("password"), secret=True)


@command(permission=OWN, label=_("Change own settings"))
def change_own_speech(act: Act, lines: Lines[User, Speech]) -> None:
    for line in _own(act, lines):
        act.change(line.subject, language=line.args.language, time_zone=line.args.time_zone)


@command(permission=OWN, label=_("Change own password"))
def change_own_password(act: Act, lines: Lines[User, NewPassword]) -> None:
    """Ends every other session: they carry a digest of the old hash."""
    for line in _own(act, lines):
        act.change(line.subject, password=make_password(line.args.password))


def _own(act: Act, lines: Lines[User, Any]) -> Lines[User, Any]:
    for line in lines:
        line.result = line.subject
        if line.subject.pk != act.actor.user_id:
            line.refuse("not_oneself", _("These settings are another person's."))
    return [line for line in lines if line.is_open]


def as_oneself(user: User) -> Actor:
    """Everybody may change himself, also without any role; the journal names the person."""
    return Actor(ActorKind.PERSON, str(user), user, _grants=[of_oneself(user, OWN)])
