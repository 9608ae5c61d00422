"""One web-hook told of what is new, one message after another: a failing one holds the later ones until it is given up.

Sent first, noted afterwards: a process killed in between sends again, and nothing is ever passed by. Whoever else moved the
web-hook meanwhile (a replay, another worker) has changed its turn, and then nothing is noted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.api.models import DeliveryState, PausedBecause, WebHook, WebHookDelivery, WebHookProgress
from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.kernel.jobs import job
from artel.kernel.journal.archiving import is_archived

from .messages import Message, Reader, Standpoint, moved, packed
from .sending import Outcome, post

if TYPE_CHECKING:
    from artel.kernel.jobs.run import Run

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""Between the attempts at one delivery: ten of them within three days, then it is a dead letter."""

MOST_DEAD = 3
"""Dead letters in a row after which a web-hook is paused."""

TURN_SECONDS = 20.0
"""How long one web-hook is told before another has its turn."""


@job("api.tell_web_hook", label=_("Tell a web-hook of changes"), queue="outside", retries=20)
def tell(run: Run, *, hook: str) -> dict[str, int]:
    """First what people want sent again, then the journal from where the web-hook stands."""
    end, sent = monotonic() + TURN_SECONDS, 0
    for step in (send_asked, send_next):
        while monotonic() < end:
            run.report(done=sent)
            found = (
                WebHook.objects.select_related("user", "progress").filter(pk=hook, is_deleted=False).first()
            )
            if found is None or not step(found):
                break
            sent += 1
    return {"sent": sent}


def actor_of(hook: WebHook) -> Actor:
    """On whose behalf records are looked at."""
    return Actor.job(hook.name, hook.user)


def send_next(hook: WebHook) -> bool:
    """Send the next message of an active web-hook; False when there is none, or when it was not delivered."""
    progress = hook.progress
    now = timezone.now()
    if not hook.is_active or (progress.retry_at is not None and progress.retry_at > now):
        return False
    actor = actor_of(hook)
    with standing.read_once():
        message, at = Reader(hook, actor).next(Standpoint.of(progress))
    failing = WebHookDelivery.objects.filter(pk=progress.delivery).first() if progress.delivery else None
    if message and failing and failing.message == message.id and failing.state == DeliveryState.DROPPED:
        return move(progress, **moved(message.then), delivery=None, failures=0, retry_at=None)
    if failing and (message is None or failing.message != message.id):
        _drop(failing)
        failing, progress.failures = None, 0
    if message is None:
        move(progress, **moved(at), delivery=None, failures=0, retry_at=None)
        return False
    number = failing.number if failing else progress.number + 1
    outcome = post(hook, message.id, message.body(actor, number))
    delivery = failing or WebHookDelivery(
        hook=hook,
        number=number,
        message=message.id,
        change_set=message.made.pk,
        after_row=message.after_row,
    )
    delivery.event_count = len(message.events)
    return _note(hook, delivery, outcome, message, at)


def _drop(delivery: WebHookDelivery) -> None:
    """Nothing of it may be told any more."""
    WebHookDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.FAILING).update(
        state=DeliveryState.DROPPED, retry_at=None
    )


def _note(
    hook: WebHook, delivery: WebHookDelivery, outcome: Outcome, message: Message, at: Standpoint
) -> bool:
    """Write down what came of an attempt and move on, in one transaction; False unless it was delivered."""
    progress, now = hook.progress, timezone.now()
    _tried(delivery, outcome, now)
    failures = progress.failures + 1
    changes: dict[str, Any] = {"number": delivery.number, "retry_at": None}
    if outcome.is_success:
        delivery.state = DeliveryState.DELIVERED
        changes |= {
            **moved(message.then),
            "delivery": None,
            "failures": 0,
            "dead_in_row": 0,
            "succeeded_at": now,
        }
    elif failures > len(PAUSES) and not outcome.pause:
        delivery.state = DeliveryState.DEAD
        dead = progress.dead_in_row + 1
        changes |= {**moved(message.then), "delivery": None, "failures": 0, "dead_in_row": dead}
    else:
        delivery.state = DeliveryState.FAILING
        delivery.retry_at = None if outcome.pause else now + max(PAUSES[failures - 1], outcome.wait)
        changes |= {**moved(at), "delivery": delivery.pk, "failures": failures, "retry_at": delivery.retry_at}
    with transaction.atomic():
        if not move(progress, **changes):
            return False
        delivery.save()
    if pause := outcome.pause or (PausedBecause.DEAD if changes.get("dead_in_row", 0) >= MOST_DEAD else None):
        rest(hook, pause)
    return outcome.is_success


def _tried(delivery: WebHookDelivery, outcome: Outcome, now: datetime) -> None:
    delivery.attempts += 1
    delivery.status, delivery.error = outcome.status, outcome.error
    delivery.milliseconds, delivery.tried_at, delivery.retry_at = outcome.milliseconds, now, None


def move(progress: WebHookProgress, **changes: Any) -> bool:
    """Write how far a web-hook came, unless somebody else has moved it since it was read."""
    mine = WebHookProgress.objects.filter(pk=progress.pk, turn=progress.turn)
    return bool(mine.update(turn=F("turn") + 1, **changes))


def rest(hook: WebHook, why: PausedBecause) -> None:
    """Pause a web-hook by the house itself: what is not told yet waits."""
    from artel.api.commands import pause_by_itself  # noqa: PLC0415 -- commands know this module

    pause_by_itself(hook, why)


def send_asked(hook: WebHook) -> bool:
    """Send what a person wants sent (again), the oldest first, one attempt each; False when there is no more of it.

    Of a paused web-hook, too: before it goes on one wants to know whether it is heard.
    """
    asked = WebHookDelivery.objects.filter(hook=hook, state=DeliveryState.ASKED)
    delivery = asked.order_by("number", "pk").first()
    if delivery is None:
        return False
    body = _body_again(hook, delivery)
    if body is None:
        return True
    outcome = post(hook, delivery.message, body)
    _tried(delivery, outcome, timezone.now())
    unheard = DeliveryState.DROPPED if delivery.is_test else DeliveryState.DEAD
    delivery.state = DeliveryState.DELIVERED if outcome.is_success else unheard
    delivery.save()
    if outcome.is_success:
        WebHookProgress.objects.filter(pk=hook.pk).update(succeeded_at=delivery.tried_at)
    return True


def _body_again(hook: WebHook, delivery: WebHookDelivery) -> bytes | None:
    """What a delivery says now; None, and the delivery is closed, when it says nothing any more."""
    actor = actor_of(hook)
    if delivery.change_set is None:
        return packed("test", delivery.created_at, {"number": None, "events": []})
    with standing.read_once():
        message = Reader(hook, actor).again(delivery.change_set, delivery.after_row)
    if message is not None:
        return message.body(actor, delivery.number)
    lost = is_archived(delivery.change_set)
    delivery.state = DeliveryState.DEAD if lost else DeliveryState.DROPPED
    delivery.error = "archived" if lost else ""
    delivery.save()
    return None
