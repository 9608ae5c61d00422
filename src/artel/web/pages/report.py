"""A report: parameters, chart, levels, totals; every number opens exactly the rows that make it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from artel.exchange.tabular.exporting import written
from artel.kernel.access import fields_visible_to, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.records import Item
from artel.kernel.refusals import Forbidden, NotThere, Refused
from artel.reports import registry
from artel.reports.composing import run
from artel.reports.drilling import drill
from artel.reports.results import Column, ReportResult, Row
from artel.reports.splits import offered
from artel.reports.vocabulary import Block, Dimension, Report
from artel.web import formats
from artel.web.addresses import page_address
from artel.web.charts import drawing
from artel.web.favourites import star_of
from artel.web.filters import plain_day, typed
from artel.web.frame import Frame
from artel.web.guard import actor_of, signed_in
from artel.web.money import usual_sign
from artel.web.pages.errors import forbidden
from artel.web.pages.files import FORMATS
from artel.web.rail import open_reports
from artel.web.references import address_of
from artel.web.render import page
from artel.web.visit import visit_of

SHOWN = 100
OWN = ("block", "from", "to", "rows", "columns", "level", "chart")
MOST_OPTIONS = 200


@dataclass(frozen=True)
class CellShown:
    """A number of the report; `drill` is where its rows are, empty for what opens nothing."""

    text: str
    drill: str = ""
    is_zero: bool = False


@dataclass(frozen=True)
class RowShown:
    """A row of the level table."""

    label: str
    level: int
    cells: Sequence[CellShown]


@dataclass(frozen=True)
class Head:
    """A group of columns."""

    label: str
    columns: Sequence[Column]


@dataclass(frozen=True)
class Holding:
    """A parameter that holds a dimension to one value: chosen from a list, or named where there is no list."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]


@signed_in
def reports(request: HttpRequest) -> HttpResponse:
    """All reports this person may run."""
    found = [registry.find(link.name) for link in open_reports(visit_of(request))]
    return page(
        request,
        "web/reports.html",
        {"frame": Frame(_("Reports"), section="reports", slim=True), "reports": found},
    )


@signed_in
def report(request: HttpRequest, name: str) -> HttpResponse:
    """One report with the parameters of the address; a wrong one is said beside them."""
    actor, asked = actor_of(request), _report(name)
    given = request.GET.dict()
    block = asked.block(given.get("block", "")) or asked.blocks[0]
    dimensions = offered(actor, asked.dataset)
    holdings = [_holding(actor, one, given) for one in dimensions if one.name in asked.filters]
    shown = {*OWN, *(one.name for one in holdings)}
    context: dict[str, Any] = {
        "frame": _frame(request, asked),
        "tabs": open_reports(visit_of(request)),
        "report": asked,
        "block": block,
        "first": typed(given.get("from", "")),
        "last": typed(given.get("to", "")),
        "rows_asked": given.get("rows", ""),
        "columns_asked": given.get("columns", ""),
        "dimensions": dimensions,
        "holdings": holdings,
        "level": _level(given, block),
        "kept": {key: text for key, text in given.items() if key not in shown and text},
    }
    try:
        result = run(actor, name, _params(given, block))
    except Forbidden:
        return forbidden(request)
    except (Refused, NotThere) as refusal:
        return page(request, "web/report.html", {**context, "sentence": str(refusal.sentence)}, status=422)
    context |= _answer(asked, block, result, given)
    return page(request, "web/report.html", context)


def _frame(request: HttpRequest, asked: Report) -> Frame:
    star = star_of(actor_of(request), report=asked.name, query=request.GET.urlencode())
    return Frame(str(asked.label), section="reports", slim=True, star=star, help=str(asked.help))


