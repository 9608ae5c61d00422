"""What of a record is searched, and which changes of which tables make its text stale: both compiled from `Facts.search`.

A path may lead through references and back references: `points__value`, `legal_links__legal_entity__inn`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID
from zlib import crc32

from django.apps import apps
from django.db import models

from artel.kernel.contact_points import ContactPoint
from artel.kernel.records import Record, facts_of
from artel.lib.names import search_text
from artel.lib.stems import stem

CHUNK = 1000
FORM = 2
"""Of the texts that `Source.text` makes: when it changes, an upgrade makes them anew."""
_PRIVATE = 0xE000
_FOUND_BY = re.compile(r"\+?\d+|\S+@\S+")

Texts = dict[UUID, tuple[str, str]]


@dataclass(frozen=True)
class Hop:
    """One step of a path: the reference stands on the row we come from or (`is_back`) on the row we go to."""

    model: type[models.Model]
    reference: models.ForeignKey[Any, Any]
    is_back: bool


@dataclass(frozen=True)
class Path:
    """One searched value of a model."""

    model: type[models.Model]
    name: str

    @cached_property
    def hops(self) -> tuple[Hop, ...]:
        found, model = [], self.model
        for part in self.name.split("__")[:-1]:
            relation: Any = model._meta.get_field(part)
            back = not relation.concrete
            found.append(Hop(relation.related_model, relation.field if back else relation, back))
            model = relation.related_model
        return tuple(found)

    @property
    def leaf(self) -> str:
        return self.name.rpartition("__")[2]

    @property
    def has_many(self) -> bool:
        return any(hop.is_back for hop in self.hops)

    def prefix(self, depth: int) -> str:
        return "__".join(self.name.split("__")[:depth])

    def present(self) -> dict[str, Any]:
        """The condition that leaves out children marked for deletion."""
        return {
            f"{self.prefix(depth)}__is_deleted": False
            for depth, hop in enumerate(self.hops, 1)
            if hop.is_back and issubclass(hop.model, Record)
        }

    @cached_property
    def is_of_points(self) -> bool:
        return issubclass(self.hops[-1].model if self.hops else self.model, ContactPoint)

    def accepts(self, value: Any) -> bool:
        """Of contact points only phones and e-mails are searched: a street is not a name."""
        return bool(value) and (not self.is_of_points or bool(_FOUND_BY.fullmatch(str(value))))


@dataclass(frozen=True)
class Watch:
    """A table whose change may make texts of `source` stale: by these columns, `depth` hops along `path`."""

    source: Source
    path: Path
    depth: int
    columns: frozenset[str]


@dataclass(frozen=True)
class Source:
    """A searchable model; its first path is its name."""

    model: type[Record]
    paths: tuple[Path, ...]

    @property
    def entity(self) -> str:
        return str(self.model._meta.label_lower)

    @cached_property
    def tag(self) -> str:
        """Three signs of private use that no typed text holds: the entity's own trigram."""
        number = crc32(self.entity.encode())
        return "".join(chr(_PRIVATE + (number >> shift & 0xFF)) for shift in (16, 8, 0))

    def watches(self) -> Iterable[tuple[type[models.Model], Watch]]:
        for path in self.paths:
            for depth in range(len(path.hops) + 1):
                table = path.hops[depth - 1].model if depth else self.model
                yield table, Watch(self, path, depth, frozenset(_columns(path, depth)))

    def text(self, values: Mapping[str, Iterable[Any]]) -> tuple[str, str]:
        """(name, text) of one record from its values by path: the tag, a line for each value, a line of stems."""
        lines: dict[str, None] = {}
        stems: dict[str, None] = {}
        for path in self.paths:
            for value in values[path.name]:
                if path.accepts(value):
                    line = search_text(str(value))
                    lines[line] = None
                    if not path.is_of_points:
                        stems.update(dict.fromkeys(found for word in line.split() if (found := stem(word))))
        name = next(iter(values[self.paths[0].name]), "")
        told = f"~{'~'.join(stems)}~\n" if stems else ""
        return search_text(str(name or ""))[:250], "".join(
            (self.tag, "\n", *(f" {line} \n" for line in lines), told)
        )

    def read(self, keys: Sequence[UUID]) -> Texts:
        """Texts of the records that exist: a query for plain values and one for each path to many rows."""
        texts: Texts = {}
        for start in range(0, len(keys), CHUNK):
            texts.update(self._read(keys[start : start + CHUNK]))
        return texts

    def _read(self, keys: Sequence[UUID]) -> Texts:
        rows: Any = self.model._base_manager.filter(pk__in=keys)
        plain = [path.name for path in self.paths if not path.has_many]
        found: dict[UUID, dict[str, list[Any]]] = {
            key: defaultdict(list, {name: [value] for name, value in zip(plain, values, strict=True)})
            for key, *values in rows.values_list("pk", *plain)
        }
        for path in self.paths:
            if path.has_many:
                several = rows.filter(**path.present()).order_by(path.name)
                for key, value in several.values_list("pk", path.name):
                    found[key][path.name].append(value)
        return {key: self.text(values) for key, values in found.items()}


def _columns(path: Path, depth: int) -> Iterable[str]:
    """The fields of the table at `depth` that the path goes through."""
    if depth and path.hops[depth - 1].is_back:
        yield path.hops[depth - 1].reference.name
        yield "is_deleted"
    if depth == len(path.hops):
        yield path.leaf
    elif not path.hops[depth].is_back:
        yield path.hops[depth].reference.name


@lru_cache(maxsize=1)
def sources() -> Mapping[type[models.Model], Source]:
    """Every searchable model of the house."""
    return {
        model: Source(model, tuple(Path(model, name) for name in facts_of(model).search))
        for model in apps.get_models()
        if issubclass(model, Record) and facts_of(model).search
    }


@lru_cache(maxsize=1)
def watches() -> Mapping[type[models.Model], Sequence[Watch]]:
    """By table: which texts a change of it may make stale."""
    found: dict[type[models.Model], list[Watch]] = defaultdict(list)
    for source in sources().values():
        for table, watch in source.watches():
            found[table].append(watch)
    return found


def source_of(model: type[models.Model]) -> Source:
    """Raises KeyError for a model that is not searched."""
    return sources()[model]
