"""Where a web-hook stands in the journal: paused, going on, told again from a moment, skipping what waits; and its test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import F, Min
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.api.models import DeliveryState, PausedBecause, WebHook, WebHookDelivery, WebHookProgress
from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import argument
from artel.kernel.commands import command
from artel.kernel.dialect import dialect_of
from artel.kernel.journal.archiving import has_archived
from artel.kernel.journal.following import is_kept, place_now
from artel.kernel.journal.models import ChangeSet
from artel.kernel.record_commands import NoArguments

from .rights import CHANGE, own_only

ACTIVE = Applies(lambda hook: hook.is_active, ["is_active"], "paused", _("It is paused already."))
PAUSED = Applies(lambda hook: not hook.is_active, ["is_active"], "active", _("It is active already."))


@command(
    permission=CHANGE,
    label=pgettext_lazy("web-hook", "Pause"),
    icon="player-pause",
    applies=ACTIVE,
)
def pause_webhook(act: Act, lines: Lines[WebHook, NoArguments]) -> None:
    """Nothing is sent; what is done meanwhile waits in the journal."""
    act.change_all(WebHook, [(line.subject, {"is_active": False}) for line in lines])
    for line in lines:
        line.result = line.subject


@command(
    permission=CHANGE,
    label=pgettext_lazy("web-hook", "Go on"),
    icon="player-play",
    applies=PAUSED,
)
def resume_webhook(act: Act, lines: Lines[WebHook, NoArguments]) -> None:
    """Go on where it stopped. Refused when the journal has moved on without it: then a moment has to be chosen."""
    ready = own_only(act, lines)
    where = WebHookProgress.objects.filter(pk__in=[line.subject.pk for line in ready])
    places = dict(where.values_list("pk", "place"))
    kept = {place for place in set(places.values()) if is_kept(place)}
    for line in ready:
        if places.get(line.subject.pk) not in kept:
            line.refuse("not_kept", NOT_KEPT, offers=["api.replay_webhook", "api.skip_webhook"])
    ready = [line for line in ready if line.is_open]
    act.change_all(WebHook, [(line.subject, {"is_active": True, "paused_because": ""}) for line in ready])
    _turn([line.subject.pk for line in ready], failures=0, retry_at=None, dead_in_row=0)


NOT_KEPT = _(
    "What it has yet to tell has gone to the files of old changes: have it tell from a later moment, or skip what waits."
)


@dataclass(frozen=True, kw_only=True)
class Since:
    """From which moment on."""

    since: datetime = argument(
        label=_("from the moment"),
        help=_("Everything done since is told again, in its order; receivers drop repeats by webhook-id."),
    )


@command(permission=CHANGE, label=_("Tell again"), icon="refresh", irreversible=True)
def replay_webhook(act: Act, lines: Lines[WebHook, Since]) -> None:
    """Go back in the journal to a moment, as far as the base keeps it."""
    oldest = _oldest_kept()
    by_moment: dict[datetime, list[Line[WebHook, Since]]] = {}
    for line in own_only(act, lines):
        since = line.args.since
        if since > act.at:
            sentence = _("This moment has yet to come.")
            line.refuse("later", sentence, fields={"since": sentence})
        elif oldest is not None and since < oldest:
            line.refuse("archived", ARCHIVED, fields={"since": ARCHIVED})
        else:
            by_moment.setdefault(since, []).append(line)
    for since, ready in by_moment.items():
        _go(ready, _place_before(since))


def _oldest_kept() -> datetime | None:
    """The moment of the oldest set in the base; None when none has ever left it."""
    if not has_archived():
        return None
    oldest: datetime | None = ChangeSet.objects.order_by("pk").values_list("at", flat=True).first()
    return oldest or timezone.now()


def _place_before(moment: datetime) -> int:
    """The place after which everything comes that was done since a moment."""
    sql = dialect_of(connection).place_of_set()
    place = RawSQL(sql, [], output_field=models.BigIntegerField())  # noqa: S611 -- our own words
    since = ChangeSet.objects.filter(at__gte=moment).annotate(place=place)
    first = since.aggregate(found=Min("place"))["found"]
    return place_now() if first is None else int(first) - 1


ARCHIVED = _(
    "Changes of that time have gone to the files of old changes and cannot be told any more; choose a later moment."
)


@command(
    permission=CHANGE,
    label=_("Skip what waits"),
    icon="player-track-next",
    irreversible=True,
    confirm=_(
        "What was done up to now and is not delivered yet will not be told, unless you have it told again."
    ),
)
def skip_webhook(act: Act, lines: Lines[WebHook, NoArguments]) -> None:
    """Begin anew with what is done from now on."""
    _go(own_only(act, lines), place_now())


def _go(lines: Sequence[Line[WebHook, Any]], place: int) -> None:
    keys = [line.subject.pk for line in lines]
    WebHookDelivery.objects.filter(hook__in=keys, state=DeliveryState.FAILING).update(
        state=DeliveryState.DROPPED, retry_at=None
    )
    _turn(keys, place=place, within_set=0, within_row=0, delivery=None, failures=0, retry_at=None)


def _turn(keys: Sequence[Any], **changes: Any) -> None:
    """Move web-hooks; a job that is at one of them notes nothing of what it has just sent."""
    WebHookProgress.objects.filter(pk__in=keys).update(turn=F("turn") + 1, **changes)


@command(permission=CHANGE, label=_("Send a test event"), icon="send", irreversible=True)
def send_test_event(act: Act, lines: Lines[WebHook, NoArguments]) -> None:
    """One request without events; what was answered stands among the deliveries."""
    ready = own_only(act, lines)
    made = [WebHookDelivery(hook=line.subject, state=DeliveryState.ASKED) for line in ready]
    WebHookDelivery.objects.bulk_create(made)


def pause_by_itself(hook: WebHook, why: PausedBecause) -> None:
    """What the house does when no further attempt makes sense."""
    line: Line[WebHook, NoArguments] = Line(NoArguments(), hook)
    pause_webhook.run(
        Actor.system("web-hooks"), [line], also=lambda act: act.change(line.subject, paused_because=why)
    )
