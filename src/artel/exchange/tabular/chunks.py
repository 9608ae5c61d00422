"""A chunk of rows: read and resolved outside of a transaction, then written in one short transaction with its checkpoint.

Rows that speak of each other (the same key twice, a head that the same file brings) go in waves: a later wave is resolved
again after the earlier one was written, in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from django.db import IntegrityError, OperationalError, transaction

from artel.exchange.models import Duplicates
from artel.exchange.tabular.drafts import Did, Draft
from artel.exchange.tabular.gathering import WRITTEN, Brings, Unsaid
from artel.exchange.tabular.relatives import Relatives
from artel.exchange.tabular.resolving import Made
from artel.exchange.tabular.rules import Rules
from artel.exchange.tabular.sifting import Sifted, sifted
from artel.kernel.commands import Command
from artel.lib.tabular.reading import Row

ATTEMPTS = 4
"""A chunk that loses a race is resolved and written again; the last time row by row, so that the culprit is refused."""


@dataclass
class Chunk:
    """What became of a chunk: its rows, and the directory items made on the way (`counted`: those not counted before).

    `brings` is what came of related records, `related` how many of them were created, found and updated.
    """

    drafts: list[Draft]
    made: list[Made] = field(default_factory=list)
    counted: int = 0
    brings: Brings = field(default_factory=Brings)
    related: Mapping[str, Counter[str]] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[Did]:
        return Counter(draft.did for draft in self.drafts if draft.did)

    @property
    def is_idle(self) -> bool:
        """Whether something was made for rows that were refused after all."""
        return self.brings.is_idle or any(made.is_idle for made in self.made)

    @property
    def refused(self) -> list[Draft]:
        return [draft for draft in self.drafts if draft.did is Did.REFUSED]


Opened = Callable[[], AbstractContextManager[object]]
Committing = Callable[[Chunk], None]


@dataclass(frozen=True)
class ChunkWriter:
    """Writes chunks. In `opened()` all changes of a chunk are one change set."""

    rules: Rules
    opened: Opened
    relatives: Relatives = Relatives()

    def write(self, rows: Sequence[Row], committing: Committing) -> Chunk:
        """Deal with the rows, or with as many of them as may go together; `committing` runs last in the transaction.

        A rehearsal does the same and takes it all back.
        """
        apart: dict[int, Draft] = {}
        attempt = 1
        while True:
            is_last = attempt == ATTEMPTS
            chunk = self._prepared(rows, apart)
            try:
                with transaction.atomic():
                    if not self._sifted(chunk, apart).is_misled:
                        self._write(chunk, one_by_one=is_last)
                    if chunk.is_idle or self._sifted(chunk, apart).is_misled:
                        raise _Again
                    self._count(chunk)
                    committing(chunk)
                    transaction.set_rollback(self.rules.rehearsal is not None)
            except (_Again, Unsaid):  # each time with fewer rows, or more of them apart
                found = self._sifted(chunk, apart)
                rows, apart = rows[: found.end], {**apart, **found.apart}
            except (IntegrityError, OperationalError):
                if is_last:
                    raise
                attempt += 1
            else:
                return self._remembered(chunk)
            self._forget()

    def _sifted(self, chunk: Chunk, apart: Mapping[int, Draft]) -> Sifted:
        mutes = self.rules.duplicates is Duplicates.SKIP
        return sifted(chunk.drafts, apart, chunk.brings.parted, mutes=mutes)

    def _count(self, chunk: Chunk) -> None:
        chunk.counted = len(chunk.made)
        chunk.related = self.relatives.counted(chunk.drafts, chunk.brings, self.rules.rehearsal)

    def _forget(self) -> None:
        """After a rollback."""
        self.rules.references.forget()
        for part in self.relatives.parts:
            part.rules.references.forget()

    def _remembered(self, chunk: Chunk) -> Chunk:
        rehearsal, waves = self.rules.rehearsal, self.rules.waves
        if rehearsal:
            self._forget()
            chunk.counted = sum(rehearsal.add_name(made.entity, made.name) for made in chunk.made)
            for draft in chunk.drafts:
                if draft.did is Did.CREATED:
                    keys = (draft.key, *self.rules.existing.other_keys(draft))
                    rehearsal.add_row(self.rules.resource.model, keys, waves.names_of(draft))
        return chunk

    def _prepared(self, rows: Sequence[Row], apart: Mapping[int, Draft]) -> Chunk:
        """The rows judged; those `apart` have come to nothing before and stay so."""
        drafts = [apart.get(draft.row.line, draft) for draft in self.rules.reader.read(rows)]
        drafts = [*self.relatives.find(drafts, self.rules)]
        self.rules.existing.name_keys(drafts)
        cuts = self.rules.duplicates is Duplicates.SKIP
        chunk = Chunk(drafts[: self.rules.waves.arrange(drafts, cuts=cuts)])
        self._decide([draft for draft in chunk.drafts if draft.wave == 0])
        return chunk

    def _write(self, chunk: Chunk, *, one_by_one: bool) -> None:
        if not any(draft.is_open or self._may_bring(draft) for draft in chunk.drafts):
            return
        try:
            with transaction.atomic(), self.opened():
                for wave in range(1 + max(draft.wave for draft in chunk.drafts)):
                    drafts = [draft for draft in chunk.drafts if draft.wave == wave]
                    if wave:
                        self._decide(drafts)
                    chunk.made += self._write_related(chunk, drafts, one_by_one)
                    chunk.made += self.rules.references.make(drafts)
                    chunk.made += self._act([draft for draft in drafts if draft.is_open], one_by_one)
                if not chunk.counts.keys() & WRITTEN and not chunk.brings.said:
                    raise _NothingWritten
        except _NothingWritten:
            chunk.made.clear()
            self._forget()

    def _write_related(self, chunk: Chunk, drafts: Sequence[Draft], one_by_one: bool) -> list[Made]:
        if not self.relatives.parts:
            return []
        bringing = [draft for draft in drafts if draft.is_open or self._may_bring(draft)]
        return self.relatives.write(bringing, chunk.brings, one_by_one)

    def _may_bring(self, draft: Draft) -> bool:
        """What is there already and may be updated brings its related records, too, when nothing of its own changes."""
        is_same = draft.did is Did.SKIPPED and draft.existing is not None
        return bool(is_same and draft.brought and self.rules.duplicates is Duplicates.UPDATE)

    def _decide(self, drafts: Sequence[Draft]) -> None:
        """Resolve a wave and say of each row whether it creates, changes, is skipped or refused."""
        rules = self.rules
        rules.references.resolve(drafts)
        self.relatives.link(drafts)
        if rules.resource.rows:
            for draft in drafts:
                if draft.is_open:
                    rules.require(rules.resource.rows, draft)
            return
        if rules.duplicates is not Duplicates.CREATE:
            rules.existing.find(drafts)
        known = [draft for draft in drafts if draft.is_open and (draft.existing or self._is_rehearsed(draft))]
        if rules.duplicates is Duplicates.SKIP:
            for draft in known:
                draft.did = Did.SKIPPED
        elif known:
            self._compare(known)
        for draft in drafts:
            if draft.is_open and draft.existing is None:
                rules.complete(draft)

    def _is_rehearsed(self, draft: Draft) -> bool:
        rules = self.rules
        if rules.rehearsal is None or rules.duplicates is Duplicates.CREATE:
            return False
        return rules.rehearsal.has_key(draft.key)

    def _compare(self, drafts: Sequence[Draft]) -> None:
        self.rules.compare(drafts)
        self.relatives.drop_known(drafts, self.rules)
        for draft in drafts:
            if draft.existing is None:
                draft.did = Did.UPDATED  # a row that the rehearsal took back
            elif not draft.values and not draft.texts:
                draft.did = Did.SKIPPED

    def _act(self, drafts: Sequence[Draft], one_by_one: bool) -> list[Made]:
        """Run the resource's commands; answers the directory items that they themselves made on the way."""
        resource = self.rules.resource
        for draft in drafts:
            if draft.is_assumed:
                draft.did = Did.UPDATED if draft.existing else Did.CREATED
        drafts = [draft for draft in drafts if draft.is_open]
        if resource.rows:
            return self._run(resource.rows, drafts, one_by_one)
        made: list[Made] = []
        if resource.create:
            fresh = [draft for draft in drafts if draft.existing is None]
            made += self._run(resource.create, fresh, one_by_one)
        if resource.change:
            made += self._run(resource.change, [draft for draft in drafts if draft.existing], one_by_one)
        return made

    def _run(self, command: Command, drafts: Sequence[Draft], one_by_one: bool) -> list[Made]:
        return self.rules.run(command, drafts, one_by_one).made


class _Again(Exception):
    """Something was made or compared for the sake of rows that came to nothing: again, without them."""


class _NothingWritten(Exception):
    """No row came through: its change set goes back."""
