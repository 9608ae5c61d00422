"""Moving deals along their stages and finishing them (rules §2.5, §2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.deals.events import DealMoved
from artel.domains.deals.models import Deal, DealStatus, LossReason, Stage
from artel.domains.partners.clients import competitors
from artel.domains.partners.models import Partner
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import Values, argument
from artel.kernel.commands import command
from artel.kernel.record_commands import NoArguments
from artel.lib import stages

from .finishing import AT_STAGE, turn
from .statistics import SENTENCES, Statistics, place

ALREADY = _("The deal has this status already.")
NOT_WON = Applies(lambda deal: deal.status != DealStatus.WON, ["status"], "same_status", ALREADY)
NOT_LOST = Applies(lambda deal: deal.status != DealStatus.LOST, ["status"], "same_status", ALREADY)
FINISHED = Applies(
    lambda deal: deal.status != DealStatus.IN_WORK or deal.is_closed,
    ["status", "is_closed"],
    "same_status",
    ALREADY,
)
HAS_STAGES = Applies(lambda deal: deal.stage_id is not None, ["stage"], "no_rows", SENTENCES["no_rows"])
MOVES = HAS_STAGES & Applies(
    lambda deal: deal.status == DealStatus.IN_WORK or _may_go_back(deal),
    ["status", "stage_order"],
    "not_in_work",
    SENTENCES["not_in_work"],
)
OPEN = Applies(
    lambda deal: not deal.is_closed, ["is_closed"], "closed_already", _("The deal is closed already.")
)


def _may_go_back(deal: Deal) -> bool:
    """A lost deal is put right by moving it back, and stays lost (rules §2.7)."""
    return deal.status == DealStatus.LOST and (deal.stage_order or 0) > 1


def _reachable(stages: Any, deal: Deal | None) -> Any:
    """The stages of its kind but its own; of a lost deal those before it."""
    if deal is None:
        return stages
    others = deal.kind.own(stages).exclude(pk=deal.stage_id)
    if deal.status == DealStatus.IN_WORK:
        return others
    return others.filter(pk__in=deal.kind.stage_keys[: max((deal.stage_order or 0) - 1, 0)])


@dataclass(frozen=True, kw_only=True)
class MoveDeal:
    """Where to."""

    stage: Stage = argument(label=_("Stage"), among=_reachable)


@command(
    permission="deals.change_deal",
    label=_("Move to a stage"),
    icon="arrow-right",
    done=_("The deal is at another stage."),
    applies=MOVES,
)
def move_deal(act: Act, lines: Lines[Deal, MoveDeal]) -> None:
    """Forward over any number of stages, or back: later rows disappear then (rules §2.7)."""
    statistics = Statistics(act, [line.subject for line in lines])
    moved: list[DealMoved] = []
    for line in lines:
        line.result = deal = line.subject
        before, target = statistics.current(deal), line.args.stage.pk
        statistics.follow(
            line, partial(stages.moved, target=target, at=act.at, responsible=_mover(act, line, statistics))
        )
        if line.is_open and before:
            moved.append(DealMoved(deal.pk, before.stage, target))  # type: ignore[arg-type]
    statistics.write((line.subject, {}) for line in lines if line.is_open)
    act.publish(*moved)


def _mover(act: Act, line: Line[Deal, MoveDeal], statistics: Statistics) -> UUID | None:
    """A stage gone back to is the acting person's; a stage reached is the responsible's."""
    deal, path = line.subject, statistics.path(line.subject)
    goes_back = place(line.args.stage.pk, path) < (deal.stage_order or 0)
    return (act.author_id if goes_back else None) or deal.responsible_id


def _of_kind(stages: Any, deal: Deal | None) -> Any:
    return deal.kind.own(stages) if deal else stages


@dataclass(frozen=True, kw_only=True)
class ResumeDeal:
    """At which stage."""

    stage: Stage = argument(label=_("Stage"), among=_of_kind)


@dataclass(frozen=True, kw_only=True)
class RestartStage:
    """Another start of the current stage."""

    started_at: datetime = argument(label=_("Start of the stage"))


@command(
    permission="deals.change_deal",
    label=_("Change the start of the stage"),
    icon="calendar",
    applies=HAS_STAGES,
)
def restart_stage(act: Act, lines: Lines[Deal, RestartStage]) -> None:
    """The start of the current stage changes, the end of the stage before it follows (rules §2.7)."""
    statistics = Statistics(act, [line.subject for line in lines])
    for line in lines:
        line.result = line.subject
        statistics.follow(line, partial(stages.restarted, started_at=line.args.started_at))
    statistics.write((line.subject, {}) for line in lines if line.is_open)


@dataclass(frozen=True, kw_only=True)
class WinDeal:
    """How the deal is won."""

    close: bool = argument(label=_("Close the deal at once"), default=False)


@dataclass(frozen=True, kw_only=True)
class LoseDeal:
    """Why the deal is lost, and to whom."""

    loss_reason: LossReason | None = argument(label=_("Loss reason"), default=None)
    winner: Partner | None = argument(label=_("Who won the deal"), default=None, among=competitors)
    close: bool = argument(label=_("Close the deal at once"), default=False)


@command(
    permission="deals.change_deal",
    label=_("Won"),
    icon="check",
    done=_("The deal is won."),
    applies=NOT_WON,
)
def win_deal(act: Act, lines: Lines[Deal, WinDeal]) -> None:
    """The deal is won at its current stage, which is closed as passed."""
    _turn(act, lines, DealStatus.WON)


@command(
    permission="deals.change_deal",
    label=_("Lost…"),
    icon="x",
    done=_("The deal is lost."),
    applies=NOT_LOST,
)
def lose_deal(act: Act, lines: Lines[Deal, LoseDeal]) -> None:
    """The deal is lost at its current stage, for a reason; lost to a competitor, it says to which (rules §2.5)."""
    _turn(act, lines, DealStatus.LOST)


@command(
    permission="deals.change_deal",
    label=_("Back to work"),
    icon="arrow-back-up",
    done=_("The deal is in work."),
    applies=FINISHED,
)
def reopen_deal(act: Act, lines: Lines[Deal, NoArguments]) -> None:
    """A finished or closed deal is in work again at the stage where it stood; reason, winner, end and closing are taken back."""
    _turn(act, lines, DealStatus.IN_WORK)


@command(
    permission="deals.change_deal",
    label=_("Back to work at a stage"),
    icon="arrow-back-up",
    done=_("The deal is in work."),
    applies=HAS_STAGES
    & Applies(
        lambda deal: deal.status != DealStatus.IN_WORK,
        ["status"],
        "same_status",
        ALREADY,
    ),
)
def resume_deal(act: Act, lines: Lines[Deal, ResumeDeal]) -> None:
    """A finished deal is in work again, at a stage reached from where it stood: one act, taken back as one."""
    _turn(act, lines, DealStatus.IN_WORK)


def _turn(act: Act, lines: Lines[Deal, Any], status: DealStatus) -> None:
    turning = [Line[Deal, Values](_outcome(line, status), line.subject) for line in lines]
    turn(act, turning)
    for line, turned in zip(lines, turning, strict=True):
        line.result, line.refusal = line.subject, turned.refusal


def _outcome(line: Line[Deal, Any], status: DealStatus) -> Values:
    given = vars(line.args)
    values = Values({name: given[name] for name in ("loss_reason", "winner") if given.get(name)})
    if status == DealStatus.IN_WORK:
        at_stage = {AT_STAGE: given["stage"].pk} if "stage" in given else {}
        return Values(values, status=status, is_closed=False, **at_stage)
    return Values(values, status=status, **({"is_closed": True} if given.get("close") else {}))


@command(
    permission="deals.change_deal",
    label=_("Close"),
    icon="lock",
    done=_("The deal is closed."),
    applies=OPEN,
)
def close_deal(act: Act, lines: Lines[Deal, NoArguments]) -> None:
    """Nothing more is done in the deal; it ends now unless its end is known (rules §2.5)."""
    for line in lines:
        line.result = line.subject
    turn(act, [Line(Values(is_closed=True), line.subject) for line in lines])
