"""A filter read aloud: «Client: business region lies within Volga, and (status is in work or potential is at least 1,000)»."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from artel.kernel.access import seen_by_key
from artel.kernel.actors import Actor
from artel.screens.filters.fields import FilterField, field_of, relations_of
from artel.screens.filters.hints import choices_of
from artel.screens.filters.operators import OPERATORS, PERIODS, WORDS, label_of
from artel.screens.filters.tree import All, Any_, Leaf, Node, Not, Related

from . import formats
from .cells import HIDDEN
from .filters import shown_day

Names = Mapping[str, str]
_SINGLE = {"in": "equals", "not_in": "not_equals"}
"""What one of several is called when there is but one."""


def said(model: type[models.Model], tree: Node, actor: Actor) -> str:
    """The whole filter in one sentence; empty when it asks for everything. What is closed to the actor is not named."""
    return _Reader(actor, names_in(model, tree, actor)).node(model, tree, is_outer=True)


def names_in(model: type[models.Model], tree: Node, actor: Actor) -> dict[str, str]:
    """What the records are called that a filter names by key, as far as the actor may see them: one query a kind."""
    wanted: dict[Any, set[UUID]] = defaultdict(set)
    for asked, leaf in _asked(model, tree, actor):
        if asked.target is not None:
            wanted[asked.target].update(key for text in _listed(leaf.value) if (key := _key(text)))
    found: dict[str, str] = {}
    for target, keys in wanted.items():
        if keys:
            found |= {str(key): str(record) for key, record in seen_by_key(actor, target, keys).items()}
    return found


def _asked(model: type[models.Model], node: Node, actor: Actor) -> Iterator[tuple[FilterField, Leaf]]:
    match node:
        case All(parts) | Any_(parts):
            for part in parts:
                yield from _asked(model, part, actor)
        case Not(part):
            yield from _asked(model, part, actor)
        case Related(relation, where):
            related = _related(model, relation, actor)
            if related is not None:
                yield from _asked(related, where, actor)
        case Leaf():
            if (asked := field_of(model, node.field, actor)) is not None:
                yield asked, node


def _related(model: type[models.Model], name: str, actor: Actor) -> type[models.Model] | None:
    return next((one.model for one in relations_of(model, actor) if one.name == name), None)


class _Reader:
    """Words for the nodes of one tree."""

    def __init__(self, actor: Actor, names: Names) -> None:
        self.actor = actor
        self.names = names

    def node(self, model: type[models.Model], node: Node, *, is_outer: bool = False) -> str:
        match node:
            case All(parts):
                return self._joined(model, parts, pgettext("filter", "and"), is_outer=is_outer)
            case Any_(parts):
                return self._joined(model, parts, pgettext("filter", "or"), is_outer=is_outer)
            case Not(part):
                return pgettext("filter", "not (%(what)s)") % {"what": self.node(model, part, is_outer=True)}
            case Related():
                return self._of_related(model, node)
            case Leaf():
                return self._leaf(model, node)

    def _joined(
        self, model: type[models.Model], parts: tuple[Node, ...], word: str, *, is_outer: bool
    ) -> str:
        told = [self.node(model, part, is_outer=len(parts) == 1) for part in parts]
        joined = f" {word} ".join(one for one in told if one)
        return joined if is_outer or len(told) < 2 else f"({joined})"

    def _of_related(self, model: type[models.Model], asked: Related) -> str:
        relation = next((one for one in relations_of(model, self.actor) if one.name == asked.relation), None)
        if relation is None:
            return str(HIDDEN)
        sentence = _("there is none of “%(what)s”") if asked.is_absent else _("there is one of “%(what)s”")
        told = sentence % {"what": relation.label}
        where = self.node(relation.model, asked.where, is_outer=True)
        return _("%(what)s where (%(where)s)") % {"what": told, "where": where} if where else told

    def _leaf(self, model: type[models.Model], leaf: Leaf) -> str:
        asked, operator = field_of(model, leaf.field, self.actor), OPERATORS.get(leaf.operator)
        if asked is None or operator is None:
            return str(HIDDEN)
        if operator.takes == "several" and len(_listed(leaf.value)) == 1 and operator.code in _SINGLE:
            operator = OPERATORS[_SINGLE[operator.code]]
        value = "" if operator.takes == "nothing" else self._value(asked, operator.takes, leaf.value)
        label = label_of(operator, asked.kind)
        if operator.takes == "count":
            return f"{asked.label} {label.replace('…', value)}"
        if operator.takes == "range":
            return f"{asked.label}: {value}"
        return f"{asked.label} {label} {value}".strip()

    def _value(self, asked: FilterField, takes: str, given: Any) -> str:
        if takes == "period":
            return str(PERIODS[given][2]) if given in PERIODS else str(given)
        if takes == "range":
            return self._range(asked, given)
        labels = {value: label.strip() for value, label in choices_of(asked, self.actor)}
        return ", ".join(self._one(asked, labels, one) for one in _listed(given))

    def _range(self, asked: FilterField, given: Any) -> str:
        low, high = (
            self._one(asked, {}, one) if one not in (None, "") else ""
            for one in (*_listed(given), "", "")[:2]
        )
        if low and high:
            return low if low == high else f"{low} – {high}"
        return _("from %(value)s") % {"value": low} if low else _("up to %(value)s") % {"value": high}

    def _one(self, asked: FilterField, labels: Names, given: Any) -> str:
        text = str(given).lower() if isinstance(given, bool) else str(given)
        if asked.is_of_people and text in WORDS:
            return str(WORDS[text])
        if asked.kind in {"reference", "tree"}:
            return self.names.get(text) or (str(HIDDEN) if _key(text) else text)
        if asked.kind in {"day", "moment"}:
            return shown_day(text)
        if asked.kind in {"integer", "decimal"}:
            with suppress(ArithmeticError, ValidationError):
                return formats.number(Decimal(str(asked.argument.read(given))))
        return labels.get(text, text)


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [] if given is None else [given]


def _key(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
