"""How the rows of one run are judged and written, and what commands take and answer of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from artel.exchange.models import Duplicates
from artel.exchange.tabular.columns import NOWHERE, Column
from artel.exchange.tabular.drafts import Did, Draft, RowReader
from artel.exchange.tabular.existing import Differences, Existing
from artel.exchange.tabular.known import (
    ATTRIBUTES,
    argument_name,
    attribute_code,
    required_by,
    with_attributes,
)
from artel.exchange.tabular.rehearsal import Rehearsal
from artel.exchange.tabular.resolving import Made, References
from artel.exchange.tabular.waves import Waves
from artel.kernel.actors import Actor
from artel.kernel.arguments import REQUIRED
from artel.kernel.commands import AnyLine, Command, Line
from artel.lib.words import capital
from artel.screens.vocabulary import Imported, Resource

_ONLY_CHANGES = _("There is no such record to change, and this list makes no new ones.")
_LACKS = _("“%(field)s” is not given, and there is no such record without it.")


@dataclass(frozen=True)
class Rules:
    """How the rows of one run are judged and written; `prefix` begins the names of what a related record lacks."""

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
    prefix: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The file's column for each argument."""
        return {column.argument.name: column.header for column in self.columns}

    def compare(self, drafts: Sequence[Draft], *, fills: bool = False) -> None:
        """Leave in the values of rows whose record is there only what changes it, or (`fills`) what it lacks."""
        change = self.resource.change
        allowed = {argument.name for argument in change.arguments} if change else set()
        records = self.existing.records({draft.existing for draft in drafts if draft.existing})
        Differences(self.resource.model, self.actor, self.columns).of(drafts, records, fills=fills)
        for draft in drafts:
            draft.values = {
                name: value
                for name, value in draft.values.items()
                if (ATTRIBUTES if attribute_code(name) else name) in allowed
            }

    def complete(self, draft: Draft) -> None:
        """A new record gets the defaults of its resource, and must have what the command requires."""
        create = self.resource.create
        if create is None:
            draft.refuse("", _ONLY_CHANGES)
            return
        for name, value in self.defaults.items():
            one = self.resource.field(name)
            fed = argument_name(one) if one else name
            if fed not in draft.texts:
                draft.values.setdefault(fed, value)
        self.require(create, draft)

    def require(self, command: Command, draft: Draft) -> None:
        """What the command or the resource requires of a new record must be there."""
        outer = {column.argument.name: column for column in self.columns if column.index == NOWHERE}
        for name in required_by(self.resource, command):
            if draft.values.get(name) in {None, ""} and name not in draft.texts:
                reason: Any = REQUIRED
                if one := outer.get(name):  # what names it is filled in: the row lacks what it belongs to
                    reason = _LACKS % {"field": capital(str(one.argument.label))}
                draft.refuse(self.headers.get(name, self.prefix + name), reason)

    def run(self, command: Command, drafts: Sequence[Draft], one_by_one: bool) -> Ran:
        """Run a command for rows: each has its outcome, or its refusal in the words of the file."""
        may_make = not self.references.is_strict
        lines = [_line(command, draft, may_make) for draft in drafts]
        for batch in [[line] for line in lines] if one_by_one else [lines] if lines else []:
            command.run(self.actor, batch)
        headers = self.headers
        for draft, line in zip(drafts, lines, strict=True):
            if line.refusal:
                draft.refuse_because(line.refusal, headers, self.prefix)
            else:
                draft.did = _did(draft, line)
        return Ran(lines, _made_by(drafts, lines))


@dataclass(frozen=True)
class Ran:
    """The lines of a command, and the directory items that it made on the way."""

    lines: list[AnyLine]
    made: list[Made]


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
