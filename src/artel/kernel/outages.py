"""What an error of the database or of the disk means to a person: the base is away, busy or being upgraded, the disk is full.

Everything else is a fault of ours.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .dialect.contract import CLOSED


@dataclass(frozen=True)
class Outage:
    """`code` is stable; `sentence` is for who has sent something, `at_work` for work that takes longer and goes on later.

    `wait` are the seconds after which asking again is worth while. What `passes` is no failure of the work that met it.
    """

    code: str
    status: HTTPStatus
    heading: str | Promise
    sentence: str | Promise
    at_work: str | Promise
    wait: int
    passes: bool = False


UPGRADING = Outage(
    "upgrading",
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("Closed for a moment"),
    _("Artel is being updated. Nothing of this was saved: send it again in a few minutes."),
    _("Artel is being updated. What was finished before stays, the rest follows after the update."),
    60,
    passes=True,
)
FULL = Outage(
    "no_space",
    HTTPStatus.INSUFFICIENT_STORAGE,
    _("No room"),
    _(
        "The disk of the server is full. Nothing of this was saved: tell an administrator, then send it again."
    ),
    _("The disk of the server is full. What was finished before stays, the rest follows once there is room."),
    30,
    passes=True,
)
BUSY = Outage(
    "busy",
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("The base is busy"),
    _("Somebody's large work keeps the base busy. Nothing of this was saved: send it again in a moment."),
    _(
        "Somebody's large work keeps the base busy. What was finished before stays, the rest can be tried again."
    ),
    5,
)
AWAY = Outage(
    "database_away",
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("The database does not answer"),
    _(
        "Artel has lost its database and looks for it. What was saved before is safe; of what you have just sent, look whether it is "
        "there before you send it again."
    ),
    _(
        "Artel has lost its database and looks for it. What was finished before stays, the rest follows when it is back."
    ),
    10,
)

# Words of SQLite, which has no codes here, and of the driver where a server has not said anything.
_WORDS = {
    CLOSED: UPGRADING,
    "database or disk is full": FULL,
    "disk i/o error": AWAY,
    "no space left": FULL,
    "database is locked": BUSY,
    "database table is locked": BUSY,
    "interrupted": BUSY,
    "unable to open database file": AWAY,
    "readonly database": AWAY,
    "connection failed": AWAY,
    "connection refused": AWAY,
    "connection to server": AWAY,
    "connection unexpectedly": AWAY,
    "closed the connection": AWAY,
    "the connection is closed": AWAY,
    "the connection is lost": AWAY,
    "could not connect": AWAY,
    "consuming input failed": AWAY,
}
_STATES = {"53100": FULL, "55P03": BUSY, "40P01": BUSY, "40001": BUSY, "57014": BUSY, "53300": BUSY}
_CLASSES = {"08": AWAY, "57": AWAY, "58": AWAY}
"""Connection exceptions, an operator's intervention (a server that stops or starts), errors of the system."""
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def outage_of(error: BaseException | None) -> Outage | None:
    """What an error means; None for what is no outage."""
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in NO_SPACE:
            return FULL
        if isinstance(one, DatabaseError | InterfaceError):
            return _told(one)
    return None


def _told(error: BaseException) -> Outage | None:
    state = next((str(code) for one in _chain(error) if (code := getattr(one, "sqlstate", None))), "")
    if state in _STATES or state[:2] in _CLASSES:
        return _STATES.get(state) or _CLASSES[state[:2]]
    said = str(error)
    if isinstance(error, InterfaceError):
        return AWAY
    if not isinstance(error, OperationalError) and CLOSED not in said:
        return None
    return next((outage for words, outage in _WORDS.items() if words.lower() in said.lower()), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
