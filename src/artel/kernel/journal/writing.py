"""Opening and closing change sets: one round trip, inside the act's transaction."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from .models import ChangeSet, Event


@dataclass(frozen=True)
class ActorStamp:
    """The actor as a change set keeps him."""

    kind: str
    id: UUID | None
    label: str


@dataclass(frozen=True)
class OpenSet:
    """The change set that is being written."""

    id: int


_open: list[OpenSet] = []


@contextmanager
def change_set(
    stamp: ActorStamp,
    *,
    command: str,
    cause: Mapping[str, Any] | None = None,
    parent: int | None = None,
    undoes: int | None = None,
    irreversible: bool = False,
) -> Iterator[OpenSet]:
    """Write inside one change set; a nested call joins the outer one. Needs an open transaction."""
    if _open:
        yield _open[-1]
        return
    made = ChangeSet.objects.create(
        actor_kind=stamp.kind, actor_id=stamp.id, actor_label=stamp.label[:250], command=command, cause=cause,
        parent_id=parent, undoes_id=undoes, node=platform.node()[:60], irreversible=irreversible,
        is_open=1 if connection.vendor == "sqlite" else None,
    )  # fmt: skip
    _open.append(OpenSet(made.pk))
    try:
        yield _open[-1]
        if connection.vendor == "sqlite":
            ChangeSet.objects.filter(pk=made.pk).update(is_open=None)
    finally:
        _open.pop()


def publish(opened: OpenSet, event: Any) -> None:
    """Write a fact (a frozen dataclass) into the set."""
    room = type(event).__module__.split(".")
    name = f"{room[2] if room[1] == 'domains' else room[1]}.{type(event).__name__}"
    payload = {
        key: str(value) if value is not None else None for key, value in dataclasses.asdict(event).items()
    }
    Event.objects.create(set_id=opened.id, name=name, payload=payload)
