"""A file before its import: what its columns are taken for, what would become of its rows. No rule stands here (exchange)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from artel.exchange.models import Duplicates, PreparedImport
from artel.exchange.preparing import (
    import_prepared,
    known_of,
    lacks,
    opened_of,
    read_otherwise,
    reading_of,
    set_up,
)
from artel.exchange.tabular.columns import Known, is_refusal_column
from artel.exchange.tabular.drafts import Did
from artel.exchange.trying import TriedRow, check_all, first_rows
from artel.kernel.actors import Actor
from artel.kernel.refusals import Refused
from artel.lib.tabular.reading import Reading
from artel.lib.tabular.text import CHOOSABLE, ENCODINGS
from artel.lib.words import capital
from artel.screens.vocabulary import Entity
from artel.web.frame import Frame, Link
from artel.web.guard import signed_in
from artel.web.pages.act import away
from artel.web.pages.files import may_import, resource_or_404
from artel.web.pages.table import entity_at
from artel.web.rail import title_of
from artel.web.render import page, wants_part
from artel.web.runs import RunStory, seen_job

EXAMPLES = 3
OUTCOMES = {
    Did.CREATED: pgettext_lazy("row of a file", "new"),
    Did.UPDATED: pgettext_lazy("row of a file", "changes a record"),
    Did.SKIPPED: pgettext_lazy("row of a file", "there already"),
    Did.REFUSED: pgettext_lazy("row of a file", "refused"),
}
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
class Checked:
    """A file being checked, as its page shows it. `shown` are the places of the columns that come in."""

    entity: Entity
    actor: Actor
    prepared: PreparedImport
    known: Known
    columns: Sequence[FileColumn]
    duplicates: str
    sentence: str = ""
    lacking: str = ""
    rows: Sequence[TriedRow] = ()
    run: RunStory | None = None

    @property
    def address(self) -> str:
        return reverse("web:check_file", args=[self.entity.path, self.prepared.pk])

    @property
    def name(self) -> str:
        return Path(self.prepared.file).name

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What a column may feed; what a new record must have is marked."""
        words = [
            (one.name, capital(self.known.label(one)), self.known.must(one)) for one in self.known.writable
        ]
        return [(name, f"{label} *" if must else label) for name, label, must in words]

    @property
    def shown(self) -> list[FileColumn]:
        return [one for one in self.columns if one.field]

    @property
    def ways(self) -> list[tuple[str, str]]:
        return [(code, capital(label)) for code, label in Duplicates.choices]

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
        marks = [(mark, capital(label)) for mark, label in DELIMITERS.items()]
        return [
            ("encoding", _("Encoding"), list(ENCODINGS.items()), prepared.encoding),
            ("delimiter", _("Between the columns"), marks, prepared.delimiter),
        ]

    @property
    def refused_count(self) -> int:
        """Of the rows that are shown."""
        return sum(row.did is Did.REFUSED for row in self.rows)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """The file of the person who gave it: columns, first rows, a check of all rows, and the import itself."""
    entity, actor, prepared = _own(request, path, key)
    if prepared.run_id:
        return away(request, reverse("web:import_run", args=[prepared.run_id]))
    if request.method != "POST":
        return _shown(request, _judged(_sheet(entity, actor, prepared)))
    mapping, duplicates = _chosen(request, prepared)
    reading = _wished(request, prepared)
    try:
        if reading != reading_of(prepared):
            read_otherwise(actor, prepared, reading)
            return away(request, reverse("web:check_file", args=[path, key]))
        set_up(actor, prepared, mapping, duplicates)
        return _done(request, entity, actor, prepared)
    except Refused as refusal:
        sheet = replace(_sheet(entity, actor, prepared, mapping), duplicates=duplicates.value)
        return _shown(request, replace(sheet, sentence=str(refusal.sentence)), 422)


