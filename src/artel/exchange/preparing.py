"""Between a file and its import: its columns are taken for fields, its first rows tried, all of them rehearsed by a job.

Nothing but the preparation itself is written here; the import is begun by `import_prepared`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import get_valid_filename
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from artel.exchange.models import Duplicates, ImportProfile, ImportRun, PreparedImport
from artel.exchange.tabular.columns import Known, known_fields
from artel.exchange.tabular.drafts import Did, Draft
from artel.exchange.tabular.importing import (
    ImportOptions,
    Opened,
    in_words,
    open_known,
    rehearse,
    rehearsed,
    require_import,
)
from artel.exchange.tabular.mapping import headers_key, kept, lacking, taken
from artel.exchange.work import owe, uploaded
from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.jobs import job
from artel.kernel.jobs.models import FINISHED, Job
from artel.kernel.jobs.steer import cancel
from artel.kernel.refusals import Refused
from artel.lib.tabular.pasted import as_csv
from artel.lib.tabular.reading import Row, Table, open_table
from artel.lib.uuid7 import uuid7
from artel.lib.words import capital
from artel.screens.registry import resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from artel.kernel.jobs.run import Run

FIRST_ROWS = 20
MOST_KEPT = 200_000
"""Characters of the first rows that are kept for the page; longer rows are only counted."""
MOST_SHOWN = 200
"""Characters of a cell."""


@dataclass(frozen=True)
class TriedRow:
    """What would become of one row: each cell with what is wrong with it, and what is wrong with the row as a whole."""

    line: int
    did: Did
    cells: Sequence[tuple[str, str]]
    sentence: str


def give(actor: Actor, entity: str, name: str, pieces: Iterable[bytes]) -> PreparedImport:
    """Keep a file beside the base and take its columns for what they seem to be. Raises Refused; then nothing stays."""
    require_import(actor, resource(entity))
    folder = uploaded() / str(uuid7())
    folder.mkdir(parents=True, mode=0o700)
    path = folder / get_valid_filename(name)
    try:
        with path.open("wb") as file:
            file.writelines(pieces)
        return _prepared(actor, entity, path)
    except Refused:
        path.unlink()
        folder.rmdir()
        raise


def give_text(actor: Actor, entity: str, text: str) -> PreparedImport:
    """The same of rows copied from a spreadsheet."""
    name = gettext("pasted rows")
    return give(actor, entity, f"{name}.csv", [as_csv(text).encode()])


def set_up(
    actor: Actor, prepared: PreparedImport, mapping: Mapping[str, str | None], duplicates: Duplicates
) -> None:
    """Take the columns otherwise, and remember it for files like this one. Raises Refused, e.g. for two columns of one field."""
    names = {one.name for one in known_of(actor, prepared).writable}
    chosen = {title: name if (name := mapping.get(title)) in names else None for title in prepared.header}
    opened_of(actor, prepared, ImportOptions(duplicates=duplicates, mapping=chosen))
    is_same = (prepared.mapping, prepared.duplicates) == (chosen, duplicates)
    if not is_same:
        _forget_check(prepared)
    prepared.mapping, prepared.duplicates = chosen, duplicates
    with transaction.atomic():
        prepared.save(update_fields=["mapping", "duplicates", "check_job", "refusals"])
        ImportProfile.objects.update_or_create(
            user_id=prepared.user_id,
            entity=prepared.entity,
            headers=headers_key(prepared.header),
            defaults={"mapping": kept(chosen), "duplicates": duplicates},
        )


def known_of(actor: Actor, prepared: PreparedImport) -> Known:
    """The fields that a column may feed, as this person sees them."""
    found = resource(prepared.entity)
    return known_fields(found, fields_visible_to(actor, found.model))


def opened_of(actor: Actor, prepared: PreparedImport, options: ImportOptions | None = None) -> Opened:
    """The file as it is set up, judged anew without reading it. Raises Refused."""
    options = options or ImportOptions(
        duplicates=Duplicates(prepared.duplicates), mapping=dict(prepared.mapping)
    )
    table = Table(Path(prepared.file), tuple(prepared.header), prepared.total, prepared.digest)
    return open_known(actor, resource(prepared.entity), table, options)


def lacks(opened: Opened, known: Known) -> str:
    """Which fields a new record must have and no column brings, in one sentence; empty when none is missing."""
    names = lacking(known, opened.columns, opened.resource.defaults(opened.actor))
    if not names:
        return ""
    listed = ", ".join(gettext("“%(name)s”") % {"name": name} for name in names)
    sentence = ngettext(
        "No column brings %(fields)s, and there is no new record without it.",
        "No columns bring %(fields)s, and there is no new record without them.",
        len(names),
    )
    return sentence % {"fields": listed}


def first_rows(opened: Opened, prepared: PreparedImport, known: Known) -> list[TriedRow]:
    """What would become of the first rows: the commands are run and taken back."""
    rows = iter([Row(line, list(cells)) for line, cells in prepared.first])
    header = opened.table.header
    titles = _titles(known)
    return [_tried(draft, header, titles) for chunk in rehearsed(opened, rows) for draft in chunk.drafts]


def check_all(actor: Actor, prepared: PreparedImport) -> None:
    """Owe a dry run of the whole file to a worker, unless one is on its way. What an earlier one has told is forgotten."""
    earlier = [prepared.check_job] if prepared.check_job else []
    if Job.objects.filter(pk__in=earlier).exclude(state__in=FINISHED).exists():
        return
    opened_of(actor, prepared)
    with transaction.atomic():
        prepared.check_job = _check_owed(actor, prepared)
        prepared.refusals = []
        prepared.save(update_fields=["check_job", "refusals"])


def _check_owed(actor: Actor, prepared: PreparedImport) -> UUID:
    """Its sentences are read on the page that asked for it, so they are in that page's language."""
    order = check_file.using(actor=actor)
    return order.enqueue(prepared=str(prepared.pk), language=get_language() or settings.LANGUAGE_CODE).pk


