"""How commands keep trees: no circles, and paths that follow when a branch moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.lib.uuid7 import uuid7

from .acts import Act, Line
from .arguments import Values
from .records import Record
from .trees import Branch

CIRCLE = _("This would make a circle: it is itself above the chosen one.")
TOO_DEEP = _("The tree is too deep here.")


def place(act: Act, lines: Sequence[Line[Any, Values]], model: type[Branch]) -> None:
    """Check of add and change: no circles; new and moved branches get their paths (`computed=("id", "path")`)."""
    refuse_circles(lines, model, "parent")
    moved = [line for line in lines if line.is_open and (line.subject is None or "parent" in line.args)]
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
    """After a change: what is below a moved branch moves along."""
    for line in lines:
        before, now = line.args.get("_moved", ("", ""))
        if before == now:
            continue
        below = model._base_manager.filter(path__startswith=before).exclude(pk=line.result.pk)
        act.change_all(model, [(branch, {"path": now + branch.path[len(before) :]}) for branch in below])


def refuse_circles(lines: Iterable[Line[Any, Values]], model: type[Record], field: str) -> None:
    """Refuse changes after which a record would be above itself. One query a level of the tree, not one a line."""
    wanted = {
        line.subject.pk: line.args.key(field)
        for line in lines
        if line.subject is not None and field in line.args
    }
    above = _ancestors(model, field, {key for key in wanted.values() if key}) | wanted
    for line in lines:
        if line.subject is not None and field in line.args and _is_above_itself(line.subject.pk, above):
            line.refuse("circle", CIRCLE, fields={field: CIRCLE})


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
