"""What a dry run has made so far: each chunk is really written and rolled back, so the next one must be told of it.

Only hashes are kept, some 60 bytes a row.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model

from artel.exchange.tabular.references import folded_name


class Rehearsal:
    """Keys of rows and names of records that would be there by now."""

    def __init__(self) -> None:
        self._keys: set[int] = set()
        self._names: set[int] = set()

    def has_key(self, key: tuple[str, ...]) -> bool:
        return hash(key) in self._keys

    def has_name(self, model: type[Model], text: str) -> bool:
        """Whether a record of that code or name would be there."""
        entity = model._meta.label_lower
        return any(hash((entity, form)) in self._names for form in (text.strip(), folded_name(text)))

    def add_row(self, model: type[Model], keys: Iterable[tuple[str, ...]], names: Iterable[str]) -> None:
        self._keys.update(hash(key) for key in keys if key)
        for name in names:
            self.add_name(model._meta.label_lower, name)

    def add_name(self, entity: str, name: str) -> bool:
        """Keep a name as it is compared; whether it was new."""
        known = hash((entity, name)) in self._names
        self._names.add(hash((entity, name)))
        return not known
