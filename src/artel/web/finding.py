"""Find as you type inside one entity: by name in any case, by code, by look-up keys."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet

from artel.kernel.records import facts_of
from artel.lib.names import sort_key


def matching(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """The rows whose declared search fields or code hold the words; no words leave the rows as they are."""
    words = words.strip()
    if not words:
        return rows
    condition = Q(pk__in=[])
    for name in _searched(rows.model):
        condition |= _holds(rows.model, name, words)
    return rows.filter(condition)


def _searched(model: type[models.Model]) -> list[str]:
    facts = facts_of(model)
    names = dict.fromkeys([*facts.search, *facts.lookup, "code"])
    return [name for name in names if _is_column(model, name)]


def _is_column(model: type[models.Model], name: str) -> bool:
    try:
        return isinstance(model._meta.get_field(name), models.CharField)
    except FieldDoesNotExist:
        return False


def _holds(model: type[models.Model], name: str, words: str) -> Q:
    """Names have a folded twin (sort_name), so ё and case do not matter and no function of the database is asked."""
    if _is_column(model, f"sort_{name}"):
        return Q(**{f"sort_{name}__contains": sort_key(words)})
    return Q(**{f"{name}__contains": words})
