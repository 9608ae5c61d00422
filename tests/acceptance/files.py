"""The deals of the slides taken in from files, as a company that changes over would bring them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import
from artel.kernel.admission import add_user
from artel.screens.registry import resource

from .slides import COMPETITOR, HOUSE, SLIDES

Row = Mapping[str, Any]


def put_deals_from_files(folder: Path) -> None:
    deals = SLIDES["deals"]
    interests = {one["deal"]: one for one in SLIDES["primary_interest"]["inputs"]}
    for place, name in enumerate(sorted({deal["responsible"] for deal in deals})):
        add_user(HOUSE, login=f"user{place}", name=name)
    bring(folder, "campaigns", events(interests.values()))
    bring(folder, "partners", clients(deals, interests.values()))
    bring(folder, "deal-kinds", kinds(deals))
    bring(folder, "stages", stages(deals))
    bring(folder, "deals", [deal_row(deal, interests.get(deal["n"], {})) for deal in deals])
    bring(folder, "deal-stages", stage_rows(deals))


def bring(folder: Path, entity: str, rows: Sequence[Row]) -> None:
    """Every row must come in: a refused one would be missing from the reports."""
    path = folder / f"{entity}.csv"
    with path.open("w", encoding="cp1251", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    opened = open_import(HOUSE, resource(entity), path, ImportOptions())
    run = carry_on(begin(opened, path), opened)
    refused = path.with_name(f"{path.name}.refused.csv")
    assert run.refused == 0, refused.read_text("utf-8-sig")
    assert run.total == len(rows)


def events(interests: Iterable[Row]) -> list[Row]:
    names = {one["source"] for one in interests if one["source_type"] == "marketing_event"}
    days = {"planned_start_on": "15.04.2015", "planned_end_on": "2015-04-19"}
    return [{"name": name, **days} for name in sorted(names)]


def clients(deals: Iterable[Row], interests: Iterable[Row]) -> list[Row]:
    shops = {one["source"] for one in interests if one["source_type"] != "marketing_event"}
    names = sorted({deal["client"] for deal in deals} | shops)
    rivals: list[Row] = [{"Рабочее наименование": COMPETITOR, "Клиент": "нет", "Конкурент": "да"}]
    return [*rivals, *({"Рабочее наименование": name, "Клиент": "да", "Конкурент": ""} for name in names)]


def kinds(deals: Iterable[Row]) -> list[Row]:
    types = {deal["kind"]: deal["kind_type"] for deal in deals}
    return [{"name": name, "type": kind} for name, kind in types.items()]


def stages(deals: Sequence[Row]) -> list[Row]:
    """The longest path that a deal of the kind has gone is the kind's."""
    rows: list[Row] = []
    for kind in dict.fromkeys(deal["kind"] for deal in deals):
        path = max((deal["stages"] for deal in deals if deal["kind"] == kind), key=len)
        rows += [
            {"kind": kind, "name": name, "order": place} for place, (name, *_days) in enumerate(path, start=1)
        ]
    return rows


def deal_row(deal: Row, interest: Row) -> Row:
    same = (
        "code",
        "name",
        "client",
        "agreement",
        "kind",
        "responsible",
        "status",
        "probability",
        "loss_reason",
    )
    return {
        **{name: deal.get(name, "") for name in same},
        "potential": deal["potential"].replace(".", ","),
        "closed": "да" if deal.get("closed") else "",
        "separate_accounting": "да" if deal.get("separate_accounting") else "",
        "started_at": russian(deal["start"]),
        "ended_at": russian(deal["end"]),
        "winner": COMPETITOR if deal["status"] == "lost" else "",
        **{name: interest.get(name, "") for name in ("channel", "source_type", "source")},
    }


def stage_rows(deals: Iterable[Row]) -> list[Row]:
    return [
        {
            "deal": deal.get("code") or deal["name"],
            "stage": name,
            "started_at": russian(start),
            "ended_at": russian(end),
            "result": "lost" if deal["status"] == "lost" else "won" if end else "in_work",
        }
        for deal in deals
        for name, start, end in deal["stages"]
    ]


def russian(day: str | None) -> str:
    return ".".join(reversed(day.split("-"))) if day else ""
