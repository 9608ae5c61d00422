"""What web-hooks send, as the document tells it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from artel.api.hooks.events import STRONGEST

from .schemas import UUID, Schema

STRING = {"type": "string"}
NUMBER = {"type": "integer"}
MAYBE_NUMBER = {"type": ["integer", "null"]}
NAMES = {"type": "array", "items": STRING}
EVENT: Schema = {
    "type": "object",
    "properties": {
        "id": NUMBER,
        "entity": STRING,
        "record": UUID,
        "kind": {"type": "string", "enum": sorted(STRONGEST)},
        "fields": NAMES,
        "parts": NAMES,
        "version": MAYBE_NUMBER,
        "link": STRING,
    },
    "required": ["id", "entity", "record", "kind", "fields", "parts", "version", "link"],
}
CHANGES: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "const": "changes"},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": {
            "type": "object",
            "properties": {
                "number": NUMBER,
                "change_set": NUMBER,
                "act": STRING,
                "actor": {
                    "type": "object",
                    "properties": {"kind": STRING, "id": {"type": ["string", "null"], "format": "uuid"}},
                },
                "undoes": MAYBE_NUMBER,
                "has_more": {"type": "boolean"},
                "events": {"type": "array", "items": {"$ref": "#/components/schemas/WebHookEvent"}},
            },
            "required": ["number", "change_set", "act", "actor", "undoes", "has_more", "events"],
        },
    },
    "required": ["type", "timestamp", "data"],
}
SCHEMAS = {"WebHookEvent": EVENT, "WebHookChanges": CHANGES}
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def web_hooks() -> Schema:
    """The requests that a receiver gets."""
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/WebHookChanges"}}}
    headers = [{"name": name, "in": "header", "required": True, "schema": STRING} for name in HEADERS]
    told: Schema = {
        "summary": _("What one act has changed"),
        "parameters": headers,
        "requestBody": {"required": True, "content": body},
        "responses": {"2XX": {"description": _("Heard: the next one may come.")}},
    }
    return {"changes": {"post": told}}
