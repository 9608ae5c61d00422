"""What would become of the rows of a prepared file: its first ones tried for the page, all of them rehearsed by a job.

Nothing but the preparation itself is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artel.exchange.models import PreparedImport
from artel.exchange.preparing import known_of, opened_of
from artel.exchange.tabular.columns import Known
from artel.exchange.tabular.drafts import Did, Draft
from artel.exchange.tabular.importing import Opened, in_words, rehearse, rehearsed
from artel.kernel.actors import Actor
from artel.kernel.jobs import job
from artel.kernel.jobs.models import FINISHED, Job
from artel.lib.tabular.reading import Row
from artel.lib.words import capital

if TYPE_CHECKING:
    from artel.kernel.jobs.run import Run

MOST_SHOWN = 200
"""Characters of a cell."""


@dataclass(frozen=True)
class TriedRow:
    """What would become of one row: each cell with what is wrong with it, and what is wrong with the row as a whole."""

    line: int
    did: Did
    cells: Sequence[tuple[str, str]]
    sentence: str


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
