"""How long a session lives, and which have ended.

The cookie says everything itself, so a session that was ended is written down until its cookie could no longer be used. The
signature of a cookie has a moment: one that was not renewed for `SESSION_COOKIE_AGE` is not believed.
"""

from __future__ import annotations

from datetime import timedelta
from time import time
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone

from artel.kernel import standing

from .models import EndedSession

ID, BEGUN, SEEN = "id", "begun", "seen"
RENEWED_AFTER = 600
"""Seconds for which a session in use is not signed anew."""


def begin(session: SessionBase) -> None:
    """Somebody has just signed in."""
    session[ID], session[BEGUN] = str(uuid4()), int(time())
    session[SEEN] = session[BEGUN]


def keep_up(session: SessionBase) -> None:
    """The person is at work: the session's idle time begins anew."""
    if ID in session and abs(time() - session[SEEN]) > RENEWED_AFTER:
        session[SEEN] = int(time())


def end(session: SessionBase) -> None:
    """The session is over, whoever holds a copy of its cookie."""
    if ID not in session:
        return
    with transaction.atomic():
        # A day more: a clock that was set forward and back must not open what was closed.
        useless = timezone.now() - timedelta(days=1, seconds=settings.SESSION_COOKIE_AGE)
        EndedSession.objects.filter(ended_at__lt=useless).delete()
        EndedSession.objects.get_or_create(pk=UUID(session[ID]))
        standing.changed()


def is_over(session: SessionBase, kept: standing.Standing) -> bool:
    """Whether it was ended, or is too old. One query after each change of what stands."""
    if ID not in session:
        return False
    # One begun far ahead was begun by a wrong clock, and would outlive all others.
    if abs(time() - session[BEGUN]) > settings.SESSION_DAYS * 24 * 3600:
        return True
    ended: frozenset[UUID] = kept.once(
        "ended sessions", lambda: frozenset(EndedSession.objects.values_list("pk", flat=True))
    )
    return UUID(session[ID]) in ended
