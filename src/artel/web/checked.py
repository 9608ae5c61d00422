"""A file before its import, as its page shows it: columns with what they are taken for, rows with what would become of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from artel.exchange.models import Duplicates, PreparedImport, RelatedWay
from artel.exchange.preparing import known_of, lacks, opened_of
from artel.exchange.tabular.columns import Layout, is_refusal_column, layout_of
from artel.exchange.tabular.drafts import Did
from artel.exchange.tabular.keying import Finding, findings
from artel.exchange.tabular.known import Known, argument_name
from artel.exchange.trying import PAGE_ROWS, TriedRow, Trying
from artel.kernel.actors import Actor
from artel.kernel.refusals import Refused
from artel.lib.tabular.text import ENCODINGS
from artel.lib.tabular.unreadable import Unreadable
from artel.lib.words import capital
from artel.screens.vocabulary import Entity
from artel.web.rail import title_of
from artel.web.runs import RunStory, seen_job

EXAMPLES = 3
CONSTANT = "constant-"
MANY_COLUMNS = 60
"""Of more columns each gets its choices when it is reached: hundreds of the same lists make a heavy page."""
OUTCOMES = {
    Did.CREATED: pgettext_lazy("row of a file", "new"),
    Did.UPDATED: pgettext_lazy("row of a file", "changes a record"),
    Did.SKIPPED: pgettext_lazy("row of a file", "there already"),
    Did.REFUSED: pgettext_lazy("row of a file", "refused"),
}
LEFT_OUT = pgettext_lazy("row of a file", "left out")
TONES = {Did.CREATED: "good", Did.UPDATED: "accent", Did.REFUSED: "bad"}
DELIMITERS = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar"),
}


@dataclass(frozen=True)
class FileColumn:
    """One column of the file: its head, some of its cells and the field it is taken for (empty: left out)."""

    index: int
    title: str
    examples: str
    field: str
    is_note: bool

    @property
    def control(self) -> str:
        return f"column-{self.index}"


@dataclass(frozen=True)
class Asked:
    """Which rows are to be shown: the first ones, or those with problems after a line."""

    problems: bool = False
    after: int = 0

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        after = given.get("after", "")
        return cls(given.get("rows") == "problems", int(after) if after.isdecimal() else 0)


@dataclass(frozen=True)
class Checked:
    """A file being checked. `shown` are the places of the columns that come in."""

    entity: Entity
    actor: Actor
    prepared: PreparedImport
    known: Known
    columns: Sequence[FileColumn]
    duplicates: str
    on_related: str
    key: str
    constants: Mapping[str, str]
    asked: Asked
    sentence: str = ""
    lacking: str = ""
    rows: Sequence[TriedRow] = ()
    run: RunStory | None = None
    mended_count: int = 0
    left_out_count: int = 0
    is_stale: bool = False

    @property
    def address(self) -> str:
        return reverse("web:check_file", args=[self.entity.path, self.prepared.pk])

    @property
    def name(self) -> str:
        return Path(self.prepared.file).name

    @cached_property
    def fields(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What a column may feed, its own fields before those of each related record; what a new record must have is marked."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in self.known.writable_offers:
            group = capital(one.related.label) if one.related else title_of(self.entity)
            label = f"{one.label} *" if one.known.must(one.field) else one.label
            label = f"{label} — {one.related.label}" if one.related else label
            groups.setdefault(group, []).append((one.name, label))
        return list(groups.items())

    @property
    def has_many(self) -> bool:
        return len(self.columns) > MANY_COLUMNS

    def offered(self, one: FileColumn) -> list[tuple[str, list[tuple[str, str]]]]:
        """What stands in a column's list from the start."""
        if not self.has_many:
            return self.fields
        chosen = [(group, [each for each in fields if each[0] == one.field]) for group, fields in self.fields]
        return [(group, fields) for group, fields in chosen if fields]

    @property
    def shown(self) -> list[FileColumn]:
        return [one for one in self.columns if one.field]

    @property
    def ways(self) -> list[tuple[str, str]]:
        return [(code, capital(label)) for code, label in Duplicates.choices]

    @property
    def related_ways(self) -> list[tuple[str, str]]:
        """What may be done about related records that are there; nothing where none are brought."""
        return [(code, capital(label)) for code, label in RelatedWay.choices] if self.known.parts else []

    @cached_property
    def layout(self) -> Layout | None:
        """The columns as they are taken; None while they make no sense."""
        mapping = {one.title: one.field or None for one in self.columns}
        try:
            return layout_of(self.known, self.prepared.header, mapping, self.constants)
        except Unreadable:
            return None

    @property
    def finders(self) -> list[tuple[str, str, list[tuple[str, str]], str]]:
        """By what records may be found: control, label, choices, present value."""
        found = findings(self.known, self.layout, self.key) if self.layout else []
        return [_finder(one) for one in found]

    @cached_property
    def constant_fields(self) -> list[tuple[str, str]]:
        """The fields that no column brings and all rows may say the same of."""
        own = [one for one in self.layout.own if one.name not in self.constants] if self.layout else []
        fed = replace(self.layout, own=own).fed if self.layout else set()
        return [
            (one.name, one.label) for one in self.known.constant_offers if argument_name(one.field) not in fed
        ]

    @property
    def said_by_all(self) -> list[tuple[str, str, str]]:
        """What all rows are to say, and of what no new record can do without: control, label, present value."""
        offers = {one.name: one for one in self.known.constant_offers}
        wanted = [name for name, _label in self.constant_fields if self.known.must(offers[name].field)]
        said = [name for name, text in self.constants.items() if text]
        return [
            (CONSTANT + name, offers[name].label if name in offers else name, self.constants.get(name, ""))
            for name in dict.fromkeys([*wanted, *said])
        ]

    @property
    def readings(self) -> list[tuple[str, str, list[tuple[str, str]], str]]:
        """What may be chosen of how the file is read: control, label, choices, present value."""
        prepared = self.prepared
        if len(prepared.sheets) > 1:
            sheets = [
                (name, _("%(sheet)s (hidden)") % {"sheet": name} if hidden else name)
                for name, hidden in prepared.sheets
            ]
            return [("sheet", _("Sheet"), sheets, prepared.sheet)]
        if not prepared.encoding:
            return []
        encoding = ("encoding", _("Encoding"), list(ENCODINGS.items()), prepared.encoding)
        if not prepared.delimiter:
            return [encoding]
        marks = [(mark, capital(label)) for mark, label in DELIMITERS.items()]
        return [encoding, ("delimiter", _("Between the columns"), marks, prepared.delimiter)]

    @property
    def refused_count(self) -> int:
        """Of the rows that are shown."""
        return sum(row.is_refused for row in self.rows)

    @property
    def checked_all(self) -> bool:
        return bool(self.run and self.run.has_ended and self.run.equation)

    @property
    def problem_rows(self) -> str:
        return f"{self.address}?{urlencode({'rows': 'problems'})}"

    @property
    def more_rows(self) -> str:
        """The page after this one; empty when these are the last."""
        if not self.asked.problems or not self.checked_all or len(self.rows) < PAGE_ROWS:
            return ""
        return f"{self.address}?{urlencode({'rows': 'problems', 'after': self.rows[-1].line})}"


