"""What administrators see of web-hooks: what each tells, how far it came, and every delivery with its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.kernel.actors import Actor
from artel.screens.registry import register
from artel.screens.vocabulary import Cell, Entity, Panel, Related, Section, Table

from . import commands
from .hooks import readings
from .models import WebHook, WebHookDelivery

STATE = Cell(name="standing", label=pgettext_lazy("web-hook", "State"), value=readings.states_of)
SUCCESS = Cell(name="succeeded_at", label=_("Last delivery"), value=readings.successes_of, kind="moment")
WAITING = Cell(
    name="waiting", label=pgettext_lazy("web-hook", "Waiting"), value=readings.waiting_of, kind="number"
)
DEAD = Cell(name="dead_letters", label=_("Dead letters"), value=readings.dead_of, kind="number")


def _names(_actor: Actor, records: Sequence[Any]) -> Mapping[UUID, str]:
    return {record.pk: str(record) for record in records}


PIECE = Cell(name="piece", label=_("Delivery"), value=_names)
ANSWER = Cell(name="answer", label=_("Answer"), value=readings.answers_of)

register(
    Entity(
        model=WebHook,
        path="web-hooks",
        section="administration",
        icon="webhook",
        help=_(
            "Addresses of other programs that are told what changes: signed, in order, again until they are heard."
        ),
        helps={
            "address": _("Where requests go: https, or a host that ARTEL_OUTBOUND_ALLOW names."),
            "user": _("Only what this person may see is told; nobody said is you."),
            "is_active": _("Untick it to choose the kinds of records on the card first."),
        },
        table=Table(
            columns=["name", STATE, SUCCESS, WAITING, DEAD, "user"],
            more_columns=["address", "is_active", "paused_because"],
            filters=["is_active", "user", "paused_because"],
            sorts=["sort_name"],
            order="sort_name",
        ),
        form=[
            Section(_("Main"), ["name", "address", "user", "is_active", "secret"]),
            Section(_("What it tells"), [*commands.TELLS]),
        ],
        header=[STATE],
        facts=[
            Section(_("Main"), ["address", "user", STATE, SUCCESS, WAITING, DEAD]),
            Section(_("What it tells"), [*commands.TELLS]),
            Section(_("Secret"), ["former_until"]),
        ],
        create=commands.add_webhook,
        change=commands.change_webhook,
        actions=[
            commands.pause_webhook,
            commands.resume_webhook,
            commands.send_test_event,
            commands.replay_webhook,
            commands.skip_webhook,
            commands.renew_secret,
            commands.mark_webhook,
            commands.unmark_webhook,
        ],
        panels=[
            Panel(
                name="dead_letters",
                title=_("Dead letters"),
                template="api/dead_letters.html",
                data=readings.dead_letters,
                actions=[commands.resend_dead_letters, commands.drop_dead_letters],
            ),
            Panel(
                name="kinds",
                title=_("Kinds of records it tells of"),
                template="api/kinds.html",
                data=readings.kinds_told,
                tells=["entities"],
                actions=[commands.tell_every_kind],
                row_actions=[commands.tell_kind, commands.leave_kind_out],
            ),
        ],
        related=[
            Related(
                entity="api.webhookdelivery",
                via="hook",
                columns=[PIECE, "state", ANSWER, "tried_at"],
                order="-created_at",
                title=_("Deliveries"),
            )
        ],
    )
)
register(
    Entity(
        model=WebHookDelivery,
        path="web-hook-deliveries",
        section="administration",
        icon="send",
        state="state",
        help=_(
            "Every request to a web-hook of the last thirty days: state, attempts, answer; dead letters stay."
        ),
        table=Table(
            columns=[PIECE, "state", "hook", "attempts", ANSWER, "milliseconds", "tried_at"],
            more_columns=["created_at", "event_count", "change_set", "retry_at", "message"],
            filters=["hook", "state", "status", "created_at"],
            sorts=["created_at"],
            order="-created_at",
        ),
        header=["hook"],
        facts=[
            Section(_("Main"), ["hook", "state", "message", "change_set", "event_count"]),
            Section(_("Attempts"), ["attempts", ANSWER, "milliseconds", "tried_at", "retry_at"]),
        ],
        actions=[commands.resend_delivery, commands.drop_delivery],
    )
)
