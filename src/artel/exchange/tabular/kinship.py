"""Which record a row means that it brings along: one of the base, one that a row before it has brought, or a new one.

The keys are tried in turn, the surest first. What a weaker key finds must not contradict what the row says in a surer one:
a partner of that name with another INN is another partner, one without an INN is this one. Several that a key finds are
told apart by the weaker ones. Rows of a chunk are compared as if each had been written before the next; a row of which
that cannot be said beforehand waits until they have been.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from artel.exchange.models import RelatedWay
from artel.exchange.tabular.columns import Column
from artel.exchange.tabular.drafts import Brought, Draft, Kin
from artel.exchange.tabular.existing import SEVERAL, Existing, Key

Said = dict[str, Any]
"""What a row says in the columns of keys, as the database compares it."""
Has = dict[str, dict[UUID, set[Any]]]
Begin = Callable[[Draft], None]
Level = tuple[int, tuple[Any, ...]]
"""A key by its place, and values of it."""


@dataclass(frozen=True)
class Kinship:
    """Looks for the related records of a chunk: one query a key, and some where a weaker key has found something.

    `way`: whether a record that is found takes over what it lacks or what is said anew, so that further rows know it by that.
    `begin` refuses a draft that says too little for a new record: no later row may help it.
    """

    existing: Existing
    way: RelatedWay
    begin: Begin

    def match(self, drafts: Sequence[Draft]) -> list[Brought]:
        """The record of each draft, up to the first that must wait; a draft that may mean several is refused."""
        said = [self._said(draft) for draft in drafts]
        found = self._found(said)
        has = self._has(said, found) if self.way is not RelatedWay.LINK else {}
        family = Family(self.keys, self._surer, self.way, self.begin, has)
        try:
            for each in zip(drafts, said, found, strict=True):
                family.take(*each)
        except _MustWait:
            pass
        return family.taken

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

    def _has(self, said: Sequence[Said], found: Sequence[tuple[int, set[UUID]]]) -> Has:
        """What stands in the base of what the rows say of the records that they have found."""
        has: Has = {}
        for name, (_column, fold, path) in self._columns.items():
            keys = set().union(
                *(keys for each, (_level, keys) in zip(said, found, strict=True) if name in each)
            )
            if keys:
                values = self.existing.said_of(keys, path)
                has[name] = {key: _folded(values.get(key, ()), fold) for key in keys}
        return has

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


class _MustWait(Exception):
    """Which record a row means depends on what those before it will have written."""


@dataclass
class Family:
    """The related records of the rows of a chunk, as one row after another names them.

    `has` is what stands in the base by the column's name and the record. A record is changed (`_changed`) when a row gives
    it another value by which it is known; `_unsure` are values by which some record will be known, or will be no longer.
    """

    keys: Sequence[Key]
    surer: Sequence[Sequence[str]]
    way: RelatedWay
    begin: Begin
    has: Has
    taken: list[Brought] = field(default_factory=list)
    _known: dict[UUID, Kin] = field(default_factory=dict)
    _index: dict[Level, list[Kin]] = field(default_factory=dict)
    _words: dict[Kin, Said] = field(default_factory=dict)
    _changed: set[Kin] = field(default_factory=set)
    _unsure: set[Level] = field(default_factory=set)

    def take(self, draft: Draft, said: Said, found: tuple[int, set[UUID]]) -> None:
        """Note the record that the row means, after those before it. Raises _MustWait."""
        ties: set[Any] = {*self._levels(said, said)}
        tells = False
        kin = self._meant(draft, said, found, ties)
        if kin is None:
            kin = Kin()
            self.begin(draft)
            if draft.is_open:
                tells = self._learn(kin, said, [*self.surer[-1]])
        elif draft.is_open and self.way is not RelatedWay.LINK:
            tells = self._hear(kin, said)
        if draft.is_open and self.way is RelatedWay.UPDATE:
            self._note(kin, draft)
        self.taken.append(Brought(draft, kin, ties | {kin}, tells))

    def _meant(self, draft: Draft, said: Said, found: tuple[int, set[UUID]], ties: set[Any]) -> Kin | None:
        """None for a new one. Adds to `ties` whoever was in question."""
        there, keys = found
        for level, key in enumerate(self.keys):
            values = values_of(key, said)
            if not values:
                continue
            if (level, values) in self._unsure:
                raise _MustWait
            fitting = self._index.get((level, values), [])
            if level == there:
                fitting = [*fitting, *(self._known.setdefault(each, Kin(each)) for each in sorted(keys))]
            ties.update(fitting)
            fitting = [kin for kin in dict.fromkeys(fitting) if not self._contradicts(kin, said, level)]
            if not self._changed.isdisjoint(fitting):
                raise _MustWait
            if len(fitting) > 1:
                if self._weaker_may_tell(level, said, fitting):
                    raise _MustWait
                draft.refuse(key.columns[0].header, SEVERAL)
                return fitting[0]
            if fitting:
                draft.key_names = tuple(column.argument.name for column in key.columns)
                return fitting[0]
        return None

    def _weaker_may_tell(self, level: int, said: Said, fitting: Sequence[Kin]) -> bool:
        """Whether one of several may be told by a weaker key once those before have been written."""
        weaker = [(place, values_of(key, said)) for place, key in enumerate(self.keys) if place > level]
        is_fresh = any(kin.key is None for kin in fitting)
        return any(values and (is_fresh or (place, values) in self._unsure) for place, values in weaker)

    def _contradicts(self, kin: Kin, said: Said, level: int) -> bool:
        return any(
            name in said and name in kin.texts and said[name] != kin.texts[name] for name in self.surer[level]
        )

    def _hear(self, kin: Kin, said: Said) -> bool:
        """What a row says of a record that is there: it takes over what it lacks, and in an update all that is new.

        Answers whether that was anything.
        """
        lacking = [name for name in said if name not in kin.texts and not self._present(kin, name)]
        new = {name for name in said if name in kin.texts and said[name] != kin.texts[name]}
        new |= {name for name in said if name not in kin.texts and said[name] not in self._present(kin, name)}
        new -= {*lacking}
        points = {column.name for key in self.keys for column in key.columns if column.point_type}
        if kin.key:  # the base has phones and e-mails in one place
            new |= {name for name in lacking if name in points}
        self._learn(kin, said, [name for name in lacking if name not in new])
        if self.way is RelatedWay.UPDATE and new:
            self._changed.add(kin)
        if self.way is RelatedWay.UPDATE or kin.key:
            given = {**kin.texts, **{name: said[name] for name in new}}
            self._unsure |= self._levels(given, new)
        return bool(lacking or new)

    def _present(self, kin: Kin, name: str) -> Collection[Any]:
        return self.has.get(name, {}).get(kin.key, ()) if kin.key else ()

    def _levels(self, said: Said, names: Collection[str]) -> set[Level]:
        return {
            (place, values)
            for place, key in enumerate(self.keys)
            if any(column.name in names for column in key.columns) and (values := values_of(key, said))
        }

    def _note(self, kin: Kin, draft: Draft) -> None:
        """Of two rows that say different things of one record the later waits, so that each has its word. Raises _MustWait."""
        words = self._words.setdefault(kin, {})
        said: Said = {**draft.values, **draft.texts}
        if any(name in words and words[name] != value for name, value in said.items()):
            raise _MustWait
        words |= said

    def _learn(self, kin: Kin, said: Said, names: Sequence[str]) -> bool:
        """By what further rows may know it; answers whether that is anything new."""
        new = [name for name in names if name in said and name not in kin.texts]
        kin.texts |= {name: said[name] for name in new}
        for level in self._levels(kin.texts, new):
            self._index.setdefault(level, []).append(kin)
        return bool(new)


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
