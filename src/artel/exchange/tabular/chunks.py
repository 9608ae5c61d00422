"""A chunk of rows: read and resolved outside of a transaction, then written in one short transaction with its checkpoint.

Rows that speak of each other (the same key twice, a head that the same file brings) go in waves: a later wave is resolved
again after the earlier one was written, in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from artel.exchange.models import Duplicates
from artel.exchange.tabular.columns import (
    ATTRIBUTES,
    Column,
    argument_name,
    attribute_code,
    required_by,
    with_attributes,
)
from artel.exchange.tabular.drafts import Did, Draft, RowReader
from artel.exchange.tabular.existing import Differences, Existing
from artel.exchange.tabular.rehearsal import Rehearsal
from artel.exchange.tabular.resolving import Made, References
from artel.exchange.tabular.waves import Waves
from artel.kernel.actors import Actor
from artel.kernel.arguments import REQUIRED
from artel.kernel.commands import AnyLine, Command, Line
from artel.lib.tabular.reading import Row
from artel.screens.vocabulary import Imported, Resource

_ONLY_CHANGES = _("There is no such record to change, and this list makes no new ones.")

ATTEMPTS = 4
"""A chunk that loses a race is resolved and written again; the last time row by row, so that the culprit is refused."""


@dataclass(frozen=True)
class Rules:
    """How the rows of one run are judged and written."""

    resource: Resource
    actor: Actor
    columns: Sequence[Column]
    reader: RowReader
    references: References
    existing: Existing
    waves: Waves
    duplicates: Duplicates
    defaults: Mapping[str, Any]
    rehearsal: Rehearsal | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The file's column for each argument."""
        return {column.argument.name: column.header for column in self.columns}


