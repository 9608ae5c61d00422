"""One signed request out of the house and what came of it. Answers are not kept: only their status, and how long they took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.utils import timezone

from artel.api.models import PausedBecause, WebHook, former_signs
from artel.kernel.outbound.refused import Broken, OutOfBounds
from artel.kernel.sealing import BrokenSeal, unseal

from . import signing

SECONDS = 10.0
GONE = 410
LONGEST_ASKED = timedelta(hours=6)
FORBIDDEN = {"outbound_forbidden", "outbound_url"}
"""Refusals of the address itself; others are about the answer, and another one may be better."""


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt. `pause` says that no further one makes sense; `wait` is what the receiver asked for."""

    status: int | None = None
    error: str = ""
    milliseconds: int = 0
    pause: PausedBecause | None = None
    wait: timedelta = timedelta()

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(hook: WebHook, message: UUID, body: bytes) -> Outcome:
    """Send a message; every end is an outcome, none is raised."""
    from artel.kernel.outbound import send  # noqa: PLC0415 -- the client is dear to load, and few processes go out

    now = timezone.now()
    sealed = [hook.sealed_secret, *([hook.former_secret] if former_signs(hook, now) else [])]
    try:
        keys = [unseal(one) for one in sealed]
    except BrokenSeal:
        return Outcome(error="secret", pause=PausedBecause.SEALED)
    signed = signing.headers(message, int(now.timestamp()), body, keys)
    begun = monotonic()
    try:
        answer = send(
            "POST",
            hook.address,
            headers={"Content-Type": "application/json", **signed},
            body=body,
            seconds=SECONDS,
        )
    except OutOfBounds as refused:
        pause = PausedBecause.FORBIDDEN if refused.code in FORBIDDEN else None
        return Outcome(error=refused.code, milliseconds=_since(begun), pause=pause)
    except Broken as broken:
        return Outcome(error=str(broken)[:200], milliseconds=_since(begun))
    pause = PausedBecause.GONE if answer.status == GONE else None
    return Outcome(answer.status, "", _since(begun), pause, _asked(answer.headers))


def _since(begun: float) -> int:
    return round((monotonic() - begun) * 1000)


def _asked(headers: Mapping[str, str]) -> timedelta:
    """How long the receiver asks to be left alone, in seconds as Retry-After says it."""
    said = headers.get("retry-after", "")
    seconds = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
    return min(timedelta(seconds=seconds), LONGEST_ASKED)
