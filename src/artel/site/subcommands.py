"""The frame of the command line: what a subcommand is, how it answers and how it fails.

A subcommand is a function of its parsed arguments in a module `cli_*.py` of this room; the modules are found by scanning.

    @subcommand("user add", "make a person who may sign in", arguments=_user_arguments)
    def add_user(given: Namespace) -> Answer: ...

Modules import Django inside their functions: `--help` must not need a database.
"""

from __future__ import annotations

import getpass
import pkgutil
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from artel.kernel.actors import Actor


@dataclass(frozen=True)
class Answer:
    """What goes to stdout: `text` for a person, or `data` as one JSON document with --json."""

    text: str
    data: Any = None
    exit_code: int = 0


class Failure(Exception):
    """The command could not do its work: a full sentence for the person who typed it."""

    exit_code = 1


class WrongUsage(Failure):
    """The command was typed wrongly in a way only its own code can see."""

    exit_code = 2


Run = Callable[[Namespace], Answer | None]


@dataclass(frozen=True)
class Subcommand:
    """`words` are what is typed, one or two; `writes` adds --as; `prepare` runs before the settings are read."""

    words: tuple[str, ...]
    summary: str
    arguments: Callable[[ArgumentParser], None]
    run: Run
    writes: bool
    prepare: Callable[[Namespace], None] | None = None


_known: dict[tuple[str, ...], Subcommand] = {}


def subcommand(
    words: str,
    summary: str,
    *,
    arguments: Callable[[ArgumentParser], None] = lambda parser: None,
    writes: bool = False,
    prepare: Callable[[Namespace], None] | None = None,
) -> Callable[[Run], Run]:
    """Register the decorated function as `artel WORDS`."""

    def register(run: Run) -> Run:
        key = tuple(words.split())
        if key in _known:
            raise ValueError(f"two commands are called {words}")
        _known[key] = Subcommand(key, summary, arguments, run, writes, prepare)
        return run

    return register


def subcommands() -> list[Subcommand]:
    """Every subcommand of the house, by name."""
    package = import_module(__package__ or "artel.site")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("cli_"):
            import_module(f"{package.__name__}.{module.name}")
    return [_known[words] for words in sorted(_known)]


def acting(given: Namespace) -> Actor:
    """Who acts: the person of --as, or the system, journalled with the operating system's user."""
    from artel.kernel.actors import Actor

    if given.as_login:
        return Actor.person(person(given.as_login))
    return Actor.system(f"system ({_os_user()})")


def person(login: str) -> Any:
    """The active user of that login."""
    from artel.kernel.models import User

    found = User.objects.filter(login=login, is_active=True, is_deleted=False).first()
    if found is None:
        raise Failure(f"Nobody may sign in as {login!r}.")
    return found


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container may run under a number that has no name.
        return "unknown"
