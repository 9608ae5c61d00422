"""What the rows of a run bring along: found when a chunk is read, written with it, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from artel.exchange.tabular.drafts import Did, Draft, Kin
from artel.exchange.tabular.existing import Key
from artel.exchange.tabular.gathering import WRITTEN, Brings, Gathering, Part
from artel.exchange.tabular.kinship import Kinship, surer, values_of
from artel.exchange.tabular.rehearsal import Rehearsal
from artel.exchange.tabular.resolving import Made
from artel.exchange.tabular.rules import Rules


@dataclass(frozen=True)
class Relatives:
    """The related records of a run; none for most."""

    parts: Sequence[Part] = ()
    early: Collection[str] = ()
    """References of the row itself that its related records are within: they are resolved before those."""

    def find(self, drafts: Sequence[Draft], own: Rules) -> Sequence[Draft]:
        """Read what each open row brings along and find out which record it is; refuse rows where that cannot be said.

        Answers the rows up to the first of which it can be said only after those before it have been written.
        """
        if not self.parts:
            return drafts
        if self.early:
            own.references.resolve(drafts, self.early)
        read = {part.name: list(self._read(part, drafts)) for part in self.parts}
        for part in self.parts:
            going = {id(draft) for draft in drafts}
            bringing = [
                (draft, sub) for draft, sub in read[part.name] if draft.is_open and id(draft) in going
            ]
            for draft, sub in bringing:
                sub.values |= {
                    name: value
                    for name, own in part.related.within.items()
                    if (value := draft.values.get(own))
                }
            kinship = Kinship(part.rules.existing, part.way, part.rules.complete)
            found = kinship.match([sub for _draft, sub in bringing])
            if len(found) < len(bringing):
                waits, _sub = bringing[len(found)]
                drafts = drafts[: next(place for place, draft in enumerate(drafts) if draft is waits)]
            bringing = bringing[: len(found)]
            for (draft, sub), brought in zip(bringing, found, strict=True):
                draft.brought[part.name] = brought
                draft.is_assumed |= sub.is_assumed
            refuse_rows(bringing)
            self._link(part, drafts)
        return drafts

    def _read(self, part: Part, drafts: Sequence[Draft]) -> list[tuple[Draft, Draft]]:
        """The open rows that say anything of the related record, each with what it says; what is wrong with it refuses them."""
        rows = [draft for draft in drafts if draft.is_open]
        subs = part.rules.reader.read([draft.row for draft in rows])
        said = [
            (draft, sub)
            for draft, sub in zip(rows, subs, strict=True)
            if sub.values or sub.texts or not sub.is_open
        ]
        part.rules.references.resolve([sub for _draft, sub in said])
        refuse_rows(said)
        return said

    def link(self, drafts: Iterable[Draft]) -> None:
        """Give each row the keys of what it brings along, as far as they are known."""
        for part in self.parts:
            self._link(part, drafts)

    def _link(self, part: Part, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            if brought := draft.brought.get(part.name):
                draft.values[part.related.feeds] = brought.kin.key or brought.kin

    def drop_known(self, drafts: Sequence[Draft], own: Rules) -> None:
        """Of rows whose record is there, drop what it has already and no column could tell."""
        keys = {draft.existing for draft in drafts if draft.existing}
        for part in self.parts:
            if part.related.has is None or not keys:
                continue
            has = part.related.has(own.actor, keys)
            for draft in drafts:
                if draft.existing and draft.values.get(part.related.feeds) in has.get(draft.existing, ()):
                    del draft.values[part.related.feeds]

    def write(self, drafts: Sequence[Draft], brings: Brings, one_by_one: bool) -> list[Made]:
        """Make and fill in what the rows bring along; answers the directory items made on the way.

        Raises Unsaid when rows that are all right would be left without it.
        """
        made: list[Made] = []
        for part in self.parts:
            bringing = [draft for draft in drafts if _brings(part, draft)]
            if bringing:
                made += Gathering(part, one_by_one).write(bringing, brings)
                for draft in bringing:
                    if isinstance(draft.values.get(part.related.feeds), Kin):
                        draft.values[part.related.feeds] = draft.brought[part.name].kin.key
        return made

    def counted(
        self, drafts: Sequence[Draft], brings: Brings, rehearsal: Rehearsal | None
    ) -> dict[str, Counter[str]]:
        """By related record: rows for which it was created, rows that found it there, records that were changed."""
        counts = {part.name: Counter(updated=brings.updated[part.name]) for part in self.parts}
        for draft in drafts:
            for name, brought in draft.brought.items() if draft.did in WRITTEN else ():
                counts[name]["created" if brought.kin.maker is draft else "found"] += 1
        if rehearsal:
            self._without_rehearsed(drafts, counts, rehearsal)
        return counts

    def _without_rehearsed(
        self, drafts: Sequence[Draft], counts: dict[str, Counter[str]], rehearsal: Rehearsal
    ) -> None:
        """What an earlier chunk of a dry run has made would be found by now."""
        for part in self.parts:
            made = [
                brought.kin
                for draft in drafts
                if draft.did in WRITTEN and (brought := draft.brought.get(part.name))
                if brought.kin.maker is draft
            ]
            for kin in made:
                kin.was_made = _was_made(part, kin, rehearsal)
            known = sum(kin.was_made for kin in made)
            counts[part.name]["created"] -= known
            counts[part.name]["found"] += known
            for kin in made:
                rehearsal.add_row(part.rules.resource.model, _all_marks(part, kin), ())


def _brings(part: Part, draft: Draft) -> bool:
    """A row that changes nothing of its own may still say more of what is there."""
    brought = draft.brought.get(part.name)
    return bool(brought and not draft.is_assumed and (draft.is_open or brought.kin.key))


def _was_made(part: Part, kin: Kin, rehearsal: Rehearsal) -> bool:
    """Whether an earlier chunk has made it, as near as its keys tell: one of the same name is another if both say a surer key."""
    if any(isinstance(value, Kin) and not value.was_made for value in kin.texts.values()):
        return False
    for level, key in enumerate(part.rules.existing.keys):
        known = [mark for mark in _marks_of(part, level, key, kin) if rehearsal.has_key(mark)]
        if known:
            said = [name for name in surer(part.rules.existing.keys, level) if name in kin.texts]
            return not any(rehearsal.has_key((*mark, name)) for name in said for mark in known)
    return False


def _all_marks(part: Part, kin: Kin) -> Iterator[tuple[str, ...]]:
    """What a later chunk may know it by, and by what surer keys it differs from others of these."""
    keys = part.rules.existing.keys
    for level, key in enumerate(keys):
        said = [name for name in surer(keys, level) if name in kin.texts]
        for mark in _marks_of(part, level, key, kin):
            yield mark
            yield from ((*mark, name) for name in said)


def _marks_of(part: Part, level: int, key: Key, kin: Kin) -> Iterator[tuple[str, ...]]:
    """One of a key's values, or several: what it is within is called by any of its own."""
    texts = [
        [str(text) for text in value.texts.values()] if isinstance(value, Kin) else [str(value)]
        for value in values_of(key, kin.texts)
    ]
    return ((part.name, str(level), *each) for each in product(*texts)) if texts else iter(())


def refuse_rows(bringing: Iterable[tuple[Draft, Draft]]) -> None:
    """What is wrong with a related record is wrong with its row."""
    for draft, sub in bringing:
        for column, reason in sub.told if sub.did is Did.REFUSED else ():
            draft.refuse(column, reason)
