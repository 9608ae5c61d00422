"""An edit of chosen rows: one transaction and one change set; each row that is refused says why, the others go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artel.kernel.access import restrict, view_permission
from artel.kernel.acts import Line
from artel.kernel.answers import Given, answered, keys_of
from artel.kernel.commands import AnyLine, stamp_of
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import change_set
from artel.kernel.refusals import Refused

from .comparing import unchanged
from .edits import Edit

MOST = 200
"""More rows are not chosen by hand: they are a filter, and a job."""
SAME = ""
"""What a change set keeps as the result of a row that had the values already."""

TOO_MANY = _("At most %(most)d rows at once: more are changed by a filter.")
BEFORE = _("This line was refused when the request came for the first time.")

Versions = Mapping[UUID, int | None]
"""Keys with the versions that were seen; None where none was."""


@dataclass
class Done:
    """The reconciliation: rows = changed + unchanged + refused."""

    rows: int
    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[UUID, Refused]] = field(default_factory=list)
    change_set: int | None = None
    repeated: bool = False


def change_selected(edit: Edit, chosen: Versions, *, key: str | None = None) -> Done:
    """Change the rows, or say of each why not. A repeated `key` answers without acting again.

    Raises Refused `too_many`, and `key_reused` for a key that came with another request.
    """
    if len(chosen) > MOST:
        raise Refused("too_many", TOO_MANY % {"most": MOST})
    given = Given(edit.actor, edit.command.name, key, list(lines_of(edit, chosen).values()))
    if known := answered(given):
        return _again(known, chosen)
    try:
        return _change(edit, chosen, given)
    except IntegrityError:
        if known := answered(given):  # the same request, a moment ago
            return _again(known, chosen)
        raise


def _change(edit: Edit, chosen: Versions, given: Given) -> Done:
    rows = restrict(edit.model._default_manager.all(), edit.actor, view_permission(edit.model))
    same = unchanged(edit, list(rows.filter(pk__in=list(chosen))))
    lines = lines_of(edit, {key: version for key, version in chosen.items() if key not in same})
    done = Done(len(chosen), unchanged=len(same))
    try:
        with (
            transaction.atomic(),
            change_set(stamp_of(edit.actor), command=edit.command.name, request=given.request) as opened,
        ):
            attempt(edit, lines)
            if not any(line.is_open for line in lines.values()):
                raise _NothingDone
            opened.results = [SAME if key in same else keys_of([lines[key].result])[0] for key in chosen]
            done.change_set = opened.id
    except _NothingDone:
        pass
    done.refused = [(key, line.refusal) for key, line in lines.items() if line.refusal]
    done.changed = len(lines) - len(done.refused)
    return done


def _again(known: ChangeSet, chosen: Versions) -> Done:
    """The counts of the first time; why a row was refused then is not kept."""
    kept = dict(zip(chosen, known.results or (), strict=True))
    refused = [(key, Refused("refused_before", BEFORE)) for key, result in kept.items() if result is None]
    same = sum(result == SAME for result in kept.values())
    changed = len(kept) - same - len(refused)
    return Done(len(kept), changed, same, refused, known.pk, repeated=True)


def lines_of(edit: Edit, chosen: Versions) -> dict[UUID, AnyLine]:
    """A line for each row, by key; each has arguments of its own."""
    return {key: Line(edit.args(), key, expected_version=version) for key, version in chosen.items()}


def attempt(edit: Edit, lines: Mapping[UUID, AnyLine]) -> None:
    """Run the command on the lines, in the transaction that is open; where the base refuses one, each goes by itself."""
    batch: Sequence[AnyLine] = list(lines.values())
    if not batch:
        return
    try:
        with transaction.atomic():
            edit.command.run(edit.actor, batch)
    except IntegrityError:
        for (key, line), fresh in zip(
            lines.items(), lines_of(edit, dict.fromkeys(lines)).values(), strict=True
        ):
            line.subject, line.args, line.result, line.refusal = key, fresh.args, None, None
            edit.command.run(edit.actor, [line])


class _NothingDone(Exception):
    """No row came through: its change set goes back."""
