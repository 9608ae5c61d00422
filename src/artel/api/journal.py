"""The journal through the API: what happened to a record, and taking a change set back.

Fields the caller may not see are left out; of a reference he may not see neither key nor name is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, models
from django.db.models import Sum
from django.http import HttpResponse
from django.utils.translation import gettext as _

from artel.kernel import commands
from artel.kernel.access import fields_visible_to, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.answers import Given, answered, keep
from artel.kernel.arguments import UNKNOWN, Values
from artel.kernel.journal.conflicts import Conflict
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.reading import Entry
from artel.kernel.journal.reading import history as history_of
from artel.kernel.journal.undo import COMMAND, UndoResult
from artel.kernel.journal.values import is_erased
from artel.kernel.pointers import Pointers, pointer_columns
from artel.kernel.refusals import AlreadyUndone
from artel.kernel.undoing import undo_change_set
from artel.kernel.wholes import told_to
from artel.screens import registry

from .bodies import INVALID, WRONG_TYPE
from .calls import Call, answer, seen
from .columns import ATTRIBUTES, plain
from .filters import Errors, one_of, refuse
from .problems import Problem, not_found
from .requests import body_of, idempotency_key

LARGEST = 2**63
Target = type[models.Model] | Pointers
USUAL, MOST = 50, 200


class Telling:
    """The journal's values for one caller: keys only of records he may see, asked for all at once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._keys: dict[Target, set[UUID]] = {}
        self._visible: dict[Target, set[UUID]] = {}

    def want(self, model: Any, keys: Iterable[Any]) -> None:
        self._keys.setdefault(model, set()).update(key for key in keys if isinstance(key, UUID))

    def sees(self, model: Any, key: Any) -> bool:
        if model not in self._visible:
            self._visible[model] = _visible(self.actor, model, self._keys.get(model, set()))
        return key in self._visible[model]

    def value(self, model: type[models.Model], name: str, value: Any) -> Any:
        """A field's value as JSON."""
        if is_erased(value):
            return None
        if name == ATTRIBUTES and isinstance(value, dict):
            visible = fields_visible_to(self.actor, model)
            value = {code: one for code, one in value.items() if f"{ATTRIBUTES}.{code}" in visible}
        target = _target(model, name)
        if target is not None and isinstance(value, UUID) and not self.sees(target, value):
            return None
        return str(value) if isinstance(value, UUID) else plain(value)

    def note(self, model: type[models.Model], name: str, values: Iterable[Any]) -> None:
        if (target := _target(model, name)) is not None:
            self.want(target, values)


def _visible(actor: Actor, target: Target, keys: set[UUID]) -> set[UUID]:
    """Those of the keys that the actor may see."""
    if isinstance(target, Pointers):
        return target.visible(actor, keys)
    rows = restrict(target._default_manager.filter(pk__in=keys), actor, view_permission(target))
    return set(rows.values_list("pk", flat=True))


def _target(model: type[models.Model], name: str) -> Target | None:
    """What the field leads to: records of a model, or of the kinds that a pointer knows."""
    for one in pointer_columns():
        if one.key == name and issubclass(model, one.model):
            return one.pointers
    try:
        related = model._meta.get_field(name).related_model
    except FieldDoesNotExist:
        return None
    return related if isinstance(related, type) else None


def history(call: Call, path: str, key: UUID) -> HttpResponse:
    """`{"items": [{"change_set", "at", "actor", "command", "label", "undoes", "rows"}], "next"}`, the latest first."""
    bound = call.resource(path)
    record = seen(bound, key)
    query = call.request.GET
    known = {"limit", "cursor"}
    refuse({name: ("unknown", _("There is no such parameter here.")) for name in query if name not in known})
    limit = one_of(query, "limit", USUAL, MOST)
    before = one_of(query, "cursor", 0, LARGEST - 1, digits=19) or None
    entries = history_of(type(record), record.pk, before=before, limit=limit)
    open_entries = told_to(call.actor, entries)
    told = [
        one for one in open_entries if one.model is not None and call.actor.has(view_permission(one.model))
    ]
    telling = Telling(call.actor)
    for entry in told:
        for change in entry.fields:
            telling.note(entry.model, change.field, (change.before, change.after))  # type: ignore[arg-type]
    sets = [_set(telling, list(group)) for _number, group in groupby(told, key=lambda one: one.set.pk)]
    further = str(entries[-1].id) if len(entries) == limit else None
    return answer({"items": sets, "next": further})


def _set(telling: Telling, entries: Sequence[Entry]) -> dict[str, Any]:
    made = entries[0].set
    return {
        "change_set": made.pk,
        "at": plain(made.at),
        "actor": {"kind": made.actor_kind, "name": made.actor_label},
        "command": made.command,
        "label": _label(made.command),
        "undoes": made.undoes_id,
        "rows": [_row(telling, entry) for entry in reversed(entries)],
    }


