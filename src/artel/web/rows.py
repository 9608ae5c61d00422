"""The rows of a list as markup: some four hundred cells a page, so they are put together here, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from artel.kernel.commands import Command

from . import formats
from .actions import inapplicable
from .addresses import card_address
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
    cards = [card_address(path, record.pk) for record in records]
    links = [f"{card}?list={kept}" for card in cards]
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
    change = state.entity.change
    editable = change is not None and state.actor.has(change.permission)
    heads = _heads(cards, links, _standing_out(state, records), editable=editable)
    refused = _refused(bulk, records)
    checks = _checks(records)
    lines = ["".join((*line, "</tr>")) for line in zip(heads, refused, checks, *cells, strict=True)]
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


def _heads(
    cards: Sequence[str], links: Sequence[str], fresh: Sequence[bool], *, editable: bool
) -> Iterator[str]:
    for card, link, is_fresh in zip(cards, links, fresh, strict=True):
        edit = f' data-edit="{card}/edit"' if editable else ""
        yield f'<tr data-href="{link}"{edit}{FRESH if is_fresh else ""}'


def _standing_out(state: ListState, records: Sequence[Any]) -> list[bool]:
    rule = state.entity.table.standing_out
    return [rule is not None and rule.to(record) for record in records]


def _refused(bulk: Sequence[Command], records: Sequence[Any]) -> Iterator[str]:
    """Which bulk acts make no sense for a row: asked once for rows that are alike in what the acts look at."""
    known: dict[tuple[Any, ...], str] = {}
    looked_at = ["is_deleted", *(name for act in bulk for name in _looked_at(act, records))]
    for record in records:
        alike = tuple([getattr(record, name) for name in looked_at])
        if alike not in known:
            known[alike] = inapplicable(bulk, record)
        yield f' data-refuses="{known[alike]}">' if known[alike] else ">"


def _looked_at(act: Command, records: Sequence[Any]) -> list[str]:
    """The attributes of rows behind the columns of an act's rule; a reference by its key."""
    rule = act.declared.applies
    if rule is None or not records:
        return []
    return [records[0]._meta.get_field(name).attname for name in rule.columns]


def _checks(records: Sequence[Any]) -> Iterator[str]:
    label = _("Select: %(title)s")
    for record in records:
        words = escape(label % {"title": record})
        yield (
            f'<td class="chk"><input class="form-check-input" type="checkbox" name="key" value="{record.pk}" '
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
