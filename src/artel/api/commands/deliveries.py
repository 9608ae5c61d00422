"""Deliveries sent again or dropped, one by one or all dead letters of a web-hook."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.api.models import DeliveryState, WebHook, WebHookDelivery, WebHookProgress
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
    applies=_deliveries(
        DeliveryState.DEAD, DeliveryState.DELIVERED, DeliveryState.DROPPED, DeliveryState.FAILING
    ),
)
def resend_delivery(act: Act, lines: Lines[WebHookDelivery, NoArguments]) -> None:
    """One more attempt at each, apart from the order of the others; one being tried is tried now."""
    being_tried = _own(act, lines)
    over = [line for line in lines if line.is_open and line not in being_tried]
    act.change_all(WebHookDelivery, [(line.subject, {"state": DeliveryState.ASKED}) for line in over])


@command(
    permission=CHANGE_DELIVERY,
    label=pgettext_lazy("delivery", "Drop"),
    icon="trash",
    irreversible=True,
    confirm=_("It will not be sent any more."),
    applies=_deliveries(DeliveryState.DEAD, DeliveryState.ASKED, DeliveryState.FAILING),
)
def drop_delivery(act: Act, lines: Lines[WebHookDelivery, NoArguments]) -> None:
    """A dead letter that nobody needs; of one being tried the later ones need not wait any longer."""
    _own(act, lines)
    dropped = {"state": DeliveryState.DROPPED, "retry_at": None}
    act.change_all(WebHookDelivery, [(line.subject, dropped) for line in lines if line.is_open])


def _own(act: Act, lines: Lines[WebHookDelivery, NoArguments]) -> Lines[WebHookDelivery, NoArguments]:
    """Refuse deliveries of others; the lines that hold later ones are returned, and their web-hooks go on at once."""
    keys = {line.subject.hook_id for line in lines}
    owners = dict(WebHook.objects.filter(pk__in=keys).values_list("pk", "user"))
    for line in lines:
        line.result = line.subject
        if not may_look_as(act.actor, {owners.get(line.subject.hook_id)}):
            line.refuse("wider", WIDER)
    being_tried = [line for line in lines if line.is_open and line.subject.state == DeliveryState.FAILING]
    held = WebHookProgress.objects.filter(delivery__in=[line.subject.pk for line in being_tried])
    held.update(retry_at=None, turn=F("turn") + 1)
    return being_tried


@command(permission=CHANGE, label=_("Send all again"), icon="refresh", irreversible=True)
def resend_dead_letters(act: Act, lines: Lines[WebHook, NoArguments]) -> None:
    """All of the web-hook, in their order."""
    _all_dead(own_only(act, lines), DeliveryState.ASKED)


@command(
    permission=CHANGE,
    label=_("Drop all"),
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
