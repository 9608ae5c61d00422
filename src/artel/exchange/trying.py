"""What would become of the rows of a prepared file: its first ones tried for the page, all of them rehearsed by a job.

Nothing but the preparation itself is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artel.exchange.models import MendedRow, PreparedImport, RefusedRow
from artel.exchange.preparing import hold, opened_of
from artel.exchange.tabular.drafts import Did, Draft
from artel.exchange.tabular.importing import Opened, in_words, rehearse, rehearsed
from artel.exchange.tabular.known import Known
from artel.exchange.tabular.mends import mended
from artel.exchange.tabular.naming import names_of
from artel.exchange.work import may_import
from artel.kernel.actors import Actor
from artel.kernel.jobs import job
from artel.kernel.jobs.models import FINISHED, Job
from artel.lib.tabular.reading import Row
from artel.lib.words import capital

if TYPE_CHECKING:
    from artel.kernel.jobs.run import Run


MOST_SHOWN = 200
"""Characters of a cell."""
MOST_KEPT = 20_000
"""Characters of a refused row that are kept; longer rows are only told."""
PAGE_ROWS = 50
"""Refused rows that are shown together."""


@dataclass(frozen=True)
class TriedCell:
    """A cell with what is wrong with it; `was` is the text of the file, where it was mended."""

    text: str
    why: str = ""
    was: str | None = None

    @property
    def shown(self) -> str:
        return self.text[:MOST_SHOWN]


@dataclass(frozen=True)
class TriedRelated:
    """What a row would bring along: the record that is found (`name`), the one that an earlier `line` brings, or a new one."""

    label: str
    name: str = ""
    line: int = 0


@dataclass(frozen=True)
class Told:
    """What a trial says of a row."""

    did: Did
    why: Sequence[tuple[str, str]]
    related: Sequence[TriedRelated] = ()


@dataclass(frozen=True)
class TriedRow:
    """What would become of one row: its cells, and what is wrong with the row as a whole."""

    line: int
    did: Did
    cells: Sequence[TriedCell]
    sentence: str
    is_left_out: bool = False
    related: Sequence[TriedRelated] = ()

    @property
    def is_mended(self) -> bool:
        return self.is_left_out or any(cell.was is not None for cell in self.cells)

    @property
    def is_refused(self) -> bool:
        return self.did is Did.REFUSED


@dataclass(frozen=True)
class Trying:
    """A prepared file whose rows are tried: the commands are run and taken back."""

    opened: Opened
    prepared: PreparedImport
    known: Known

    def first_rows(self) -> list[TriedRow]:
        """The first rows of the file, tried together."""
        rows = [Row(line, list(cells)) for line, cells in self.prepared.first]
        mends = self._mends([row.line for row in rows])
        told = self._told(rows, mends)
        return [self._row(row, mends.get(row.line), told[row.line]) for row in rows]

    def refused_rows(self, after: int = 0) -> list[TriedRow]:
        """The next rows after a line that the check of all rows would refuse; those that were mended since are tried anew.

        They are tried by themselves: what the file brings in other rows only the next check knows.
        """
        known = RefusedRow.objects.filter(job=self.prepared.check_job, line__gt=after).order_by("line")
        kept = list(known[:PAGE_ROWS])
        mends = self._mends([one.line for one in kept])
        rows = {one.line: Row(one.line, list(one.cells)) for one in kept}
        fresh = [one.line for one in kept if one.line in mends and mends[one.line].mended_at > one.checked_at]
        tried = self._told([rows[line] for line in fresh], mends)
        told = {one.line: Told(Did.REFUSED, [(column, why) for column, why in one.told]) for one in kept}
        return [self._row(row, mends.get(line), (told | tried)[line]) for line, row in rows.items()]

    def _mends(self, lines: Sequence[int]) -> dict[int, MendedRow]:
        return {mend.line: mend for mend in self.prepared.mended.filter(line__in=lines)} if lines else {}

    def _told(self, rows: Sequence[Row], mends: Mapping[int, MendedRow]) -> dict[int, Told]:
        new = [
            mended(row, mend.cells, is_left_out=mend.is_left_out) if (mend := mends.get(row.line)) else row
            for row in rows
        ]
        drafts = [draft for chunk in rehearsed(self.opened, iter(new)) for draft in chunk.drafts]
        related = self._related(drafts)
        return {
            draft.row.line: Told(draft.did or Did.SKIPPED, draft.told, related.get(draft.row.line, ()))
            for draft in drafts
        }

    def _related(self, drafts: Sequence[Draft]) -> dict[int, list[TriedRelated]]:
        """By line what the rows that come in would bring along: a query for the names of each kind that is found."""
        found: dict[int, list[TriedRelated]] = {}
        for part in self.opened.layout.parts:
            label, model = capital(part.related.label), part.part.known.resource.model
            kins = {
                draft.row.line: brought.kin
                for draft in drafts
                if draft.did in {Did.CREATED, Did.UPDATED}
                if (brought := draft.brought.get(part.related.name))
            }
            there = {kin.key for kin in kins.values() if kin.key and kin.maker is None}
            names = names_of(model, self.opened.actor, there)
            for line, kin in kins.items():
                first = kin.maker.row.line if kin.maker else 0
                name = names.get(kin.key, "") if kin.key and not first else ""
                one = TriedRelated(label, name, first if first != line else 0)
                found.setdefault(line, []).append(one)
        return found

    def _row(self, row: Row, mend: MendedRow | None, told: Told) -> TriedRow:
        header, problems = self.opened.table.header, self._problems(told.why)
        now, was = (mend.cells, mend.was) if mend else ({}, {})
        cells = [
            TriedCell(
                now.get(str(place), text),
                " ".join(problems.get(title, ())),
                was.get(str(place)),
            )
            for place, (title, text) in enumerate(zip(header, row.cells, strict=False))
        ]
        is_left_out = bool(mend and mend.is_left_out)
        sentence = " ".join(problems.get("", ()))
        return TriedRow(row.line, told.did, cells, sentence, is_left_out, told.related)

    def _problems(self, told: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
        """Sentences by columns of the file; those of no column under no name."""
        problems: dict[str, list[str]] = {}
        for column, sentence in told:
            is_here = column in self.opened.table.header
            said = sentence if is_here or not column else f"{self._titles.get(column, column)}: {sentence}"
            problems.setdefault(column if is_here else "", []).append(said)
        return problems

    @cached_property
    def _titles(self) -> dict[str, str]:
        """What the fields are called, by the names under which commands speak of them."""
        own = {one.field.argument or one.name: one.title for one in self.known.offers if one.related is None}
        return own | {one.name: one.title for one in self.known.offers}


def check_all(actor: Actor, prepared: PreparedImport) -> None:
    """Owe a dry run of the whole file to a worker, unless one is on its way. What an earlier one has told is forgotten.

    Raises Refused `changed_meanwhile` when another window was faster.
    """
    opened_of(actor, prepared)
    with transaction.atomic():
        hold(prepared)
        earlier = [prepared.check_job] if prepared.check_job else []
        if Job.objects.filter(pk__in=earlier).exclude(state__in=FINISHED).exists():
            return
        prepared.check_job = _check_owed(actor, prepared)
        prepared.save(update_fields=["check_job"])
        prepared.refused.all().delete()


def _check_owed(actor: Actor, prepared: PreparedImport) -> UUID:
    """Its sentences are read on the page that asked for it, so they are in that page's language."""
    order = check_file.using(actor=actor)
    return order.enqueue(prepared=str(prepared.pk), language=get_language() or settings.LANGUAGE_CODE).pk


