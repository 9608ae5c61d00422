"""Stage rows brought from outside (contract, `deal-stages`): the first ones of a deal replace those its status implied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.deals.models import Deal, DealKind, DealStage, DealStatus
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Values
from artel.kernel.commands import command
from artel.kernel.line_checks import require_filled
from artel.lib.stages import Result, StageRow, duration_days
from artel.screens.vocabulary import Imported

from .looking import GivenLines, Paths, key_of, paths_of
from .statistics import SENTENCES, current_columns, row_columns

NO_DEAL = _("There is no such deal, or you may not change it.")
Slot = tuple[UUID, UUID]


@command(
    permission="deals.change_deal",
    label=_("Record a stage of a deal"),
    creates=DealStage,
    fields=["deal", "stage", "started_at", "ended_at", "result", "responsible"],
)
def record_stage_rows(act: Act, lines: Lines[Any, Values]) -> None:
    """Lines of (deal, stage, start, end, result, responsible) as they were; days are counted, the current stage follows."""
    require_filled(lines, "deal", "stage", "started_at")
    deals = _changeable(act, lines)
    paths = paths_of(DealKind.objects.filter(deals__in=deals).distinct())
    stored = {
        (row.deal_id, row.stage_id): row
        for row in DealStage.objects.filter(deal__in=deals).order_by("order", "started_at", "id")
    }
    for line in lines:
        _check(line, deals, paths)
    wanted = {_slot(line): line for line in lines if line.is_open}
    told = {deal for deal, _stage in wanted}
    implied = [
        row for slot, row in stored.items() if row.is_implied and slot[0] in told and slot not in wanted
    ]
    act.remove(DealStage, implied)
    made = _write(act, wanted, deals, paths, stored)
    for line in lines:
        if line.is_open:
            line.result = made[_slot(line)] if wanted[_slot(line)] is line else _overtaken(made[_slot(line)])
    _follow(act, [deals[key] for key in told], paths)


def _overtaken(row: Imported) -> Imported:
    """Of several lines of one stage of a deal the last one holds, and counts."""
    return Imported(row.record, "skipped")


def _changeable(act: Act, lines: GivenLines) -> dict[UUID, Deal]:
    keys = {key for line in lines if line.is_open and (key := line.args.key("deal"))}
    rows = Deal.objects.allowed_to(act.actor, "deals.change_deal").filter(pk__in=keys)
    return {deal.pk: deal for deal in rows.select_for_update(of=("self",)).order_by("pk")}


def _slot(line: Line[Any, Values]) -> Slot:
    return line.args.key("deal"), line.args.key("stage")  # type: ignore[return-value]


def _check(line: Line[Any, Values], deals: Mapping[UUID, Deal], paths: Paths) -> None:
    if not line.is_open:
        return
    deal_key, stage_key = _slot(line)
    deal = deals.get(deal_key)
    if deal is None:
        line.refuse("not_found", NO_DEAL, fields={"deal": NO_DEAL})
    elif stage_key not in paths.get(deal.kind_id, ()):
        line.refuse("not_on_path", SENTENCES["not_on_path"], fields={"stage": SENTENCES["not_on_path"]})
    elif line.args.get("ended_at") and line.args["ended_at"] < line.args["started_at"]:
        line.refuse("before_start", SENTENCES["before_start"], fields={"ended_at": SENTENCES["before_start"]})


def _row(line: Line[Any, Values], deal: Deal) -> StageRow:
    """Without a result a row that ended was passed; days are counted for passed stages only (rules §2.5)."""
    start, end = line.args["started_at"], line.args.get("ended_at")
    result = Result(line.args.get("result") or (DealStatus.WON if end else DealStatus.IN_WORK))
    return StageRow(
        stage=line.args.key("stage"),
        started_at=start,
        ended_at=end,
        duration=duration_days(start, end) if end and result is Result.WON else None,
        result=result,
        responsible=key_of(line.args.get("responsible")) or deal.responsible_id,
        potential=deal.potential,
    )


def _write(
    act: Act,
    wanted: Mapping[Slot, Line[Any, Values]],
    deals: Mapping[UUID, Deal],
    paths: Paths,
    stored: Mapping[Slot, DealStage],
) -> dict[Slot, Imported]:
    columns = {}
    for slot, line in wanted.items():
        deal = deals[slot[0]]
        columns[slot] = {
            "deal_id": deal.pk,
            "is_implied": False,
            **row_columns(_row(line, deal), paths[deal.kind_id]),
        }
    known = [slot for slot in columns if slot in stored]
    did = {slot: _did(stored[slot], columns[slot]) for slot in known}
    act.change_all(DealStage, [(stored[slot], columns[slot]) for slot in known])
    fresh = [slot for slot in columns if slot not in stored]
    records = dict(zip(fresh, act.make(DealStage, [columns[slot] for slot in fresh]), strict=True))
    return {slot: Imported(stored[slot], did[slot]) for slot in known} | {
        slot: Imported(record, "created") for slot, record in records.items()
    }


def _did(row: DealStage, columns: Mapping[str, Any]) -> Any:
    """A row that was only implied counts as made now."""
    if row.is_implied:
        return "created"
    return "updated" if any(getattr(row, name) != value for name, value in columns.items()) else "skipped"


def _follow(act: Act, deals: Sequence[Deal], paths: Paths) -> None:
    """The current stage of the deals follows their rows."""
    rows: dict[UUID, list[StageRow]] = {deal.pk: [] for deal in deals}
    found = DealStage.objects.filter(deal__in=rows).order_by("order", "started_at", "id")
    for row in found:
        rows[row.deal_id].append(
            StageRow(stage=row.stage_id, started_at=row.started_at, result=Result(row.result))
        )
    act.change_all(
        Deal,
        [(deal, current_columns(tuple(rows[deal.pk]), paths.get(deal.kind_id, ()))) for deal in deals],
    )
