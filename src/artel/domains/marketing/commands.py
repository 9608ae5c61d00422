"""Acts on marketing events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.subjects import register_subject_type
from artel.domains.partners.source_types import EVENT, SourceType, register_source_type
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Values, argument
from artel.kernel.commands import command
from artel.kernel.line_checks import by_default, require_filled
from artel.kernel.pointers import PointerKind
from artel.kernel.record_commands import NoArguments, record_commands

from .models import MarketingEvent

PERIODS = (("planned_start_on", "planned_end_on"), ("started_on", "ended_on"))


def _check(act: Act, lines: list[Line[Any, Values]]) -> None:
    require_filled(lines, "name")
    by_default([line for line in lines if line.subject is None], "responsible", act.actor.user)
    for line in lines:
        for first, last in PERIODS:
            starts, ends = line.value(first), line.value(last)
            if starts and ends and ends < starts:
                sentence = _("The last day is before the first.")
                line.refuse("dates", sentence, fields={last: sentence})


events = record_commands(
    MarketingEvent,
    fields=[
        "name",
        "planned_start_on",
        "planned_end_on",
        "started_on",
        "ended_on",
        "is_finished",
        "responsible",
        "comment",
    ],
    create_only=["code"],
    check=_check,
)
register_source_type(SourceType(EVENT, _("Marketing event"), MarketingEvent, creates=events.add, order=10))
# Everybody may see events, so they open nothing; a finished one is no longer offered as a subject (rules §2.13).
register_subject_type(
    PointerKind(EVENT, _("Marketing event"), MarketingEvent, order=20, active=Q(is_finished=False))
)


@dataclass(frozen=True, kw_only=True)
class Finish:
    """The day the event really ended."""

    ended_on: date | None = argument(label=_("Actual end"), default=None)


@command(permission="marketing.change_marketingevent", label=_("Finish"), icon="flag-check")
def finish_event(act: Act, lines: Lines[MarketingEvent, Finish]) -> None:
    """The event is over and no longer offered where work goes on."""
    for line in lines:
        line.result = line.subject
        if line.args.ended_on and line.subject.started_on and line.args.ended_on < line.subject.started_on:
            sentence = _("The last day is before the first.")
            line.refuse("dates", sentence, fields={"ended_on": sentence})
        elif line.args.ended_on:
            act.change(line.subject, is_finished=True, ended_on=line.args.ended_on)
        else:
            act.change(line.subject, is_finished=True)


@command(permission="marketing.add_marketingevent", label=_("Copy"), icon="copy")
def copy_event(act: Act, lines: Lines[MarketingEvent, NoArguments]) -> None:
    """A new event like this one, without its days and not finished (rules §2.13); they are filled in next."""
    for line in lines:
        was = line.subject
        line.result = act.create(
            MarketingEvent, name=was.name, responsible=was.responsible_id, comment=was.comment
        )
