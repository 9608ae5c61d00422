"""`artel migrate`: the schema, brought up to date. It makes no people."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from .subcommands import Answer, subcommand


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="only say what would be done")


@subcommand("migrate", "bring the database schema up to date", arguments=_arguments)
def migrate(given: Namespace) -> Answer:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = [f"{step.app_label}.{step.name}" for step, _backwards in plan]
    if not given.plan:
        run()
    if not names:
        return Answer("The schema is up to date.", {"migrations": []})
    verb = "To be applied" if given.plan else "Applied"
    ours = [name for name in names if name.partition(".")[0] in own_labels()]
    return Answer(
        f"{verb}: {len(names)} migrations ({', '.join(ours) or 'none of ours'}).", {"migrations": names}
    )


def own_labels() -> set[str]:
    from django.apps import apps

    return {app.label for app in apps.get_app_configs() if app.name.startswith("artel.")}


def run() -> None:
    """Apply every migration, telling about it on stderr."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