def _may_check(actor: Actor, job: Job) -> bool:
    known = PreparedImport.objects.filter(pk=job.arguments["prepared"]).first()
    return known is not None and may_import(actor, known.entity)


@job("exchange.check", label=_("Check of a file"), queue="long", may_do=_may_check)
def check_file(run: Run, *, prepared: str, language: str) -> dict[str, Any]:
    """Say what an import of a prepared file would do. Counts are the job's; what was refused only its owner reads."""
    known = PreparedImport.objects.filter(pk=prepared, check_job=run.job.pk).first()
    if known is None:
        return {}
    known.refused.all().delete()  # of an attempt that was killed
    keep = partial(_keep_refused, known, run.job.pk, timezone.now())
    with translation.override(language), in_words():
        opened = opened_of(run.actor, known)
        found = rehearse(opened, lambda rows, total: run.report(done=rows, total=total), keep)
    counts = {did.value: found.counts[did] for did in Did}
    more = {"created_references": found.created_references, "related": found.related}
    return {"rows": sum(counts.values()), **counts, **more}


def _keep_refused(prepared: PreparedImport, job: UUID, checked_at: datetime, drafts: Sequence[Draft]) -> None:
    """Keep what was refused for the page, as the file has it: the base holds them, however many they are."""
    if not drafts:
        return
    lines = [draft.row.line for draft in drafts]
    was = dict(prepared.mended.filter(line__in=lines).values_list("line", "was"))
    kept = [
        RefusedRow(
            prepared=prepared,
            job=job,
            line=draft.row.line,
            cells=_kept_cells(mended(draft.row, was.get(draft.row.line, {}), is_left_out=False)),
            told=draft.told,
            checked_at=checked_at,
        )
        for draft in drafts
    ]
    RefusedRow.objects.bulk_create(kept, ignore_conflicts=True)


def _kept_cells(row: Row) -> list[str]:
    if sum(map(len, row.cells)) > MOST_KEPT:
        return []
    return [cell.replace("\0", "") for cell in row.cells]
