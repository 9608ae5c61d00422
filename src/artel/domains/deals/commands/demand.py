"""Primary demand of a deal: what the client wants and how far it is satisfied (rules §2.5, §2.12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from artel.domains.deals.models import Deal, DealStatus, DemandRow, DissatisfactionReason
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import argument, argument_of_field, read_all
from artel.kernel.commands import command
from artel.kernel.refusals import Refused

from .looking import own_rows

NOT_RECORDED = _("Demand is not recorded for deals of this kind.")
NOT_OF_DEAL = _("This row belongs to another deal.")
REASON_NEEDED = _("The deal is finished: a row that is not met in full needs a reason.")
PERCENT = _("From 0 to 100.")
MOST = 100

ROW_FIELDS = ("description", "sum", "satisfied_percent", "reason", "comment")


@dataclass(frozen=True, kw_only=True)
class AddDemandRow:
    """One more thing the client wants."""

    description: str = argument(label=_("Description"), max_length=500)
    sum: Decimal = argument(label=_("Sum"), max_digits=18, decimal_places=2)
    satisfied_percent: int = argument(label=_("Satisfied, %"), default=0)
    reason: DissatisfactionReason | None = argument(label=_("Reason of dissatisfaction"), default=None)
    comment: str = argument(label=_("Comment"), default="", max_length=500)


@dataclass(frozen=True, kw_only=True)
class ChangeDemandRow(AddDemandRow):
    """What a row of demand says from now on."""

    row: DemandRow = argument(label=_("Row"), among=own_rows)


@dataclass(frozen=True, kw_only=True)
class RemoveDemandRow:
    """Which row goes."""

    row: DemandRow = argument(label=_("Row"), among=own_rows)


ROW = {
    "type": "object",
    "properties": {
        "description": {"type": "string", "maxLength": 500},
        "sum": {"type": ["string", "number"]},
        "satisfied_percent": {"type": ["integer", "string", "null"]},
        "reason": {"type": ["string", "null"], "description": "The id of a reason of unmet demand."},
        "comment": {"type": ["string", "null"], "maxLength": 500},
    },
    "required": ["description", "sum"],
    "additionalProperties": False,
}


@dataclass(frozen=True, kw_only=True)
class SetDemand:
    """All rows at once: objects with description, sum, satisfied_percent, reason (key), comment."""

    rows: list[dict] = argument(label=_("Demand"), shape=ROW)  # type: ignore[type-arg]


@command(permission="deals.change_deal", label=_("Add a row of demand"), icon="plus")
def add_demand_row(act: Act, lines: Lines[Deal, AddDemandRow]) -> None:
    """A row at the end of the table."""
    numbers = _last_numbers(line.subject.pk for line in lines)
    fresh = []
    for line in lines:
        _check(line, [vars(line.args)])
        if line.is_open:
            numbers[line.subject.pk] = number = numbers.get(line.subject.pk, 0) + 1
            fresh.append({"deal_id": line.subject.pk, "number": number, **vars(line.args)})
    act.insert(DemandRow, fresh)


@command(permission="deals.change_deal", label=_("Change the row of demand"), icon="pencil")
def change_demand_row(act: Act, lines: Lines[Deal, ChangeDemandRow]) -> None:
    """Another text, sum, satisfaction or reason."""
    for line in lines:
        _check_own(line, line.args.row)
        _check(line, [vars(line.args)])
    act.change_all(
        DemandRow,
        [
            (line.args.row, {name: getattr(line.args, name) for name in ROW_FIELDS})
            for line in lines
            if line.is_open
        ],
    )


@command(permission="deals.change_deal", label=_("Remove the row of demand"), icon="trash")
def remove_demand_row(act: Act, lines: Lines[Deal, RemoveDemandRow]) -> None:
    """A row goes."""
    for line in lines:
        _check_own(line, line.args.row)
    act.remove(DemandRow, [line.args.row for line in lines if line.is_open])


@command(permission="deals.change_deal", label=_("Fill in the demand"), icon="list")
def set_demand(act: Act, lines: Lines[Deal, SetDemand]) -> None:
    """Replace the whole table."""
    fresh: list[dict[str, Any]] = []
    for line in lines:
        rows = _read(act, line)
        _check(line, rows)
        if line.is_open:
            fresh += [{"deal_id": line.subject.pk, "number": n, **row} for n, row in enumerate(rows, 1)]
    old = DemandRow.objects.filter(deal__in=[line.subject.pk for line in lines if line.is_open])
    act.remove(DemandRow, old)
    act.insert(DemandRow, fresh)


def _read(act: Act, line: Line[Deal, SetDemand]) -> list[dict[str, Any]]:
    known = [argument_of_field(DemandRow._meta.get_field(name)) for name in ROW_FIELDS]  # type: ignore[arg-type]
    try:
        return [read_all(known, row, act.actor) for row in line.args.rows]
    except Refused as no:
        line.refusal = no
        return []


def _check(line: Line[Deal, Any], rows: Sequence[dict[str, Any]]) -> None:
    """The kind records demand; percents are percents; on a finished deal what is not met has a reason."""
    line.result = deal = line.subject
    if rows and not deal.kind.records_demand:
        line.refuse("demand_not_recorded", NOT_RECORDED)
    for row in rows:
        percent = row.get("satisfied_percent", 0)
        if not 0 <= percent <= MOST:
            line.refuse("percent", PERCENT, fields={"satisfied_percent": PERCENT})
        elif deal.status != DealStatus.IN_WORK and percent < MOST and not row.get("reason"):
            line.refuse(
                "demand_unexplained", REASON_NEEDED, needs=["reason"], fields={"reason": REASON_NEEDED}
            )


def _check_own(line: Line[Deal, Any], row: DemandRow) -> None:
    line.result = line.subject
    if row.deal_id != line.subject.pk:
        line.refuse("not_of_deal", NOT_OF_DEAL, fields={"row": NOT_OF_DEAL})


def _last_numbers(deals: Iterable[UUID]) -> dict[UUID, int]:
    rows = DemandRow.objects.filter(deal__in=list(deals)).order_by()
    return dict(rows.values_list("deal").annotate(last=Max("number")))


def unexplained(deals: Iterable[UUID]) -> set[UUID]:
    """Deals with a row of demand that is neither met in full nor has a reason."""
    lacking = Q(satisfied_percent__lt=MOST, reason__isnull=True, deal__kind__records_demand=True)
    rows = DemandRow.objects.present().filter(lacking, deal__in=list(deals))
    return set(rows.values_list("deal_id", flat=True))
