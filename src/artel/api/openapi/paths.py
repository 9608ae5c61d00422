"""The operations of one resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from artel.api.acting import FIELDS, MOST_LINES, commands_of, takes_lacking_fields
from artel.api.bodies import Names
from artel.api.columns import Bound
from artel.api.filters import filters_of
from artel.api.listing import LARGEST_PAGE, USUAL_PAGE
from artel.kernel.commands import Command

from .edits import edit_schema
from .schemas import Schema, body_schema

PROBLEM = {"$ref": "#/components/responses/Problem"}
REFUSALS = ("400", "401", "403", "404", "413", "415", "422", "429", "503", "507")
KEY = {"$ref": "#/components/parameters/Key"}
IF_MATCH = {"$ref": "#/components/parameters/IfMatch"}
IDEMPOTENCY = {"$ref": "#/components/parameters/IdempotencyKey"}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def said(description: str, schema: Schema | None = None, headers: Mapping[str, str] | None = None) -> Schema:
    found: Schema = {"description": description}
    if schema is not None:
        found["content"] = {"application/json": {"schema": schema}}
    if headers:
        found["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()
        }
    return found


def operation(
    name: str, summary: Any, tag: str, answers: Schema, *, more: tuple[str, ...] = (), **rest: Any
) -> Schema:
    """One operation with the problems it may answer."""
    refusals = dict.fromkeys(sorted({*REFUSALS, *more}), PROBLEM)
    return {
        "operationId": name,
        "summary": str(summary),
        "tags": [tag],
        "responses": {**answers, **refusals},
        **rest,
    }


def sent(schema: Schema, *, required: bool = True) -> Schema:
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def paths_of(bound: Bound, name: str) -> Iterator[tuple[str, Schema]]:
    """(address, operations); `name` is that of the record's schema."""
    path, resource = bound.resource.path, bound.resource
    collection: Schema = {"get": _list(bound, name)}
    if resource.create:
        collection["post"] = _create(bound, resource.create, name)
    yield f"/{path}", collection
    if resource.create or resource.change:
        yield f"/{path}/bulk", {"post": _bulk(bound, name)}
    yield f"/{path}/{{id}}", {"parameters": [KEY], **_one(bound, name)}
    yield f"/{path}/{{id}}/history", {"parameters": [KEY], "get": _history(bound)}
    for short, command in commands_of(bound).items():
        yield (
            f"/{path}/{{id}}/commands/{short}",
            {"parameters": [KEY], "post": _command(bound, command, name)},
        )


def _list(bound: Bound, name: str) -> Schema:
    path = bound.resource.path
    page = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": ref(name)},
            "next": {"type": ["string", "null"]},
            "count": {"type": ["integer", "null"]},
        },
        "required": ["items", "next", "count"],
        "additionalProperties": False,
    }
    parameters = [*_list_parameters(bound), *_filters(bound)]
    return operation(
        f"list_{path}",
        bound.model._meta.verbose_name_plural,
        path,
        {"200": said("A page.", page)},
        parameters=parameters,
    )


def _by_attributes(bound: Bound) -> str:
    return ", an indexed custom attribute (`attributes.CODE`)" if bound.has_attributes else ""


def _list_parameters(bound: Bound) -> Iterator[Schema]:
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE}
    words = [f"{sign}{name}" for name in bound.sorts for sign in ("", "-")]
    yield _parameter("limit", limit)
    yield _parameter("cursor", {"type": "string"}, "`next` of the page before.")
    yield _parameter(
        "sort",
        {"type": "string", "examples": words[:2]},
        f"By: {', '.join(bound.sorts)}{_by_attributes(bound)}; minus turns it round.",
    )
    yield _parameter("q", {"type": "string", "maxLength": 200}, "Words of what the record is found by.")
    yield {
        "name": "filter",
        "in": "query",
        "description": "A tree of conditions, as JSON.",
        "content": {"application/json": {"schema": ref("Filter")}},
    }
    yield _parameter("fields", {"type": "string"}, "Only these fields, separated by commas: cheaper.")
    yield _parameter("count", {"type": "string", "enum": ["true", "false"]}, "Count the rows, up to 10,000.")
    if bound.has_attributes:
        yield {
            **_parameter(
                "attributes",
                {"type": "object", "maxProperties": 0},
                "Filters by custom attributes: `attributes.CODE=…`.",
            ),
            "style": "form",
            "explode": True,
        }


def _filters(bound: Bound) -> Iterator[Schema]:
    for column in bound.columns.values():
        for operator in filters_of(column):
            yield _parameter(f"{column.name}__{operator}" if operator else column.name, {"type": "string"})


