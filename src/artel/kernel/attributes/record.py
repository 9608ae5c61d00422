"""The columns of a record that may have custom attributes."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from artel.kernel.records import Record
from artel.lib.names import sort_key

LONGEST_KEY = 250


class Attributed(Record):
    """A record with custom attributes: inherit it beside the others (`class Partner(CodedRecord, Named, Attributed)`)."""

    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    attribute_keys = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def prepare(cls, row: dict[str, Any]) -> None:
        super().prepare(row)
        if "attributes" in row:
            row["attribute_keys"] = keys_of(row["attributes"])


def keys_of(values: dict[str, Any]) -> dict[str, str]:
    """What the texts among the values are compared by: without case and ё, of bounded length so that an index takes it."""
    return {code: sort_key(value)[:LONGEST_KEY] for code, value in values.items() if isinstance(value, str)}


def attributed_models() -> dict[str, type[Attributed]]:
    """Every record that may have attributes, by its entity name ("partners.partner")."""
    return {model._meta.label_lower: model for model in apps.get_models() if issubclass(model, Attributed)}
