"""Acts: any declared command on a record, many creates or changes at once. A repeated idempotency key acts once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from http import HTTPStatus
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.kernel.answers import Given, keys_of
from artel.kernel.commands import AnyLine, Command, Line, Outcome, stamp_of
from artel.kernel.journal.writing import change_set
from artel.kernel.refusals import Conflict, Refused
from artel.screens import registry

from .bodies import Names, read_lines, read_one, renamed
from .calls import Call, answer, rows_of, seen
from .columns import Bound
from .problems import Problem, no_such_address, not_found, of_refusal
from .races import lost
from .requests import body_of, expected_version, idempotency_key

MOST_LINES = 1000
FIELDS = "fields"
GONE = gettext_lazy("What this request made was taken back since: ask anew, under another key.")


def commands_of(bound: Bound) -> dict[str, Command]:
    """What may be done to a record of the resource, by name: all that its screens and its declaration offer."""
    resource, entity = bound.resource, registry.screens_of(bound.model)
    own = [resource.change, resource.mark, *resource.commands]
    shown: Sequence[Command | None] = [entity.change, *entity.actions] if entity else []
    added = chain.from_iterable(one.actions for one in registry.contributions(entity.name)) if entity else ()
    offered = [one for one in chain(own, shown, added) if one is not None]
    return {one.short_name: one for one in offered if not one.is_create and one.model is bound.model}


def act(call: Call, path: str, key: UUID, name: str) -> HttpResponse:
    """`{"change_set", "record", "result"}`: the record as it stands now; `result` names another record that was made."""
    bound = call.resource(path)
    record = seen(bound, key)
    command = commands_of(bound).get(name)
    if command is None:
        raise no_such_address()
    names = Names.of_record(bound, command) if _takes_fields(command) else Names.of_command(command)
    body = dict(body_of(call.request))
    lacked = body.pop(FIELDS, None) if takes_lacking_fields(bound, command) else None
    args = read_one(call.actor, command, names, body)
    line: AnyLine = Line(args, record, expected_version=expected_version(call.request))
    if lacked is None:
        headers = once(bound, call, command, line, names)
    else:
        headers = _with_fields(call, bound, command, line, lacked)
    shown = _now(bound, key)
    document = {"change_set": _number(headers), "record": shown, "result": _result(bound, line)}
    return answer(document, headers=headers)


def takes_lacking_fields(bound: Bound, command: Command) -> bool:
    """Whether fields of the record may be sent with the act: what a refusal said it needs, in the same change set."""
    change = bound.resource.change
    return change is not None and change is not command and not _takes_fields(command)


def _with_fields(call: Call, bound: Bound, command: Command, line: AnyLine, lacked: Any) -> dict[str, str]:
    change = bound.resource.change
    assert change is not None
    if not isinstance(lacked, dict):
        sentence = _("A JSON object of fields is expected.")
        raise Refused("invalid", _("Some fields need correcting."), fields={FIELDS: sentence})
    names = Names.of_record(bound, change)
    fields: AnyLine = Line(read_one(call.actor, change, names, lacked), line.subject)
    fields.expected_version, line.expected_version = line.expected_version, None
    try:
        return _headers(
            command.with_fields(call.actor, line, change, fields, key=idempotency_key(call.request))
        )
    except Refused as refusal:
        raise renamed(refusal, names) from refusal


def _takes_fields(command: Command) -> bool:
    return bool(command.declared.fields)


def _now(bound: Bound, key: UUID) -> dict[str, Any] | None:
    record = rows_of(bound).filter(pk=key).first()
    return bound.shown([record])[0] if record is not None else None


def _result(bound: Bound, line: AnyLine) -> dict[str, Any] | None:
    made = line.result
    if not isinstance(made, models.Model) or made.pk == line.subject.pk:
        return None
    resource = registry.resource_of(type(made))
    return {"entity": resource.path if resource else made._meta.label_lower, "id": str(made.pk)}


def once(bound: Bound, call: Call, command: Command, line: AnyLine, names: Names) -> dict[str, str]:
    """Run a single act; headers that name its change set. Raises Problem, or Refused by the caller's names."""
    key = idempotency_key(call.request) if call.request.method == "POST" else None
    try:
        outcome = command.one(call.actor, line, key=key)
        if outcome.repeated and command.is_create and line.result is None:
            raise Problem(HTTPStatus.GONE, "gone", GONE)
        return _headers(outcome)
    except Conflict as conflict:
        raise lost(bound, line.subject.pk, conflict, names) from conflict
    except Refused as refusal:
        raise renamed(refusal, names) from refusal


def _headers(outcome: Outcome) -> dict[str, str]:
    headers = {} if outcome.change_set is None else {"X-Change-Set": str(outcome.change_set)}
    return headers | ({"Idempotent-Replay": "true"} if outcome.repeated else {})


def _number(headers: Mapping[str, str]) -> int | None:
    return int(headers["X-Change-Set"]) if "X-Change-Set" in headers else None


