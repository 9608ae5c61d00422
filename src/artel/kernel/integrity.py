"""A broken constraint of the database, said in the user's words."""

from __future__ import annotations

import re

from django.db import IntegrityError, models
from django.utils.translation import gettext_lazy as _

from .refusals import Refused

_SQLITE_COLUMNS = re.compile(r"UNIQUE constraint failed: (.+)")
_SQLITE_INDEX = re.compile(r"UNIQUE constraint failed: index '(.+)'")


def refusal_of(error: IntegrityError, model: type[models.Model]) -> Refused:
    """What the constraint means, with the fields it speaks of."""
    fields = _fields(error, model)
    if fields is None:
        return Refused(
            "integrity",
            _("The database refused this: a linked record is missing or a value is out of bounds."),
        )
    sentence = _("There is already such a record.")
    typed = [name.removeprefix("sort_") for name in fields]  # a name is compared by its sort key
    return Refused("already_exists", sentence, fields=dict.fromkeys(typed, sentence))


def _fields(error: IntegrityError, model: type[models.Model]) -> list[str] | None:
    cause = error.__cause__
    name = getattr(getattr(cause, "diag", None), "constraint_name", None)
    if found := _SQLITE_INDEX.search(str(error)):
        name = found[1]
    elif found := _SQLITE_COLUMNS.search(str(error)):
        return [part.rpartition(".")[2].removesuffix("_id") for part in found[1].split(", ")]
    if getattr(cause, "sqlstate", None) not in {None, "23505"} or name is None:
        return None
    for constraint in model._meta.constraints:
        if constraint.name == name:
            return list(getattr(constraint, "fields", ()))
    return [
        field.name for field in model._meta.concrete_fields if field.unique and field.column in name
    ] or []
