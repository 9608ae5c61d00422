"""The references of a chunk's rows: found together, made where a plain directory allows it, refused where not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from artel.exchange.tabular.columns import Column
from artel.exchange.tabular.drafts import Did, Draft
from artel.exchange.tabular.references import Ambiguous, Finder, folded_name
from artel.exchange.tabular.rehearsal import Rehearsal
from artel.kernel.actors import Actor
from artel.kernel.commands import AnyLine, Command, Line
from artel.kernel.refusals import Forbidden, type_of_text

_MISSING = _("There is no “%(text)s”.")
_AMBIGUOUS = _("“%(text)s” is more than one record; write its code.")


@dataclass(frozen=True)
class Made:
    """A directory item made on the way: its entity, its name as it is compared, and the rows it was made for."""

    entity: str
    name: str
    rows: list[Draft]

    @property
    def is_idle(self) -> bool:
        """Whether all rows that wanted it were refused after all."""
        return all(draft.did is Did.REFUSED for draft in self.rows)


@dataclass
class References:
    """The reference columns of a run, each with its finder; columns of one model share it, and so a query."""

    actor: Actor
    columns: Sequence[Column]
    is_strict: bool = False
    rehearsal: Rehearsal | None = None
    _finders: dict[tuple[type[Model], tuple[str, ...]], Finder] = field(default_factory=dict)

    def resolve(self, drafts: Iterable[Draft], only: Collection[str] = ()) -> None:
        """Texts → keys in the rows' values, of all arguments or `only` these.

        A missing item that may be made keeps its text; other rows are refused.
        """
        rows = [draft for draft in drafts if draft.is_open]
        columns = [column for column in self.columns if not only or column.argument.name in only]
        wanted: dict[Finder, set[str]] = {}
        for column in columns:
            name = column.argument.name
            texts = {draft.texts[name] for draft in rows if name in draft.texts}
            wanted.setdefault(self._finder(column), set()).update(texts)
        found = {finder: finder.find(texts) for finder, texts in wanted.items() if texts}
        for column in columns:
            self._settle(column, rows, found.get(self._finder(column), {}))

    def make(self, drafts: Iterable[Draft]) -> list[Made]:
        """Make the items that open rows still lack, in the running change set."""
        rows = [draft for draft in drafts if draft.is_open and draft.texts]
        made: list[Made] = []
        for column in self.columns:
            name = column.argument.name
            lacking = [draft for draft in rows if draft.is_open and name in draft.texts]
            if lacking and column.field.creates:
                made += self._make(column, lacking, column.field.creates)
        return made

    def forget(self) -> None:
        """After a rollback: nothing that was found or made in it is known any more."""
        for finder in self._finders.values():
            finder.forget()

    def _finder(self, column: Column) -> Finder:
        model = column.argument.model or column.field.model
        assert model is not None
        identity = (model, tuple(column.field.lookup))
        if identity not in self._finders:
            self._finders[identity] = Finder(model, self.actor, column.field.lookup)
        return self._finders[identity]

    def _settle(self, column: Column, rows: Sequence[Draft], found: Mapping[str, UUID | Ambiguous]) -> None:
        name = column.argument.name
        may_make = column.field.creates is not None and not self.is_strict
        for draft in rows:
            text = draft.texts.get(name)
            if text is None:
                continue
            match = found.get(text)
            if isinstance(match, UUID):
                draft.values[name] = match
                del draft.texts[name]
            elif match is not None:
                draft.refuse(column.header, _AMBIGUOUS % {"text": text})
            elif may_make:
                continue
            elif self.rehearsal and self.rehearsal.has_name(self._finder(column).model, text):
                draft.is_assumed = True
                del draft.texts[name]
            else:
                draft.refuse(column.header, _MISSING % {"text": text})

    def _make(self, column: Column, rows: Sequence[Draft], command: Command) -> list[Made]:
        name = column.argument.name
        by_name: dict[str, list[Draft]] = {}
        for draft in rows:
            by_name.setdefault(folded_name(draft.texts[name]), []).append(draft)
        lines: dict[str, AnyLine] = {
            folded: Line(command.args(name=same[0].texts[name]), number=place)
            for place, (folded, same) in enumerate(by_name.items())
        }
        refusal = self._run(command, list(lines.values()))
        made = []
        for folded, same in by_name.items():
            line = lines[folded]
            no = refusal or (line.refusal and line.refusal.sentence)
            for draft in same:
                text = draft.texts.pop(name)
                if no:
                    draft.refuse(column.header, no)
                else:
                    draft.values[name] = line.result.pk
                    self._finder(column).remember({text: line.result.pk})
            if not no:
                made.append(Made(command.model._meta.label_lower, folded, same))
        return made

    def _run(self, command: Command, lines: Sequence[AnyLine]) -> type_of_text | None:
        try:
            command.run(self.actor, lines)
        except Forbidden as no:
            return no.sentence
        return None
