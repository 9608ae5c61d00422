"""The journal as people read it: who did what to a record and when, each field before and after, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.kernel import commands
from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.journal.catalogue import table_of_number
from artel.kernel.journal.models import ChangeSet, RowChange

from . import formats
from .cells import HIDDEN, Column
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
        return " · ".join([*(row.title for row in self.rows if row.title), *said][:4])

    @property
    def clock(self) -> str:
        return formats.clock(self.at)


@dataclass(frozen=True)
class Told:
    """A page of the history and where it goes on."""

    sets: Sequence[SetStory]
    more: int = 0


@dataclass
class _Reader:
    """Turns the journal's rows into words for one person."""

    actor: Actor
    record: models.Model
    references: References = field(init=False)

    def __post_init__(self) -> None:
        self.references = References(self.actor)
        self.references.knows(self.record)

    def prepare(self, changes: Iterable[RowChange]) -> None:
        """Name the records the changes refer to, to read them at once."""
        for change in changes:
            known = table_of_number(change.table_id)
            for name in {**(change.before or {}), **(change.after or {})} if known else ():
                found = _field(known[0], name) if known else None
                if isinstance(found, models.ForeignKey):
                    sides = (change.before or {}).get(name), (change.after or {}).get(name)
                    related: Any = found.related_model
                    self.references.want(related, [key for side in sides if (key := _uuid(side))])

    def row(self, change: RowChange) -> RowStory | None:
        known = table_of_number(change.table_id)
        if known is None:
            return None
        model = known[0]
        is_part = change.row_id != self.record.pk
        title = (
            f"{_capital(model._meta.verbose_name)}: {MADE.get(change.op, _('changed'))}" if is_part else ""
        )
        if change.op == "i":
            return RowStory(title)
        return RowStory(title, list(self._differences(model, change)))

    def _differences(self, model: type[models.Model], change: RowChange) -> Iterable[Difference]:
        visible = fields_visible_to(self.actor, model)
        before, after = change.before or {}, change.after or {}
        for name in {**before, **after}:
            found = _field(model, name)
            if (
                found is not None
                and found.name in visible
                and not found.name.startswith("sort_")
                and found.editable
            ):
                yield Difference(
                    _capital(found.verbose_name),
                    self._said(found, before.get(name)),
                    self._said(found, after.get(name)),
                )
            elif found is not None and found.name == "is_deleted" and change.op == "u":
                yield Difference(_("Marked for deletion"), _yes(before.get(name)), _yes(after.get(name)))

    def _said(self, found: models.Field[Any, Any], raw: Any) -> str:
        if isinstance(found, models.ForeignKey):
            key = _uuid(raw)
            related: Any = found.related_model
            seen = self.references.seen(related, key)
            return str(seen) if seen else str(HIDDEN) if key else ""
        if isinstance(raw, dict) or raw in (None, ""):
            return (
                _("erased")
                if isinstance(raw, dict) and not isinstance(found, models.JSONField)
                else str(raw or "")
            )
        return _written(found, raw)


def told(record: models.Model, actor: Actor, *, most: int = 30, before: int = 0) -> Told:
    """The latest change sets of a record and of its parts: one query for the changes, one for each entity referred to."""
    rows = RowChange.objects.filter(Q(row_id=record.pk) | Q(owner_id=record.pk)).select_related("set")
    if before:
        rows = rows.filter(pk__lt=before)
    changes = list(rows.order_by("-pk")[: most * 4])
    reader = _Reader(actor, record)
    reader.prepare(changes)
    groups = [list(group) for _key, group in groupby(changes, key=lambda change: change.set_id)]
    shown = groups[:most]
    ids = {group[0].set_id for group in shown}
    undone = (
        set(ChangeSet.objects.filter(undoes__in=ids).values_list("undoes_id", flat=True)) if ids else set()
    )
    sets = [_set_story(group, reader, undone) for group in shown]
    goes_on = len(groups) > most or len(changes) == most * 4
    return Told(sets, more=sets[-1].cursor if goes_on and sets else 0)


def by_day(sets: Sequence[SetStory]) -> list[tuple[str, list[SetStory]]]:
    """The feed: sets under their days in the person's zone, today named so."""
    days = groupby(sets, key=lambda each: timezone.localtime(each.at).date())
    return [(_day(day), list(each)) for day, each in days]


def _day(day: date) -> str:
    written = formats.feed_day(day)
    return _("Today, %(day)s") % {"day": written} if day == timezone.localdate() else written


def _set_story(group: Sequence[RowChange], reader: _Reader, undone: set[int]) -> SetStory:
    made = group[0].set
    rows = [
        story
        for change in reversed(group)
        if (story := reader.row(change)) and (story.title or story.differences)
    ]
    is_plain = made.state == "done" and not made.irreversible
    return SetStory(
        made.pk,
        command_label(made.command),
        made.actor_label,
        made.actor_kind,
        made.at,
        rows,
        is_undone=made.pk in undone,
        may_be_undone=is_plain,
        cursor=group[-1].pk,
    )


def command_label(name: str) -> str:
    """An act by its name, in words."""
    if name == UNDO:
        return _("A change taken back")
    try:
        return str(commands.find(name).label)
    except KeyError:
        return _("Shipped with the product") if name.startswith("kernel.ship") else name


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    try:
        found = model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _written(found: models.Field[Any, Any], raw: Any) -> str:
    """A plain value through the same words as the columns of lists."""
    value = found.to_python(raw)
    if isinstance(value, datetime) and timezone.is_naive(value):
        value = value.replace(tzinfo=UTC)  # the journal keeps moments in UTC, as the database does
    if isinstance(found, models.BooleanField):
        return _yes(value)
    holder = _Holder({found.name: value})
    shown = Column(found.model, found.name).shown([holder], References(Actor.system()))[0]
    return "" if shown.is_empty else shown.text


class _Holder:
    """Something with one attribute, as columns read records."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


def _yes(value: Any) -> str:
    return _("yes") if value else _("no")


def _uuid(raw: Any) -> UUID | None:
    try:
        return UUID(str(raw)) if raw else None
    except ValueError:
        return None


def _capital(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]
