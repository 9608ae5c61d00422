"""One edit of many records: `{"filter" | "ids", "values", "preview"}` beside the `items` of a bulk. No rule stands here.

Named rows are changed at once, those of a filter by a job that `/runs/{id}` tells of.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from artel.kernel.refusals import Conflict, Refused, type_of_text
from artel.screens.bulk.edits import Edit, edit_of
from artel.screens.bulk.matching import Matching, order
from artel.screens.bulk.previewing import Preview, preview
from artel.screens.bulk.selected import MOST, Done, Versions, change_selected
from artel.screens.filters import BadFilter, condition
from artel.screens.filters import read as read_filter

from . import acting
from .bodies import Names, read_one, renamed
from .calls import Call, answer, may_list, rows_of
from .columns import ATTRIBUTES, Bound, plain
from .problems import Problem, of_refusal
from .races import lost
from .requests import body_of, idempotency_key

WORDS = frozenset({"filter", "ids", "values", "preview"})


def bulk(call: Call, path: str) -> HttpResponse:
    """Many creates or changes line by line, or one edit of many records: the words of the body tell which."""
    body = body_of(call.request)
    return _edited(call, path, body) if WORDS & body.keys() else acting.bulk(call, path)


def _edited(call: Call, path: str, body: Mapping[str, Any]) -> HttpResponse:
    bound = call.resource(path)
    may_list(bound)
    command = bound.resource.change
    if command is None or not command.declared.fields:
        sentence = _("These records are not written this way.")
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "not_offered", sentence)
    _check(body)
    names = Names.of_record(bound, command)
    args = read_one(call.actor, command, names, body["values"])
    try:
        edit = edit_of(call.actor, command, args)
        chosen = _chosen(body["ids"]) if "ids" in body else _matching(bound, body["filter"])
        if body.get("preview", False):
            return answer(_previewed(bound, edit, names, chosen))
        return _run(call, bound, edit, names, chosen)
    except BadFilter as bad:
        raise _bad({f"filter.{at}".rstrip("."): sentence for at, sentence in bad.at.items()}) from bad
    except Refused as refusal:
        raise renamed(refusal, names) from refusal


def _check(body: Mapping[str, Any]) -> None:
    """The shape of the body. Raises Problem 422."""
    errors: dict[str, type_of_text] = {
        name: _("There is no such parameter here.") for name in body.keys() - WORDS
    }
    if not isinstance(body.get("values"), dict) or not body["values"]:
        errors["values"] = _("A JSON object of fields is expected.")
    if ("ids" in body) == ("filter" in body):
        errors["ids"] = _("Name either the records by ids, or all that match by a filter.")
    elif "filter" in body and not isinstance(body["filter"], dict):
        errors["filter"] = _("A filter is a JSON object.")
    if not isinstance(body.get("preview", False), bool):
        errors["preview"] = _("true or false is expected.")
    if errors:
        raise _bad(errors)


def _bad(errors: Mapping[str, type_of_text]) -> Problem:
    told = {name: ("invalid", sentence) for name, sentence in errors.items()}
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", _("Some fields need correcting."), errors=told)


def _chosen(ids: Any) -> Versions:
    """Keys with the versions that the caller has seen: texts, or objects with `id` and `version`."""
    if not isinstance(ids, list) or not 0 < len(ids) <= MOST:
        raise _bad({"ids": _("A list of 1 to %(most)d ids is expected.") % {"most": MOST}})
    found: dict[UUID, int | None] = {}
    for place, one in enumerate(ids):
        named = one if isinstance(one, dict) else {"id": one}
        version = named.get("version")
        try:
            key = UUID(named["id"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise _bad({f"ids.{place}": _("A key is expected.")}) from None
        if (
            named.keys() - {"id", "version"}
            or isinstance(version, bool)
            or not isinstance(version, int | None)
        ):
            raise _bad({f"ids.{place}": _("An id, or an object with an id and a version is expected.")})
        found[key] = version
    return found


def _matching(bound: Bound, tree: Mapping[str, Any]) -> Matching:
    """A name that nothing visible is called by is a mistake of the caller, as in lists."""
    node = read_filter(tree)
    condition(bound.model, node, bound.actor, must_be_called=True)
    return Matching(node)


def _previewed(bound: Bound, edit: Edit, names: Names, chosen: Versions | Matching) -> dict[str, Any]:
    if isinstance(chosen, Matching):
        found = preview(edit, chosen.rows(edit.actor, edit.model))
        unseen = 0
    else:
        found = preview(edit, rows_of(bound).filter(pk__in=list(chosen)))
        unseen = len(chosen) - found.rows
    return {
        "rows": found.rows + unseen,
        "is_more": found.is_more,
        "changing": found.changing,
        "unchanged": found.same,
        "refused": len(found.refused),
        "forbidden": found.closed_count,
        "not_found": unseen,
        "tried": found.tried,
        "problems": [
            {"id": str(one.record.pk), "problem": of_refusal(renamed(one.refusal, names)).document()}
            for one in found.refused
            if one.refusal
        ],
        "sample": _sample(bound, edit, names, found),
    }


def _sample(bound: Bound, edit: Edit, names: Names, found: Preview) -> list[dict[str, Any]]:
    """The first records as the API shows them: of what the caller may not see nothing is told."""
    outside = names.outside()
    fields = {name: outside.get(name, name) for name in edit.arguments}
    shown = bound.shown([one.record for one in found.shown])
    return [
        {
            "id": now["id"],
            "version": now["version"],
            "changes": [
                {"field": field, "before": _before(now, field), "after": plain(edit.values[name])}
                for name, field in fields.items()
            ],
        }
        for now in shown
    ]


def _before(now: Mapping[str, Any], field: str) -> Any:
    head, _dot, code = field.partition(".")
    return now.get(ATTRIBUTES, {}).get(code) if code and head == ATTRIBUTES else now.get(field)


def _run(call: Call, bound: Bound, edit: Edit, names: Names, chosen: Versions | Matching) -> HttpResponse:
    key = idempotency_key(call.request)
    if isinstance(chosen, Matching):
        owed = order(edit, chosen, key=key)
        address = reverse("api:run", kwargs={"key": owed.pk})
        return answer({"run": str(owed.pk)}, HTTPStatus.ACCEPTED, {"Location": address})
    done = change_selected(edit, chosen, key=key)
    headers = {"X-Change-Set": str(done.change_set)} if done.change_set else {}
    headers |= {"Idempotent-Replay": "true"} if done.repeated else {}
    return answer(_done(bound, names, done), headers=headers)


def _done(bound: Bound, names: Names, done: Done) -> dict[str, Any]:
    return {
        "change_set": done.change_set,
        "rows": done.rows,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "refused": len(done.refused),
        "problems": [
            {"id": str(key), "problem": _problem(bound, key, refusal, names)} for key, refusal in done.refused
        ],
    }


def _problem(bound: Bound, key: UUID, refusal: Refused, names: Names) -> dict[str, Any]:
    if isinstance(refusal, Conflict):
        return lost(bound, key, refusal, names).document()
    return of_refusal(renamed(refusal, names)).document()