def bulk(call: Call, path: str) -> HttpResponse:
    """`{"items": [...]}`: creates, or changes when each has an `id` (and may have a `version`); one change set.

    Lines are answered one by one: `{"id", "version"}` or `{"problem"}`; a refused line does not stop the others.
    """
    bound = call.resource(path)
    items = _items(body_of(call.request))
    changes = [item for item in items if "id" in item]
    if changes and len(changes) != len(items):
        raise _bad_items(_("Send either creates or changes: all items with an id, or none."))
    command = bound.resource.change if changes else bound.resource.create
    if command is None:
        sentence = _("These records are not written this way.")
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "not_offered", sentence)
    names = Names.of_record(bound, command)
    lines = list(_lines(call, bound, command, names, items))
    outcome = _run(call, command, [line for line in lines if isinstance(line, Line)])
    said = [_said(bound, line, names) for line in lines]
    refused = sum("problem" in one for one in said)
    document = {
        "change_set": outcome.change_set,
        "done": len(said) - refused,
        "refused": refused,
        "items": said,
    }
    return answer(document, headers=_headers(outcome))


def _run(call: Call, command: Command, lines: list[AnyLine]) -> Outcome:
    """One change set for all lines; where the database refuses one of them, each is tried by itself."""
    key = idempotency_key(call.request)
    kept = [(copy(line.args), line.subject) for line in lines]
    try:
        return command.run(call.actor, lines, key=key)
    except IntegrityError:
        for line, (args, subject) in zip(lines, kept, strict=True):
            line.args, line.subject, line.result, line.refusal = args, subject, None, None
        return _one_by_one(call, command, lines, key)


def _one_by_one(call: Call, command: Command, lines: list[AnyLine], key: str | None) -> Outcome:
    given = Given(call.actor, command.name, key, lines)
    stamp, request = stamp_of(call.actor), given.request
    with transaction.atomic(), change_set(stamp, command=command.name, request=request) as opened:
        for line in lines:
            command.run(call.actor, [line])
        outcome = Outcome(opened.id if any(line.is_open for line in lines) else None, lines)
        opened.results = keys_of(outcome.results)
    return outcome


def _items(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    items = body.get("items")
    if set(body) != {"items"} or not isinstance(items, list) or not items:
        raise _bad_items(_('Send {"items": [...]} with at least one item.'))
    if len(items) > MOST_LINES:
        raise _bad_items(_("At most %(most)d items at once.") % {"most": MOST_LINES})
    if not all(isinstance(item, dict) for item in items):
        raise _bad_items(_("Each item is a JSON object."))
    return items


def _bad_items(sentence: str) -> Problem:
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", sentence, errors={"items": ("invalid", sentence)}
    )


def _lines(
    call: Call, bound: Bound, command: Command, names: Names, items: Sequence[Mapping[str, Any]]
) -> Iterator[AnyLine | Refused | Problem]:
    """For each item its line, or why there is none."""
    fields = [
        {name: value for name, value in item.items() if name not in {"id", "version"}} for item in items
    ]
    defaults = bound.resource.defaults(call.actor) if command.is_create else {}
    read = read_lines(call.actor, command, names, fields, defaults)
    if command.is_create:
        unknown = [_extra(item) for item in items]
        yield from (
            bad or (args if isinstance(args, Refused) else Line(args))
            for args, bad in zip(read, unknown, strict=True)
        )
        return
    keys = [_key(item.get("id")) for item in items]
    there = rows_of(bound).in_bulk([key for key in keys if key])
    seen_before: set[UUID | None] = set()
    for item, key, args in zip(items, keys, read, strict=True):
        if key not in there:
            yield not_found()
        elif key in seen_before:
            yield Refused("repeated", _("This record stands in an earlier item already."))
        elif isinstance(args, Refused):
            yield args
        else:
            yield Line(args, there[key], expected_version=_version(item))
        seen_before.add(key)


def _extra(item: Mapping[str, Any]) -> Refused | None:
    if "version" not in item:
        return None
    sentence = _("This field can only be read.")
    return Refused("invalid", _("Some fields need correcting."), fields={"version": sentence})


def _key(raw: Any) -> UUID | None:
    try:
        return UUID(raw)
    except (TypeError, ValueError, AttributeError):
        return None


def _version(item: Mapping[str, Any]) -> int | None:
    version = item.get("version")
    return version if version is None or (isinstance(version, int) and not isinstance(version, bool)) else -1


def _said(bound: Bound, line: AnyLine | Refused | Problem, names: Names) -> dict[str, Any]:
    if isinstance(line, Problem):
        return {"problem": line.document()}
    refusal = line if isinstance(line, Refused) else line.refusal
    if refusal is not None:
        if isinstance(refusal, Conflict) and isinstance(line, Line):
            return {"problem": lost(bound, line.subject.pk, refusal, names).document()}
        said = renamed(refusal, names) if isinstance(line, Line) else refusal
        return {"problem": of_refusal(said).document()}
    record = line.result if line.result is not None else line.subject  # type: ignore[union-attr]
    if record is None:
        sentence = _("This line was refused when the request came for the first time.")
        return {"problem": Problem(HTTPStatus.CONFLICT, "refused_before", sentence).document()}
    return {"id": str(record.pk), "version": record.version}
