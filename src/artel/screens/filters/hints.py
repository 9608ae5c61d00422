"""What the query builder offers and what the documents of the API say: fields, operators and values, for one actor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from artel.kernel.access import view_permission
from artel.kernel.actors import Actor
from artel.kernel.attributes.models import Kind
from artel.kernel.attributes.values import present_choices
from artel.kernel.trees import Branch

from .fields import FilterField, fields_of, relations_of
from .operators import MY_DEPARTMENT, OF_KIND, OPERATORS, PERIODS, WORDS, label_of, offered

INDENT = "\N{FIGURE SPACE}\N{FIGURE SPACE}"  # list boxes keep figure spaces

Hint = dict[str, Any]


def hints(model: type[models.Model], actor: Actor) -> Hint:
    """`{"fields": […], "relations": […], "operators": {kind: […]}, "periods": […]}` for a record of the model.

    A field that points at records the actor may list says their entity in `into`: what is asked of them is hinted under
    that name, and a filter names it `field.its_field`.
    """
    asked = sorted(
        (_field(one, actor) for one in fields_of(model, actor)), key=lambda one: one["label"].casefold()
    )
    relations = [
        {"name": one.name, "label": one.label, "into": one.model._meta.label_lower}
        for one in relations_of(model, actor)
    ]
    return {
        "label": str(model._meta.verbose_name),
        "fields": asked,
        "relations": sorted(relations, key=lambda one: str(one["label"]).casefold()),
        "operators": {kind: _operators(kind) for kind in OF_KIND},
        "periods": [{"value": code, "label": str(label)} for code, (_unit, _away, label) in PERIODS.items()],
    }


def _operators(kind: str) -> list[Hint]:
    return [{"code": one.code, "label": label_of(one, kind), "takes": one.takes} for one in offered(kind)]


def _field(asked: FilterField, actor: Actor) -> Hint:
    made: Hint = {"name": asked.name, "label": asked.label, "kind": asked.kind}
    if choices := choices_of(asked, actor):
        made["choices"] = [{"value": value, "label": label} for value, label in choices]
    target = asked.target
    if target is not None and asked.kind in {"reference", "tree"}:
        made["target"] = target._meta.label_lower
        if actor.has(view_permission(target)):
            made["into"] = target._meta.label_lower
    if asked.is_of_people:
        made["words"] = [{"value": word, "label": str(label)} for word, label in WORDS.items()]
    return made


def choices_of(asked: FilterField, actor: Actor) -> list[tuple[str, str]]:
    """What may be chosen of a field with few values: of a choice, a yes or no, a tree of directory items."""
    if asked.kind == "boolean":
        return [("true", _("yes")), ("false", _("no"))]
    if asked.kind == "tree":
        return branches_of(asked.target, actor)
    if asked.attribute is not None:
        is_choice = asked.attribute.kind == Kind.CHOICE
        return [(one.code, one.label) for one in present_choices(asked.attribute)] if is_choice else []
    if asked.declared is not None:
        given = asked.declared.choices(actor) if asked.declared.choices else ()
        return [(code, str(label)) for code, label in given]
    if asked.kind != "choice" or asked.column is None:
        return []
    return [(str(code), str(label)) for code, label in asked.column.flatchoices]


def branches_of(target: Any, actor: Actor) -> list[tuple[str, str]]:
    """The branches of a tree the actor may see, parents first, set in by their depth."""
    rows: Sequence[Branch] = target._default_manager.visible_to(actor).present().by_path()
    return [(str(row.pk), INDENT * row.depth + row.label) for row in rows]


def schema() -> Hint:
    """The JSON Schema of a tree, for the document of the API."""
    node = {"$ref": "#/components/schemas/Filter"}
    operators = sorted(OPERATORS)
    return {
        "description": _description(),
        "oneOf": [
            _object({"all": {"type": "array", "items": node}}, "all"),
            _object({"any": {"type": "array", "items": node}}, "any"),
            _object({"not": node}, "not"),
            _object({"has": {"type": "string"}, "where": node}, "has"),
            _object({"has_no": {"type": "string"}, "where": node}, "has_no"),
            _object({"field": {"type": "string"}, "is": {"enum": operators}, "value": {}}, "field"),
        ],
    }


def _object(properties: Hint, required: str) -> Hint:
    return {"type": "object", "properties": properties, "required": [required], "additionalProperties": False}


def _description() -> str:
    kinds = "; ".join(f"{kind}: {', '.join(codes)}" for kind, codes in OF_KIND.items() if kind != "declared")
    return (
        "A tree of conditions. A field is one of the record, `attributes.CODE`, or one of a record it points at "
        f"(`client.region`). Operators by kind of field: {kinds}. Periods of `during`: {', '.join(PERIODS)}. "
        f"People also as `me` and `{MY_DEPARTMENT}`."
    )
