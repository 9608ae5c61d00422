"""What people change about themselves: language, zone, password."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from artel.kernel.actors import Actor
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

    password: str = argument(label=_("password"))


@command(permission=OWN, label=_("Change own settings"))
def change_own_speech(act: Act, lines: Lines[User, Speech]) -> None:
    for line in lines:
        act.change(line.subject, language=line.args.language, time_zone=line.args.time_zone)


@command(permission=OWN, label=_("Change own password"))
def change_own_password(act: Act, lines: Lines[User, NewPassword]) -> None:
    """Ends every other session: they carry a digest of the old hash."""
    for line in lines:
        act.change(line.subject, password=make_password(line.args.password))


def as_oneself(user: User) -> Actor:
    """Everybody may change himself, also without any role: the house acts, under the person's name."""
    return Actor.system(str(user))
