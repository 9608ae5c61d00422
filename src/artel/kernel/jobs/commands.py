"""Steering jobs as acts of people. The journal notes who did it and when, the job's row is not business: nothing to undo."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.kernel.acts import Act, Lines
from artel.kernel.applies import Applies
from artel.kernel.commands import command
from artel.kernel.permissions import declare, know
from artel.kernel.record_commands import NoArguments

from . import steer
from .models import Job, State

STEER = "jobs.steer_job"
VIEW = "jobs.view_job"

know(VIEW)
for role in ("sales_manager", "head"):
    declare(role, VIEW, STEER)


def _while(*states: State) -> Applies:
    sentence = _("The job is not in a state where this can be done.")
    return Applies(lambda job: job.state in states, ["state"], "wrong_state", sentence)


@command(
    permission=STEER,
    label=_("Pause"),
    icon="player-pause",
    irreversible=True,
    applies=_while(State.WAITING, State.RUNNING),
)
def pause_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.pause)


@command(
    permission=STEER,
    label=_("Resume"),
    icon="player-play",
    irreversible=True,
    applies=_while(State.PAUSED),
)
def resume_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.resume)


@command(
    permission=STEER,
    label=_("Cancel"),
    icon="x",
    irreversible=True,
    applies=_while(State.WAITING, State.PAUSED, State.RUNNING),
)
def cancel_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.cancel)


@command(
    permission=STEER,
    label=_("Try again"),
    icon="refresh",
    irreversible=True,
    applies=_while(State.DEAD),
)
def retry_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.retry)


@command(
    permission=STEER,
    label=_("Drop"),
    icon="trash",
    irreversible=True,
    confirm=_("The job will not be tried again."),
    applies=_while(State.DEAD),
)
def drop_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.drop)


def steered(lines: Lines[Job, NoArguments], act: Callable[[list[UUID]], None]) -> None:
    for line in lines:
        line.result = line.subject
    act([line.subject.pk for line in lines])
