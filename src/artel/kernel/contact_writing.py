"""Writing and reading contact points set-wise, for the commands and resources of their owners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from .acts import Act, Line
from .contact_points import SHIPPED, ContactKind, ContactPoint, canonical


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


def write_points(
    act: Act, model: type[ContactPoint], lines: Sequence[Line[Any, Any]], names: Sequence[str]
) -> None:
    """Set the main contact point of each named kind from the lines' arguments; set-wise, `line.result` is the owner.

    Where the main one is emptied, the oldest of the others comes in its place.
    """
    given = [line for line in lines if any(name in line.args for name in names)]
    if not given:
        return
    known = kinds()
    present = _present(model, [line.result.pk for line in given if line.subject is not None])
    wanted = [
        (line.result.pk, known[name], line.args[name] or "")
        for line in given
        for name in names
        if name in line.args
    ]
    fresh = [
        {"owner": owner, "kind": kind.pk, **_columns(kind, raw)}
        for owner, kind, raw in wanted
        if raw and (owner, kind.pk) not in present
    ]
    there = [
        (present[owner, kind.pk], kind, raw) for owner, kind, raw in wanted if (owner, kind.pk) in present
    ]
    slots = [((owner, kind.pk), raw) for owner, kind, raw in wanted if (owner, kind.pk) in present]
    act.insert(model, fresh)
    act.change_all(model, [(p, _columns(k, raw) if raw else {"is_deleted": True}) for p, k, raw in there])
    _come_forward(act, model, {slot for slot, raw in slots if not raw})


def _come_forward(act: Act, model: type[ContactPoint], emptied: set[tuple[UUID, UUID]]) -> None:
    if not emptied:
        return
    owners: dict[str, Any] = {"owner__in": {owner for owner, _kind in emptied}}
    rows = model._default_manager.filter(**owners, is_main=False, is_deleted=False).order_by("-id")
    first = {(row.owner_id, row.kind_id): row for row in rows}  # type: ignore[attr-defined]
    act.change_all(model, [(row, {"is_main": True}) for slot, row in first.items() if slot in emptied])


def _present(model: type[ContactPoint], owners: Sequence[UUID]) -> dict[tuple[UUID, UUID], ContactPoint]:
    if not owners:
        return {}
    rows = _main_points(model, owners)
    return {(row.owner_id, row.kind_id): row for row in rows}


def _main_points(model: type[ContactPoint], owners: Sequence[UUID]) -> Any:
    own: dict[str, Any] = {
        "owner__in": owners
    }  # the owner is a column of each table, not of the abstract one
    return model._default_manager.filter(**own, is_main=True, is_deleted=False)


def _columns(kind: ContactKind, raw: str) -> dict[str, str]:
    value, extension, key = canonical(kind.type, raw)
    return {"value": value, "extension": extension, "key": key}


def read_points(model: type[ContactPoint], owners: Sequence[UUID], code: str) -> dict[UUID, str]:
    """The main value of a shipped kind by owner, a phone with its extension as it would be typed: one query a page."""
    rows = _main_points(model, owners).filter(kind__code=code)
    return {
        owner: gettext("%(phone)s ext. %(extension)s") % {"phone": value, "extension": extension}
        if extension
        else value
        for owner, value, extension in rows.values_list("owner_id", "value", "extension")
    }
