"""Deliveries sent again or dropped, one by one or all dead letters of a web-hook."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.api.models import DeliveryState, WebHook, WebHookDelivery
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.applies import Applies
from artel.kernel.commands import command
from artel.kernel.record_commands import NoArguments

from .rights import CHANGE, CHANGE_DELIVERY, WIDER, may_look_as, own_only


def _deliveries(*states: DeliveryState) -> Applies:
    sentence = _("This delivery is not in a state where this can be done.")
    return Applies(lambda one: one.state in states, ["state"], "wrong_state", sentence)


@command(
    permission=CHANGE_DELIVERY,
    label=_("Send again"),
    icon="refresh",
    irreversible=True,
    applies=_deliveries(DeliveryState.DEAD, DeliveryState.DELIVERED, DeliveryState.DROPPED),
)
def resend_delivery(act: Act, lines: Lines[WebHookDelivery, NoArguments]) -> None:
    """One more attempt at each, apart from the order of the others."""
    _each(act, lines, DeliveryState.ASKED)


@command(
    permission=CHANGE_DELIVERY,
    label=pgettext_lazy("delivery", "Drop"),
    icon="trash",
    irreversible=True,
    confirm=_("It will not be sent any more."),
    applies=_deliveries(DeliveryState.DEAD, DeliveryState.ASKED),
)
def drop_delivery(act: Act, lines: Lines[WebHookDelivery, NoArguments]) -> None:
    """A dead letter that nobody needs."""
    _each(act, lines, DeliveryState.DROPPED)


def _each(act: Act, lines: Lines[WebHookDelivery, NoArguments], state: DeliveryState) -> None:
    owners = dict(
        WebHook.objects.filter(pk__in={line.subject.hook_id for line in lines}).values_list("pk", "user")
    )
    for line in lines:
        line.result = line.subject
        if not may_look_as(act.actor, {owners.get(line.subject.hook_id)}):
            line.refuse("wider", WIDER)
    act.change_all(WebHookDelivery, [(line.subject, {"state": state}) for line in lines if line.is_open])


@command(permission=CHANGE, label=_("Send all dead letters again"), icon="refresh", irreversible=True)
def resend_dead_letters(act: Act, lines: Lines[WebHook, NoArguments]) -> None:
    """All of the web-hook, in their order."""
    _all_dead(own_only(act, lines), DeliveryState.ASKED)


@command(
    permission=CHANGE,
    label=_("Drop all dead letters"),
    icon="trash",
    irreversible=True,
    confirm=_("None of them will be sent any more."),
)
def drop_dead_letters(act: Act, lines: Lines[WebHook, NoArguments]) -> None:
    """All of the web-hook."""
    _all_dead(own_only(act, lines), DeliveryState.DROPPED)


def _all_dead(lines: Sequence[Line[WebHook, NoArguments]], state: DeliveryState) -> None:
    dead = WebHookDelivery.objects.filter(state=DeliveryState.DEAD)
    dead.filter(hook__in=[line.subject.pk for line in lines]).update(state=state)
