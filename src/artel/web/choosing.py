"""Rows chosen in a list, each with the version that was seen there: `key=<id>:<version>`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.screens.vocabulary import Entity


@dataclass(frozen=True)
class Chosen:
    """Versions by key, in the order of the list; None where no version was given."""

    versions: Mapping[UUID, int | None] = field(default_factory=dict)

    @classmethod
    def read(cls, texts: Sequence[str]) -> Chosen:
        """What is no key is left out."""
        found: dict[UUID, int | None] = {}
        for text in texts:
            key, _colon, version = text.partition(":")
            try:
                found[UUID(key)] = int(version) if version.isascii() and version.isdigit() else None
            except ValueError:
                continue
        return cls(found)

    def __iter__(self) -> Iterator[str]:
        """The texts again, for the next form."""
        for key, version in self.versions.items():
            yield str(key) if version is None else f"{key}:{version}"

    def __len__(self) -> int:
        return len(self.versions)

    def records(self, entity: Entity, actor: Actor) -> list[Any]:
        """The chosen rows that this person sees, in their order: one query."""
        rows = entity.model._default_manager.visible_to(actor).in_bulk(list(self.versions))  # type: ignore[attr-defined]
        return [rows[key] for key in self.versions if key in rows]

    def lines(self, records: Sequence[Any], args: Any) -> list[Line[Any, Any]]:
        """A line of a batch for each: one that was changed since it was seen is refused, the others go on."""
        return [
            Line(copied(args), record.pk, expected_version=self.versions.get(record.pk)) for record in records
        ]


def copied(args: Any) -> Any:
    """Values are worked on line by line: each line has its own."""
    return Values(args) if isinstance(args, Values) else args