def _label(name: str) -> str:
    try:
        return str(commands.find(name).label)
    except KeyError:
        return name


def _row(telling: Telling, entry: Entry) -> dict[str, Any]:
    assert entry.model is not None
    return {
        "entity": _entity(entry.model),
        "id": str(entry.row),
        "op": entry.op,
        "fields": list(_fields(telling, entry.model, entry)),
    }


def _fields(telling: Telling, model: type[models.Model], entry: Entry) -> Iterator[dict[str, Any]]:
    visible = fields_visible_to(telling.actor, model)
    for change in entry.fields:
        if change.field in visible:
            erased = is_erased(change.before) or is_erased(change.after)
            yield {
                "field": change.field,
                "before": telling.value(model, change.field, change.before),
                "after": telling.value(model, change.field, change.after),
                **({"erased": True} if erased else {}),
            }


def _entity(model: type[models.Model]) -> str:
    resource = registry.resource_of(model)
    return resource.path if resource else str(model._meta.label_lower)


def undo(call: Call, number: int) -> HttpResponse:
    """`{"change_set", "restored", "conflicts"}`; `dry_run` only says what would stay.

    409 `undo_conflicts` when nothing could be put back, 409 `already_undone` with the `change_set` that did it before.
    """
    if number >= LARGEST:
        raise not_found()
    asked = _asked(body_of(call.request))
    key = None if asked["dry_run"] else idempotency_key(call.request)
    given = Given(call.actor, COMMAND, key, [Line(Values(asked, number=number))])
    if known := answered(given):
        return _repeated(call.actor, known, number)
    try:
        strict, dry_run = asked["strict"], asked["dry_run"]
        result = undo_change_set(call.actor, number, strict=strict, dry_run=dry_run, request=given.request)
        if result.set_id is not None:
            keep(given, result.set_id)  # that of a job has no request of its own
    except AlreadyUndone as refusal:
        if known := answered(given):
            return _repeated(call.actor, known, number)
        raise _already(refusal) from refusal
    except IntegrityError:
        if known := answered(given):  # the same request came twice at once
            return _repeated(call.actor, known, number)
        raise
    document = _told(call.actor, result)
    if result.conflicts and not result.restored and not asked["dry_run"]:
        sentence = _("Nothing could be put back: what stands in the way is listed.")
        raise Problem(
            HTTPStatus.CONFLICT, "undo_conflicts", sentence, more={"conflicts": document["conflicts"]}
        )
    return answer(document)


def _already(refusal: AlreadyUndone) -> Problem:
    return Problem(
        HTTPStatus.CONFLICT, refusal.code, refusal.sentence, more={"change_set": refusal.change_set}
    )


def _asked(body: dict[str, Any]) -> dict[str, bool]:
    asked = {"dry_run": False, "strict": False}
    errors: Errors = {name: ("invalid", UNKNOWN) for name in body if name not in asked}
    errors |= {
        name: ("invalid", WRONG_TYPE["boolean"])
        for name in asked
        if not isinstance(body.get(name, False), bool)
    }
    if errors:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", INVALID, errors=errors)
    return {**asked, **body}


def _repeated(actor: Actor, made: ChangeSet, undone: int) -> HttpResponse:
    """The same answer again: what was put back then, and what still stays."""
    restored = made.row_count or made.children.aggregate(all=Sum("row_count"))["all"] or 0
    try:
        stays = undo_change_set(actor, undone, dry_run=True).conflicts
    except AlreadyUndone:
        stays = []
    document = _told(actor, UndoResult(restored, stays, made.pk))
    return answer(document, headers={"Idempotent-Replay": "true"})


def _told(actor: Actor, result: UndoResult) -> dict[str, Any]:
    telling = Telling(actor)
    for one in result.conflicts:
        model = apps.get_model(one.entity)
        telling.want(model, [one.row])
        telling.note(model, one.field, (one.ours, one.theirs))
    conflicts = [_conflict(telling, one) for one in result.conflicts]
    return {"change_set": result.set_id, "restored": result.restored, "conflicts": conflicts}


def _conflict(telling: Telling, one: Conflict) -> dict[str, Any]:
    model = apps.get_model(one.entity)
    return {
        "entity": _entity(model),
        "id": str(one.row) if telling.sees(model, one.row) else None,
        "field": one.field or None,
        "reason": one.reason,
        "ours": telling.value(model, one.field, one.ours),
        "theirs": telling.value(model, one.field, one.theirs),
        "who": one.who or None,
        "when": plain(one.when),
        "change_set": one.set_id,
    }
