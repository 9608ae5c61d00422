"""From rows of the journal to the events that one person may know: ids and names of fields, never values.

Asked of the access engine at the moment of telling: a record that the person does not see (any more) is not told of, and a
field that is closed to him is not named. What is gone for good is told to who sees all of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from artel.api.models import WebHook
from artel.kernel import commands
from artel.kernel.access import fields_visible_to, restrict, sees_all, view_permission
from artel.kernel.actors import Actor
from artel.kernel.erasure import PERMISSION as ERASES
from artel.kernel.journal.reading import Entry, FieldChange
from artel.kernel.journal.values import is_erased
from artel.kernel.wholes import told_to

from .kinds import Model, Told, told

CREATED, CHANGED, DELETED, RESTORED, ERASED = "created", "changed", "deleted", "restored", "erased"
STRONGEST = (ERASED, DELETED, RESTORED, CREATED, CHANGED)
"""Several rows about one record are one event of the strongest kind."""

ATTRIBUTES, MARK = "attributes", "is_deleted"
PREFIX = "/api/v1"


@dataclass
class Event:
    """What one act did to one record."""

    id: int
    path: str
    key: UUID
    kinds: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    version: int | None = None

    @property
    def kind(self) -> str:
        return next(one for one in STRONGEST if one in self.kinds)

    def document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "entity": self.path,
            "record": str(self.key),
            "kind": self.kind,
            "fields": sorted(self.fields),
            "parts": sorted(self.parts),
            "version": self.version,
            "link": f"{PREFIX}/{self.path}/{self.key}",
        }


def events_of(hook: WebHook, actor: Actor, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The events of some rows of one change set, in the order of writing: two or three queries a kind of record."""
    known = {model: one for model, one in told().items() if _is_open(actor, model)}
    rows = [one for one in told_to(actor, entries) if one.model in known]
    sight = Sight(actor, known, rows)
    found: dict[tuple[str, UUID], Event] = {}
    for entry in rows:
        one = known[entry.model]  # type: ignore[index]
        key = entry.owner if one.is_part else entry.row
        if key is None or not sight.sees(one, entry):
            continue
        if kinds := list(_kinds(actor, one, entry)):
            event = found.setdefault((one.path, key), Event(entry.id, one.path, key))
            event.id, event.version = entry.id, sight.version(one.whole, key)
            for kind, name in kinds:
                event.kinds.add(kind)
                if name:
                    (event.parts if one.is_part else event.fields).add(name)
    return [each.document() for each in found.values() if getattr(hook, f"tells_{each.kind}")]


def _is_open(actor: Actor, model: Model) -> bool:
    """Whether the actor may know of records of the kind at all; of a part whose every field is closed he may not."""
    return actor.has(view_permission(model)) and "id" in fields_visible_to(actor, model)


def _kinds(actor: Actor, one: Told, entry: Entry) -> Iterator[tuple[str, str]]:
    """The kinds of the event, each with the name of a field or part, or none."""
    if one.is_part:
        yield CHANGED, one.model._meta.label_lower
    elif entry.op == "i":
        yield (RESTORED if entry.set.undoes_id else CREATED), ""
    elif entry.op == "d":
        yield DELETED, ""
    else:
        visible = fields_visible_to(actor, one.model)
        kind = ERASED if _is_erasing(entry.set.command) else CHANGED
        for change in entry.fields:
            if change.field == MARK:
                yield (DELETED if change.after else RESTORED), ""
            else:
                yield from ((kind, name) for name in _names(change) if name in visible)


def _is_erasing(command: str) -> bool:
    try:
        return commands.find(command).permission == ERASES
    except KeyError:
        return False


def _names(change: FieldChange) -> Iterator[str]:
    """The field as histories call it; custom attributes by their codes, sort keys not at all."""
    before, after = change.before, change.after
    if change.field != ATTRIBUTES or is_erased(before) or is_erased(after):
        if not change.field.startswith("sort_"):
            yield change.field
        return
    before, after = before or {}, after or {}
    yield from (f"{ATTRIBUTES}.{code}" for code in {**before, **after} if before.get(code) != after.get(code))


class Sight:
    """Which of some rows the actor sees, and the versions of the records; asked for all of a kind at once."""

    def __init__(self, actor: Actor, known: Mapping[Model, Told], rows: Sequence[Entry]) -> None:
        self.actor = actor
        wanted: dict[Model, set[UUID]] = {}
        for entry in rows:
            one = known[entry.model]  # type: ignore[index]
            wanted.setdefault(one.model, set()).add(entry.row)
            if one.is_part and entry.owner is not None:
                wanted.setdefault(one.whole, set()).add(entry.owner)
        self.seen = {model: self._seen(model, keys) for model, keys in wanted.items()}
        self.gone = {model: self._gone(model, keys) for model, keys in wanted.items()}

    def _seen(self, model: Model, keys: set[UUID]) -> dict[UUID, int]:
        rows = restrict(model._base_manager.filter(pk__in=keys), self.actor, view_permission(model))
        return dict(rows.values_list("pk", "version"))

    def _gone(self, model: Model, keys: set[UUID]) -> set[UUID]:
        """Those that are in the base no more."""
        unseen = keys - self.seen[model].keys()
        there = model._base_manager.filter(pk__in=unseen).values_list("pk", flat=True) if unseen else ()
        return unseen - set(there)

    def sees(self, one: Told, entry: Entry) -> bool:
        if one.is_part:
            there = entry.row in self.seen[one.model] or entry.row in self.gone[one.model]
            return there and entry.owner in self.seen[one.whole]
        if entry.row in self.gone[one.model]:
            return sees_all(self.actor, one.model)
        return entry.row in self.seen[one.model]

    def version(self, model: Model, key: UUID) -> int | None:
        """As the record stands now; None when it is gone."""
        return self.seen[model].get(key)
