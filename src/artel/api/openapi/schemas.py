"""JSON Schemas of fields and arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator

from artel.api.bodies import Names
from artel.api.columns import ATTRIBUTES, NAME, Bound, Column
from artel.kernel.arguments import Argument

Schema = dict[str, Any]

UUID = {"type": "string", "format": "uuid", "examples": ["01890a5d-ac96-774b-bcce-b302099a8057"]}
LARGEST_INTEGER = 2**31 - 1


def _text(argument: Argument) -> Schema:
    # No control characters: NUL is no text, and spaces at the ends are cut.
    found: Schema = {"type": "string"}
    if argument.max_length:
        found["maxLength"] = argument.max_length
    return found


def _integer(argument: Argument) -> Schema:
    found: Schema = {"type": "integer", "minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER}
    for validator in argument.validators:
        if isinstance(validator, MinValueValidator):
            found["minimum"] = max(found["minimum"], int(_limit(validator)))
        elif isinstance(validator, MaxValueValidator):
            found["maximum"] = min(found["maximum"], int(_limit(validator)))
    return found


def _limit(validator: MinValueValidator | MaxValueValidator) -> Any:
    limit = validator.limit_value
    return limit() if callable(limit) else limit


def _decimal(argument: Argument) -> Schema:
    whole = (argument.max_digits or 20) - (argument.decimal_places or 0)
    places = argument.decimal_places or 0
    tail = rf"(\.\d{{1,{places}}})?" if places else ""
    return {"type": "string", "pattern": rf"^-?\d{{1,{whole}}}{tail}$", "examples": ["1234.5"[: 5 + places]]}


def _choice(argument: Argument) -> Schema:
    return {"type": "string", "enum": [code for code, _label in argument.choices]}


_BY_KIND: Mapping[str, Callable[[Argument], Schema]] = {
    "text": _text,
    "lines": _text,
    "integer": _integer,
    "decimal": _decimal,
    "choice": _choice,
    "boolean": lambda _argument: {"type": "boolean"},
    "day": lambda _argument: {"type": "string", "format": "date", "examples": ["2026-12-31"]},
    "moment": lambda _argument: {
        "type": "string",
        "format": "date-time",
        "examples": ["2026-12-31T18:30:00+03:00"],
    },
    "pointer": lambda _argument: {
        "type": "string",
        "description": "id, code or name; `deal:00-00000012` says of what kind it is",
    },
    "json": lambda argument: dict(argument.shape),
    "reference": lambda argument: {
        "type": "string",
        "description": "id, code or name",
        **({"minLength": 1} if argument.required or argument.many else {}),  # an empty text names nothing
    },
}


def nullable(schema: Schema) -> Schema:
    """The schema that takes null too."""
    if "type" not in schema:
        return schema
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    found = {**schema, "type": [*dict.fromkeys([*kinds, "null"])]}
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    return found


def labelled(argument: Argument, schema: Schema) -> Schema:
    """The label of a field describes it; a title would become a name in the programs that clients are made with."""
    said = [str(argument.label), schema.get("description", "")]
    return {**schema, "description": ": ".join(filter(None, said))}


def argument_schema(argument: Argument) -> Schema:
    """What a body may hold for an argument."""
    one = _BY_KIND[argument.kind](argument)
    found = {"type": "array", "items": one} if argument.many else one
    if not argument.required:
        found = nullable(found)
    elif argument.kind in {"text", "lines"}:
        found = {**found, "pattern": r"\S"}  # an empty text fills nothing in, neither do spaces
    return labelled(argument, found)


def column_schema(column: Column) -> Schema:
    """What an answer holds for a field."""
    if column.kind == "key":
        return UUID
    if column.is_reference:
        return nullable(UUID)
    argument = column.argument
    if argument is None:
        return {"type": ["string", "number", "boolean", "null"]}
    read: Schema = {"text": {"type": "string"}, "lines": {"type": "string"}}.get(argument.kind) or _BY_KIND[
        argument.kind
    ](argument)
    if argument.kind in {"decimal", "integer"}:
        read = {"type": read["type"]}
    if argument.kind == "choice":
        read = {"type": "string", "enum": [*dict.fromkeys([*read["enum"], ""])]}
    return labelled(argument, nullable(read))


def body_schema(names: Names, *, partial: bool) -> Schema:
    """The body of a create, change or command; nothing else is taken."""
    required = [name for name, one in names.arguments.items() if one.required and not partial]
    found: Schema = {
        "type": "object",
        "properties": {name: _in_body(name, one) for name, one in names.arguments.items()},
        "additionalProperties": False,
    }
    return {**found, "required": sorted(required)} if required else found


def _in_body(name: str, argument: Argument) -> Schema:
    if name == ATTRIBUTES:
        return {"type": ["object", "null"], "description": "Custom attributes by code."}
    return argument_schema(argument)


def record_schema(bound: Bound) -> Schema:
    """A record in answers. Only the key is sure: what a caller may not see is left out."""
    properties: Schema = {}
    for column in bound.columns.values():
        if column.is_read:
            properties[column.name] = column_schema(column)
            if column.is_reference:
                properties[f"{column.name}{NAME}"] = {"type": ["string", "null"]}
    if bound.has_attributes:
        properties[ATTRIBUTES] = {"type": "object", "description": "Custom attributes by code."}
    return {"type": "object", "properties": properties, "required": ["id"], "additionalProperties": False}
