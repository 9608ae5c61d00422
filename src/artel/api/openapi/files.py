"""The operations that carry bytes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .paths import IDEMPOTENCY, KEY, operation, ref, said
from .schemas import UUID, Schema

BYTES: Schema = {"type": "string", "format": "binary"}
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {
    "name": "number",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
}
VERSIONS: Schema = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "number": {"type": "integer"},
                    "name": TEXT,
                    "media_type": TEXT,
                    "size": {"type": "integer"},
                    "sha256": {"type": ["string", "null"]},
                    "comment": TEXT,
                    "author": {"type": ["string", "null"]},
                    "created_at": {"type": "string", "format": "date-time"},
                    "again": {"type": ["integer", "null"]},
                },
                "required": ["number", "name", "media_type", "size", "sha256"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["items"],
    "additionalProperties": False,
}
RECORD: Schema = {
    "name": "record",
    "in": "query",
    "schema": TEXT,
    "description": "Files of one record: its entity and id, such as `deals.deal:ID`.",
}


def file_paths() -> Iterator[tuple[str, Schema]]:
    """(address, operations) beside those of the resource."""
    made = {"201": said(_("Made."), ref("Files"))}
    told = {
        "entity": TEXT,
        "record": UUID,
        "name": TEXT,
        "description": TEXT,
        "comment": TEXT,
        "is_private": TEXT,
    }
    yield "/files", {"post": _taking("attach_file", _("Attach a file"), told, ("entity", "record"), made)}
    whole = {"name": TEXT, "comment": TEXT}
    yield (
        "/files/{id}/versions",
        {
            "parameters": [KEY],
            "get": operation("list_versions", _("Versions"), "files", {"200": said(_("Versions"), VERSIONS)}),
            "post": _taking("add_version", _("Add a version"), whole, (), made),
        },
    )
    for address, name, words in (
        ("/files/{id}/content", "file_content", [KEY]),
        ("/files/{id}/versions/{number}/content", "version_content", [KEY, NUMBER]),
    ):
        yield address, {"parameters": words, "get": _giving(name)}


def _taking(name: str, summary: str, told: Schema, required: tuple[str, ...], answers: Schema) -> Schema:
    """A form, or the bytes as they are with the rest among the parameters."""
    form: Schema = {"type": "object", "properties": {"file": BYTES, **told}, "required": ["file", *required]}
    body = {
        "required": True,
        "content": {"multipart/form-data": {"schema": form}, "application/octet-stream": {"schema": BYTES}},
    }
    words = [{"name": one, "in": "query", "schema": schema} for one, schema in told.items()]
    return operation(
        name,
        summary,
        "files",
        answers,
        more=("409", "413"),
        parameters=[IDEMPOTENCY, *words],
        requestBody=body,
    )


def _giving(name: str) -> Schema:
    bytes_ = {"content": {"*/*": {"schema": BYTES}}}
    answers: Schema = {
        "200": {"description": _("The content, as an attachment."), **bytes_},
        "206": {"description": _("The range that was asked for."), **bytes_},
        "304": {"description": _("You have it already.")},
    }
    return operation(name, _("Content"), "files", answers)
