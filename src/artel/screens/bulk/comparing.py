"""What stands in records now, for all of them at once, and which have what an edit gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import models

from artel.kernel.actors import Actor
from artel.kernel.arguments import Argument
from artel.screens import registry

from .edits import ATTRIBUTES, Edit

Now = Mapping[UUID, Any]


def present(actor: Actor, records: Sequence[Any], names: Sequence[str]) -> dict[str, Now]:
    """What programs and files read of each field, else the column; a field that is kept nowhere is left out.

    At most a query a field, whatever the number of records.
    """
    found: dict[str, Now] = {}
    if not records:
        return found
    model = type(records[0])
    resource = registry.resource_of(model)
    columns = {one.name: one.attname for one in model._meta.concrete_fields}
    for name in names:
        declared = resource.field(name) if resource else None
        if name.startswith(f"{ATTRIBUTES}."):
            code = name.removeprefix(f"{ATTRIBUTES}.")
            found[name] = {one.pk: one.attributes.get(code) for one in records}
        elif declared and declared.fetch:
            found[name] = declared.fetch(actor, records)
        elif name in columns:
            found[name] = {one.pk: getattr(one, columns[name]) for one in records}
    return found


def unchanged(edit: Edit, records: Sequence[Any]) -> set[UUID]:
    """The records that have all of the values already. What cannot be compared counts as different."""
    now = present(edit.actor, records, list(edit.values))
    if now.keys() < edit.values.keys():
        return set()
    return {
        one.pk
        for one in records
        if all(
            _same(edit.arguments[name], value, now[name].get(one.pk)) for name, value in edit.values.items()
        )
    }


def _same(argument: Argument, given: Any, stands: Any) -> bool:
    given, stands = (value.pk if isinstance(value, models.Model) else value for value in (given, stands))
    if argument.kind in {"text", "lines", "choice"}:
        return (given or "") == (stands or "")
    return bool(given == stands)
