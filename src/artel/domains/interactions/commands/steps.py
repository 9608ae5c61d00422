"""What becomes of an interaction: taken up, done, cancelled, put off, reviewed (rules §2.21)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.events import InteractionCancelled, InteractionFinished
from artel.domains.interactions.models import Interaction, InteractionKind, InteractionState
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import REQUIRED, Values, argument
from artel.kernel.commands import command
from artel.kernel.record_commands import NoArguments

from .recording import record

CHANGE = "interactions.change_interaction"
IS_AHEAD = Applies(
    lambda one: one.is_ahead, ["is_ahead"], "not_ahead", _("It is neither planned nor in work.")
)
IS_PLANNED = Applies(
    lambda one: one.state == InteractionState.PLANNED, ["state"], "not_planned", _("It is not planned.")
)
IS_FRESH = Applies(
    lambda one: not one.is_ahead and not one.is_reviewed,
    ["is_ahead", "is_reviewed"],
    "not_fresh",
    _("There is nothing to review: it lies ahead or has been reviewed."),
)
WAS_REVIEWED = Applies(
    lambda one: one.is_reviewed and one.kind != InteractionKind.NOTE,
    ["is_reviewed", "kind"],
    "not_reviewed",
    _("It has not been reviewed."),
)
LATER = _("Name a moment that is still to come.")
CHANNELS = [
    (one.value, one.label)
    for one in InteractionKind
    if one not in {InteractionKind.NOTE, InteractionKind.PLAN}
]


@command(permission=CHANGE, label=_("Take up"), icon="player-play", applies=IS_PLANNED)
def start_interaction(act: Act, lines: Lines[Interaction, NoArguments]) -> None:
    """A planned one is being worked on."""
    for line in lines:
        line.result = line.subject
    act.change_all(Interaction, [(line.subject, {"state": InteractionState.IN_WORK}) for line in lines])


@dataclass(frozen=True, kw_only=True)
class Finish:
    """What came of it, and what comes next."""

    result: str = argument(label=_("What came of it"), kind="lines", default="")
    kind: str = argument(
        label=_("How it was held"),
        kind="choice",
        choices=CHANNELS,
        default="",
        help=_("Empty: as it was planned."),
    )
    next_at: datetime | None = argument(
        label=_("Plan the next contact"), default=None, help=_("A day and a time; empty: nothing is planned.")
    )
    next_text: str = argument(label=_("What about"), default="", max_length=250)


@command(permission=CHANGE, label=_("Done…"), icon="check", done=_("It is done."), applies=IS_AHEAD)
def finish_interaction(act: Act, lines: Lines[Interaction, Finish]) -> None:
    """It took place; what was planned for later took place now. The next contact is planned in the same act."""
    for line in lines:
        line.result = line.subject
        if line.args.next_at and line.args.next_at <= act.at:
            line.refuse("next_at", LATER, fields={"next_at": LATER})
    ready = [line for line in lines if line.is_open]
    act.change_all(Interaction, [(line.subject, _finished(act, line)) for line in ready])
    record(act, [_next(act, line) for line in ready if line.args.next_at])
    act.publish(*(InteractionFinished(line.subject.pk) for line in ready))


def _finished(act: Act, line: Line[Interaction, Finish]) -> dict[str, Any]:
    one, args = line.subject, line.args
    return {
        "state": InteractionState.DONE,
        "is_ahead": False,
        "is_reviewed": True,
        "review_after": None,
        "result": args.result or one.result,
        "kind": args.kind or one.kind,
        "started_at": min(one.started_at, act.at),
        "ended_at": one.ended_at if one.ended_at and one.started_at <= act.at else None,
    }


def _next(act: Act, line: Line[Interaction, Finish]) -> Line[Any, Values]:
    """A planned contact with the same people about the same."""
    was, args = line.subject, line.args
    made: Line[Any, Values] = Line(_taken_over(was))
    made.args |= {
        "kind": InteractionKind.PLAN,
        "name": args.next_text or was.name,
        "started_at": args.next_at,
        "responsible": was.responsible_id or act.author_id,
    }
    return made


def _taken_over(was: Interaction) -> Values:
    """What one made on the basis of another takes over from it."""
    return Values(
        client=was.client_id,
        contact=was.contact_id,
        contact_text=was.contact_text,
        based_on=was,
        importance=was.importance,
    )


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """Why it will not take place."""

    reason: str = argument(label=_("Reason"), max_length=500)


@command(permission=CHANGE, label=_("Cancel…"), icon="x", done=_("It is cancelled."), applies=IS_AHEAD)
def cancel_interaction(act: Act, lines: Lines[Interaction, Cancel]) -> None:
    """It will not take place, for a reason."""
    for line in lines:
        line.result = line.subject
        if not line.args.reason.strip():
            line.refuse("required", REQUIRED, needs=["reason"], fields={"reason": REQUIRED})
    ready = [line for line in lines if line.is_open]
    columns = {
        "state": InteractionState.CANCELLED,
        "is_ahead": False,
        "is_reviewed": True,
        "review_after": None,
    }
    act.change_all(
        Interaction, [(line.subject, {**columns, "cancel_reason": line.args.reason}) for line in ready]
    )
    act.publish(*(InteractionCancelled(line.subject.pk) for line in ready))


@dataclass(frozen=True, kw_only=True)
class Postpone:
    """When instead."""

    started_at: datetime = argument(label=_("When"))


@command(permission=CHANGE, label=_("Move to another time…"), icon="calendar", applies=IS_AHEAD)
def postpone_interaction(act: Act, lines: Lines[Interaction, Postpone]) -> None:
    """Another moment; how long it takes stays."""
    for line in lines:
        line.result = line.subject
    act.change_all(
        Interaction, [(line.subject, _moved(line.subject, line.args.started_at)) for line in lines]
    )


def _moved(one: Interaction, to: datetime) -> dict[str, datetime | None]:
    return {"started_at": to, "ended_at": one.ended_at and to + (one.ended_at - one.started_at)}


@command(permission=CHANGE, label=_("Reviewed"), icon="eye-check", applies=IS_FRESH)
def review_interaction(act: Act, lines: Lines[Interaction, NoArguments]) -> None:
    """Somebody has looked at it: it no longer stands out."""
    for line in lines:
        line.result = line.subject
    act.change_all(
        Interaction, [(line.subject, {"is_reviewed": True, "review_after": None}) for line in lines]
    )


@command(permission=CHANGE, label=_("Not reviewed"), icon="eye-off", applies=WAS_REVIEWED)
def unreview_interaction(act: Act, lines: Lines[Interaction, NoArguments]) -> None:
    """It waits for somebody to look at it again."""
    for line in lines:
        line.result = line.subject
    act.change_all(
        Interaction, [(line.subject, {"is_reviewed": False, "review_after": None}) for line in lines]
    )


class PutOff(models.TextChoices):
    """For how long something need not be looked at."""

    MINUTES_15 = "15m", _("15 minutes")
    MINUTES_30 = "30m", _("30 minutes")
    HOUR = "1h", _("1 hour")
    HOURS_3 = "3h", _("3 hours")
    TOMORROW = "tomorrow", _("until tomorrow")
    DATE = "date", _("until a moment")


SPANS = {
    PutOff.MINUTES_15: timedelta(minutes=15),
    PutOff.MINUTES_30: timedelta(minutes=30),
    PutOff.HOUR: timedelta(hours=1),
    PutOff.HOURS_3: timedelta(hours=3),
}
MORNING = 9


@dataclass(frozen=True, kw_only=True)
class ReviewLater:
    """When to look at it."""

    put_off: PutOff = argument(label=_("Review after"), default=PutOff.HOUR)
    moment: datetime | None = argument(label=_("Moment"), default=None, help=_("For “until a moment”."))


@command(permission=CHANGE, label=_("Review later…"), icon="clock", applies=IS_FRESH)
def review_interaction_later(act: Act, lines: Lines[Interaction, ReviewLater]) -> None:
    """It is out of sight until then; its counters stay."""
    for line in lines:
        line.result = line.subject
        if line.args.put_off == PutOff.DATE and (line.args.moment is None or line.args.moment <= act.at):
            line.refuse("moment", LATER, needs=["moment"], fields={"moment": LATER})
    ready = [line for line in lines if line.is_open]
    act.change_all(
        Interaction, [(line.subject, {"review_after": _until(act.at, line.args)}) for line in ready]
    )


def _until(at: datetime, args: ReviewLater) -> datetime | None:
    if args.put_off == PutOff.DATE:
        return args.moment
    if span := SPANS.get(args.put_off):
        return at + span
    morning: Callable[..., datetime] = (timezone.localtime(at) + timedelta(days=1)).replace
    return morning(hour=MORNING, minute=0, second=0, microsecond=0)
