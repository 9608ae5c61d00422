"""A demo base grows: batch by batch, each room after the one below it.

On PostgreSQL each room has a process of its own, which stays behind the one below: while one computes, the other's rows are
written. Every room still makes its batches in their order, so what comes of it is the same. SQLite has one writer anyway.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from artel.kernel.actors import Actor

Grow = Callable[["Actor", range], None]

AT_ONCE = 500
"""More in a batch is dearer a row: what a batch holds is gone through by its commands."""
SIDE_BY_SIDE = 10_000
"""Fewer are made before other processes have begun."""


def grow(actor: Actor, more: int, rooms: Sequence[Grow]) -> None:
    """So many more clients, each room's share by its function, lower rooms first. Raises RuntimeError when a process fails."""
    from django.db import connection

    if connection.vendor == "postgresql" and more >= SIDE_BY_SIDE and len(rooms) > 1:
        _side_by_side(actor, more, rooms)
        return
    for numbers in _batches(more):
        for room in rooms:
            room(actor, numbers)
        _tell(numbers, more)


def _batches(more: int) -> list[range]:
    return [range(start, min(start + AT_ONCE, more)) for start in range(0, more, AT_ONCE)]


def _tell(numbers: range, more: int) -> None:
    if numbers.stop % (AT_ONCE * 10) == 0:
        print(f"artel: {numbers.stop} of {more} clients with their deals", file=sys.stderr, flush=True)


def _side_by_side(actor: Actor, more: int, rooms: Sequence[Grow]) -> None:
    """The last room grows here, the others in processes forked for them."""
    from django.db import connections

    connections.close_all()  # none is shared
    forked = multiprocessing.get_context("fork")
    *lower, last = rooms
    below: Connection | None = None
    processes: list[ForkProcess] = []
    try:
        for room in lower:
            hears, tells = forked.Pipe(duplex=False)
            process = forked.Process(target=_room, args=(actor, more, room, below, tells), daemon=True)
            process.start()
            tells.close()
            if below:
                below.close()
            processes.append(process)
            below = hears
        for numbers in _batches(more):
            _wait(below)
            last(actor, numbers)
            _tell(numbers, more)
    finally:
        if below:
            below.close()
        for process in processes:
            process.join()


def _room(actor: Actor, more: int, room: Grow, below: Connection | None, tells: Connection) -> None:
    for numbers in _batches(more):
        _wait(below)
        room(actor, numbers)
        tells.send(numbers.stop)


def _wait(below: Connection | None) -> None:
    """Until the room below has made its next batch."""
    try:
        if below:
            below.recv()
    except EOFError:
        raise RuntimeError("the process of another room has ended before its time") from None
