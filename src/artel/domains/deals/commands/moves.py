"""Moving deals along their stages and finishing them (rules §2.5, §2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.deals.events import DealLost, DealMoved, DealReopened, DealWon
from artel.domains.deals.models import Deal, DealStatus, LossReason, Stage
from artel.domains.partners.models import Partner
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import argument
from artel.kernel.commands import command
from artel.kernel.record_commands import NoArguments
from artel.lib import stages

from .demand import unexplained
from .participants import clear_winners, mark_winners, with_winner
from .statistics import Rule, Statistics, place

REASON_NEEDED = _("Say why the deal was lost.")
WINNER_NEEDED = _("Say which competitor won the deal.")
DEMAND_UNEXPLAINED = _("Every row of demand that is not met in full needs a reason.")
ALREADY = _("The deal has this status already.")


@dataclass(frozen=True, kw_only=True)
class MoveDeal:
    """Where to."""

    stage: Stage = argument(label=_("Stage"))


@command(
    permission="deals.change_deal",
    label=_("Move to a stage"),
    icon="arrow-right",
    done=_("The deal is at another stage."),
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


@dataclass(frozen=True, kw_only=True)
class RestartStage:
    """Another start of the current stage."""

    started_at: datetime = argument(label=_("Start of the stage"))


@command(permission="deals.change_deal", label=_("Change the start of the stage"), icon="calendar")
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
    winner: Partner | None = argument(label=_("Who won the deal"), default=None)
    close: bool = argument(label=_("Close the deal at once"), default=False)


@command(
    permission="deals.change_deal",
    label=_("Won"),
    icon="check",
    done=_("The deal is won."),
)
def win_deal(act: Act, lines: Lines[Deal, WinDeal]) -> None:
    """The deal is won at its current stage, which is closed as passed."""
    was_lost = [line.subject.pk for line in lines if line.subject.status == DealStatus.LOST]
    _refuse_repeated(lines, DealStatus.WON)
    _refuse_unexplained(lines)
    _finish(act, lines, DealStatus.WON, partial(stages.won, at=act.at))
    if was_lost:
        clear_winners(act, was_lost)
    act.publish(*(DealWon(line.subject.pk) for line in lines if line.is_open))


@command(
    permission="deals.change_deal",
    label=_("Lost…"),
    icon="x",
    done=_("The deal is lost."),
)
def lose_deal(act: Act, lines: Lines[Deal, LoseDeal]) -> None:
    """The deal is lost at its current stage, for a reason; lost to a competitor, it says to which (rules §2.5)."""
    _refuse_repeated(lines, DealStatus.LOST)
    _refuse_unreasoned(lines)
    _refuse_unexplained(lines)
    _finish(act, lines, DealStatus.LOST, partial(stages.lost, at=act.at))
    lost = [line for line in lines if line.is_open]
    mark_winners(act, {line.subject.pk: line.args.winner.pk for line in lost if line.args.winner})
    act.publish(*(DealLost(one.subject.pk, why.pk) for one in lost if (why := one.args.loss_reason)))


@command(permission="deals.change_deal", label=_("Back to work"), icon="undo", done=_("The deal is in work."))
def reopen_deal(act: Act, lines: Lines[Deal, NoArguments]) -> None:
    """A finished deal is in work again at the stage where it stood; reason, winner, end and closing are taken back."""
    was_lost = [line.subject.pk for line in lines if line.subject.status == DealStatus.LOST]
    _refuse_repeated(lines, DealStatus.IN_WORK)
    _finish(act, lines, DealStatus.IN_WORK, stages.reopened)
    if was_lost:
        clear_winners(act, was_lost)
    act.publish(*(DealReopened(line.subject.pk) for line in lines if line.is_open))


@command(permission="deals.change_deal", label=_("Close"), icon="lock", done=_("The deal is closed."))
def close_deal(act: Act, lines: Lines[Deal, NoArguments]) -> None:
    """Nothing more is done in the deal; it ends now unless its end is known (rules §2.5)."""
    for line in lines:
        line.result = line.subject
    act.change_all(Deal, [(line.subject, closing(act, line.subject)) for line in lines])


def closing(act: Act, deal: Deal) -> dict[str, Any]:
    """The columns of a closed deal."""
    return {"is_closed": True, "ended_at": deal.ended_at or act.at}


def _finish(act: Act, lines: Lines[Deal, Any], status: DealStatus, rule: Rule) -> None:
    """Give deals a status, and their current stage rows with it where their kind has stages."""
    statistics = Statistics(act, [line.subject for line in lines if line.subject.stage_id and line.is_open])
    for line in lines:
        line.result = line.subject
        if line.is_open and line.subject.stage_id:
            statistics.follow(line, rule)
    statistics.write((line.subject, _status_columns(act, line, status)) for line in lines if line.is_open)


def _status_columns(act: Act, line: Line[Deal, Any], status: DealStatus) -> dict[str, Any]:
    columns: dict[str, Any] = {"status": status.value, "loss_reason": getattr(line.args, "loss_reason", None)}
    if status == DealStatus.IN_WORK:
        return columns | {"is_closed": False, "ended_at": None}
    return columns | (closing(act, line.subject) if line.args.close else {})


def _refuse_repeated(lines: Lines[Deal, Any], status: DealStatus) -> None:
    for line in lines:
        if line.subject.status == status:
            line.refuse("same_status", ALREADY)


def _refuse_unreasoned(lines: Lines[Deal, LoseDeal]) -> None:
    asked = [line.subject.pk for line in lines if line.args.winner is None and _to_competitor(line)]
    winners = with_winner(asked) if asked else set()
    for line in lines:
        check_loss(line, line.args.loss_reason, line.args.winner is not None or line.subject.pk in winners)


def _to_competitor(line: Line[Deal, LoseDeal]) -> bool:
    reason = line.args.loss_reason
    return reason is not None and reason.code == LossReason.TO_COMPETITOR


def check_loss(line: Line[Any, Any], reason: LossReason | None, has_winner: bool) -> None:
    """A lost deal has a reason; one lost to a competitor has a participant who won it (rules §2.5)."""
    if reason is None:
        line.refuse(
            "loss_reason_needed", REASON_NEEDED, needs=["loss_reason"], fields={"loss_reason": REASON_NEEDED}
        )
    elif reason.code == LossReason.TO_COMPETITOR and not has_winner:
        line.refuse("winner_needed", WINNER_NEEDED, needs=["winner"], fields={"winner": WINNER_NEEDED})


def _refuse_unexplained(lines: Lines[Deal, Any]) -> None:
    found = unexplained(line.subject.pk for line in lines if line.is_open)
    for line in lines:
        if line.subject.pk in found:
            line.refuse(
                "demand_unexplained", DEMAND_UNEXPLAINED, needs=["demand"], offers=["deals.set_demand"]
            )
