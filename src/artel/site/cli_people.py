"""`artel user add` and `artel token add`: the first people of a base, and keys for programs."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .subcommands import Answer, Failure, acting, person, subcommand

if TYPE_CHECKING:
    from artel.kernel.actors import Actor


def _user_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN")
    parser.add_argument("--name", default="", help="how others see the person (default: the login)")
    parser.add_argument("--email", default="")
    parser.add_argument("--language", default="", choices=["ru", "en"])
    parser.add_argument(
        "--role", help="sales_manager, head, marketer, administrator, or a role of your own by its code"
    )
    parser.add_argument(
        "--department", metavar="NAME", help="where the person works; a head sees it and those below"
    )
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


@subcommand("user add", "let a person in", arguments=_user_arguments, writes=True)
def add_user(given: Namespace) -> Answer:
    """The person, the role and the place of work come together or not at all."""
    from django.db import transaction

    from artel.kernel import admission

    actor = acting(given)
    password = _password(given)
    with transaction.atomic():
        unit = _department(given.department) if given.department else None
        user = admission.add_user(
            actor,
            login=given.login,
            name=given.name,
            email=given.email,
            language=given.language,
            password=password,
        )
        if given.role:
            admission.give_role(actor, user, role=given.role, unit=unit if given.role == "head" else None)
        if unit:
            _employ(actor, user, unit)
    said = f"{given.login} may sign in." if password else f"{given.login} is made, but has no password yet."
    return Answer(said, {"id": str(user.pk), "login": user.login})


def _password(given: Namespace) -> str:
    """From standard input, asked for at a terminal, or none; checked by the rules people's own passwords obey."""
    if given.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass(f"Password of {given.login} (empty = none yet): ")
    else:
        return ""
    if given.password_stdin or password:
        _check(password)
    return password


def _check(password: str) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password)
    except ValidationError as weak:
        raise Failure(" ".join(weak.messages)) from weak


def _department(name: str) -> Any:
    from .demo import company

    found = list(company("Department").objects.filter(name__iexact=name, is_deleted=False)[:2])
    if len(found) != 1:
        raise Failure(f"{'Several departments are' if found else 'There is no department'} called {name!r}.")
    return found[0].pk


def _employ(actor: Actor, user: Any, unit: Any) -> None:
    from artel.kernel.commands import find

    find("company.add_employee")(actor, name=str(user), user=user, department=unit)


def _token_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN", help="the person on whose behalf the program will act")
    parser.add_argument("--name", default="command line", help="what the token is for (default: %(default)s)")
    parser.add_argument(
        "--scope", action="append", default=[], help="a permission the token is limited to; repeatable"
    )
    parser.add_argument("--days", type=int, help="days until it expires (default: never)")


@subcommand(
    "token add",
    "issue an API token; it is printed once, as the last word",
    arguments=_token_arguments,
    writes=True,
)
def add_token(given: Namespace) -> Answer:
    from django.utils import timezone

    from artel.kernel import admission

    user = person(given.login)
    secret = admission.new_secret()
    expires = timezone.now() + timedelta(days=given.days) if given.days else None
    arguments = admission.token_arguments(secret, given.name, scopes=tuple(given.scope), expires_at=expires)
    token = admission.issue_token(acting(given), user, **arguments)
    return Answer(
        f"Token of {given.login}, shown this once: {secret}", {"id": str(token.pk), "token": secret}
    )