@signed_in
@require_safe
def all_rows(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """How far the check of all rows is, for `run-progress`; as a page, that of the file."""
    entity, actor, prepared = _own(request, path, key)
    sheet = _with_run(_sheet(entity, actor, prepared))
    if not wants_part(request):
        return HttpResponseRedirect(sheet.address)
    if sheet.run is None:
        raise Http404(str(key))
    return page(request, "web/check_all.html", {"sheet": sheet, "run": sheet.run})


def _own(request: HttpRequest, path: str, key: UUID) -> tuple[Entity, Actor, PreparedImport]:
    """One's own file, as long as one may import it."""
    entity, actor = entity_at(path, request)
    if not may_import(resource_or_404(path), actor):
        raise Http404(path)
    prepared = PreparedImport.objects.of(actor).filter(pk=key, entity=path).first()
    if prepared is None:
        raise Http404(str(key))
    return entity, actor, prepared


def _chosen(request: HttpRequest, prepared: PreparedImport) -> tuple[dict[str, str | None], Duplicates]:
    """What the form says; what it does not name stays as it is."""
    given = request.POST
    mapping = {
        title: given.get(f"column-{index}", prepared.mapping.get(title)) or None
        for index, title in enumerate(prepared.header)
    }
    wish = given.get("duplicates", "")
    return mapping, Duplicates(wish if wish in Duplicates.values else prepared.duplicates)


def _wished(request: HttpRequest, prepared: PreparedImport) -> Reading:
    """How the form would have the file read."""
    known = {
        "sheet": [name for name, _hidden in prepared.sheets],
        "encoding": ENCODINGS,
        "delimiter": CHOOSABLE,
    }
    now = asdict(reading_of(prepared))
    wishes = {name: request.POST.get(name, "") for name in now if now[name]}
    return replace(
        reading_of(prepared), **{name: wish for name, wish in wishes.items() if wish in known[name]}
    )


def _done(request: HttpRequest, entity: Entity, actor: Actor, prepared: PreparedImport) -> HttpResponse:
    """The button that was pressed; without one the columns were only taken otherwise."""
    act = request.POST.get("act", "")
    if act == "import":
        return away(request, reverse("web:import_run", args=[import_prepared(actor, prepared).pk]))
    if act == "check":
        check_all(actor, prepared)
    if not wants_part(request):
        return HttpResponseRedirect(reverse("web:check_file", args=[entity.path, prepared.pk]))
    return _shown(request, _judged(_sheet(entity, actor, prepared)))


def _sheet(
    entity: Entity, actor: Actor, prepared: PreparedImport, mapping: Mapping[str, str | None] | None = None
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
    return Checked(entity, actor, prepared, known_of(actor, prepared), columns, prepared.duplicates)


def _examples(prepared: PreparedImport, index: int) -> str:
    """The first different cells of a column."""
    cells = dict.fromkeys(
        cells[index].strip()[:60]
        for _line, cells in prepared.first
        if index < len(cells) and cells[index].strip()
    )
    return " · ".join(list(cells)[:EXAMPLES])


def _judged(sheet: Checked) -> Checked:
    """With what would become of its first rows, and of all of them where that was asked."""
    try:
        opened = opened_of(sheet.actor, sheet.prepared)
        rows = first_rows(opened, sheet.prepared, sheet.known) if opened.columns else []
        sheet = replace(sheet, rows=rows, lacking=lacks(opened, sheet.known))
    except Refused as refusal:
        return replace(sheet, sentence=str(refusal.sentence))
    return _with_run(sheet)


def _with_run(sheet: Checked) -> Checked:
    key = sheet.prepared.check_job
    found = seen_job(sheet.actor, key) if key else None
    if found is None:
        return sheet
    address = reverse("web:check_all", args=[sheet.entity.path, sheet.prepared.pk])
    return replace(sheet, run=replace(found, address=address))


def _shown(request: HttpRequest, sheet: Checked, status: int = 200) -> HttpResponse:
    crumbs = [
        Link(title_of(sheet.entity), reverse("web:table", args=[sheet.entity.path])),
        Link(_("Import"), reverse("web:import", args=[sheet.entity.path])),
    ]
    frame = Frame(_("Check the file"), section=sheet.entity.section, crumbs=crumbs, slim=True)
    context = {"frame": frame, "sheet": sheet, "run": sheet.run, "outcomes": OUTCOMES, "tones": TONES}
    return page(request, "web/check.html", context, part="web/check_part.html", status=status)
