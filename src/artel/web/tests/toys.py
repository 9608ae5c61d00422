"""Toy screens over two records of the kernel, and three people: alice owns, bob is her colleague, charlie is a stranger.

Tokens belong to somebody (reach), access groups are a plain directory; both have every kind of page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client

from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import Values, argument
from artel.kernel.commands import command, stamp_of
from artel.kernel.journal.writing import change_set
from artel.kernel.models import AccessGroup, Grant, Role, Token, User
from artel.kernel.record_commands import record_commands
from artel.kernel.roles import Reach
from artel.screens.vocabulary import Entity, Related, Section, Table

PASSWORD = "a quiet evening walk"
HOUSE = Actor.system()

GROUPS = record_commands(AccessGroup, fields=["name"], room="toys")
TOKENS = record_commands(Token, fields=["name", "user", "expires_at"], room="toys")


@command(permission="toys.add_token", label="New token", creates=Token, fields=["name", "user", "expires_at"])
def issue_toy(act: Act, lines: Lines[Token, Values]) -> None:
    """A token needs a digest that no form asks for."""
    for line in lines:
        line.result = act.create(Token, **line.args, digest=uuid4().hex)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why."""

    why: str = argument(label="why")


@command(
    permission="toys.change_token",
    label="Revoke",
    applies=Applies(lambda one: one.revoked_at is None, ["revoked_at"], "revoked", "It is revoked already."),
)
def revoke_toy(act: Act, lines: Lines[Token, Reason]) -> None:
    """Refused until the token has an end: the dialog asks for it."""
    for line in lines:
        if line.subject.expires_at is None:
            line.refuse("missing", "Say first when it ends.", needs=["expires_at"])
        else:
            act.change(line.subject, revoked_at=act.at, name=line.args.why)


ENTITIES = (
    Entity(
        model=Token,
        path="toy-tokens",
        section="toys",
        icon="key",
        table=Table(
            columns=["name", "user", "expires_at"],
            more_columns=["revoked_at"],
            filters=["user", "expires_at", "name"],
            sorts=["name", "created_at"],
            order="name",
            page_size=3,
        ),
        form=[Section("Token", ["name", "user", "expires_at"])],
        create=issue_toy,
        change=TOKENS.change,
        actions=[revoke_toy, TOKENS.mark],
    ),
    Entity(
        model=AccessGroup,
        path="toy-groups",
        section="toys",
        table=Table(columns=["name"], sorts=["sort_name"], order="sort_name"),
        form=[Section("Group", ["name"])],
        create=GROUPS.add,
        change=GROUPS.change,
    ),
    Entity(
        model=User,
        path="toy-users",
        section="toys",
        table=Table(columns=["name", "login"], sorts=["sort_name"], order="sort_name"),
        related=[Related(entity="kernel.token", via="user", columns=["name"], order="name")],
    ),
)


@contextmanager
def seeding() -> Iterator[None]:
    """Write past the commands, in a change set of the house."""
    with transaction.atomic(), change_set(stamp_of(HOUSE), command="test.seed"):
        yield


def person(login: str, name: str, *permissions: str, reach: Reach = Reach.ALL, **role: Any) -> User:
    with seeding():
        made = User.objects.create(login=login, name=name, password=make_password(PASSWORD), language="en")
        if permissions:
            held = Role.objects.create(name=f"Role of {login}", added=list(permissions), **role)
            Grant.objects.create(user=made, role=held, reach=reach)
    return made


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def token(user: User, name: str, **columns: Any) -> Token:
    with seeding():
        made: Token = Token.objects.create(user=user, name=name, digest=f"{name}-{user.login}", **columns)
    return made
