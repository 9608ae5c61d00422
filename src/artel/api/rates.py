"""How many requests a token may make: `ARTEL_API_RATE` a minute, all at once or evenly, whatever process answers.

A token's whole account is one moment: when what it has used will be given back (the generic cell rate algorithm). The moments of
this machine's tokens lie in a file of the home that every process maps, so a request costs neither a query nor a round trip; of several
machines each counts its own. Of more tokens than the file has room for, the one longest at rest begins anew.
"""

from __future__ import annotations

import fcntl
import logging
import mmap
import os
import struct
import threading
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from math import ceil
from pathlib import Path
from time import time
from uuid import UUID

from django.conf import settings
from django.utils.translation import ngettext

from .problems import Problem

log = logging.getLogger(__name__)

PERIOD = 60.0
SLOTS, NEAR = 4096, 8
SLOT = struct.Struct("=16sd")


@dataclass(frozen=True)
class Rate:
    """What a token has left of its minute after a request; `wait` is the seconds until the next one may come, 0 for at once."""

    limit: int
    left: int
    full_in: int
    wait: float = 0.0

    def headers(self) -> dict[str, str]:
        """As the IETF's draft of rate limit headers says it."""
        return {
            "RateLimit-Policy": f'"token";q={self.limit};w={PERIOD:.0f}',
            "RateLimit": f'"token";r={self.left};t={self.full_in}',
        }


def spend(token: UUID, now: float | None = None) -> Rate | None:
    """Take one request off a token's account; None where nothing is limited. Raises Problem 429."""
    limit: int = settings.API_RATE
    if not limit:
        return None
    try:
        accounts = _accounts(Path(settings.HOME) / "rates")
    except OSError:  # no room for it: better to answer than to count
        log.warning("requests of tokens are not counted: the home takes no file", exc_info=True)
        return None
    rate = accounts.spend(token.bytes, limit, time() if now is None else now)
    if rate.wait:
        seconds = ceil(rate.wait)
        sentence = ngettext(
            "This token may make %(limit)s requests a minute: wait %(seconds)s second.",
            "This token may make %(limit)s requests a minute: wait %(seconds)s seconds.",
            seconds,
        ) % {"limit": limit, "seconds": seconds}
        headers = {"Retry-After": str(seconds), **rate.headers()}
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", sentence, headers=headers)
    return rate


@cache
def _accounts(path: Path) -> Accounts:
    return Accounts(path)


class Accounts:
    """The accounts of one machine, in a file."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        # Not `ftruncate`: a page without room on the disk would end the process when it is first written.
        os.posix_fallocate(self.file, 0, SLOTS * SLOT.size)
        self.map = mmap.mmap(self.file, SLOTS * SLOT.size)
        # The file's lock keeps processes apart, this one the threads of one of them.
        self.mine = threading.Lock()

    def spend(self, token: bytes, limit: int, now: float) -> Rate:
        with self.mine:
            fcntl.lockf(self.file, fcntl.LOCK_EX)
            try:
                place, used_until = self._find(token, now)
                rate, until = spent(max(used_until, now) - now, limit)
                SLOT.pack_into(self.map, place, token, now + until)
                return rate
            finally:
                fcntl.lockf(self.file, fcntl.LOCK_UN)

    def _find(self, token: bytes, now: float) -> tuple[int, float]:
        """The token's place and moment: its own, or the one of its few that is longest at rest."""
        start = int.from_bytes(token[-4:], "big")
        best, rest = 0, float("inf")
        for step in range(NEAR):
            place = (start + step) % SLOTS * SLOT.size
            owner, until = SLOT.unpack_from(self.map, place)
            if owner == token:
                # Nobody uses more than a minute: the clock was set back, and must not shut anybody out.
                return place, until if until <= now + PERIOD + 1 else 0.0
            if until < rest:
                best, rest = place, until
        return best, 0.0


def spent(used: float, limit: int) -> tuple[Rate, float]:
    """One request of an account of which so many seconds of the minute are used; how many are then."""
    step = PERIOD / limit
    after = used + step
    over = after - PERIOD
    if over > step * 1e-6:
        return Rate(limit, 0, ceil(used), over), used
    return Rate(limit, int((PERIOD - after) / step + 1e-6), ceil(after)), after