def sheet_of(
    entity: Entity,
    actor: Actor,
    prepared: PreparedImport,
    asked: Asked,
    mapping: Mapping[str, str | None] | None = None,
) -> Checked:
    """The file as it is set up, or as somebody would have it (`mapping`)."""
    mapping = prepared.mapping if mapping is None else mapping
    columns = [
        FileColumn(
            index,
            title,
            _examples(prepared, index),
            mapping.get(title) or "",
            is_note=is_refusal_column(index, title),
        )
        for index, title in enumerate(prepared.header)
    ]
    known = known_of(actor, prepared)
    ways = (prepared.duplicates, prepared.on_related, prepared.key, prepared.constants)
    return Checked(entity, actor, prepared, known, columns, *ways, asked)


def find_control(part: str) -> str:
    """The name of the choice by what the records of a kind are found; of the rows' own without a kind."""
    return f"find-{part}" if part else "find"


def _finder(one: Finding) -> tuple[str, str, list[tuple[str, str]], str]:
    label = _("Find records by")
    if one.related:
        label = _("%(what)s: find by") % {"what": capital(one.related.label)}
    usual = (
        _("as usual: %(keys)s") % {"keys": ", ".join(one.usual)}
        if one.usual
        else _("by nothing, each is new")
    )
    choices = {"": usual, **dict(one.keys)}
    # One that these columns no longer have is refused, and may be taken back.
    choices.setdefault(one.asked, one.asked)
    return find_control(one.part), label, list(choices.items()), one.asked


def _examples(prepared: PreparedImport, index: int) -> str:
    """The first different cells of a column."""
    cells = dict.fromkeys(
        cells[index].strip()[:60]
        for _line, cells in prepared.first
        if index < len(cells) and cells[index].strip()
    )
    return " · ".join(list(cells)[:EXAMPLES])


def judged(sheet: Checked) -> Checked:
    """With what would become of its rows, and of all of them where that was asked."""
    sheet = with_run(sheet)
    try:
        opened = opened_of(sheet.actor, sheet.prepared)
        trying = Trying(opened, sheet.prepared, sheet.known)
        rows = _rows_of(sheet, trying) if opened.layout else []
        sheet = replace(sheet, rows=rows, lacking=lacks(opened, sheet.known))
    except Refused as refusal:
        return replace(sheet, sentence=str(refusal.sentence))
    return _with_mends(sheet) if opened.mended else sheet


def _rows_of(sheet: Checked, trying: Trying) -> list[TriedRow]:
    """The rows that were asked for: before all of them were checked, problems are those of the first rows."""
    if sheet.asked.problems and sheet.checked_all:
        return trying.refused_rows(sheet.asked.after)
    rows = trying.first_rows()
    return [row for row in rows if row.is_refused or row.is_mended] if sheet.asked.problems else rows


def with_run(sheet: Checked) -> Checked:
    """With the check of all rows, where that was asked."""
    key = sheet.prepared.check_job
    found = seen_job(sheet.actor, key) if key else None
    if found is None:
        return sheet
    address = reverse("web:check_all", args=[sheet.entity.path, sheet.prepared.pk])
    return replace(sheet, run=replace(found, address=address))


def _with_mends(sheet: Checked) -> Checked:
    """With how many rows are mended or left out, and whether the check knows of all of that."""
    since = Q(mended_at__gt=sheet.run.at) if sheet.run else Q(pk=None)
    counted = sheet.prepared.mended.aggregate(
        all=Count("pk"), left_out=Count("pk", filter=Q(is_left_out=True)), since=Count("pk", filter=since)
    )
    return replace(
        sheet,
        mended_count=counted["all"] - counted["left_out"],
        left_out_count=counted["left_out"],
        is_stale=bool(counted["since"]),
    )
