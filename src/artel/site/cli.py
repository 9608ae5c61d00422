"""`artel COMMAND`: stdout carries the answer alone, logs go to stderr; exit 0 = done, 1 = failed, 2 = wrong usage."""

from __future__ import annotations

import gc
import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from artel import __version__

from .subcommands import Answer, Failure, Subcommand, subcommands


def parser() -> ArgumentParser:
    """The whole command line; a command of two words (`user add`) is a parser inside a parser."""
    top = ArgumentParser(prog="artel", description="Artel: an open CRM that a company runs itself.")
    top.add_argument("--version", action="version", version=f"artel {__version__}")
    levels: dict[tuple[str, ...], Any] = {
        (): top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    }
    for each in subcommands():
        group = each.words[:-1]
        if group not in levels:
            within = levels[()].add_parser(group[0], help=f"see `artel {group[0]} --help`")
            levels[group] = within.add_subparsers(title="commands", metavar="COMMAND", required=True)
        one = levels[group].add_parser(each.words[-1], help=each.summary, description=each.summary)
        _add_common(one, each)
        each.arguments(one)
        one.set_defaults(subcommand=each)
    return top


def _add_common(one: ArgumentParser, each: Subcommand) -> None:
    one.add_argument("--json", action="store_true", help="answer with one JSON document")
    if each.writes:
        one.add_argument(
            "--as", dest="as_login", metavar="LOGIN", help="act as this person instead of the system"
        )


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    words = sys.argv[1:] if words is None else words
    if words[:1] and words[0] in _PASSED_ON and words[1:2] not in (["-h"], ["--help"]):
        return _pass_on(words)
    given = parser().parse_args(words)
    try:
        return _answer(given, _run(given))
    except BrokenPipeError:
        # `artel … | head` has seen enough; writing more would only fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


_PASSED_ON = ("test", "bench")
"""Words whose work needs no base of this process: what is typed after them goes to programs of the checkout as it is."""


def _pass_on(words: Sequence[str]) -> int:
    from .cli_bench import run_benchmarks
    from .cli_test import run_suite

    return run_suite(words[1:]) if words[0] == "test" else run_benchmarks(words[1:])


def _run(given: Namespace) -> Answer | Failure | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError

    from artel.kernel.outages import outage_of
    from artel.kernel.refusals import Refused

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
    try:
        if given.subcommand.prepare:
            given.subcommand.prepare(given)
        _start_django()
        answer: Answer | None = given.subcommand.run(given)
        return answer
    except Failure as failure:
        return failure
    except (ImproperlyConfigured, Refused) as no:
        return Failure(str(no))
    except (DatabaseError, InterfaceError, OSError) as error:
        outage = outage_of(error)
        if outage is None:
            raise
        return Failure(str(outage.at_work))


def _start_django() -> None:
    gc.disable()  # there is no garbage yet, and looking for it takes a quarter of the start
    import django
    from django.conf import settings
    from django.utils import translation

    django.setup()
    gc.enable()
    gc.freeze()  # what set-up made lives as long as the process: looking it through for garbage cost 6 % of an import
    translation.activate(settings.LANGUAGE_CODE)


def _answer(given: Namespace, answer: Answer | Failure | None) -> int:
    if isinstance(answer, Failure):
        print(f"artel: {answer}", file=sys.stderr)
        return answer.exit_code
    if answer is None:
        return 0
    text = json.dumps(answer.data, ensure_ascii=False, default=str) if given.json else answer.text
    if text:
        print(text, flush=True)
    return answer.exit_code


if __name__ == "__main__":
    sys.exit(main())
