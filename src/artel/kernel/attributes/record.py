"""The columns of a record that may have custom attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from artel.kernel.records import Record
from artel.lib.names import sort_key

LONGEST_KEY = 250


class MembersField(models.JSONField):
    """JSON whose members are fields of their own: an undo puts back the members it changed and leaves the others."""

    def deconstruct(self) -> Any:
        """In the database, and so in migrations, it is plain JSON."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


class Attributed(Record):
    """A record with custom attributes: inherit it beside the others (`class Partner(CodedNamed, Attributed)`).

    The keys follow the values and are not journalled.
    """

    attributes = MembersField(_("attributes"), default=dict, blank=True)
    attribute_keys = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def prepare(cls, row: dict[str, Any]) -> None:
        super().prepare(row)
        if "attributes" in row:
            row["attribute_keys"] = keys_of(row["attributes"])

    @classmethod
    def follow(cls, rows: Sequence[UUID]) -> None:
        """Put the keys right after the values were written by SQL that does not know of them (an undo)."""
        found = cls._base_manager.filter(pk__in=rows).values_list("pk", "attributes", "attribute_keys")
        for pk, values, keys in found:
            if (right := keys_of(values)) != keys:
                cls._base_manager.filter(pk=pk).update(attribute_keys=right)


def keys_of(values: dict[str, Any]) -> dict[str, str]:
    """What the texts among the values are compared by: without case and ё, of bounded length so that an index takes it."""
    return {code: sort_key(value)[:LONGEST_KEY] for code, value in values.items() if isinstance(value, str)}


def attributed_models() -> dict[str, type[Attributed]]:
    """Every record that may have attributes, by its entity name ("partners.partner")."""
    return {model._meta.label_lower: model for model in apps.get_models() if issubclass(model, Attributed)}


def attributed_choices() -> list[tuple[str, Any]]:
    """The same as choices of a field: entity names with what they are called."""
    return [(name, model._meta.verbose_name_plural) for name, model in attributed_models().items()]
