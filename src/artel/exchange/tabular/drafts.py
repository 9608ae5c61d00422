"""One row on its way from the file to a command: what it says and brings along, what it will do, or why it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from artel.exchange.tabular.cells import Read
from artel.exchange.tabular.columns import Column
from artel.kernel.refusals import Refused, type_of_text
from artel.lib.tabular.reading import Row


class Did(StrEnum):
    """What became of a row. Every row ends as exactly one of these."""

    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(eq=False, slots=True)
class Kin:
    """A record that rows bring along: one of the base, or one that is to be made (`key` comes then).

    `texts` are what is known of it, by the columns of its keys; `maker` is the row that it is made for. `was_made`: an
    earlier chunk of a dry run has made it and taken it back.
    """

    key: UUID | None = None
    texts: dict[str, Any] = field(default_factory=dict)
    maker: Draft | None = None
    was_made: bool = False

    @property
    def token(self) -> str:
        """What tells it from others in a chunk of rows."""
        return str(self.key or id(self))


@dataclass(slots=True)
class Brought:
    """What a row says of a record that it brings along, and which one that is.

    `ties` are the records that were in question and the values that it asked for: a row before it with one of them may have
    made a difference. `tells`: rows after it may know the record by what this one says.
    """

    draft: Draft
    kin: Kin
    ties: Set[Any] = frozenset()
    tells: bool = False


@dataclass(slots=True)
class Draft:
    """A row with its typed values by argument name; references wait as texts until a chunk resolves them together.

    `is_assumed`: it refers to a row that a rehearsal did not keep, so no command can judge it. `told` are the columns it
    was refused because of, each with its sentence. `brought` is what it brings along, by the names of what is related.
    """

    row: Row
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    other_keys: tuple[tuple[str, ...], ...] = ()
    wave: int = 0
    existing: UUID | None = None
    key_names: tuple[str, ...] = ()
    is_assumed: bool = False
    did: Did | None = None
    told: list[tuple[str, str]] = field(default_factory=list)
    brought: dict[str, Brought] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The columns the row was refused because of."""
        return list(dict.fromkeys(column for column, _reason in self.told if column))

    @property
    def reasons(self) -> list[str]:
        return list(dict.fromkeys(reason for _column, reason in self.told))

    @property
    def is_open(self) -> bool:
        """Whether nothing has been decided yet."""
        return self.did is None

    def refuse(self, column: str, reason: type_of_text) -> None:
        """Refuse the row because of one of its columns (empty: because of the whole row)."""
        self.did = Did.REFUSED
        if (column, str(reason)) not in self.told:
            self.told.append((column, str(reason)))

    def refuse_because(self, refusal: Refused, headers: dict[str, str], prefix: str = "") -> None:
        """Refuse the row with a command's answer; `headers` gives the file's column for an argument, `prefix` begins others."""
        for name, sentence in refusal.fields.items():
            self.refuse(headers.get(name, prefix + name), sentence)
        if not refusal.fields:
            self.refuse("", refusal.sentence)


@dataclass(frozen=True)
class RowReader:
    """Reads rows into drafts. `key_columns` are those that tell one record from another inside the file."""

    columns: Sequence[Column]
    readers: Sequence[Read]
    width: int

    def read(self, rows: Iterable[Row]) -> Iterator[Draft]:
        plain = [
            (column.index, column.argument.name, reader, column.header)
            for column, reader in zip(self.columns, self.readers, strict=True)
            if not column.is_reference and not column.pick
        ]
        picked = [
            (column, reader)
            for column, reader in zip(self.columns, self.readers, strict=True)
            if column.pick and not column.is_reference
        ]
        references = [(column, column.argument.name) for column in self.columns if column.is_reference]
        for row in rows:
            draft = Draft(row)
            if row.is_left_out:
                draft.did = Did.SKIPPED
                yield draft
                continue
            cells = row.cells
            if len(cells) > self.width:
                draft.refuse("", _("The row has more cells than there are columns."))
            for index, name, reader, header in plain:
                text = cells[index]
                if text and not text.isspace():
                    try:
                        draft.values[name] = reader(text)
                    except ValidationError as error:
                        draft.refuse(header, error.messages[0])
            for column, reader in picked:
                if text := column.text_of(cells).strip():
                    try:
                        draft.values[column.argument.name] = reader(text)
                    except ValidationError as error:
                        draft.refuse(column.header, error.messages[0])
            for column, name in references:
                if text := column.text_of(cells).strip():
                    draft.texts[name] = text
            yield draft
