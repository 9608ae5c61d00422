"""Which record a row means that it brings along: one of the base, one that a row before it has brought, or a new one.

The keys are tried in turn, the surest first. What a weaker key finds must not contradict what the row says in a surer one:
a partner of that name with another INN is another partner, one without an INN is this one. Several that a key finds are
told apart by the weaker ones. Rows of a chunk are compared as if each had been written before the next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from artel.exchange.tabular.columns import Column
from artel.exchange.tabular.drafts import Draft, Kin
from artel.exchange.tabular.existing import SEVERAL, Existing, Key

Said = dict[str, Any]
"""What a row says in the columns of keys, as the database compares it."""
Begin = Callable[[Draft], None]
Level = tuple[int, tuple[Any, ...]]
"""A key by its place, and values of it."""


@dataclass(frozen=True)
class Kinship:
    """Looks for the related records of a chunk: one query a key, and some where a weaker key has found something.

    `fills`: whether a record that is found takes over what it lacks, so that further rows know it by that. `begin` refuses a
    draft that says too little for a new record: no later row may help it.
    """

    existing: Existing
    fills: bool
    begin: Begin

    def match(self, drafts: Sequence[Draft]) -> list[Kin]:
        """The record of each draft; a draft that may mean several is refused."""
        said = [self._said(draft) for draft in drafts]
        family = Family(self.keys, self._surer, self.fills, self.begin)
        found = self._found(said)
        return [family.take(*each) for each in zip(drafts, said, found, strict=True)]

    @property
    def keys(self) -> Sequence[Key]:
        return self.existing.keys

    def _said(self, draft: Draft) -> Said:
        said: Said = {}
        for column, fold, _path in self._columns.values():
            value = draft.values.get(column.argument.name)
            if value is not None and value != "":
                said[column.name] = fold(value) if isinstance(value, str) else value
        return said

    @cached_property
    def _surer(self) -> list[list[str]]:
        """By key the columns of those before it that tell records apart; at the end all columns."""
        names = [surer(self.keys, level) for level in range(len(self.keys))]
        return [*names, list(dict.fromkeys(column.name for key in self.keys for column in key.columns))]

    @cached_property
    def _columns(self) -> dict[str, tuple[Column, Any, str]]:
        """Every column of the keys once, the surest first: how it is compared and where it is kept."""
        found: dict[str, tuple[Column, Any, str]] = {}
        for key in self.keys:
            for column, fold, path in zip(key.columns, key.folds, key.paths, strict=True):
                found.setdefault(column.name, (column, fold, path))
        return found

    def _found(self, said: Sequence[Said]) -> list[tuple[int, set[UUID]]]:
        """For each row the first key that finds something in the base, and what."""
        found: list[tuple[int, set[UUID]]] = [(-1, set()) for _each in said]
        for level, key in enumerate(self.keys):
            asking = {
                place: values
                for place, each in enumerate(said)
                if len(found[place][1]) != 1
                if (values := values_of(key, each)) and not any(isinstance(value, Kin) for value in values)
            }
            if not asking:
                continue
            known = self.existing.ask(key, set(asking.values()))
            fresh = {
                place: set(known[values])
                for place, values in asking.items()
                if values in known and not found[place][1]
            }
            self._keep_fitting(level, fresh, said)
            for place, values in asking.items():
                if keys := fresh.get(place):
                    found[place] = (level, keys)
                elif narrowed := found[place][1] & known.get(values, set()):
                    found[place] = (found[place][0], narrowed)
        return found

    def _keep_fitting(self, level: int, fresh: Mapping[int, set[UUID]], said: Sequence[Said]) -> None:
        """Of what a key has found, drop what contradicts the surer ones."""
        for name in self._surer[level]:
            asked = {place: keys for place, keys in fresh.items() if keys and name in said[place]}
            if not asked:
                continue
            _column, fold, path = self._columns[name]
            has = self.existing.said_of(set().union(*asked.values()), path)
            for place, keys in asked.items():
                wanted = said[place][name]
                keys -= {key for key in keys if key in has and wanted not in _folded(has[key], fold)}


@dataclass
class Family:
    """The related records of the rows of a chunk, as one row after another names them."""

    keys: Sequence[Key]
    surer: Sequence[Sequence[str]]
    fills: bool
    begin: Begin
    _known: dict[UUID, Kin] = field(default_factory=dict)
    _index: dict[Level, list[Kin]] = field(default_factory=dict)

    def take(self, draft: Draft, said: Said, found: tuple[int, set[UUID]]) -> Kin:
        """The record that the row means, after those before it."""
        there, keys = found
        for level, key in enumerate(self.keys):
            values = values_of(key, said)
            if not values:
                continue
            fitting = self._index.get((level, values), [])
            if level == there:
                fitting = [*fitting, *(self._known.setdefault(each, Kin(each)) for each in sorted(keys))]
            fitting = [kin for kin in dict.fromkeys(fitting) if not self._contradicts(kin, said, level)]
            if len(fitting) > 1:
                draft.refuse(key.columns[0].header, SEVERAL)
                return fitting[0]
            if fitting:
                [kin] = fitting
                draft.key_names = tuple(column.argument.name for column in key.columns)
                self._learn(kin, said, level if kin.key else len(self.keys))
                return kin
        kin = Kin()
        self.begin(draft)
        if draft.is_open:
            self._learn(kin, said, len(self.keys))
        return kin

    def _contradicts(self, kin: Kin, said: Said, level: int) -> bool:
        return any(
            name in said and name in kin.texts and said[name] != kin.texts[name] for name in self.surer[level]
        )

    def _learn(self, kin: Kin, said: Said, level: int) -> None:
        """By what further rows may know it: what a record of the base lacks is only taken over where it is filled."""
        if kin.key and not self.fills:
            return
        new = [name for name in self.surer[level] if name in said and name not in kin.texts]
        if not new:
            return
        kin.texts |= {name: said[name] for name in new}
        for place, key in enumerate(self.keys[:level]):
            if any(column.name in new for column in key.columns) and (values := values_of(key, kin.texts)):
                self._index.setdefault((place, values), []).append(kin)


def values_of(key: Key, said: Said) -> tuple[Any, ...]:
    """The values of a key; empty unless the row says all of them."""
    values = tuple(said.get(column.name) for column in key.columns)
    return () if None in values else values


def surer(keys: Sequence[Key], level: int) -> list[str]:
    """The columns of the keys before one that tell records apart; a phone more or less does not."""
    own = {column.name for column in keys[level].columns}
    before = [column for key in keys[:level] for column in key.columns if not column.point_type]
    return [name for name in dict.fromkeys(column.name for column in before) if name not in own]


def _folded(values: Collection[Any], fold: Any) -> set[Any]:
    return {fold(value) if isinstance(value, str) else value for value in values}