@dataclass
class Chunk:
    """What became of a chunk: its rows, and the directory items made on the way (`counted`: those not counted before)."""

    drafts: list[Draft]
    made: list[Made] = field(default_factory=list)
    counted: int = 0

    @property
    def counts(self) -> Counter[Did]:
        return Counter(draft.did for draft in self.drafts if draft.did)

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

    def write(self, rows: Sequence[Row], committing: Committing) -> Chunk:
        """Deal with the rows, or with as many of them as may go together; `committing` runs last in the transaction.

        A rehearsal does the same and takes it all back.
        """
        condemned: dict[int, Draft] = {}
        for attempt in range(1, ATTEMPTS + 1):
            is_last = attempt == ATTEMPTS
            chunk = self._prepared(rows, condemned)
            try:
                with transaction.atomic():
                    self._write(chunk, one_by_one=is_last)
                    if not is_last and any(made.is_idle for made in chunk.made):
                        raise _IdleItems
                    chunk.counted = len(chunk.made)
                    committing(chunk)
                    transaction.set_rollback(self.rules.rehearsal is not None)
            except _IdleItems:
                condemned = {draft.row.line: draft for draft in chunk.refused}
            except (IntegrityError, OperationalError):
                if is_last:
                    raise
            else:
                return self._remembered(chunk)
            self.rules.references.forget()
        raise AssertionError("unreachable")

    def _remembered(self, chunk: Chunk) -> Chunk:
        rehearsal, waves = self.rules.rehearsal, self.rules.waves
        if rehearsal:
            self.rules.references.forget()
            chunk.counted = sum(rehearsal.add_name(made.entity, made.name) for made in chunk.made)
            for draft in chunk.drafts:
                if draft.did is Did.CREATED:
                    keys = (draft.key, *self.rules.existing.other_keys(draft))
                    rehearsal.add_row(self.rules.resource.model, keys, waves.names_of(draft))
        return chunk

    def _prepared(self, rows: Sequence[Row], condemned: Mapping[int, Draft]) -> Chunk:
        """The rows judged; `condemned` ones were refused by a command before and stay so."""
        drafts = [condemned.get(draft.row.line, draft) for draft in self.rules.reader.read(rows)]
        self.rules.existing.name_keys(drafts)
        chunk = Chunk(drafts[: self.rules.waves.arrange(drafts)])
        self._decide([draft for draft in chunk.drafts if draft.wave == 0])
        return chunk

    def _write(self, chunk: Chunk, *, one_by_one: bool) -> None:
        if not any(draft.is_open for draft in chunk.drafts):
            return
        try:
            with transaction.atomic(), self.opened():
                for wave in range(1 + max(draft.wave for draft in chunk.drafts)):
                    drafts = [draft for draft in chunk.drafts if draft.wave == wave]
                    if wave:
                        self._decide(drafts)
                    chunk.made += self.rules.references.make(drafts)
                    chunk.made += self._act([draft for draft in drafts if draft.is_open], one_by_one)
                if not chunk.counts.keys() & {Did.CREATED, Did.UPDATED}:
                    raise _NothingWritten
        except _NothingWritten:
            chunk.made.clear()
            self.rules.references.forget()

    def _decide(self, drafts: Sequence[Draft]) -> None:
        """Resolve a wave and say of each row whether it creates, changes, is skipped or refused."""
        rules = self.rules
        rules.references.resolve(drafts)
        if rules.resource.rows:
            for draft in drafts:
                if draft.is_open:
                    self._require(rules.resource.rows, draft)
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
                self._complete(draft)

    def _is_rehearsed(self, draft: Draft) -> bool:
        rules = self.rules
        if rules.rehearsal is None or rules.duplicates is Duplicates.CREATE:
            return False
        return rules.rehearsal.has_key(draft.key)

    def _compare(self, drafts: Sequence[Draft]) -> None:
        change = self.rules.resource.change
        allowed = {argument.name for argument in change.arguments} if change else set()
        records = self.rules.existing.records({draft.existing for draft in drafts if draft.existing})
        Differences(self.rules.resource.model, self.rules.actor, self.rules.columns).of(drafts, records)
        for draft in drafts:
            draft.values = {
                name: value
                for name, value in draft.values.items()
                if (ATTRIBUTES if attribute_code(name) else name) in allowed
            }
            if draft.existing is None:
                draft.did = Did.UPDATED  # a row that the rehearsal took back
            elif not draft.values and not draft.texts:
                draft.did = Did.SKIPPED

    def _complete(self, draft: Draft) -> None:
        """A new record gets the defaults of its resource, and must have what the command requires."""
        create = self.rules.resource.create
        if create is None:
            draft.refuse("", _ONLY_CHANGES)
            return
        for name, value in self.rules.defaults.items():
            one = self.rules.resource.field(name)
            fed = argument_name(one) if one else name
            if fed not in draft.texts:
                draft.values.setdefault(fed, value)
        self._require(create, draft)

    def _require(self, command: Command, draft: Draft) -> None:
        """What the command or the resource requires of a new record must be there."""
        for name in required_by(self.rules.resource, command):
            if draft.values.get(name) in {None, ""} and name not in draft.texts:
                draft.refuse(self.rules.headers.get(name, name), REQUIRED)

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
        may_make = not self.rules.references.is_strict
        lines = [_line(command, draft, may_make) for draft in drafts]
        for batch in [[line] for line in lines] if one_by_one else [lines] if lines else []:
            command.run(self.rules.actor, batch)
        headers = self.rules.headers
        for draft, line in zip(drafts, lines, strict=True):
            if line.refusal:
                draft.refuse_because(line.refusal, headers)
            else:
                draft.did = _did(draft, line)
        return _made_by(drafts, lines)


def _line(command: Command, draft: Draft, may_make: bool) -> AnyLine:
    subject: Any = draft.existing
    return Line(command.args(**with_attributes(draft.values)), subject, draft.row.line, may_make=may_make)


def _made_by(drafts: Sequence[Draft], lines: Sequence[AnyLine]) -> list[Made]:
    """What the command made on the way, with the rows that wanted it."""
    rows: dict[tuple[str, str], list[Draft]] = {}
    for draft, line in zip(drafts, lines, strict=True):
        for item in line.made:
            rows.setdefault(item, []).append(draft)
    return [Made(entity, name, wanted) for (entity, name), wanted in rows.items()]


def _did(draft: Draft, line: AnyLine) -> Did:
    if isinstance(line.result, Imported):
        return Did(line.result.did)
    return Did.UPDATED if draft.existing else Did.CREATED


class _IdleItems(Exception):
    """A directory item was made for rows that their command then refused: again, without them."""


class _NothingWritten(Exception):
    """No row came through: its change set goes back."""
