"""Acts on people with a login after they were let in: their names and passwords, their own settings, their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from .acts import Act, Line, Lines
from .admission import refuse_weak  # letting people in belongs to the same acts
from .applies import Applies
from .arguments import Values, argument
from .commands import command
from .erasure import erasing_command
from .line_checks import require_filled
from .people import Token, User
from .record_commands import NoArguments


@command(
    permission="kernel.change_user",
    label=_("Change the user"),
    fields=["name", "email", "is_active", "language", "time_zone"],
    icon="pencil",
)
def change_user(act: Act, lines: Lines[User, Values]) -> None:
    """Change what others see of a person, and whether he may sign in; who leaves is shut out, never deleted."""
    require_filled(lines, "name")
    for line in lines:
        line.result = line.subject
        if line.args.get("is_active") is False and line.subject.pk == act.actor.user_id:
            line.refuse("yourself", _("You cannot shut yourself out."))
        check_settings(line)
    act.change_all(User, [(line.subject, line.args) for line in lines if line.is_open])


def check_settings(line: Line[User, Values]) -> None:
    """Refuse a language or a time zone that does not exist; empty ones mean the company's."""
    language, zone = line.args.get("language"), line.args.get("time_zone")
    if language and language not in dict(settings.LANGUAGES):
        line.refuse(
            "invalid",
            _("There is no such language here."),
            fields={"language": _("There is no such language here.")},
        )
    if zone and not _is_zone(zone):
        sentence = _("There is no such time zone; an example is Europe/Moscow.")
        line.refuse("invalid", sentence, fields={"time_zone": sentence})


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


erase_user = erasing_command(
    User,
    room="kernel",
    applies=Applies(
        to=lambda user: not user.is_active,
        columns=["is_active"],
        code="still_here",
        sentence=_("This person may still sign in: shut him out first."),
    ),
)


@dataclass(frozen=True, kw_only=True)
class NewPassword:
    """A password for somebody."""

    password: str = argument(label=_("New password"), secret=True)


@command(permission="kernel.set_password", label=_("Set a password"), icon="key")
def set_password(act: Act, lines: Lines[User, NewPassword]) -> None:
    """Give a person a new password; his sessions end. A weak one is refused with the reasons."""
    for line in lines:
        _store_password(act, line, line.args.password)


@dataclass(frozen=True, kw_only=True)
class OwnPassword:
    """A new password of one's own."""

    present: str = argument(label=_("Present password"), secret=True)
    password: str = argument(label=_("New password"), secret=True)


@command(permission="kernel.change_own_account", label=_("Change my password"), icon="key")
def change_own_password(act: Act, lines: Lines[User, OwnPassword]) -> None:
    """A person changes his own password and proves that he knows the present one."""
    for line in lines:
        if not _is_own(act, line):
            continue
        if not line.subject.check_password(line.args.present):
            sentence = _("This is not your present password.")
            line.refuse("wrong_password", sentence, fields={"present": sentence})
        else:
            _store_password(act, line, line.args.password)


def _is_own(act: Act, line: Line[User, Any]) -> bool:
    if line.subject.pk != act.actor.user_id:
        line.refuse("forbidden", _("This can be changed only by the person himself."))
    return line.is_open


def _store_password(act: Act, line: Line[User, Any], password: str) -> None:
    line.result = line.subject
    refuse_weak(line, password, line.subject)
    if line.is_open:
        act.change(line.subject, password=make_password(password))


@command(
    permission="kernel.change_own_account",
    label=_("Change my settings"),
    fields=["language", "time_zone"],
    icon="settings",
)
def change_own_settings(act: Act, lines: Lines[User, Values]) -> None:
    """A person chooses his language and time zone; empty means the company's."""
    for line in lines:
        line.result = line.subject
        check_settings(line)
        if _is_own(act, line):
            act.change(line.subject, **line.args)


@command(permission="kernel.revoke_token", label=_("Revoke"), icon="key-off")
def revoke_token(act: Act, lines: Lines[Token, NoArguments]) -> None:
    """The token stops working at once; one revoked already keeps its moment."""
    for line in lines:
        line.result = line.subject
        if line.subject.revoked_at is None:
            act.change(line.subject, revoked_at=act.at)
