"""The potential of a deal: given in any currency, kept in the management one (rules §2.5); calculated from demand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.domains.company.rates import Rates
from artel.domains.deals.models import Deal, DealStage, DemandRow
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Values
from artel.kernel.commands import command
from artel.kernel.record_commands import NoArguments
from artel.lib.periods import day_of

from .looking import GivenLines, key_of

SUM_NEEDED = _("Say the sum in this currency.")


def count_in_management_currency(lines: GivenLines) -> None:
    """A potential given with a currency becomes its sum in the management currency at the rate of the deal's first day.

    The currency is remembered as the deal's currency of demand. One that has no rate counts one to one.
    """
    given = [line for line in lines if line.is_open and line.args.get("currency")]
    if not given:
        return
    for line in given:
        if line.subject is not None and "potential" not in line.args:
            line.refuse("sum_needed", SUM_NEEDED, needs=["potential"], fields={"potential": SUM_NEEDED})
    rates = Rates()
    for line in given:
        currency = key_of(line.args.pop("currency"))
        if line.args.get("potential") is not None:
            line.args["potential"] = _counted(rates, line.args["potential"], currency, line)
        if line.subject is None:
            line.args.setdefault("demand_currency", currency)


def _counted(rates: Rates, amount: Decimal, currency: UUID | None, line: Line[Any, Values]) -> Decimal:
    on = _first_day(line.value("started_at"))
    found = rates.to_management(amount, currency, on)
    return amount if found is None else found


def _first_day(started_at: Any) -> Any:
    return day_of(started_at or timezone.now(), timezone.get_default_timezone())


@command(
    permission="deals.change_deal",
    label=_("Calculate the potential from demand"),
    icon="calculator",
    done=_("The potential is the sum of demand."),
)
def calculate_potential(act: Act, lines: Lines[Deal, NoArguments]) -> None:
    """The potential becomes the sum of the demand rows, and reaches the stage rows."""
    totals = demand_of(line.subject.pk for line in lines)
    rates, found = Rates(), {}
    for line in lines:
        line.result = deal = line.subject
        if deal.pk not in totals:
            line.refuse("no_demand", _("The deal has no rows of demand to calculate from."))
            continue
        counted = rates.to_management(totals[deal.pk], deal.demand_currency_id, _first_day(deal.started_at))
        found[deal] = totals[deal.pk] if counted is None else counted
    act.change_all(Deal, [(deal, {"potential": potential}) for deal, potential in found.items()])
    spread_potential(act, {deal.pk: potential for deal, potential in found.items()})


def spread_potential(act: Act, potentials: Mapping[UUID, Decimal]) -> None:
    """Put changed potentials, by deal, into the stage rows: one statement a sum."""
    by_sum: dict[Decimal, list[UUID]] = defaultdict(list)
    for deal, potential in potentials.items():
        by_sum[potential].append(deal)
    for potential, deals in by_sum.items():
        rows = DealStage.objects.filter(deal__in=deals).exclude(potential=potential)
        rows.update(potential=potential, changed_at=act.at)


def demand_of(keys: Iterable[UUID]) -> dict[UUID, Decimal]:
    """The sums of demand by deal, in its currency of demand; a deal without rows is left out."""
    rows = DemandRow.objects.present().filter(deal__in=list(keys)).order_by()
    return dict(rows.values_list("deal").annotate(total=Sum("sum")))
