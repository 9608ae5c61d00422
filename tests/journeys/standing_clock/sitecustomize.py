"""Read by every Python on whose path this folder is: Django's clock shows the moment of the pictures and hardly moves.

A second of the real clock counts as a millisecond: what happens later is later, and no minute passes.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

from django.utils import timezone

MOMENT = datetime.fromisoformat(os.environ["CLOCK_STANDS_AT"])
STARTED = float(os.environ["CLOCK_STARTED"])


def now() -> datetime:
    return MOMENT.astimezone(UTC) + timedelta(milliseconds=time.time() - STARTED)


timezone.now = now
