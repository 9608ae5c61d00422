"""What the rows of a chunk say together of the records that they bring along, and writing these just before the rows.

A record that several rows bring is made once; it stays only if all who said something of it came in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from artel.exchange.models import RelatedWay
from artel.exchange.tabular.columns import Column
from artel.exchange.tabular.drafts import Did, Draft, Kin
from artel.exchange.tabular.resolving import Made
from artel.exchange.tabular.rules import Rules
from artel.kernel.refusals import Forbidden, NotThere
from artel.screens.vocabulary import RelatedRecord

WRITTEN = {Did.CREATED, Did.UPDATED}


class Unsaid(Exception):
    """A related record was refused that several rows say together: again, without the row that is to blame."""


@dataclass(frozen=True)
class Part:
    """How the related records of one kind are judged and written; `header` is the column that names them."""

    related: RelatedRecord
    rules: Rules
    header: str
    way: RelatedWay

    @property
    def name(self) -> str:
        return self.related.name


@dataclass
class Brings:
    """What came of the related records of a chunk. `said` are the rows of which something was written to them.

    `parted` are the rows that must not go with those before them: together they say a record that is refused.
    """

    said: list[Draft] = field(default_factory=list)
    parted: list[Draft] = field(default_factory=list)
    updated: Counter[str] = field(default_factory=Counter)

    @property
    def is_idle(self) -> bool:
        """Whether something was written for the sake of rows that were refused after all."""
        return any(draft.did is Did.REFUSED for draft in self.said)


@dataclass
class Gathered:
    """One related record as the rows that bring it describe it together.

    `by` says whose word stands in a field, `anew` are the fields that some row says beside those it was found by.
    """

    kin: Kin
    draft: Draft
    rows: list[Draft] = field(default_factory=list)
    by: dict[str, Draft] = field(default_factory=dict)
    anew: set[str] = field(default_factory=set)

    def add(self, row: Draft, given: Draft, *, fills: bool) -> None:
        """The first who says something of a field is taken at his word; only the first of all where nothing is filled in."""
        self.rows.append(row)
        self._find_by({*given.values, *given.texts}, {*given.key_names})
        if not fills and len(self.rows) > 1:
            return
        for name, value in given.values.items():
            if name not in self.by:
                self.draft.values[name], self.by[name] = value, row
        for name, text in given.texts.items():
            if name not in self.by:
                self.draft.texts[name], self.by[name] = text, row

    def _find_by(self, said: set[str], names: set[str]) -> None:
        """What found the record stays as it is spelt there, unless another row says it that was not found by it."""
        self.anew |= said - names
        self.draft.key_names = tuple(sorted({*self.draft.key_names, *names} - self.anew))

    @property
    def saying(self) -> list[Draft]:
        """The rows whose words are written."""
        return [row for name, row in self.by.items() if name in self.draft.values]

    def blamed(self, columns: Sequence[Column]) -> list[Draft]:
        """The first row with a wrong word in it, or the first of all where it is no word of theirs; and all rows after it."""
        wrong = [one.argument.name for one in columns if one.header in self.draft.columns]
        guilty = {self.by[name].row.line for name in wrong if name in self.by}
        first = next((place for place, row in enumerate(self.rows) if row.row.line in guilty), 0)
        return self.rows[first:]


@dataclass(frozen=True)
class Gathering:
    """Writes the related records of one kind that the rows of a chunk bring along."""

    part: Part
    one_by_one: bool

    def write(self, drafts: Sequence[Draft], brings: Brings) -> list[Made]:
        """Answers the directory items made on the way. Raises Unsaid."""
        part, rules = self.part, self.part.rules
        whole = self._whole(drafts)
        rules.references.resolve([one.draft for one in whole])  # an earlier wave may have made what they name
        fresh = [one for one in whole if one.kin.key is None]
        there = [one for one in whole if one.kin.key] if part.way is not RelatedWay.LINK else []
        if there:
            rules.compare([one.draft for one in there], fills=part.way is RelatedWay.FILL)
            there = [one for one in there if one.draft.values or one.draft.texts]
        made = self._items([*fresh, *there])
        for one in fresh:
            if one.draft.is_open:
                rules.complete(one.draft)
        made += self._create([one for one in fresh if one.draft.is_open])
        made += self._change([one for one in there if one.draft.is_open])
        self._tell([*fresh, *there], brings)
        for one in [*fresh, *there]:
            if one.draft.did in WRITTEN:
                brings.said += one.saying
        brings.updated[part.name] += sum(one.draft.did is Did.UPDATED for one in there)
        return made

    def _whole(self, drafts: Sequence[Draft]) -> list[Gathered]:
        whole: dict[Kin, Gathered] = {}
        for row in drafts:
            brought = row.brought[self.part.name]
            if brought.kin not in whole:
                draft = Draft(row.row, existing=brought.kin.key)
                whole[brought.kin] = Gathered(brought.kin, draft)
            whole[brought.kin].add(row, brought.draft, fills=self.part.way is not RelatedWay.LINK)
        for one in whole.values():
            for name in self.part.related.within:
                value = one.draft.values.get(name)
                if isinstance(value, Kin):  # what it is within was made just now
                    one.draft.values[name] = value.key
        return list(whole.values())

    def _items(self, whole: Sequence[Gathered]) -> list[Made]:
        """Items of plain directories that the records name, for the rows that bring them."""
        rows = {id(one.draft): one.rows for one in whole}
        made = self.part.rules.references.make([one.draft for one in whole])
        return [
            Made(each.entity, each.name, [row for draft in each.rows for row in rows[id(draft)]])
            for each in made
        ]

    def _create(self, fresh: Sequence[Gathered]) -> list[Made]:
        create = self.part.rules.resource.create
        if create is None or not fresh:
            return []
        try:
            ran = self.part.rules.run(create, [one.draft for one in fresh], self.one_by_one)
        except Forbidden as no:
            for one in fresh:
                one.draft.refuse("", no.sentence)
            return []
        for one, line in zip(fresh, ran.lines, strict=True):
            if one.draft.did in WRITTEN:
                one.kin.key, one.kin.maker = line.result.pk, one.rows[0]
        return ran.made

    def _change(self, there: Sequence[Gathered]) -> list[Made]:
        """What was only to be filled in stays as it is where the actor may not change it."""
        change = self.part.rules.resource.change
        if change is None or not there:
            return []
        may_stay = self.part.way is RelatedWay.FILL
        try:
            ran = self.part.rules.run(change, [one.draft for one in there], self.one_by_one)
        except Forbidden as no:
            for one in there if not may_stay else ():
                one.draft.refuse("", no.sentence)
            return []
        for one, line in zip(there, ran.lines, strict=True):
            if may_stay and isinstance(line.refusal, Forbidden | NotThere):
                one.draft.did = Did.SKIPPED
        return ran.made

    def _tell(self, whole: Sequence[Gathered], brings: Brings) -> None:
        """What refuses a related record refuses the row to blame; rows after it that have a word in it, too, come later."""
        refused = [one for one in whole if one.draft.did is Did.REFUSED]
        for one in refused:
            blamed, *later = one.blamed(self.part.rules.columns)
            brings.parted += later[:1]
            for column, reason in one.draft.told if not later else ():
                blamed.refuse(column or self.part.header, reason)
        if any(len(one.rows) > 1 for one in refused):
            raise Unsaid