@signed_in
def rows_behind(request: HttpRequest, name: str) -> HttpResponse:
    """The rows behind one number, in a panel beside the report or as a page; `after` is the last row seen of them."""
    actor, asked = actor_of(request), _report(name)
    given = request.GET.dict()
    block = asked.block(given.get("block", "")) or asked.blocks[0]
    try:
        cell = json.loads(given.pop("cell", "{}"))
        after = given.pop("after", "")
        beyond = Q(pk__lt=UUID(after)) if after else Q()
        found = drill(actor, name, _params(given, block), cell if isinstance(cell, dict) else {})
    except (ValueError, ValidationError):
        raise Http404(name) from None
    except Refused as refusal:
        raise Http404(str(refusal.sentence)) from refusal
    whole = _whole(found.model)
    rows = restrict(found.records, actor, view_permission(found.model)).filter(beyond).order_by("-pk")
    records = list((rows.select_related(whole) if whole else rows)[: SHOWN + 1])
    has_sums = "potential" in fields_visible_to(actor, found.model)
    lines = [
        (
            str(one),
            address_of(one) or (address_of(getattr(one, whole)) if whole else ""),
            formats.money(getattr(one, "potential", None), usual_sign()) if has_sums else "",
        )
        for one in records
    ]
    context = {
        "frame": Frame(str(asked.label), section="reports", slim=True),
        "title": str(found.model._meta.verbose_name_plural),
        "lines": lines[:SHOWN],
        "more": _onward(request, records[SHOWN - 1].pk) if len(records) > SHOWN else "",
    }
    part = "web/drill_lines.html" if after else "web/drill_part.html"
    return page(request, "web/drill.html", context, part=part)


def _onward(request: HttpRequest, last: UUID) -> str:
    """Where the rows after these are."""
    query = request.GET.copy()
    query["after"] = str(last)
    return f"{request.path}?{query.urlencode()}"


@signed_in
def export(request: HttpRequest, name: str) -> FileResponse:
    """The report's rows as xlsx or csv."""
    asked, given = _report(name), request.GET.dict()
    kind = given.get("format", "xlsx")
    if kind not in FORMATS:
        raise Http404(kind)
    block = asked.block(given.get("block", "")) or asked.blocks[0]
    try:
        result = run(actor_of(request), name, _params(given, block))
    except Refused as refusal:
        raise Http404(str(refusal)) from refusal
    header = [
        f"{column.group}: {column.label}" if column.group else str(column.label) for column in result.columns
    ]
    rows = [
        [str(value) if value is not None and not _is_plain(value) else value for value in row.values]
        for row in result.rows
    ]
    with tempfile.TemporaryDirectory(prefix="artel-report-") as folder:
        made = Path(folder) / f"{name}.{kind}"
        written(made, header, iter(rows))
        opened = made.open("rb")  # open files outlive their folder
    file = f"{name}-{timezone.localdate().isoformat()}.{kind}"
    return FileResponse(opened, as_attachment=True, filename=file, content_type=FORMATS[kind])


def _report(name: str) -> Report:
    try:
        return registry.find(name)
    except KeyError:
        raise Http404(name) from None


def _holding(actor: Actor, dimension: Dimension, given: Mapping[str, str]) -> Holding:
    """A directory or a list of choices is offered whole; other records are named."""
    options: list[tuple[str, str]] = []
    if dimension.choices:
        options = [(code, str(label)) for code, label in dimension.listed]
    elif dimension.model is not None and issubclass(dimension.model, Item):
        objects: Any = dimension.model._default_manager
        rows = objects.visible_to(actor).present().order_by("sort_name", "pk")
        options = [(str(one.pk), str(one)) for one in rows[:MOST_OPTIONS]]
    return Holding(dimension.name, str(dimension.label), given.get(dimension.name, ""), options)


def _params(given: Mapping[str, str], block: Block) -> dict[str, Any]:
    """What the composer reads: days as days, a level as the dimensions it opens; what is not its own is a held dimension."""
    params: dict[str, Any] = {
        key: text for key, text in given.items() if text and key not in {"level", "format", "chart"}
    }
    for end in ("from", "to"):
        if params.get(end):
            params[end] = plain_day(params[end])
    levels = list(block.levels or block.rows)
    if not params.get("rows") and _level(given, block) > 1:
        params["rows"] = levels[: _level(given, block)]
    return params


