"""Every number opens exactly its rows: any report by any dimension, any measure recomputed from the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import pytest

from artel.kernel.actors import Actor
from artel.kernel.roles import Reach
from artel.reports.composing import run
from artel.reports.drilling import drill
from artel.reports.registry import all_reports
from artel.reports.results import ReportResult, Row
from artel.reports.splits import offered
from artel.reports.vocabulary import Block, Measure, Report

from .lively import make_lively
from .world import HOUSE, person, written

CENT = Decimal("0.01")


@pytest.fixture
def readers(world) -> dict[str, Actor]:
    """The house sees everything; the clerk sees all deals that have a client, but only some of the clients."""
    from artel.kernel.models import Grant, GrantGroup, Role
    from artel.kernel.roles import GroupMode

    make_lively(world)
    clerk = person(
        "clerk", "deals.*", "products.*", "kernel.view_user", "kernel.view_accessgroup", reach=Reach.ALL
    )
    seeing = written(Role, name="Some clients", added=["partners.*"])
    grant = written(Grant, user=clerk.user, role=seeing, reach=Reach.ALL, group_mode=GroupMode.ONLY)
    written(GrantGroup, grant=grant, access_group=world.group)
    assert clerk.user
    return {"house": HOUSE, "clerk": Actor.person(clerk.user)}


@pytest.mark.parametrize("who", ["house", "clerk"])
@pytest.mark.parametrize("name", [report.name for report in all_reports()])
@pytest.mark.only_on("postgres", "reports themselves are asked of both")
def test_every_number_by_every_dimension_opens_exactly_its_rows(readers, who, name):
    [report] = [one for one in all_reports() if one.name == name]
    proved = 0
    tables = {str(block.where): block for block in report.blocks}  # those that count the same rows are one
    for block in tables.values():
        for dimension in offered(readers[who], report.dataset):
            proved += _prove(readers[who], report, block, {"rows": dimension.name})
    assert proved > 100


@pytest.mark.parametrize(
    "params",
    [
        {"rows": "kind,responsible+client", "columns": "started_month"},
        {"rows": "region,attributes.choice", "columns": "client.attributes.boolean,status"},
        {"rows": "stage", "columns": "result,kind"},
        {"rows": "manager", "columns": "stage"},
        {"rows": "started_quarter", "region": "Волга", "from": "2026-03-05", "to": "2026-04-01"},
        {"rows": "client,deal", "filter": '{"responsible": ["Alice", "none"]}'},
    ],
)
@pytest.mark.parametrize("who", ["house", "clerk"])
def test_levels_columns_and_filters_open_exactly_their_rows(readers, who, params):
    [report] = [one for one in all_reports() if one.name == "sales-funnel"]
    assert _prove(readers[who], report, report.blocks[0], params) >= 20


def _prove(reader: Actor, report: Report, block: Block, params: dict[str, Any]) -> int:
    """How many numbers were found equal to what their rows give."""
    asked = {**params, "block": block.name, "measures": ",".join(one.name for one in report.dataset.measures)}
    result = run(reader, report.name, asked)
    by_place = {row.place: row for row in result.tree}
    whole = Row(result.totals, ()) if result.totals else None
    proved = 0
    for row in [*result.tree, *([whole] if whole else [])]:
        if not row.opens:
            continue
        above = by_place.get(row.place[: -row.size]) if row.place else None
        counted = _Counted(reader, report, asked, row.keys)
        for place, column in enumerate(result.columns):
            if not column.measure or not column.opens:
                continue
            measure = report.dataset.measure(column.measure)
            assert measure is not None
            if measure.is_derived:
                if measure.function == "deviation" or not (above or whole):
                    continue  # deviations have a test of their own
                wanted = _share(result, (measure.of, column.under), row, above or whole)
            else:
                wanted = counted.number(measure, column.under)
            assert row.values[place] == wanted, (report.name, asked, row.labels, column.name)
            proved += 1
    return proved


class _Counted:
    """The rows behind a line of a report, read once for each condition and counted in plain Python."""

    def __init__(self, reader: Actor, report: Report, asked: dict[str, Any], keys: tuple[Any, ...]) -> None:
        self.reader, self.report, self.asked, self.keys = reader, report, asked, keys
        self._read: dict[Any, list[dict[str, Any]]] = {}

    def number(self, measure: Measure, under: tuple[Any, ...]) -> Any:
        rows = self.rows(measure, under)
        values = [row.get(measure.field) for row in rows]
        filled = [value for value in values if value is not None]
        if measure.function == "count":
            return len(filled) if measure.field else len(rows)
        if measure.function == "distinct":
            return len(set(filled))
        total = sum((Decimal(value) for value in filled), Decimal(0))
        if measure.function == "mean":
            total = total / len(rows) if rows else Decimal(0)
        return total.quantize(CENT, ROUND_HALF_UP)

    def rows(self, measure: Measure, under: tuple[Any, ...]) -> list[dict[str, Any]]:
        if (str(measure.where), under) not in self._read:
            # The keys travel through the address of a page, so they come back as texts.
            cell = {"keys": _texts(self.keys), "under": _texts(under), "measure": measure.name}
            opened = drill(self.reader, self.report.name, self.asked, cell)
            fields = {one.field for one in self.report.dataset.measures if one.field}
            found = []
            for part, rows in zip(self.report.dataset.parts, opened.rows, strict=True):
                paths = {name: part.paths[name] for name in fields if name in part.paths}
                found += [
                    {name: row[path] for name, path in paths.items()} for row in rows.values(*paths.values())
                ]
            self._read[str(measure.where), under] = found
        return self._read[str(measure.where), under]


def _texts(keys: tuple[Any, ...]) -> list[Any]:
    return [key if key is None or isinstance(key, bool | int) else str(key) for key in keys]


def _share(result: ReportResult, base: tuple[str, Any], row: Row, above: Row | None) -> Decimal | None:
    """A number's share of the group above it, from numbers that are proved themselves."""
    place = next(n for n, one in enumerate(result.columns) if (one.measure, one.under) == base)
    part, whole = (Decimal(one.values[place]) for one in (row, above or row))
    return (part * 100 / whole).quantize(CENT, ROUND_HALF_UP) if whole else None