@job("exchange.check", label=_("Check of a file"), queue="long")
def check_file(run: Run, *, prepared: str, language: str) -> dict[str, Any]:
    """Say what an import of a prepared file would do. Counts are the job's; what was refused only its owner reads."""
    known = PreparedImport.objects.filter(pk=prepared, check_job=run.job.pk).first()
    if known is None:
        return {}
    with translation.override(language), in_words():
        opened = opened_of(run.actor, known)
        found = rehearse(opened, lambda rows, total: run.report(done=rows, total=total))
        titles = _titles(known_of(run.actor, known))
        refusals = [[draft.row.line, _sentence(draft, titles)] for draft in found.refusals]
    PreparedImport.objects.filter(pk=prepared, check_job=run.job.pk).update(refusals=refusals)
    counts = {did.value: found.counts[did] for did in Did}
    return {"rows": sum(counts.values()), **counts, "created_references": found.created_references}


def import_prepared(actor: Actor, prepared: PreparedImport) -> ImportRun:
    """Begin the import, once. Raises Refused `no_column` where every row would be refused for want of a field."""
    if prepared.run:
        return prepared.run
    opened = opened_of(actor, prepared)
    without = lacks(opened, known_of(actor, prepared))
    if without and opened.options.duplicates is not Duplicates.UPDATE:
        raise Refused("no_column", without)
    with transaction.atomic():
        as_it_is = PreparedImport.objects.select_for_update().get(pk=prepared.pk)
        if as_it_is.run:  # the button was pressed twice
            return as_it_is.run
        _forget_check(prepared)
        prepared.run = owe(opened, Path(prepared.file))
        prepared.first = []
        prepared.save(update_fields=["run", "first", "check_job", "refusals"])
    return prepared.run


def _forget_check(prepared: PreparedImport) -> None:
    """What was checked is no longer what is set up."""
    if prepared.check_job:
        cancel([prepared.check_job])
    prepared.check_job, prepared.refusals = None, []


def _prepared(actor: Actor, entity: str, path: Path) -> PreparedImport:
    with in_words():
        table = open_table(path, first=FIRST_ROWS)
    assert actor.user_id  # files are given by people
    prepared = PreparedImport(
        user_id=actor.user_id,
        entity=entity,
        file=str(path),
        digest=table.digest,
        header=list(table.header),
        total=table.row_count,
        first=list(_kept(table.first)),
    )
    profile = ImportProfile.objects.filter(
        user=actor.user_id, entity=entity, headers=headers_key(table.header)
    ).first()
    prepared.mapping = taken(known_of(actor, prepared), table.header, profile.mapping if profile else {})
    if profile:
        prepared.duplicates = _allowed(actor, prepared, Duplicates(profile.duplicates))
    prepared.save(force_insert=True)
    return prepared


def _allowed(actor: Actor, prepared: PreparedImport, wish: Duplicates) -> Duplicates:
    """What was wished last time, as long as one still may."""
    with suppress(Refused):
        require_import(actor, resource(prepared.entity), wish)
        return wish
    return Duplicates.SKIP


def _kept(rows: Iterable[Row]) -> Iterator[tuple[int, list[str]]]:
    size = 0
    for row in rows:
        size += sum(map(len, row.cells))
        if size > MOST_KEPT:
            return
        yield row.line, [cell.replace("\0", "") for cell in row.cells]


def _titles(known: Known) -> dict[str, str]:
    """What the fields are called, by the names under which commands speak of them."""
    return {
        name: capital(known.label(one))
        for one in known.fields
        for name in (one.name, one.argument or one.name)
    }


def _tried(draft: Draft, header: Sequence[str], titles: Mapping[str, str]) -> TriedRow:
    problems: dict[str, list[str]] = {}
    for column, sentence in draft.told:
        problems.setdefault(column if column in header else "", []).append(
            sentence if column in header else _said(column, sentence, titles)
        )
    cells = [
        (cell[:MOST_SHOWN], " ".join(problems.get(title, ())))
        for title, cell in zip(header, draft.row.cells, strict=False)
    ]
    return TriedRow(draft.row.line, draft.did or Did.SKIPPED, cells, " ".join(problems.get("", ())))


def _sentence(draft: Draft, titles: Mapping[str, str]) -> str:
    """Why a row is refused, column by column."""
    return " ".join(_said(column, sentence, titles) for column, sentence in draft.told)


def _said(column: str, sentence: str, titles: Mapping[str, str]) -> str:
    return f"{titles.get(column, column)}: {sentence}" if column else sentence
