"""Writing and reading contact points set-wise, for the commands and resources of their owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from .acts import Act, Line
from .contact_points import SHIPPED, ContactKind, ContactPoint, canonical
from .records import Record


def kinds() -> dict[str, ContactKind]:
    """The shipped kinds by code: one query."""
    return {kind.code: kind for kind in ContactKind.objects.filter(code__in=SHIPPED)}


def check_points(lines: Iterable[Line[Any, Any]], names: Sequence[str]) -> None:
    """Refuse lines whose phone or e-mail is malformed (contract: a malformed one refuses the row)."""
    for line in lines:
        for name in names:
            if raw := line.args.get(name):
                try:
                    canonical(SHIPPED[name][0], raw)
                except ValidationError as error:
                    line.refuse("invalid", error.messages[0], fields={name: error.messages[0]})


def write_points(act: Act, model: type[ContactPoint], lines: Sequence[Line[Any, Any]], names: Sequence[str]) -> None:
    """Set the main contact point of each named kind from the lines' arguments; set-wise, `line.result` is the owner."""
    given = [line for line in lines if any(name in line.args for name in names)]
    if not given:
        return
    known = kinds()
    owners = [line.result.pk for line in given if not line.result._state.adding and line.subject is not None]
    present = _present(model, owners)
    fresh: list[dict[str, Any]] = []
    changes: list[tuple[Record, Mapping[str, Any]]] = []
    for line in given:
        for name in names:
            if name in line.args:
                kind = known[name]
                _one(line.result.pk, kind, line.args[name] or "", present, fresh, changes)
    act.insert(model, fresh)
    act.change_all(model, changes)


def _present(model: type[ContactPoint], owners: Sequence[UUID]) -> dict[tuple[UUID, UUID], ContactPoint]:
    if not owners:
        return {}
    rows: Any = model._default_manager.filter(owner__in=owners, is_main=True, is_deleted=False)
    return {(row.owner_id, row.kind_id): row for row in rows}


def _one(
    owner: UUID,
    kind: ContactKind,
    raw: str,
    present: Mapping[tuple[UUID, UUID], ContactPoint],
    fresh: list[dict[str, Any]],
    changes: list[tuple[Record, Mapping[str, Any]]],
) -> None:
    there = present.get((owner, kind.pk))
    if not raw:
        if there:
            changes.append((there, {"is_deleted": True}))
        return
    value, extension, key = canonical(kind.type, raw)
    columns = {"value": value, "extension": extension, "key": key}
    if there:
        changes.append((there, columns))
    else:
        fresh.append({"owner": owner, "kind": kind.pk, **columns})


def read_points(model: type[ContactPoint], owners: Sequence[UUID], code: str) -> dict[UUID, str]:
    """The main value of a shipped kind by owner: one query a page."""
    rows: Any = model._default_manager.filter(owner__in=owners, kind__code=code, is_main=True, is_deleted=False)
    return {owner: value for owner, value in rows.values_list("owner_id", "value")}
