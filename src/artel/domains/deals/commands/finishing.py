"""How deals end and begin again (rules §2.5): status, loss reason, winner, closing.

One set of rules for the buttons (`win_deal`, `lose_deal`, …), for a changed record and for a line of a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.deals.events import DealLost, DealReopened, DealWon
from artel.domains.deals.models import Deal, DealStatus, LossReason
from artel.domains.partners.clients import competitors
from artel.domains.partners.models import Partner
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Argument, Values
from artel.lib import stages

from .demand import unexplained
from .looking import GivenLines, fetched, key_of, named_by
from .participants import clear_winners, mark_winners, with_winner
from .statistics import Rule, Statistics

OUTCOME_ARGUMENTS = (
    Argument("status", _("Status"), "choice", choices=DealStatus.choices, build=DealStatus),
    Argument("is_closed", _("Closed"), "boolean"),
    Argument("loss_reason", _("Loss reason"), "reference", model=LossReason),
    Argument("winner", _("Who won the deal"), "reference", model=Partner, among=competitors),
)
AT_STAGE = "_at_stage"
"""Where a deal that comes back to work stands then."""
_NAMES = {argument.name for argument in OUTCOME_ARGUMENTS}

REASON_NEEDED = _("Say why the deal was lost.")
WINNER_NEEDED = _("Say which competitor won the deal.")
DEMAND_UNEXPLAINED = _("Every row of demand that is not met in full needs a reason.")
ONLY_LOST = _("Only a lost deal has a loss reason and a winner.")
END_BEFORE_START = _("The deal would end before it starts.")
ONE_AT_A_TIME = _("Change the kind first, then the status.")


def turn(act: Act, lines: GivenLines) -> None:
    """Give deals the outcome their lines say."""
    check_outcomes(lines)
    statistics = follow_outcomes(act, lines)
    write_outcomes(act, [line for line in lines if line.is_open], statistics)


def check_outcomes(lines: GivenLines) -> None:
    """Refuse outcomes that break a rule; references become records."""
    for line in lines:
        _check_dates(line)
    touched = [line for line in lines if line.is_open and _NAMES & line.args.keys()]
    if not touched:
        return
    reasons: dict[UUID, LossReason] = named_by(touched, "loss_reason", LossReason)
    kept = {key for line in touched if line.subject and (key := line.subject.loss_reason_id)}
    reasons |= fetched(LossReason, kept - set(reasons))
    winners = with_winner(line.subject.pk for line in touched if line.subject and _is_lost(line))
    open_rows = unexplained(line.subject.pk for line in touched if turns(line) and not _is_in_work(line))
    for line in touched:
        _check_one(line, reasons, winners)
        if line.subject and line.subject.pk in open_rows:
            line.refuse(
                "demand_unexplained",
                DEMAND_UNEXPLAINED,
                needs=["demand"],
                offers=["deals.change_demand_row", "deals.set_demand"],
            )


def _check_one(line: Line[Any, Values], reasons: Mapping[UUID, LossReason], winners: set[UUID]) -> None:
    if "kind" in line.args and line.subject and line.subject.kind_id != line.args.key("kind") and turns(line):
        line.refuse("one_at_a_time", ONE_AT_A_TIME, fields={"status": ONE_AT_A_TIME})
    if not _is_lost(line):
        given = [name for name in ("loss_reason", "winner") if line.args.get(name)]
        if given:
            line.refuse("only_lost", ONLY_LOST, fields=dict.fromkeys(given, ONLY_LOST))
        return
    key = line.args.key("loss_reason") or (line.subject.loss_reason_id if line.subject else None)
    line.args["loss_reason"] = reason = reasons.get(key) if key else None
    # A deal that comes from outside already lost may come from books that do not say who won it.
    comes_lost = line.subject is None
    has_winner = comes_lost or bool(line.args.get("winner")) or line.subject.pk in winners
    if reason is None:
        line.refuse(
            "loss_reason_needed", REASON_NEEDED, needs=["loss_reason"], fields={"loss_reason": REASON_NEEDED}
        )
    elif reason.code == LossReason.TO_COMPETITOR and not has_winner:
        line.refuse("winner_needed", WINNER_NEEDED, needs=["winner"], fields={"winner": WINNER_NEEDED})


def _check_dates(line: Line[Any, Values]) -> None:
    if not {"started_at", "ended_at"} & line.args.keys():
        return
    start, end = line.value("started_at"), line.value("ended_at")
    if start and end and end < start:
        line.refuse("before_start", END_BEFORE_START, fields={"ended_at": END_BEFORE_START})


def status_of(line: Line[Any, Values]) -> DealStatus:
    """The status a deal will have."""
    present = line.subject.status if line.subject else DealStatus.IN_WORK
    return DealStatus(line.args.get("status") or present)


def turns(line: Line[Any, Values]) -> bool:
    """Whether an existing deal gets another status."""
    return line.subject is not None and status_of(line) != line.subject.status


def _is_lost(line: Line[Any, Values]) -> bool:
    return status_of(line) == DealStatus.LOST


def _is_in_work(line: Line[Any, Values]) -> bool:
    return status_of(line) == DealStatus.IN_WORK


def follow_outcomes(act: Act, lines: GivenLines) -> Statistics | None:
    """Change the stage rows of deals that get another status, refusing what stages refuse; nothing is written yet."""
    turning = [line for line in lines if line.is_open and turns(line) and line.subject.stage_id]
    if not turning:
        return None
    statistics = Statistics(act, [line.subject for line in turning])
    for line in turning:
        statistics.follow(line, _rule(act, line))
    return statistics


def _rule(act: Act, line: Line[Any, Values]) -> Rule:
    at = line.args.get("ended_at") or act.at
    if _is_in_work(line):
        target = line.args.get(AT_STAGE)
        again = partial(stages.resumed, target=target, at=act.at, responsible=line.subject.responsible_id)
        return again if target else stages.reopened
    return partial(stages.lost if _is_lost(line) else stages.won, at=at)


def write_outcomes(act: Act, lines: GivenLines, statistics: Statistics | None) -> None:
    """Write what `check_outcomes` and `follow_outcomes` let through."""
    touched = [line for line in lines if line.subject and _NAMES & line.args.keys()]
    if not touched:
        return
    found = [line.subject.pk for line in touched if turns(line) and line.subject.status == DealStatus.LOST]
    events = [event for line in touched if (event := _event(line))]
    changes = [(line.subject, outcome_columns(act, line, line.args)) for line in touched]
    if statistics:
        statistics.write(changes)
    else:
        act.change_all(Deal, changes)
    if found:
        clear_winners(act, found)
    mark_given_winners(act, touched)
    act.publish(*events)


def outcome_columns(act: Act, line: Line[Any, Values], given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns an outcome sets; `given` says when the deal ends, when that is known."""
    status = status_of(line)
    columns: dict[str, Any] = {
        "status": status.value,
        "loss_reason": line.args.get("loss_reason") if status == DealStatus.LOST else None,
    }
    if line.subject and status == DealStatus.IN_WORK and (turns(line) or _opens_again(line)):
        columns |= {"is_closed": False, "ended_at": given.get("ended_at")}
    if (closed := line.args.get("is_closed")) is not None:
        columns["is_closed"] = closed
        if closed:
            present = line.subject.ended_at if line.subject else None
            columns["ended_at"] = given.get("ended_at") or present or max(act.at, line.value("started_at"))
    return columns


def _opens_again(line: Line[Any, Values]) -> bool:
    return bool(line.subject.is_closed) and line.args.get("is_closed") is False


def _event(line: Line[Any, Values]) -> DealWon | DealLost | DealReopened | None:
    if not turns(line):
        return None
    key = line.subject.pk
    if _is_lost(line):
        return DealLost(key, line.args["loss_reason"].pk)
    return DealReopened(key) if _is_in_work(line) else DealWon(key)


def mark_given_winners(act: Act, lines: Sequence[Line[Any, Values]]) -> None:
    """Participants for the winners that lines name."""
    winners = {
        (line.subject or line.result).pk: key
        for line in lines
        if (key := key_of(line.args.get("winner"))) and _is_lost(line)
    }
    if winners:
        mark_winners(act, winners)
