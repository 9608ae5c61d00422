"""UUID version 7 (RFC 9562): time-ordered keys, so that new rows land at the end of an index."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0

_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62
_RANDOM_B = (1 << 62) - 1


def uuid7() -> UUID:
    """A new key; keys made by one process strictly increase.

    48 bits of milliseconds and 12 bits of their fraction are the clock, 62 bits are random.
    """
    global _last  # noqa: PLW0603 -- the clock of this process, under its lock
    moment = (time.time_ns() << 12) // 1_000_000
    with _lock:
        _last = moment = max(moment, _last + 1)
    random = int.from_bytes(os.urandom(8), "big") & _RANDOM_B
    return UUID(int=(moment >> 12) << 80 | _VERSION | (moment & 0xFFF) << 64 | _VARIANT | random)
