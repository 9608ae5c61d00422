"""Find as you type inside one entity, through the search index; a plain directory without one is found by its folded name."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from artel.kernel.actors import Actor
from artel.kernel.search.finding import find


def matching(rows: QuerySet[Any], words: str, actor: Actor) -> QuerySet[Any]:
    """The rows that hold the words in what this person may search; no words leave the rows as they are."""
    if not words.strip():
        return rows
    try:
        return rows.filter(find(rows.model, words, actor))
    except KeyError:
        return rows.filter(Q(pk__in=[]))