def _level(given: Mapping[str, str], block: Block) -> int:
    text = given.get("level", "1")
    return min(int(text), len(block.levels or block.rows)) if text.isdigit() and int(text) > 0 else 1


def _place(text: str, count: int) -> int:
    """Which of several things an address asks for; the first one otherwise."""
    return int(text) if text.isascii() and text.isdigit() and int(text) < count else 0


def _answer(asked: Report, block: Block, result: ReportResult, given: Mapping[str, str]) -> dict[str, Any]:
    columns = [(place, column) for place, column in enumerate(result.columns) if column.measure]
    base = urlencode({key: text for key, text in given.items() if key != "cell" and text})
    shown = [_row(asked, row, columns, base, block) for row in result.tree]
    outer = [row.label for row in shown if row.level == 0]
    totals = (
        []
        if not block.has_totals
        else [_cell(asked, result.totals[place], column, (), base) for place, column in columns]
    )
    charts = [chart for chart in asked.charts if chart.block == block.name and not given.get("columns")]
    chosen = _place(given.get("chart", ""), len(charts))
    first = next((column for column in result.columns if column.dimension), None)
    return {
        "heads": _heads([column for _place, column in columns]),
        "grouped": any(column.group for _place, column in columns),
        "first_label": str(first.label) if first else "",
        "rows": shown,
        "totals": totals,
        "chart": drawing(charts[chosen], result, outer) if charts else None,
        "charts": [str(chart.label) for chart in charts],
        "chosen": chosen,
        "depth": len(block.levels or block.rows),
        "currency": result.currency,
        "query": base,
    }


def _row(asked: Report, row: Row, columns: Sequence[tuple[int, Column]], base: str, block: Block) -> RowShown:
    label = " · ".join(row.labels[-row.size :])
    keys = row.keys if row.opens else None
    cells = [_cell(asked, row.values[place], column, keys, base) for place, column in columns]
    if block.hides_zeros:
        cells = [replace(one, text=formats.EMPTY) if one.is_zero else one for one in cells]
    return RowShown(label, row.level, cells)


def _cell(asked: Report, value: Any, column: Column, keys: Sequence[Any] | None, base: str) -> CellShown:
    if value is None:
        return CellShown(formats.EMPTY, is_zero=True)
    text = formats.number(value, None if column.type == "integer" else 2)
    measure = asked.dataset.measure(column.measure)
    if keys is None or not column.opens or not value or measure is None or measure.is_derived:
        return CellShown(text, is_zero=not value)
    cell = {
        "keys": [_key(key) for key in keys],
        "measure": column.measure,
        "under": [_key(key) for key in column.under],
    }
    query = "&".join(part for part in (base, urlencode({"cell": json.dumps(cell)})) if part)
    return CellShown(text, f"{page_address('web:drill', asked.name)}?{query}")


def _key(key: Any) -> Any:
    return key if key is None or isinstance(key, bool | int) else str(key)


def _heads(columns: Sequence[Column]) -> list[Head]:
    heads: list[tuple[str, list[Column]]] = []
    for column in columns:
        group = str(column.group)
        if heads and group and heads[-1][0] == group:
            heads[-1][1].append(column)
        else:
            heads.append((group, [column]))
    return [Head(group, found) for group, found in heads]


def _whole(model: Any) -> str:
    """The field that leads to the record a row is a part of, if rows of the model have no card of their own."""
    facts = getattr(model, "facts", None)
    name = facts.parent.split("|")[0] if facts else ""
    fields = {one.name for one in model._meta.concrete_fields if one.is_relation}
    return name if name in fields else ""


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | Decimal | bool)