def _parameter(name: str, schema: Schema, description: str = "") -> Schema:
    found = {"name": name, "in": "query", "schema": schema}
    return {**found, "description": description} if description else found


def _create(bound: Bound, command: Command, name: str) -> Schema:
    made = said("Made.", ref(name), {"Location": "Its address.", "ETag": "Its version."})
    body = body_schema(Names.of_record(bound, command), partial=False)
    return operation(
        f"create_{bound.resource.path}", command.label, bound.resource.path, {"201": made},
        more=("409", "410"), parameters=[IDEMPOTENCY], requestBody=sent(body),
    )  # fmt: skip


def _bulk(bound: Bound, name: str) -> Schema:
    resource = bound.resource
    kinds = []
    if resource.create:
        kinds.append(body_schema(Names.of_record(bound, resource.create), partial=False))
    if resource.change:
        change = body_schema(Names.of_record(bound, resource.change), partial=True)
        own = {"id": {"type": "string", "format": "uuid"}, "version": {"type": ["integer", "null"]}}
        kinds.append({**change, "properties": {**change["properties"], **own}, "required": ["id"]})
    lists = [{"type": "array", "items": one, "minItems": 1, "maxItems": MOST_LINES} for one in kinds]
    body: Schema = {
        "type": "object",
        "properties": {"items": {"oneOf": lists} if len(lists) > 1 else lists[0]},
        "required": ["items"],
        "additionalProperties": False,
    }
    answers = {"200": said("Done line by line.", ref("BulkAnswer"))}
    if resource.change and resource.change.declared.fields:
        body = {"oneOf": [body, edit_schema(bound, resource.change)]}
        known = {"anyOf": [ref("BulkAnswer"), ref("EditDone"), ref("EditPreview")]}
        ordered = said(
            "Ordered: a run does it.", ref("EditOrdered"), {"Location": "Where the run is told of."}
        )
        answers = {"200": said("Done line by line, or the difference.", known), "202": ordered}
    return operation(
        f"bulk_{resource.path}", "Many creates, or many changes, in one change set", resource.path,
        answers, more=("409",), parameters=[IDEMPOTENCY], requestBody=sent(body),
    )  # fmt: skip


def _one(bound: Bound, name: str) -> Schema:
    path, resource = bound.resource.path, bound.resource
    known = said("The record.", ref(name), {"ETag": "Its version."})
    found: Schema = {"get": operation(f"read_{path}", bound.model._meta.verbose_name, path, {"200": known})}
    if resource.change:
        body = body_schema(Names.of_record(bound, resource.change), partial=True)
        found["patch"] = operation(
            f"change_{path}", resource.change.label, path, {"200": known},
            more=("409", "412"), parameters=[IF_MATCH], requestBody=sent(body),
        )  # fmt: skip
    if resource.mark:
        found["delete"] = operation(
            f"mark_{path}", resource.mark.label, path, {"204": said("Marked.")},
            more=("409", "412"), parameters=[IF_MATCH],
        )  # fmt: skip
    return found


def _history(bound: Bound) -> Schema:
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}
    parameters = [
        _parameter("limit", limit),
        _parameter("cursor", {"type": "string"}, "`next` of the page before."),
    ]
    path = bound.resource.path
    return operation(
        f"history_{path}",
        _("History"),
        path,
        {"200": said("Change sets.", ref("History"))},
        parameters=parameters,
    )


def _command(bound: Bound, command: Command, name: str) -> Schema:
    names = Names.of_record(bound, command) if command.declared.fields else Names.of_command(command)
    done = {
        "type": "object",
        "properties": {
            "change_set": {"type": ["integer", "null"]},
            "record": {"oneOf": [ref(name), {"type": "null"}]},
            "result": {"type": ["object", "null"]},
        },
        "required": ["change_set", "record", "result"],
        "additionalProperties": False,
    }
    body = body_schema(names, partial=bool(command.declared.fields))
    if takes_lacking_fields(bound, command) and bound.resource.change:
        lacking = body_schema(Names.of_record(bound, bound.resource.change), partial=True)
        body["properties"][FIELDS] = {
            **lacking,
            "description": "Fields of the record, changed in the same step.",
        }
    return operation(
        f"{bound.resource.path}_{command.short_name}", command.label, bound.resource.path, {"200": said("Done.", done)},
        more=("409", "412"), parameters=[IDEMPOTENCY, IF_MATCH],
        requestBody=sent(body, required=bool(body.get("required"))),
    )  # fmt: skip
