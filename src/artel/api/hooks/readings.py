"""What lists and cards tell of web-hooks beside their columns; a page asks once for all of its rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from artel.api.models import DeliveryState, WebHook, WebHookDelivery, WebHookProgress
from artel.kernel import standing
from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.journal.following import sets_after

from . import kinds

MOST_COUNTED = 1000
SHOWN = 10


def _progress(records: Sequence[WebHook]) -> Mapping[UUID, WebHookProgress]:
    keys = tuple(record.pk for record in records)
    return standing.of_page(
        ("web-hooks", keys), lambda: {one.pk: one for one in WebHookProgress.objects.filter(pk__in=keys)}
    )


def states_of(actor: Actor, records: Sequence[WebHook]) -> dict[UUID, str]:
    """In words: paused and why, being tried again, or well; nothing to whom one of the columns it is made of is closed."""
    if not fields_visible_to(actor, WebHook).has_all(["is_active", "paused_because"]):
        return {}
    found = _progress(records)
    return {record.pk: _state(record, found.get(record.pk)) for record in records}


def _state(hook: WebHook, progress: WebHookProgress | None) -> str:
    if not hook.is_active:
        why = hook.get_paused_because_display()
        return _("paused: %(why)s") % {"why": why} if why else pgettext("web-hook", "paused")
    if progress is not None and progress.failures:
        return _("not answered, attempt %(count)s") % {"count": progress.failures}
    return pgettext("web-hook", "well")


def successes_of(_actor: Actor, records: Sequence[WebHook]) -> dict[UUID, datetime | None]:
    return {key: one.succeeded_at for key, one in _progress(records).items()}


def waiting_of(_actor: Actor, records: Sequence[WebHook]) -> dict[UUID, int]:
    """Acts in the journal that each has not passed yet, a thousand at most: what does not concern it is among them."""
    found = _progress(records)
    if not found:
        return {}
    places = [place for _number, place in sets_after(min(one.place for one in found.values()), MOST_COUNTED)]
    return {key: len(places) - bisect_right(places, one.place) for key, one in found.items()}


def _dead(actor: Actor, hooks: Sequence[WebHook]) -> QuerySet[WebHookDelivery]:
    """The dead letters that the actor sees."""
    keys = [one.pk for one in hooks] if "state" in fields_visible_to(actor, WebHookDelivery) else []
    rows: QuerySet[WebHookDelivery] = WebHookDelivery.objects.visible_to(actor)
    return rows.filter(hook__in=keys, state=DeliveryState.DEAD)


def dead_of(actor: Actor, records: Sequence[WebHook]) -> dict[UUID, int]:
    dead = _dead(actor, records)
    counted = dict(dead.values_list("hook").annotate(count=Count("pk")).order_by())
    return {record.pk: counted.get(record.pk, 0) for record in records}


def answers_of(actor: Actor, records: Sequence[WebHookDelivery]) -> dict[UUID, str]:
    """The status, or why there was none, as far as neither is closed to the actor."""
    if not fields_visible_to(actor, WebHookDelivery).has_all(["status", "error"]):
        return {}
    return {record.pk: _answer(record) for record in records}


def _answer(delivery: WebHookDelivery) -> str:
    if delivery.status is not None:
        return str(delivery.status)
    words = {
        "archived": _("its changes have gone to the files of old changes"),
        "secret": _("the secret cannot be opened"),
        "outbound_forbidden": _("the address is not allowed"),
    }
    return words.get(delivery.error, delivery.error)


@dataclass(frozen=True)
class DeadLetters:
    """The latest dead letters of a web-hook, and how many there are."""

    hook: UUID
    letters: Sequence[tuple[WebHookDelivery, str]]
    count: int


def dead_letters(actor: Actor, hook: WebHook) -> DeadLetters | None:
    """None when there are none."""
    dead = _dead(actor, [hook])
    found = list(dead.order_by("number")[: SHOWN + 1])
    if not found:
        return None
    count = dead.count() if len(found) > SHOWN else len(found)
    answers = answers_of(actor, found[:SHOWN])
    return DeadLetters(hook.pk, [(one, answers.get(one.pk, "")) for one in found[:SHOWN]], count)


@dataclass(frozen=True)
class KindLine:
    """A kind of records, and whether the web-hook tells of it."""

    path: str
    label: str
    is_told: bool


@dataclass(frozen=True)
class KindsTold:
    """All kinds there are; `is_every` when new ones will be told of, too."""

    is_every: bool
    lines: Sequence[KindLine]


def kinds_told(_actor: Actor, hook: WebHook) -> KindsTold:
    chosen = set(hook.entities)
    lines = [KindLine(path, label, not chosen or path in chosen) for path, label in kinds.choices()]
    return KindsTold(not chosen, lines)
