"""How a file names the records that exported rows refer to: readably, found again by an import, never a hidden one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Model

from artel.exchange.tabular.references import lookup_column
from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.records import facts_of


def names_of(
    model: type[Model], actor: Actor, keys: Collection[UUID], lookup: Sequence[str] = ()
) -> dict[UUID, str]:
    """Key → name for the records that the actor may see; where two have the same name, the number that tells them apart.

    The first of `lookup`, if there is one, is what they are called instead.
    """
    if not keys:
        return {}
    visible = restrict(model._default_manager.all(), actor, view_permission(model))
    shown, sure = (lookup[0], lookup[0]) if lookup else _name_columns(model)
    rows = list(visible.filter(pk__in=keys).values_list("pk", shown, sure))
    if shown == sure:
        return {key: str(name) for key, name, _number in rows}
    sought = lookup_column(model, shown)
    folded = {sought.fold(name) for _key, name, _number in rows}
    uses = Counter(visible.filter(**{f"{sought.column}__in": folded}).values_list(sought.column, flat=True))
    return {key: name if name and uses[sought.fold(name)] == 1 else number for key, name, number in rows}


def _name_columns(model: type[Model]) -> Sequence[str]:
    """The column people read, and the one that is never the same twice."""
    facts = facts_of(model)
    columns = {field.name for field in model._meta.concrete_fields}
    shown = "name" if "name" in columns else next((name for name in facts.lookup if name in columns), "pk")
    unique: list[Any] = [
        field.name for field in model._meta.concrete_fields if field.unique and not field.primary_key
    ]
    sure = next((name for name in facts.lookup if name in unique), shown)
    return shown, sure
