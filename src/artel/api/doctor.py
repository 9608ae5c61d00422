"""What the doctor says about web-hooks: those that are stuck or rest by themselves, dead letters, people who left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from artel.kernel.journal.following import sets_after
from artel.kernel.journal.models import ChangeSet

from .hooks.following import last_place
from .models import DeliveryState, WebHook, WebHookDelivery, WebHookProgress

PATIENCE = timedelta(minutes=10)
LONG = timedelta(days=1)
SHOWN = 20


def findings(now: datetime | None = None) -> Iterator[str]:
    """One sentence for each thing that is wrong."""
    now = now or timezone.now()
    yield from _paused()
    yield from _unheard(now)
    yield from _untold(now)
    if count := WebHookDelivery.objects.filter(state=DeliveryState.DEAD).count():
        yield ngettext(
            "%(count)s delivery of a web-hook is a dead letter and waits for a decision.",
            "%(count)s deliveries of web-hooks are dead letters and wait for a decision.",
            count,
        ) % {"count": count}


def _paused() -> Iterator[str]:
    hooks = WebHook.objects.present().order_by("sort_name", "pk").select_related("user")
    for hook in hooks.filter(is_active=False).exclude(paused_because="")[:SHOWN]:
        yield _("The web-hook “%(name)s” was paused: %(why)s.") % {
            "name": hook.name,
            "why": hook.get_paused_because_display(),
        }
    for hook in hooks.filter(is_active=True, user__is_active=False)[:SHOWN]:
        yield _("The web-hook “%(name)s” tells nothing: its person may not sign in.") % {"name": hook.name}


def _unheard(now: datetime) -> Iterator[str]:
    failing = WebHookDelivery.objects.filter(
        state=DeliveryState.FAILING, created_at__lt=now - LONG, hook__is_active=True, hook__is_deleted=False
    )
    for one in failing.select_related("hook").order_by("created_at")[:SHOWN]:
        yield _("The web-hook “%(name)s” is not heard since %(moment)s.") % {
            "name": one.hook.name,
            "moment": timezone.localtime(one.created_at).strftime("%Y-%m-%d %H:%M"),
        }


def _untold(now: datetime) -> Iterator[str]:
    """Web-hooks that nobody looks after: there is something to tell for a while, and nothing fails."""
    waiting = WebHookProgress.objects.filter(hook__is_active=True, hook__is_deleted=False, retry_at=None)
    behind = waiting.annotate(last=last_place()).filter(place__lt=F("last")).order_by("place").first()
    first = sets_after(behind.place, 1)[:1] if behind else []
    if first and ChangeSet.objects.filter(pk=first[0][0], at__lt=now - PATIENCE).exists():
        yield _("Web-hooks have not been told of changes for more than ten minutes: is a worker running?")
