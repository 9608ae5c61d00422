"""The journal as people read it: who did what to a record and when, each field before and after, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.exchange.tabular.importing import COMMAND as IMPORT
from artel.kernel import commands
from artel.kernel.access import FieldSet, fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.attributes.models import Attribute
from artel.kernel.attributes.record import MembersField
from artel.kernel.attributes.values import diff
from artel.kernel.journal import reading
from artel.kernel.journal.reading import Entry
from artel.kernel.journal.values import is_erased
from artel.kernel.ready import Question
from artel.kernel.wholes import told_to
from artel.lib.words import capital

from . import formats
from .attributes import attributes_of, cell_of
from .cells import HIDDEN, column_of
from .references import References

KINDS = {
    "job": gettext_lazy("scheduled job"),
    "process": gettext_lazy("process"),
    "system": gettext_lazy("the house"),
    "token": gettext_lazy("program"),
}
GLYPHS = {"person": "pencil", "token": "api", "job": "clock-play", "process": "route", "system": "settings"}
MADE = {"i": gettext_lazy("added"), "d": gettext_lazy("removed")}
UNDO = "journal.undo"
ROWS_A_SET = 4
"""So many changes are read for a set that is to be shown."""


@dataclass(frozen=True)
class Difference:
    """One field before and after, in words; an empty side was not filled in."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RowStory:
    """What happened to one row in a set: the record itself, or a part of it."""

    title: str
    differences: Sequence[Difference] = ()


@dataclass(frozen=True)
class SetStory:
    """One change set of a record."""

    id: int
    title: str
    who: str
    kind: str
    at: Any
    rows: Sequence[RowStory]
    is_undone: bool = False
    may_be_undone: bool = True
    cursor: int = 0

    @property
    def icon(self) -> str:
        return GLYPHS.get(self.kind, "pencil")

    @property
    def is_system(self) -> bool:
        return self.kind != "person"

    @property
    def how(self) -> str:
        """«загрузка», «задание»: how it was done when not by hand."""
        return str(KINDS.get(self.kind, ""))

    @property
    def words(self) -> str:
        """The set in one line: the fields and what they became."""
        said = [f"{each.label}: {each.after or '—'}" for row in self.rows for each in row.differences]
        parts = Counter(row.title for row in self.rows if row.title)
        counted = [f"{title} ({count})" if count > 1 else title for title, count in parts.items()]
        return " · ".join([*counted, *said][:4])

    @property
    def clock(self) -> str:
        return formats.clock(self.at)


@dataclass(frozen=True)
class Told:
    """A page of the history and where it goes on."""

    sets: Sequence[SetStory]
    more: int = 0


