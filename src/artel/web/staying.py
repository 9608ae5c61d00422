"""What an undo leaves as it is, in words: for its dialog, its list page by page, and its file."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy

from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.journal.conflicts import Conflict
from artel.kernel.undoing import undo_change_set
from artel.lib.tabular.writing import CsvWriter
from artel.lib.words import capital
from artel.web.attributes import code_of
from artel.web.cells import HIDDEN
from artel.web.changes import Reader, said_of
from artel.web.formats import moment
from artel.web.references import References

REASONS = {
    "changed": gettext_lazy("changed since"),
    "deleted": gettext_lazy("removed since"),
    "forbidden": gettext_lazy("you may not change it"),
    "erased": gettext_lazy("erased"),
    "gone": gettext_lazy("what it refers to is gone"),
    "referenced": gettext_lazy("others refer to it"),
    "taken": gettext_lazy("its key is taken"),
    "impossible": gettext_lazy("the rules of the base forbid it"),
}


@dataclass(frozen=True)
class Stays:
    """One thing that an undo leaves as it is."""

    record: str
    field: str
    reason: str
    ours: str
    theirs: str
    who: str
    when: str = ""


COLUMNS = [
    gettext_lazy("Record"),
    gettext_lazy("Field"),
    gettext_lazy("Why it stays"),
    gettext_lazy("Was made"),
    gettext_lazy("Is now"),
    gettext_lazy("Who"),
    gettext_lazy("When"),
]


class _Enough(Exception):
    """The page is full: the rest need not be looked for."""


def some_that_stay(actor: Actor, change_set: int, skip: int, count: int) -> tuple[list[Stays], bool]:
    """What an undo would leave, so many after the first `skip`, and whether there are more. Raises as the undo does."""
    kept: list[Conflict] = []
    passed = 0

    def hear(found: list[Conflict]) -> None:
        nonlocal passed
        kept.extend(found[max(0, skip - passed) :][: count + 1 - len(kept)])
        passed += len(found)
        if len(kept) > count:
            raise _Enough

    with suppress(_Enough):
        undo_change_set(actor, change_set, dry_run=True, hear=hear)
    return said(actor, kept[:count]), len(kept) > count


def write_all_that_stay(actor: Actor, change_set: int, path: Path) -> None:
    """The same, all of them, as a table; a part of a job at a time is in memory. Raises as the undo does."""
    with tempfile.TemporaryFile() as spool:
        # What is rehearsed goes back before anything is named: names are looked up as they really are.
        undo_change_set(actor, change_set, dry_run=True, hear=lambda found: pickle.dump(found, spool))
        spool.seek(0)
        with CsvWriter(path) as writer:
            writer.write([str(title) for title in COLUMNS])
            for found in _spooled(spool):
                for each in said(actor, found):
                    writer.write(astuple(each))


def _spooled(spool: IO[bytes]) -> Iterator[list[Conflict]]:
    with suppress(EOFError):
        while True:
            yield pickle.load(spool)  # noqa: S301 -- written by ourselves a moment ago, into a file without a name


def said(actor: Actor, conflicts: Sequence[Conflict]) -> list[Stays]:
    """The conflicts in words; a record or value this person may not see is not named."""
    references = References(actor)
    for each in conflicts:
        references.want(_model(each), [each.row], whole=True)
    return [_one(actor, each, references.seen(_model(each), each.row)) for each in conflicts]


def _one(actor: Actor, conflict: Conflict, record: Any) -> Stays:
    model = _model(conflict)
    reason = str(REASONS.get(conflict.reason, conflict.reason))
    label, ours, theirs = _in_words(actor, conflict, record or model()) if conflict.field else ("", "", "")
    when = moment(conflict.when) if conflict.when else ""
    return Stays(str(record or HIDDEN), label, reason, ours, theirs, conflict.who, when)


def _in_words(actor: Actor, conflict: Conflict, record: Any) -> tuple[str, str, str]:
    """What the field is called, what the act made of it, what it is now; nothing of a field closed to this person."""
    reader, model = Reader(actor, record), type(record)
    if conflict.field not in fields_visible_to(actor, model):
        return "", "", ""
    if code := code_of(conflict.field):
        known = next((one for one in reader.attributes(model) if one.code == code), None)
        if known is None:
            return "", "", ""
        return capital(known.label), said_of(known, conflict.ours), said_of(known, conflict.theirs)
    try:
        found = model._meta.get_field(conflict.field)
    except FieldDoesNotExist:
        return "", "", ""
    return (
        capital(found.verbose_name),
        reader.said(found, conflict.ours),
        reader.said(found, conflict.theirs),
    )


def _model(conflict: Conflict) -> Any:
    return apps.get_model(conflict.entity)
