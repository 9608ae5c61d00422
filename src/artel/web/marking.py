"""Conditional formatting: which rows and cells of a page fulfil the conditions of a view, in one query for the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Model, Q, Value, When

from artel.kernel.actors import Actor
from artel.screens.filters import BadFilter, condition, read

from .filter_words import said


@dataclass(frozen=True)
class Mark:
    """How a cell is marked, and because of what."""

    style: str
    said: str


@dataclass(frozen=True)
class Rule:
    """One rule bound to a person: `column` is empty for the whole row."""

    mark: Mark
    column: str
    condition: Q


@dataclass(frozen=True)
class Marks:
    """The rules of a list."""

    rules: Sequence[Rule] = ()
    closed: int = 0
    """So many rules ask for what this person may not see."""

    def of(self, records: Sequence[Any]) -> list[Mapping[str, Mark]]:
        """The marks of each record by column; the first rule that holds counts."""
        if not self.rules or not records:
            return [{}] * len(records)
        held = self._held(type(records[0]), [record.pk for record in records])
        return [self._marks(held.get(record.pk, ())) for record in records]

    def _held(self, model: type[Model], keys: Sequence[UUID]) -> dict[UUID, Sequence[bool]]:
        asked = {
            f"rule_{number}": Case(
                When(rule.condition, then=Value(value=True)),
                default=Value(value=False),
                output_field=BooleanField(),
            )
            for number, rule in enumerate(self.rules)
        }
        rows = model._default_manager.filter(pk__in=keys).annotate(**asked).order_by()
        return {key: held for key, *held in rows.values_list("pk", *asked)}

    def _marks(self, held: Sequence[bool]) -> Mapping[str, Mark]:
        found: dict[str, Mark] = {}
        for rule, holds in zip(self.rules, held, strict=False):
            if holds:
                found.setdefault(rule.column, rule.mark)
        return found


def marks_of(model: type[Model], actor: Actor, text: str) -> Marks:
    """The rules of an address or a view, for one person."""
    rules, closed = [], 0
    for one in json.loads(text or "[]"):
        try:
            tree = read(one["when"])
            found = condition(model, tree, actor)
        except BadFilter:
            closed += 1
            continue
        if found != Q():
            rules.append(Rule(Mark(one["style"], said(model, tree, actor)), one["column"], found))
    return Marks(rules, closed)
