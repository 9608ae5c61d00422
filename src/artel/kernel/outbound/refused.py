"""How a request out of the house ends without an answer. Sentences name the host only: a path may hold a key."""

from __future__ import annotations

from artel.kernel.refusals import Refused


class OutOfBounds(Refused):
    """The address is not one that this house may talk to, or the answer is not one that it takes. Trying again is no use."""


class Broken(Exception):
    """No answer came: no connection, a broken one, or out of time. Trying again later may help."""
