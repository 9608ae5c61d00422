"""What a model must keep to, so that the journal can keep it; Django's `check` says it before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import models

from .catalogue import Model, facts_of, has_uuid_key, journalled_models, unjournalled_fields


@register(Tags.models)
def check_models(**_: Any) -> list[CheckMessage]:
    """Journalled models have one UUID key, and columns whose values come back from JSON exactly."""
    return [error for model in journalled_models() for error in _errors(model)]


def _errors(model: Model) -> Iterator[Error]:
    if not has_uuid_key(model):
        yield Error(
            "A journalled record has one UUID key; otherwise say `journal_exempt`.",
            obj=model,
            id="journal.E001",
        )
    for field in model._meta.local_concrete_fields:
        if field.name not in unjournalled_fields(model):
            yield from _errors_of(field)
    for name in facts_of(model).derived:
        if not model._meta.get_field(name).null:
            yield Error(
                "A derived column is filled by the database: null=True.", obj=model, id="journal.E004"
            )


def _errors_of(field: models.Field[Any, Any]) -> Iterator[Error]:
    if isinstance(field, models.BinaryField):
        yield Error("The journal keeps no bytes: a file, or secret.", obj=field, id="journal.E002")
    if isinstance(field, models.JSONField) and field.null:
        yield Error(
            "JSON has its own null: null=False, or nobody can tell the two apart.",
            obj=field,
            id="journal.E003",
        )
