"""Letting people and programs in: logins, their roles, tokens. Making none of them is the default."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from .acts import Act, Line, Lines
from .arguments import argument
from .commands import command
from .people import Token, User
from .permissions import matches
from .refusals import type_of_text
from .roles import Grant, Role

TOKEN_PREFIX = "artel_"
SHOWN = 12
LOGIN = re.compile(r"[\w.@+-]+(?: [\w.@+-]+)*")


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """A person to let in; without a password nobody can sign in as him until one is set."""

    login: str = argument(label=_("login"), max_length=150)
    name: str = argument(label=_("name"), default="", max_length=250)
    email: str = argument(label=_("e-mail"), default="", max_length=254, validators=(validate_email,))
    language: str = argument(
        label=_("language"), default="", kind="choice", empty="", choices=settings.LANGUAGES
    )
    password: str = argument(label=_("password"), default="", max_length=1000, secret=True)


@command(permission="kernel.add_user", label=_("Let a person in"), creates=User)
def add_user(act: Act, lines: Lines[User, NewUser]) -> None:
    """Make users with a login of letters, digits and `.@+-_`; `line.result` is the user."""
    taken = set(
        User.objects.filter(login__in={line.args.login for line in lines}).values_list("login", flat=True)
    )
    for line in lines:
        wanted = line.args
        if not LOGIN.fullmatch(wanted.login):
            line.refuse(
                "login",
                _("A login is written in letters, digits, single spaces and the signs . @ + - _ only."),
            )
        elif wanted.login in taken:
            line.refuse("login_taken", _("There is already a person with this login."))
        elif wanted.password:
            someone = User(login=wanted.login, name=wanted.name, email=wanted.email)
            refuse_weak(line, wanted.password, someone)
        taken.add(wanted.login)
    ready = [line for line in lines if line.is_open]
    for line, user in zip(ready, act.make(User, [_columns(line.args) for line in ready]), strict=True):
        line.result = user


def refuse_weak(line: Line[User, Any], password: str, user: User) -> None:
    """Refuse a password that is too short, among the usual ones or like the person's own name, with the reasons."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        sentence = " ".join(error.messages)
        line.refuse("weak_password", sentence, fields={"password": sentence})


def _columns(wanted: NewUser) -> dict[str, Any]:
    return {
        "login": wanted.login,
        "name": wanted.name,
        "email": wanted.email,
        "language": wanted.language,
        "password": make_password(wanted.password or None),
    }


@dataclass(frozen=True, kw_only=True)
class NewGrant:
    """A role by its code, in its usual reach unless said otherwise."""

    role: str
    reach: str = ""
    unit: UUID | None = None


@command(permission="kernel.give_role", label=_("Give a role"))
def give_role(act: Act, lines: Lines[User, NewGrant]) -> None:
    """Give each person one role; what he has already stays as it is. `line.result` is the grant."""
    for line in lines:
        wanted = line.args
        role = Role.objects.present().filter(code=wanted.role).first()
        if role is None:
            line.refuse("no_such_role", _no_such_role(wanted.role))
            continue
        line.result = Grant.objects.present().filter(
            user=line.subject, role=role, unit=wanted.unit
        ).first() or act.create(
            Grant,
            user=line.subject,
            role=role,
            reach=wanted.reach or role.usual_reach,
            unit=wanted.unit,
        )


WIDER = _("A token issues only tokens that may do no more than itself.")


def _no_such_role(code: str) -> type_of_text:
    known = ", ".join(Role.objects.present().exclude(code="").order_by("id").values_list("code", flat=True))
    return _("There is no role “%(code)s”. This base knows: %(known)s.") % {"code": code, "known": known}


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A program's key by its digest: the secret itself is shown once and kept nowhere."""

    name: str = argument(max_length=150)
    digest: str = argument(max_length=64)
    prefix: str = argument(max_length=SHOWN)
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None


@command(permission="kernel.issue_token", label=_("Issue a token"))
def issue_token(act: Act, lines: Lines[User, NewToken]) -> None:
    """Give a program the right to act as the person, within `scopes` (none = all of his rights).

    A token issues none that may do more than itself; without scopes the new one has its own.
    """
    own = act.actor.scopes
    for line in lines:
        wanted = line.args
        scopes = wanted.scopes or tuple(sorted(own or ()))
        if own is not None and not all(matches(own, scope) for scope in scopes):
            line.refuse("wider", WIDER, fields={"scopes": WIDER})
            continue
        line.result = act.create(
            Token,
            user=line.subject,
            name=wanted.name,
            digest=wanted.digest,
            prefix=wanted.prefix,
            scopes=list(scopes),
            expires_at=wanted.expires_at,
        )


def new_secret() -> str:
    """A token as a program sends it: 256 random bits after a prefix that scanners of leaked keys can find."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a token. A plain hash is enough: the secret is random, nobody can try all of them."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_arguments(secret: str, name: str, **more: Any) -> dict[str, Any]:
    """Arguments of `issue_token` for a secret made by `new_secret`."""
    return {"name": name, "digest": digest_of(secret), "prefix": secret[:SHOWN], **more}
