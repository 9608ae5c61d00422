"""What a command's body works with: the act (who, when, its change set) and the lines of its batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from . import standing
from .actors import Actor
from .bell import JOBS, ring
from .journal.writing import OpenSet, publish
from .numbering import keep_clear_of, reserve
from .records import Record, built, facts_of
from .refusals import Missing, Refused, type_of_text
from .writing import complete, insert_rows, plan_of, update_rows

S = TypeVar("S", bound=Model)
A = TypeVar("A")
R = TypeVar("R", bound=Record)


@dataclass
class Line(Generic[S, A]):
    """One act of a batch: the record acted on (none for a create), its arguments, and what came of it.

    `may_make`: items of plain directories that it names but that are missing may be made on the way; `made` says which
    were, by entity and name as it is compared (an import counts them, a strict one forbids them).
    """

    args: A
    subject: S = None  # type: ignore[assignment]  # a create has none, and its body does not ask
    number: int = 0
    expected_version: int | None = None
    result: Any = None
    refusal: Refused | None = field(default=None, repr=False)
    may_make: bool = True
    made: list[tuple[str, str]] = field(default_factory=list, repr=False)

    def refuse(
        self,
        code: str,
        sentence: type_of_text,
        *,
        needs: Sequence[str] = (),
        offers: Sequence[str] = (),
        fields: Mapping[str, type_of_text] | None = None,
    ) -> None:
        """Say no to this line only; the others go on. A single act refused raises."""
        if self.refusal is None:
            self.refusal = Refused(code, sentence, needs=needs, offers=offers, fields=fields)

    def miss(self, missing: Missing) -> None:
        """A gate's no."""
        if self.refusal is None:
            self.refusal = missing.refusal()

    @property
    def is_open(self) -> bool:
        return self.refusal is None

    def value(self, name: str, default: Any = None) -> Any:
        """What a field will hold after the act: given now (args are `Values`), or what the subject has."""
        given: Any = self.args
        if name in given:
            return given[name]
        return default if self.subject is None else getattr(self.subject, name)


Lines = list[Line[S, A]]


@dataclass
class Act:
    """One running act: its actor, moment and change set; the only hand that writes."""

    actor: Actor
    command: str
    at: datetime
    opened: OpenSet
    _told: bool = field(default=False, init=False)

    @property
    def author_id(self) -> UUID | None:
        return self.actor.user_id

    def insert(self, model: type[Record], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Create records from values by field name; returns complete rows by attname, keys and codes included."""
        if facts_of(model).code_prefix:
            rows = self._numbered(model, rows)
        full = complete(model, rows, self.author_id, self.at)
        self._note(model)
        insert_rows(model, full)
        self.opened.inserted.setdefault(model, []).extend(full)
        return full

    def make(self, model: type[Record], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Create records and return them; references given as records stay in hand."""
        made = [record_of(model, full) for full in self.insert(model, rows)]
        for record, row in zip(made, rows, strict=True):
            for name, value in row.items():
                if isinstance(value, Model):
                    setattr(record, name, value)
        return made

    def create(self, model: type[Record], **values: Any) -> Any:
        """Create one record and return it."""
        [record] = self.make(model, [values])
        return record

    def change(self, record: Record, **values: Any) -> None:
        """Change some fields of one record; nothing is written when nothing differs."""
        self.change_all(type(record), [(record, values)])

    def change_all(self, model: type[Record], changes: Iterable[tuple[Record, Mapping[str, Any]]]) -> None:
        """Change fields of many records, each its own way; the records in hand follow."""
        wanted: dict[UUID, dict[str, Any]] = {}
        formers: list[tuple[UUID, dict[str, Any]]] = []
        attnames = plan_of(model).attnames
        for record, values in changes:
            differing, former = {}, {}
            for name, value in values.items():
                attname = attnames[name]
                column = value.pk if isinstance(value, Model) else value
                if (before := getattr(record, attname)) != column:
                    differing[attname], former[attname] = column, before
                    setattr(record, name if isinstance(value, Model) else attname, value)
            if differing:
                wanted.setdefault(record.pk, {}).update(differing)
                formers.append((record.pk, former))
                record.version += 1
                record.changed_at = self.at
        if wanted:
            self._note(model)
            update_rows(model, wanted, self.at)
            self.opened.updated.setdefault(model, []).extend(formers)

    def remove(self, model: type[Record], records: Iterable[Record]) -> None:
        """Delete rows that are parts of a record (stage rows, lines); records of their own are marked instead."""
        keys = [record.pk for record in records]
        if keys:
            self._note(model)
            model._base_manager.filter(pk__in=keys).delete()

    def publish(self, *events: object) -> None:
        """Write facts for others into the change set; they are delivered after commit, even after a crash."""
        publish(self.opened, *events)
        if events and not self._told:
            self._told = True
            transaction.on_commit(partial(ring, JOBS), robust=True)

    @staticmethod
    def _note(model: type[Record]) -> None:
        if facts_of(model).standing:
            standing.written()

    @staticmethod
    def _numbered(model: type[Record], rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        series = facts_of(model).code_prefix
        given = [str(row["code"]) for row in rows if row.get("code")]
        if given:
            keep_clear_of(series, given)
        lacking = len(rows) - len(given)
        codes = iter(reserve(series, lacking) if lacking else ())
        return [row if row.get("code") else {**row, "code": next(codes)} for row in rows]


def record_of(model: type[R], row: Mapping[str, Any]) -> R:
    """The record that a complete row is."""
    names = [column.attname for column in plan_of(model).columns]
    return built(model, names, [row[name] for name in names])
