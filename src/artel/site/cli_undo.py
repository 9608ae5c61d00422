"""`artel undo`: a change set, or a whole job, put back; what has to stay is listed with the reason."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from .subcommands import Answer, acting, subcommand

if TYPE_CHECKING:
    from artel.kernel.journal.conflicts import Conflict


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "change_set", metavar="CHANGE_SET", type=int, help="its number, as import and history show it"
    )
    parser.add_argument("--strict", action="store_true", help="all or nothing")
    parser.add_argument(
        "--dry-run", action="store_true", help="change nothing, only say what would come of it"
    )


@subcommand("undo", "put a change set back", arguments=_arguments, writes=True)
def undo(given: Namespace) -> Answer:
    """Lists what it refuses; fails when it could put nothing back."""
    from artel.kernel.undoing import undo_change_set

    result = undo_change_set(acting(given), given.change_set, strict=given.strict, dry_run=given.dry_run)
    conflicts = [asdict(each) for each in result.conflicts]
    data = {"restored": result.restored, "conflicts": conflicts, "change_set": result.set_id}
    said = f"{'Would put back' if given.dry_run else 'Put back'} {result.restored} rows"
    by = f" by change set {result.set_id}" if result.set_id else ""
    text = "\n".join([f"{said}{by}.", *map(_stays, result.conflicts)])
    return Answer(text, data, exit_code=1 if conflicts and not result.restored else 0)


def _stays(conflict: Conflict) -> str:
    where = f"{conflict.entity} {conflict.row}" + (f", {conflict.field}" if conflict.field else "")
    later = f" (change set {conflict.set_id} by {conflict.who})" if conflict.set_id else ""
    return f"Stays: {where}: {conflict.reason}{later}"
