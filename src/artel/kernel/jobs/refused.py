"""Why a running job stops without having failed."""

from __future__ import annotations


class Stopped(Exception):
    """The job was asked to stop at this point: cancelled, paused, or its worker is going down.

    Let it pass: the job's row keeps the last checkpoint, and what happens next is already decided.
    """


class LeaseLost(Stopped):
    """Another worker has taken the job over (this one was silent for too long): nothing more may be written by it."""
