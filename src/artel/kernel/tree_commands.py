"""How commands keep trees: no circles, and paths that follow when a branch moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artel.lib.uuid7 import uuid7

from .acts import Act, Line
from .arguments import Values
from .dialect import dialect_of
from .records import Record
from .refusals import Refused
from .trees import Branch

CIRCLE = _("This would make a circle: it is itself above the chosen one.")
TOO_DEEP = _("The tree is too deep here.")


def place(act: Act, lines: Sequence[Line[Any, Values]], model: type[Branch]) -> None:
    """Check of add and change: no circles; new and moved branches get their paths (`computed=("id", "path")`)."""
    moved = [line for line in lines if line.is_open and (line.subject is None or "parent" in line.args)]
    if moved:
        _alone(model)
    refuse_circles(lines, model, "parent")
    above = {key for line in moved if (key := line.args.key("parent")) is not None}
    paths = dict(model._default_manager.filter(pk__in=above).values_list("pk", "path"))
    for line in moved:
        key = line.args.setdefault("id", uuid7()) if line.subject is None else line.subject.pk
        parent = line.args.key("parent")
        path = f"{paths.get(parent, '') if parent else ''}{key.hex}/"
        if len(path) > model._meta.get_field("path").max_length:  # type: ignore[operator]
            line.refuse("too_deep", TOO_DEEP, fields={"parent": TOO_DEEP})
        if line.subject is not None:
            line.args["_moved"] = (line.subject.path, path)
        line.args["path"] = path


def carry(act: Act, lines: Sequence[Line[Any, Values]], model: type[Branch]) -> None:
    """After a change: what is below a moved branch moves along, whatever else of the batch moves above it or away from it."""
    moved = {line.result.pk: line for line in lines if len(set(line.args.get("_moved", ("",)))) > 1}
    if not moved:
        return
    formerly = [Q(path__startswith=line.args["_moved"][0]) for line in moved.values()]
    below = model._base_manager.filter(reduce(or_, formerly)).exclude(pk__in=moved)
    branches: dict[UUID, Any] = {key: line.result for key, line in moved.items()}
    in_hand = {line.result.pk: line.result for line in lines}
    branches |= {branch.pk: in_hand.get(branch.pk, branch) for branch in below}
    act.change_all(model, [(branches[key], {"path": path}) for key, path in _paths(model, branches).items()])


def _paths(model: type[Branch], branches: Mapping[UUID, Any]) -> dict[UUID, str]:
    """The path of each branch by those above it. Raises Refused `too_deep`."""
    above = {branch.parent_id for branch in branches.values()} - branches.keys() - {None}
    paths = dict(model._base_manager.filter(pk__in=above).values_list("pk", "path"))
    most = model._meta.get_field("path").max_length

    def path_of(key: UUID) -> str:
        if key not in paths:
            parent = branches[key].parent_id
            paths[key] = f"{path_of(parent) if parent else ''}{key.hex}/"
        return paths[key]

    found = {key: path_of(key) for key in branches}
    if any(len(path) > most for path in found.values()):  # type: ignore[operator]
        raise Refused("too_deep", TOO_DEEP, fields={"parent": TOO_DEEP})
    return found


def _alone(model: type[Record]) -> None:
    """No other transaction moves branches of this tree until ours ends: two could make a circle that neither sees."""
    dialect_of(connection).one_at_a_time(connection, f"tree {model._meta.label_lower}")


def refuse_circles(lines: Sequence[Line[Any, Values]], model: type[Record], field: str) -> None:
    """Refuse changes after which a record would be above itself. One query a level of the tree, not one a line.

    A refused record stays where it is, and with it the others may make a circle that the change would have opened: they are
    looked at again.
    """
    if not any(_rises(line, field) for line in lines):
        return
    _alone(model)
    moving = [line for line in lines if line.is_open and line.subject is not None and field in line.args]
    while moving:
        wanted = {line.subject.pk: line.args.key(field) for line in moving}
        above = _ancestors(model, field, {key for key in wanted.values() if key}) | wanted
        bad = [line for line in moving if _is_above_itself(line.subject.pk, above)]
        for line in bad:
            line.refuse("circle", CIRCLE, fields={field: CIRCLE})
        moving = [line for line in moving if line.is_open] if bad else []


def _rises(line: Line[Any, Values], field: str) -> bool:
    """Whether the line puts its record below another one than before."""
    key = line.args.key(field) if line.subject is not None and field in line.args else None
    return key is not None and key != getattr(line.subject, f"{field}_id")


def _ancestors(model: type[Record], field: str, keys: set[UUID]) -> dict[UUID, UUID | None]:
    found: dict[UUID, UUID | None] = {}
    while keys:
        found |= dict(model._base_manager.filter(pk__in=keys).values_list("pk", f"{field}_id"))
        keys = {key for key in found.values() if key} - set(found)
    return found


def _is_above_itself(key: UUID, above: dict[UUID, UUID | None]) -> bool:
    seen: set[UUID] = set()
    step = above.get(key)
    while step and step not in seen:
        if step == key:
            return True
        seen.add(step)
        step = above.get(step)
    return False
