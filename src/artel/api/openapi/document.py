"""The whole document. Everybody may read it: it names no data."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from artel import __version__
from artel.api.calls import answer
from artel.api.columns import Bound
from artel.kernel import options
from artel.kernel.actors import Actor
from artel.kernel.jobs.steering import STEERING
from artel.reports.registry import all_reports
from artel.reports.vocabulary import Report
from artel.screens import registry
from artel.screens.filters.hints import schema as filter_schema

from .edits import SCHEMAS as EDITS
from .files import RECORD, file_paths
from .hooks import SCHEMAS as HOOKS
from .hooks import web_hooks
from .paths import operation, paths_of, ref, said, sent
from .schemas import UUID, Schema, record_schema

STRING = {"type": "string"}
PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "type": STRING,
        "title": STRING,
        "status": {"type": "integer"},
        "code": STRING,
        "detail": STRING,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": STRING, "code": STRING, "detail": STRING},
                "required": ["field", "code", "detail"],
            },
        },
        "needs": {"type": "array", "items": STRING},
        "offers": {"type": "array", "items": STRING},
        "version": {"type": "integer", "description": "412: the version the record has now."},
        "conflicts": {"type": "array", "items": {"type": "object"}, "description": "What stands in the way."},
    },
    "required": ["type", "title", "status", "code", "detail"],
}
BULK_ANSWER: Schema = {
    "type": "object",
    "properties": {
        "change_set": {"type": ["integer", "null"]},
        "done": {"type": "integer"},
        "refused": {"type": "integer"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": UUID, "version": {"type": "integer"}, "problem": ref("Problem")},
            },
        },
    },
    "required": ["change_set", "done", "refused", "items"],
}
NUMBER = {"type": ["integer", "null"]}
MAYBE = {"type": ["string", "null"]}
HISTORY: Schema = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "change_set": {"type": "integer"},
                    "at": {"type": "string", "format": "date-time"},
                    "actor": {"type": "object", "properties": {"kind": STRING, "name": STRING}},
                    "command": STRING,
                    "label": STRING,
                    "undoes": NUMBER,
                    "rows": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "entity": STRING,
                                "id": UUID,
                                "op": {"enum": ["i", "u", "d"], "description": "made, changed, deleted"},
                                "fields": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "properties": {"field": STRING, "before": {}, "after": {}},
                                        "required": ["field", "before", "after"],
                                    },
                                },
                            },
                        },
                    },
                },
                "required": ["change_set", "at", "actor", "command", "rows"],
            },
        },
        "next": MAYBE,
    },
    "required": ["items", "next"],
}
UNDONE: Schema = {
    "type": "object",
    "properties": {
        "change_set": NUMBER,
        "restored": {"type": "integer"},
        "conflicts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "entity": STRING,
                    "id": MAYBE,
                    "field": MAYBE,
                    "reason": STRING,
                    "ours": {},
                    "theirs": {},
                    "who": MAYBE,
                    "when": MAYBE,
                    "change_set": NUMBER,
                },
            },
        },
    },
    "required": ["change_set", "restored", "conflicts"],
}
UNDO_BODY: Schema = {
    "type": "object",
    "properties": {"dry_run": {"type": "boolean"}, "strict": {"type": "boolean"}},
    "additionalProperties": False,
}
REPORT: Schema = {
    "type": "object",
    "properties": {
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": STRING, "label": STRING, "type": STRING},
                "required": ["name", "label", "type"],
            },
        },
        "rows": {"type": "array", "items": {"type": "array", "items": {}}},
        "totals": {"type": "array", "items": {}},
        "blocks": {"type": "array", "items": STRING},
        "currency": STRING,
        "as_of": {"type": "string", "format": "date-time"},
        "parameters": {"type": "object"},
        "groups": {"type": "array", "items": {"type": "array", "items": {}}},
    },
    "required": ["columns", "rows", "totals", "blocks", "currency", "as_of", "parameters"],
}
NUMBER_OF_SET: Schema = {
    "name": "number",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
}
PARAMETERS: Schema = {
    "Key": {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}},
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "schema": STRING,
        "description": "The version you have seen.",
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "maxLength": 200, "pattern": r"^[\x21-\x7e]*$"},
    },
}


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    return answer(made())


def made() -> Schema:
    """The document in the active language, without the resources whose option is off."""
    switched = options.switched()
    everybody = Actor.system("openapi")
    bound = [
        Bound(one, everybody)
        for one in sorted(registry.all_resources(), key=lambda one: one.path)
        if switched.get(one.option, True)
    ]
    schemas: Schema = {
        "Problem": PROBLEM_SCHEMA,
        "Filter": filter_schema(),
        "BulkAnswer": BULK_ANSWER,
        "History": HISTORY,
        "Undone": UNDONE,
        "Report": REPORT,
        **EDITS,
        **HOOKS,
    }
    paths: Schema = dict(_others())
    for one in bound:
        name = _name(one)
        schemas[name] = record_schema(one)
        paths.update(paths_of(one, name))
    for address, operations in file_paths():
        paths[address] = {**paths.get(address, {}), **operations}
    paths["/files"]["get"]["parameters"].append(RECORD)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Artel", "version": __version__, "description": _about()},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "webhooks": web_hooks(),
        "components": {
            "schemas": schemas,
            "parameters": PARAMETERS,
            "responses": {"Problem": _problem()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _name(bound: Bound) -> str:
    return "".join(part.title() for part in bound.resource.path.split("-"))


def _problem() -> Schema:
    content = {"application/problem+json": {"schema": ref("Problem")}}
    return {"description": "Why not.", "content": content}


def _about() -> str:
    return _(
        "Money and other decimal numbers are texts; moments are ISO 8601 with an offset; a reference is written as an id, a"
        " code or a name and read as an id with a name beside it."
    )


def _others() -> Iterator[tuple[str, Schema]]:
    hit = {
        "type": "object",
        "properties": {"entity": STRING, "id": UUID, "code": {"type": ["string", "null"]}, "name": STRING},
    }
    hits = {"type": "object", "properties": {"items": {"type": "array", "items": hit}}, "required": ["items"]}
    words = [
        {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 200}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}},
        *({"name": name, "in": "query", "schema": STRING} for name in ("act", "argument")),
        {"name": "of", "in": "query", "schema": UUID},
    ]
    yield (
        "/search",
        {"get": operation("search", _("Search"), "search", {"200": said("Hits.", hits)}, parameters=words)},
    )
    yield (
        "/users/me",
        {"get": operation("me", _("Who I am"), "users", {"200": said("You.", {"type": "object"})})},
    )
    run = operation("run", _("Work on its way"), "runs", {"200": said("How far it came.", ref("EditRun"))})
    key = {"parameters": [{"$ref": "#/components/parameters/Key"}]}
    yield "/runs/{id}", {**key, "get": run}
    for word, command in STEERING.items():
        steered = operation(
            f"{word}_run",
            command.label,
            "runs",
            {"200": said("How far it came.", ref("EditRun"))},
            more=("409",),
        )
        yield f"/runs/{{id}}/commands/{word}", {**key, "post": steered}
    yield "/change-sets/{number}/undo", {"parameters": [NUMBER_OF_SET], "post": _undo()}
    for one in sorted(all_reports(), key=lambda one: one.name):
        yield f"/reports/{one.name}", {"get": _report(one)}


def _undo() -> Schema:
    return operation(
        "undo",
        _("Undo"),
        "change-sets",
        {"200": said(_("What was put back, and what stays."), ref("Undone"))},
        more=("409",),
        parameters=[{"$ref": "#/components/parameters/IdempotencyKey"}],
        requestBody=sent(UNDO_BODY, required=False),
    )


def _report(report: Report) -> Schema:
    day = {"type": "string", "description": _("A day: 2026-12-31.")}
    blocks = {"type": "string", "enum": [block.name for block in report.blocks]}
    known = {"block": blocks, "from": day, "to": day, "as_of": day, "filter": STRING}
    known |= dict.fromkeys(("rows", "columns", "measures"), STRING)
    known |= dict.fromkeys((one.name for one in report.dataset.dimensions), STRING)
    parameters = [{"name": name, "in": "query", "schema": schema} for name, schema in known.items()]
    name = f"report_{report.name}"
    return operation(
        name, report.label, "reports", {"200": said("A table.", ref("Report"))}, parameters=parameters
    )