def _keys(result: ReportResult) -> Iterator[Any]:
    for row in result.tree:
        yield from row.keys
    for column in result.columns:
        yield from column.under


def test_what_is_known_of_a_closed_client_stays_closed(world, readers):
    """Deals are visible while the client is not: neither he nor his region, manager or attributes split them."""
    clerk = readers["clerk"]
    for name in ("client", "region", "manager", "agreement"):
        result = run(clerk, "deal-effectiveness", {"rows": name})
        closed = [row for row in result.rows if row.is_closed]
        assert [row.keys for row in closed] == [(UUID(int=0),)], name
        assert closed[0].values[1] == 4
        assert "Самара" not in str(result.as_json())
    assert "Own" not in str(run(clerk, "deal-effectiveness", {"rows": "agreement"}).as_json())
    for kind, shops in (("number", None), ("date", "2026-04-01"), ("choice", None)):
        rows = run(clerk, "deal-effectiveness", {"rows": f"client.attributes.{kind}"}).rows
        assert shops is None or shops not in {str(row.values[0]) for row in rows}
        assert [row.values[1] for row in rows if row.values[0] is None] == [4]
    held = run(clerk, "deal-effectiveness", {"client.attributes.date": "2026-04-01"})
    assert held.totals[1] == 0
    assert run(HOUSE, "deal-effectiveness", {"client.attributes.date": "2026-04-01"}).totals[1] == 4


def test_a_closed_source_cannot_be_opened_and_shows_no_key(readers):
    clerk = readers["clerk"]
    seen = {str(one) for one in _keys(run(HOUSE, "primary-interest", {"rows": "source"}))}
    for params in ({"rows": "source"}, {"rows": "kind", "columns": "source"}):
        keys = {str(one) for one in _keys(run(clerk, "primary-interest", params))}
        assert keys <= seen | {
            str(UUID(int=0)),
            *map(str, _keys(run(HOUSE, "primary-interest", {"rows": "kind"}))),
        }
