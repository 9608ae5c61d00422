"""One edit of many records, and the run that a filter orders."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from artel.api.bodies import Names
from artel.api.columns import Bound
from artel.api.runs import OF_FILES, OF_MANY
from artel.kernel.commands import Command
from artel.kernel.jobs.models import State
from artel.kernel.jobs.steering import STEERING
from artel.screens.bulk.selected import MOST

from .schemas import UUID, Schema, body_schema

COUNT = {"type": "integer"}
NUMBER = {"type": ["integer", "null"]}
PROBLEMS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"id": UUID, "problem": {"$ref": "#/components/schemas/Problem"}},
        "required": ["id", "problem"],
    },
}


def _object(**properties: Any) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


PREVIEW = _object(
    rows=COUNT,
    is_more={"type": "boolean", "description": "There are more rows than were looked at."},
    changing=COUNT,
    unchanged=COUNT,
    refused=COUNT,
    forbidden=COUNT,
    not_found=COUNT,
    tried={"type": "integer", "description": "So many of the first were tried: `problems` are theirs."},
    problems=PROBLEMS,
    sample={
        "type": "array",
        "items": _object(
            id=UUID,
            version=COUNT,
            changes={"type": "array", "items": _object(field={"type": "string"}, before={}, after={})},
        ),
    },
)
DONE = _object(
    change_set=NUMBER, rows=COUNT, changed=COUNT, unchanged=COUNT, refused=COUNT, problems=PROBLEMS
)
ORDERED = _object(run=UUID)
RUN = _object(
    id=UUID,
    kind={"type": "string"},
    label={"type": "string"},
    state={"type": "string", "enum": list(State.values)},
    done=COUNT,
    total=NUMBER,
    error={"type": "string"},
    change_set=NUMBER,
    rows=COUNT,
    changed=COUNT,
    unchanged=COUNT,
    refused=COUNT,
    created={**COUNT, "description": "Of a file, as are `updated` and `skipped` rows."},
    updated=COUNT,
    skipped=COUNT,
    related={
        "type": "object",
        "additionalProperties": _object(created=COUNT, found=COUNT, updated=COUNT),
        "description": "Of a file: what came of the records that its rows bring along.",
    },
    problems={"type": "array", "items": _object(id=UUID, detail={"type": "string"})},
    commands={
        "type": "array",
        "items": {"type": "string", "enum": list(STEERING)},
        "description": "What you may do about it now.",
    },
)
OF_SOME = {*OF_MANY, *OF_FILES, "related"}
"""What is counted depends on the work."""
RUN["required"] = [name for name in RUN["required"] if name not in OF_SOME]
SCHEMAS: Schema = {"EditPreview": PREVIEW, "EditDone": DONE, "EditOrdered": ORDERED, "EditRun": RUN}


def edit_schema(bound: Bound, command: Command) -> Schema:
    """The body: which records, and the values that they shall have."""
    values = body_schema(Names.of_record(bound, command), partial=True)
    seen = _object(id=UUID, version=NUMBER)
    one = {"oneOf": [UUID, {**seen, "required": ["id"]}]}
    return {
        "type": "object",
        "properties": {
            "ids": {"type": "array", "items": one, "minItems": 1, "maxItems": MOST},
            "filter": {"$ref": "#/components/schemas/Filter"},
            "values": {**values, "minProperties": 1},
            "preview": {"type": "boolean", "default": False},
        },
        "required": ["values"],
        "oneOf": [{"required": ["ids"]}, {"required": ["filter"]}],
        "additionalProperties": False,
        "title": _("One edit of many records"),
    }
