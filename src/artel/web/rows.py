"""The rows of a list as markup: some four hundred cells a page, so they are put together here, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from operator import attrgetter
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from artel.kernel.commands import Command

from . import formats
from .actions import inapplicable
from .addresses import PLACE, address_around
from .cells import Column, Shown
from .grouping import Grouping, groups_of
from .jinja import icon
from .lists import ListState
from .marking import Mark, Marks
from .references import References

DATES = ("day", "moment")
FRESH = ' class="fresh"'
"""Of rows that somebody has yet to look at."""
ON_A_PHONE = 2
"""So many columns are left on a narrow screen, and those of money."""


def rows_markup(
    state: ListState,
    columns: Sequence[Column],
    records: Sequence[Any],
    bulk: Sequence[Command],
    units: Mapping[str, str],
    *,
    marks: Marks | None = None,
) -> Markup:
    """The `<tr>`s of one page of records, under the heads of their groups if the list is grouped; `units` are those that the heads of columns say."""
    references = References(state.actor)
    for column in columns:
        column.prepare(records, references)
    path, kept = state.entity.path, escape(quote(state.query, safe=""))
    keys = [str(record.pk) for record in records]
    before, after = address_around("web:card", path, PLACE)
    links = [f"{before}{key}{after}?list={kept}" for key in keys]
    marked = (marks or Marks()).of(records)
    cells = [
        list(
            _cells(
                place,
                column,
                column.shown(records, references, brief=True, unit=units.get(column.name, "")),
                links,
                marked,
            )
        )
        for place, column in enumerate(columns)
    ]
    heads = _heads(_standing_out(state, records), _refused(bulk, records))
    ends = ["</tr>"] * len(keys)
    lines = list(map("".join, zip(heads, _checks(keys, records), *cells, ends, strict=True)))
    if state.group:
        lines = list(_grouped(state.group, columns, records, references, lines))
    return Markup("\n".join(lines))  # noqa: S704 -- every value was escaped


def _grouped(
    group: Grouping,
    columns: Sequence[Column],
    records: Sequence[Any],
    references: References,
    lines: Sequence[str],
) -> Iterator[str]:
    """Each group under its head: what it is called, how many rows of it stand here, and their sums."""
    if not records:
        return
    column = group.column(type(records[0]))
    column.prepare(records, references)
    names = column.shown(records, references)
    for part in groups_of(group, records):
        yield _group_head(column.label, names[part.start].text, columns, records[part.start : part.end])
        yield from lines[part.start : part.end]


def _group_head(label: str, name: str, columns: Sequence[Column], records: Sequence[Any]) -> str:
    words = escape(f"{label}: {name}")
    count = escape(ngettext("%(num)s here", "%(num)s here", len(records)) % {"num": len(records)})
    summed = [(place, _sum_of(column, records)) for place, column in enumerate(columns)]
    first = next((place for place, text in summed if text and place), len(columns))
    cells = [
        f'<td class="{classes_of(columns[place], place)}">{escape(text)}</td>'
        for place, text in summed[first:]
    ]
    toggle = (
        f'<button type="button" class="group-toggle" aria-expanded="true" data-group>{icon("chevron-down")}'
        f'<span class="mid">{words}</span> <span class="count">{count}</span></button>'
    )
    return f'<tr class="grp"><th scope="rowgroup" colspan="{first + 1}">{toggle}</th>{"".join(cells)}</tr>'


def _sum_of(column: Column, records: Sequence[Any]) -> str:
    """The sum of a column of sums over the rows that stand here; the sum of anything else says nothing."""
    if not isinstance(column.declared, str) or "__" in column.name or not column.unit(records):
        return ""  # sums in several currencies are no sum
    values = [value for record in records if (value := getattr(record, column.name)) is not None]
    return formats.number(sum(values), 2) if values else ""


def _heads(fresh: Sequence[bool], refused: Iterable[str]) -> Iterator[str]:
    """Where a row leads its first link says; that it may be changed, the table says for all rows."""
    for is_fresh, names in zip(fresh, refused, strict=True):
        yield f"<tr{FRESH if is_fresh else ''}{names}>"


def _standing_out(state: ListState, records: Sequence[Any]) -> list[bool]:
    rule = state.entity.table.standing_out
    return [rule is not None and rule.to(record) for record in records]


def _refused(bulk: Sequence[Command], records: Sequence[Any]) -> Iterator[str]:
    """Which bulk acts make no sense for a row: asked once for rows that are alike in what the acts look at."""
    known: dict[Any, str] = {}
    looked_at = attrgetter("is_deleted", *{name for act in bulk for name in _looked_at(act, records)})
    for record in records:
        alike = looked_at(record)
        if alike not in known:
            names = inapplicable(bulk, record)
            known[alike] = f' data-refuses="{names}"' if names else ""
        yield known[alike]


def _looked_at(act: Command, records: Sequence[Any]) -> list[str]:
    """The attributes of rows behind the columns of an act's rule; a reference by its key."""
    rule = act.declared.applies
    if rule is None or not records:
        return []
    return [records[0]._meta.get_field(name).attname for name in rule.columns]


def _checks(keys: Sequence[str], records: Sequence[Any]) -> Iterator[str]:
    label = _("Select: %(title)s")
    for key, record in zip(keys, records, strict=True):
        words = escape(label % {"title": record})
        yield (
            f'<td class="chk"><input class="form-check-input" type="checkbox" name="key" value="{key}:{record.version}" '
            f'aria-label="{words}"></td>'
        )


def _cells(
    place: int,
    column: Column,
    cells: Sequence[Shown],
    links: Sequence[str],
    marked: Sequence[Mapping[str, Mark]],
) -> Iterator[str]:
    classes = classes_of(column, place)
    plain = f'<td class="{classes}">' if classes else "<td>"
    for cell, link, marks in zip(cells, links, marked, strict=True):
        text = escape(cell.text)
        start = f'<td class="{classes} {cell.tone}">' if cell.tone else plain
        if marks and (mark := marks.get(column.name) or marks.get("")):
            said = " ".join(one for one in (classes, cell.tone, f"cf-{mark.style}") if one)
            start = f'<td class="{said}" title="{escape(mark.said)}">'
        if place == 0:
            yield f'{start}<a href="{link}">{text}</a></td>'
        elif cell.address:
            yield f'{start}<a class="quiet" href="{escape(cell.address)}">{text}</a></td>'
        else:
            yield f"{start}{text}</td>"


def classes_of(column: Column, place: int) -> str:
    """How the cells of a column look at its place."""
    said = {
        "name": place == 0,
        "num": column.is_numeric or column.kind in DATES,
        "desk-only": place >= ON_A_PHONE and column.kind != "money",
    }
    return " ".join(name for name, is_so in said.items() if is_so)
