"""`artel report NAME`: the same answer a page shows, as a table to read, JSON, csv or a spreadsheet."""

from __future__ import annotations

import shutil
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .subcommands import Answer, Failure, WrongUsage, acting, subcommand

if TYPE_CHECKING:
    from artel.reports.results import ReportResult


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="sales-funnel, deal-effectiveness, loss-reasons …")
    parser.add_argument(
        "--param",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="from, to, block, rows, columns, measures, filter or a dimension (kind=…); again for several values",
    )
    parser.add_argument("--format", choices=["table", "json", "csv", "xlsx"], default="table")
    parser.add_argument("--output", metavar="FILE", type=Path, help="write there instead of to stdout")


@subcommand("report", "answer a report", arguments=_arguments, writes=True)
def report(given: Namespace) -> Answer | None:
    """stdout carries the answer alone, whatever its format."""
    from artel.reports.composing import run

    result = run(acting(given), _known(given.name), _params(given.param))
    if given.json or given.format == "json":
        given.json = True
        return Answer("", result.as_json())
    if given.format == "table" and given.output is None:
        return Answer(_table(result))
    _hand_over(result, given.format, given.output)
    return None


def _known(name: str) -> str:
    from artel.reports import registry

    names = sorted(report.name for report in registry.all_reports())
    if name not in names:
        raise WrongUsage(f"There is no report {name!r}. Known are: {', '.join(names)}.")
    return name


def _params(given: list[str]) -> dict[str, Any]:
    """A key given again holds all its values."""
    found: dict[str, Any] = {}
    for pair in given:
        name, sep, value = pair.partition("=")
        if not sep or not name:
            raise WrongUsage(f"--param {pair!r}: write KEY=VALUE.")
        known = found.get(name)
        found[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
    return found


def _hand_over(result: ReportResult, kind: str, output: Path | None) -> None:
    from artel.exchange.tabular.exporting import written

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / ("report.xlsx" if kind == "xlsx" else "report.csv")
        rows = [row.values for row in result.rows]
        written(
            made, [_heading(result, n) for n in range(len(result.columns))], [*rows, *_total_rows(result)]
        )
        if output:
            _copy(made, output)
        else:
            sys.stdout.buffer.write(made.read_bytes())
            sys.stdout.flush()


def _copy(made: Path, output: Path) -> None:
    try:
        shutil.copyfile(made, output)
    except OSError as error:
        raise Failure(f"The file cannot be written to {output}: {error.strerror}.") from error


def _heading(result: ReportResult, place: int) -> str:
    column = result.columns[place]
    return ": ".join(str(text) for text in (column.group, column.label) if str(text))


def _total_rows(result: ReportResult) -> list[list[Any]]:
    from django.utils.translation import gettext

    if not result.totals:
        return []
    return [[gettext("Total"), *result.totals[1:]]]


def _table(result: ReportResult) -> str:
    headings = [_heading(result, n) for n in range(len(result.columns))]
    body = [[_shown(value) for value in _readable(result, row.values)] for row in result.rows]
    totals = [[_shown(value) for value in row] for row in _total_rows(result)]
    widths = [max(map(len, cells)) for cells in zip(headings, *body, *totals, strict=True)]
    is_text = [column.type == "text" for column in result.columns]

    def line(cells: list[str]) -> str:
        return "  ".join(
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(cells, widths, is_text, strict=True)
        ).rstrip()

    ruler = "  ".join("-" * width for width in widths)
    return "\n".join(
        [line(headings), ruler, *map(line, body), *([ruler] if totals else []), *map(line, totals)]
    )


def _readable(result: ReportResult, values: Sequence[Any]) -> list[Any]:
    """Where zeros are left blank for people, they are so here, too."""
    return [None if result.block.hides_zeros and value == 0 else value for value in values]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return format(value, ",f").replace(",", " ") if isinstance(value, Decimal) else str(value)
