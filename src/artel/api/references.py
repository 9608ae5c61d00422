"""The records behind references, for those the caller may see; the others have neither key nor name. One query a kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.records import facts_of

Steps = Sequence[models.Field[Any, Any]]


class References:
    """Collects what a page refers to, reads it at once, then answers."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._wanted: dict[type[models.Model], set[UUID]] = defaultdict(set)
        self._found: dict[type[models.Model], dict[UUID, models.Model]] = defaultdict(dict)

    def is_open(self, model: type[models.Model]) -> bool:
        """Whether the actor sees every record of it."""
        return facts_of(model).public and self.actor.has(view_permission(model))

    def want(self, steps: Steps, records: Sequence[Any]) -> None:
        """The first step of these paths will be asked for."""
        if not steps or steps[0].related_model is None:
            return
        model: Any = steps[0].related_model
        is_open = self.is_open(model)
        for record in records:
            if steps[0].is_cached(record) and is_open:  # type: ignore[attr-defined]
                if (known := getattr(record, steps[0].name)) is not None:
                    self._found[model][known.pk] = known
            elif (key := getattr(record, steps[0].attname)) is not None:
                self._wanted[model].add(key)

    def records(self, steps: Steps, records: Sequence[Any]) -> list[Any]:
        """The record at the end of a path that ends with a reference; None where it is empty or not to be seen."""
        found: list[Any] = list(records)
        for step in steps:
            if step.related_model is None:
                break
            found = self._next(step, found)
        return found

    def follow(self, steps: Steps, records: Sequence[Any]) -> list[Any]:
        """The value at the end of a path: a record, or a column of the last record."""
        found = self.records(steps, records)
        last = steps[-1]
        if last.related_model is not None:
            return found
        return [None if record is None else getattr(record, last.attname) for record in found]

    def _next(self, step: models.Field[Any, Any], records: Sequence[Any]) -> list[Any]:
        model: Any = step.related_model
        keys = [None if record is None else getattr(record, step.attname) for record in records]
        known = self._found[model]
        self._wanted[model].update(key for key in keys if key is not None and key not in known)
        self._read(model)
        return [None if key is None else known.get(key) for key in keys]

    def _read(self, model: type[models.Model]) -> None:
        known = self._found[model]
        lacking = self._wanted.pop(model, set()) - known.keys()
        if lacking:
            rows = restrict(model._default_manager.all(), self.actor, view_permission(model))
            known.update(rows.in_bulk(list(lacking)))