@dataclass
class Reader:
    """Turns the journal's rows into words for one person."""

    actor: Actor
    record: models.Model
    names_parts: bool = False
    references: References = field(init=False)
    _attributes: dict[type[models.Model], list[Attribute]] = field(init=False, default_factory=dict)
    _visible: dict[type[models.Model], FieldSet] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.references = References(self.actor)
        self.references.knows(self.record)

    def prepare(self, entries: Iterable[Entry]) -> None:
        """Name the records the changes refer to, to read them at once."""
        for entry in entries:
            if self.names_parts and entry.model is not None and entry.row != self.record.pk:
                self.references.want(entry.model, [entry.row])
            for change in entry.fields:
                found = _field(entry.model, change.field)
                if isinstance(found, models.ForeignKey):
                    related: Any = found.related_model
                    keys = (change.before, change.after)
                    self.references.want(related, [key for key in keys if isinstance(key, UUID)])

    def row(self, entry: Entry) -> RowStory | None:
        if entry.model is None:
            return None
        title = self._of_part(entry.model, entry) if entry.row != self.record.pk else ""
        return RowStory(title, list(self._differences(entry.model, entry)))

    def _of_part(self, model: type[models.Model], entry: Entry) -> str:
        """«Contact point of a partner: added, office@…»: its name while it is there and may be seen."""
        words = _happened(model, entry.op, formats.language())
        part = self.references.seen(model, entry.row) if self.names_parts else None
        name = str(part or "").removeprefix(f"{self.record}: ")
        return f"{words}, {name}" if name and name != str(model._meta.verbose_name) else words

    def _differences(self, model: type[models.Model], entry: Entry) -> Iterable[Difference]:
        visible = self.visible(model)
        for change in entry.fields:
            found = _field(model, change.field)
            if found is None or found.name not in visible:
                continue
            if isinstance(found, MembersField):
                yield from self._members(model, change.before, change.after)
                continue
            if found.name == "is_deleted" and entry.op == "u":
                yield Difference(_("Marked for deletion"), _yes(change.before), _yes(change.after))
            elif found.editable and (_key_of(found) in _words or not isinstance(found, models.UUIDField)):
                # a bare key says nothing
                before, after = _beside(found, entry)
                both_gone = is_erased(change.before) and is_erased(change.after)
                yield Difference(
                    column_of(model, found.name).label,
                    "" if both_gone else self.said(found, change.before, before),
                    self.said(found, change.after, after),
                )

    def _members(self, model: type[models.Model], before: Any, after: Any) -> Iterable[Difference]:
        """Custom attributes one by one; those that are gone or closed to this person are left out."""
        if is_erased(before) or is_erased(after):
            return
        known = {one.code: one for one in self.attributes(model)}
        for code, old, new in diff(before, after):
            if attribute := known.get(code):
                yield Difference(capital(attribute.label), said_of(attribute, old), said_of(attribute, new))

    def visible(self, model: type[models.Model]) -> FieldSet:
        """The fields of a model that this person may see, asked once."""
        if model not in self._visible:
            self._visible[model] = fields_visible_to(self.actor, model)
        return self._visible[model]

    def attributes(self, model: type[models.Model]) -> list[Attribute]:
        """The attributes of a model that this person may see, read once."""
        if model not in self._attributes:
            self._attributes[model] = attributes_of(model, self.actor)
        return self._attributes[model]

    def said(self, found: models.Field[Any, Any], value: Any, beside: Any = None) -> str:
        """A value in words; a reference only when it may be seen. `beside` is what stood in the other column that tells how to read it."""
        if is_erased(value):
            return _("erased")
        if value in (None, ""):
            return ""
        if words := _words.get(_key_of(found)):
            return str(words.read(self.actor, value, beside) or "")
        if isinstance(found, models.ForeignKey):
            related: Any = found.related_model
            self.references.want(related, [value])
            seen = self.references.seen(related, value)
            return str(seen) if seen else str(HIDDEN)
        return _written(found, value)


@dataclass(frozen=True)
class Words:
    """How the values of a column read, and the column beside it that this depends on."""

    read: Callable[[Actor, Any, Any], Any]
    beside: str = ""


_words: dict[str, Words] = {}


def _key_of(found: models.Field[Any, Any]) -> str:
    return f"{found.model._meta.label_lower}.{found.name}"


def told_by(field_name: str, words: Callable[[Actor, Any], Any]) -> None:
    """How the values of a column read that no field can say: `told_by("deals.dealfirstinterest.source", …)`."""
    _words[field_name] = Words(lambda actor, value, _beside: words(actor, value))


def told_beside(field_name: str, other: str, words: Callable[[Actor, Any, Any], Any]) -> None:
    """The same of a column that reads by what stands in another one; None where that did not change with it."""
    _words[field_name] = Words(words, other)


def _beside(found: models.Field[Any, Any], entry: Entry) -> tuple[Any, Any]:
    """What stood in the column that tells how this one reads, before and after."""
    words = _words.get(_key_of(found))
    other = words.beside if words else ""
    return next(((one.before, one.after) for one in entry.fields if one.field == other), (None, None))


