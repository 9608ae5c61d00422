"""Steering jobs as acts of people. The journal notes who did it and when, the job's row is not business: nothing to undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.kernel.acts import Act, Lines
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


@command(permission=STEER, label=_("Pause"), icon="player-pause", irreversible=True)
def pause_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.pause, [State.WAITING, State.RUNNING])


@command(permission=STEER, label=_("Resume"), icon="player-play", irreversible=True)
def resume_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.resume, [State.PAUSED])


@command(permission=STEER, label=_("Cancel"), icon="x", irreversible=True)
def cancel_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.cancel, [State.WAITING, State.PAUSED, State.RUNNING])


@command(permission=STEER, label=_("Try again"), icon="refresh", irreversible=True)
def retry_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.retry, [State.DEAD])


@command(
    permission=STEER,
    label=_("Drop"),
    icon="trash",
    irreversible=True,
    confirm=_("The job will not be tried again."),
)
def drop_job(act: Act, lines: Lines[Job, NoArguments]) -> None:
    steered(lines, steer.drop, [State.DEAD])


def steered(
    lines: Lines[Job, NoArguments], act: Callable[[list[UUID]], None], states: Sequence[State]
) -> None:
    """Refuse the lines whose job is in another state; do the act to the rest."""
    for line in lines:
        line.result = line.subject
        if line.subject.state not in states:
            line.refuse("wrong_state", _("The job is not in a state where this can be done."))
    act([line.subject.pk for line in lines if line.is_open])
