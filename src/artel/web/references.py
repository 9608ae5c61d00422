"""Names and links of the records a page refers to, for those this person may see; one query an entity, never one a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from artel.kernel import standing
from artel.kernel.access import ready, seen_by_key, view_permission
from artel.kernel.actors import Actor
from artel.kernel.ready import Among
from artel.kernel.records import Named, facts_of
from artel.screens import registry

from .addresses import card_address


@dataclass(frozen=True, slots=True)
class Called:
    """A record of which only the name was read."""

    model: type[Model]
    pk: UUID
    name: str

    def __str__(self) -> str:
        return self.name


def _nothing_read() -> tuple[dict[type[Model], dict[UUID, Any]], set[type[Model]]]:
    """What has been found, and the models of which whole records are wanted."""
    return defaultdict(dict), set()


class References:
    """Collects keys while a page is prepared, reads them at once, then answers which record stands behind a key.

    What one part of a page has read the others find.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._wanted: dict[type[Model], set[UUID]] = defaultdict(set)
        self._found, self._whole = standing.of_page(("references", actor), _nothing_read)

    def want(self, model: type[Model], keys: Iterable[UUID | None], *, whole: bool = False) -> None:
        """These keys will be asked for; `whole` when more than their names and links will be read."""
        found = self._found[model]
        if whole and model not in self._whole:
            self._whole.add(model)
            self._wanted[model].update(key for key, one in found.items() if isinstance(one, Called))
        self._wanted[model].update(key for key in keys if key is not None and key not in found)

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
        if model in self._whole or facts_of(model).standing or model.__str__ is not Named.__str__:
            self._found[model].update(seen_by_key(self.actor, model, keys))
            return
        self._found[model].update((key, Called(model, key, name)) for key, name in self._names(model, keys))

    def _names(self, model: type[Model], keys: set[UUID]) -> Iterable[Sequence[Any]]:
        """Keys and names."""
        asked = ready(self.actor, "names", model, view_permission(model), _names_by_keys, steer=False)
        return asked.values(keys=tuple(keys))


def _names_by_keys(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(Among("keys")).order_by().values_list("pk", "name")


def address_of(record: Any) -> str:
    """The card of a record; empty for entities without screens."""
    model = record.model if isinstance(record, Called) else type(record)
    entity = registry.screens_of(model)
    return card_address(entity.path, record.pk) if entity else ""


def named_rows(
    actor: Actor, model: type[Model], told: Sequence[tuple[UUID, str]]
) -> list[tuple[str, str, str]]:
    """(name, address, sentence) of records of which something is told; one that is not to be seen is its key alone."""
    references = References(actor)
    references.want(model, [key for key, _why in told])
    seen = [(key, references.seen(model, key), why) for key, why in told]
    return [(str(one or key), address_of(one) if one else "", why) for key, one, why in seen]
