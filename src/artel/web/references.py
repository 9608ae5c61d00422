"""Names and links of the records a page refers to, for those this person may see; one query an entity, never one a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Model

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.screens import registry

from .addresses import card_address


class References:
    """Collects keys while a page is prepared, reads them at once, then answers which record stands behind a key."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._wanted: dict[type[Model], set[UUID]] = defaultdict(set)
        self._found: dict[type[Model], dict[UUID, Model]] = defaultdict(dict)

    def want(self, model: type[Model], keys: Iterable[UUID | None]) -> None:
        """These keys will be asked for."""
        self._wanted[model].update(key for key in keys if key is not None and key not in self._found[model])

    def seen(self, model: type[Model], key: UUID | None) -> Any:
        """The record behind a key, or None when there is none or this person may not see it."""
        if key is None:
            return None
        if key in self._wanted[model]:
            self._read(model)
        return self._found[model].get(key)

    def knows(self, record: Model) -> None:
        """A record already read and known to be visible."""
        self._found[type(record)][record.pk] = record

    def _read(self, model: type[Model]) -> None:
        keys = self._wanted.pop(model)
        rows = restrict(model._default_manager.all(), self.actor, view_permission(model))
        self._found[model].update(rows.in_bulk(keys))


def address_of(record: Model) -> str:
    """The card of a record; empty for entities without screens."""
    entity = registry.screens_of(type(record))
    return card_address(entity.path, record.pk) if entity else ""
