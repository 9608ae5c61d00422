"""The deals that the founding slides print, with the reports they print for them (rules §4.1–4.3)."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DealKind, LossReason, Stage
from artel.domains.marketing.commands import events
from artel.domains.partners.commands import channels, partners
from artel.domains.partners.models import Channel, Partner
from artel.domains.products.commands import agreements
from artel.domains.products.models import Agreement
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.admission import add_user
from artel.kernel.arguments import Values
from artel.kernel.models import User

SLIDES: dict[str, Any] = json.loads((Path(__file__).parent / "erp_slides.json").read_text())
HOUSE = Actor.system("tests")
COMPETITOR = "Конкурент"
ZONE = ZoneInfo("Europe/Moscow")


def moment(day: str | None) -> datetime | None:
    return datetime.fromisoformat(day).replace(tzinfo=ZONE) if day else None


def put_deals() -> None:
    """The seven deals of the slides, through commands."""
    deals = SLIDES["deals"]
    _put_people(deals)
    _put_kinds(deals)
    partners.add(HOUSE, name=COMPETITOR, is_client=False, is_competitor=True)
    events.add(HOUSE, name="Акция: Распродажа бытовой техники")
    for name in {one["source"] for one in SLIDES["primary_interest"]["inputs"]} - {
        "Акция: Распродажа бытовой техники"
    }:
        is_event = name.startswith("Выставка")
        events.add(HOUSE, name=name) if is_event else partners.add(HOUSE, name=name)
    interests = {one["deal"]: one for one in SLIDES["primary_interest"]["inputs"]}
    for deal in deals:
        _put_deal(deal, interests.get(deal["n"], {}))


def _put_people(deals: list[dict[str, Any]]) -> None:
    for name in {deal["responsible"] for deal in deals if deal["responsible"]}:
        add_user(HOUSE, login=f"user{len(name)}{name[:2]}", name=name, password="", language="")
    for name in {deal["client"] for deal in deals if deal["client"]}:
        partners.add(HOUSE, name=name)


def _put_kinds(deals: list[dict[str, Any]]) -> None:
    stages = {stage.name: stage for stage in Stage.objects.all()}
    for deal in deals:
        if DealKind.objects.filter(name=deal["kind"]).exists():
            continue
        paths = [one["stages"] for one in deals if one["kind"] == deal["kind"] and one["stages"]]
        path = max(paths, key=len, default=[])
        more = {"stages": [stages[name] for name, _start, _end in path]} if path else {}
        commands.kinds.add(HOUSE, name=deal["kind"], type=deal["kind_type"], **more)


def _put_deal(deal: dict[str, Any], interest: dict[str, Any]) -> None:
    agreement = Agreement.objects.filter(name=deal["agreement"]).first()
    more: dict[str, Any] = {name: deal[name] for name in ("code", "probability") if name in deal}
    if interest:
        channel = Channel.objects.filter(name=interest["channel"]).first()
        more["channel"] = channel or channels.add(HOUSE, name=interest["channel"])
        more |= {"source_type": interest["source_type"], "source": interest["source"]}
    if deal["status"] == "lost":
        more["loss_reason"] = LossReason.objects.get(name=deal["loss_reason"])
        more["winner"] = Partner.objects.get(name=COMPETITOR)
    if deal.get("closed"):
        more["is_closed"] = True
    made = commands.open_deal(
        HOUSE,
        name=deal["name"],
        client=Partner.objects.get(name=deal["client"]),
        agreement=agreement or agreements.add(HOUSE, name=deal["agreement"]),
        kind=DealKind.objects.get(name=deal["kind"]),
        responsible=User.objects.get(name=deal["responsible"]),
        status=deal["status"],
        potential=Decimal(deal["potential"]),
        started_at=moment(deal["start"]),
        ended_at=moment(deal["end"]),
        **more,
    )
    put_stages(made, deal)


def put_stages(made: Deal, deal: dict[str, Any]) -> None:
    rows: list[Line[Any, Values]] = [
        Line(
            Values(
                deal=made.pk,
                stage=Stage.objects.get(name=name).pk,
                started_at=moment(start),
                ended_at=moment(end),
                result="lost" if deal["status"] == "lost" else "won" if end else "in_work",
            )
        )
        for name, start, end in deal["stages"]
    ]
    if rows:
        outcome = commands.record_stage_rows.run(HOUSE, rows)
        assert not outcome.refused, [str(line.refusal) for line in outcome.refused]


def put_managers_table() -> None:
    """The deals of the second table (rules §4.2); its lost deal has no reason printed, so it gets one."""
    deals = SLIDES["managers_table"]["deals"]
    _put_people(deals)
    reason = commands.loss_reasons.add(HOUSE, name="Высокая цена")
    for deal in deals:
        kind = DealKind.objects.filter(name=deal["kind"]).first() or commands.kinds.add(
            HOUSE, name=deal["kind"], type="none"
        )
        commands.open_deal(
            HOUSE,
            name=deal["name"],
            client=Partner.objects.filter(name=deal["client"]).first() if deal["client"] else None,
            kind=kind,
            responsible=User.objects.get(name=deal["responsible"]) if deal["responsible"] else None,
            status=deal["status"],
            potential=Decimal(deal["potential"]),
            **({"loss_reason": reason} if deal["status"] == "lost" else {}),
        )