def told(
    record: models.Model, actor: Actor, *, most: int = 30, before: int = 0, names_parts: bool = False
) -> Told:
    """The latest change sets of a record and of its parts: one query for the changes, one for each entity referred to.

    `names_parts` tells which contact, row or link a part was, for one more query an entity.
    """
    entries = reading.history(type(record), record.pk, before=before or None, limit=most * ROWS_A_SET)
    groups = _groups(told_to(actor, entries))
    sets = _stories(groups[:most], Reader(actor, record, names_parts))
    goes_on = len(groups) > most or len(entries) == most * ROWS_A_SET
    return Told(sets, more=sets[-1].cursor if goes_on and sets else 0)


def told_of_sets(record: models.Model, actor: Actor, sets: Collection[int], *, most: int = 20) -> Told:
    """The same of some change sets only: what somebody did while the record was open."""
    entries = reading.history_of_sets(type(record), record.pk, sets, limit=most * ROWS_A_SET)
    return Told(_stories(_groups(told_to(actor, entries))[:most], Reader(actor, record, names_parts=True)))


def _groups(entries: Iterable[Entry]) -> list[list[Entry]]:
    return [list(group) for _key, group in groupby(entries, key=lambda entry: entry.set.pk)]


def _stories(groups: Sequence[Sequence[Entry]], reader: Reader) -> list[SetStory]:
    reader.prepare(entry for group in groups for entry in group)
    return [_set_story(group, reader) for group in groups]


def asking_for(model: type[models.Model], key: UUID, *, most: int) -> Question:
    """What `told` asks the base for the changes themselves."""
    return reading.asking_for(model, key, most * ROWS_A_SET)


def by_day(sets: Sequence[SetStory]) -> list[tuple[str, list[SetStory]]]:
    """The feed: sets under their days in the person's zone, today named so."""
    days = groupby(sets, key=lambda each: timezone.localtime(each.at).date())
    return [(_day(day), list(each)) for day, each in days]


def _day(day: date) -> str:
    written = formats.feed_day(day)
    return _("Today, %(day)s") % {"day": written} if day == timezone.localdate() else written


def _set_story(group: Sequence[Entry], reader: Reader) -> SetStory:
    made = group[0].set
    rows = [
        story
        for entry in reversed(group)
        if (story := reader.row(entry)) and (story.title or story.differences)
    ]
    return SetStory(
        made.pk,
        command_label(made.command),
        made.actor_label,
        made.actor_kind,
        made.at,
        rows,
        is_undone=group[0].is_undone,
        may_be_undone=not made.irreversible,
        cursor=group[-1].id,
    )


@lru_cache(maxsize=1024)
def _happened(model: type[models.Model], op: str, _language: str) -> str:
    """«Contact point of a partner: added»."""
    return f"{capital(model._meta.verbose_name)}: {MADE.get(op, _('changed'))}"


def command_label(name: str) -> str:
    """An act by its name, in words."""
    return _named_act(name, formats.language())


@lru_cache(maxsize=2048)
def _named_act(name: str, _language: str) -> str:
    if name == UNDO:
        return _("A change taken back")
    if name == IMPORT:
        return _("Import from a file")
    try:
        return str(commands.find(name).label)
    except KeyError:
        return _("Shipped with the product") if name.startswith("kernel.ship") else name


@lru_cache(maxsize=4096)
def _field(model: type[models.Model] | None, name: str) -> models.Field[Any, Any] | None:
    try:
        found = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _written(found: models.Field[Any, Any], value: Any) -> str:
    """A plain value through the same words as the columns of lists."""
    if isinstance(found, models.BooleanField):
        return _yes(value)
    shown = column_of(found.model, found.name).said(value)
    return "" if shown.is_empty else shown.text


def said_of(attribute: Attribute, value: Any) -> str:
    cell = cell_of(attribute)
    holder = _Holder({"pk": None, "attributes": {attribute.code: value}})
    shown = column_of(Attribute, cell).shown([holder], References(Actor.system()))[0]
    return "" if shown.is_empty else shown.text


class _Holder:
    """Something with one attribute, as columns read records."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


def _yes(value: Any) -> str:
    return _("yes") if value else _("no")
