"""References of a whole chunk at once: texts → records, one query a model; what is missing is made, where that is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.external_ids import named_outside
from artel.kernel.lookup_fields import lookup_fields
from artel.kernel.records import facts_of
from artel.lib.names import sort_key

MOST_REMEMBERED = 20_000
"""Texts of plain directories kept from chunk to chunk; other references are asked anew, they are too many to keep."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SORT_NAME = "sort_name"


class Ambiguous:
    """Several records answer to the text."""


AMBIGUOUS: Final = Ambiguous()
Found = UUID | Ambiguous


@dataclass(frozen=True)
class LookupColumn:
    """One column that a text may match, and how the text is written in it."""

    column: str
    fold: Callable[[str], str]


def folded_name(text: str) -> str:
    """A name as `sort_name` keeps it: case and ё do not matter."""
    return sort_key(text)[:250]


def lookup_column(model: type[Model], name: str) -> LookupColumn:
    """Names are compared through their sort key, everything else exactly."""
    if name == "name" and any(field.name == _SORT_NAME for field in model._meta.concrete_fields):
        return LookupColumn(_SORT_NAME, folded_name)
    return LookupColumn(name, str.strip)


class Finder:
    """Records of one model as an actor may find them: by key, look-up fields best first, then by a key in another system."""

    def __init__(self, model: type[Model], actor: Actor, names: Sequence[str] = ()) -> None:
        self.model = model
        self._actor = actor
        is_small = facts_of(model).public
        wanted = lookup_fields(actor, model, names or facts_of(model).lookup or ("name",))
        columns = [lookup_column(model, name) for name in wanted]
        self._columns = [each for each in columns if is_small or is_indexed(model, each.column)]
        self._remembered: dict[str, Found] | None = {} if is_small else None

    def find(self, texts: Collection[str]) -> dict[str, Found]:
        """Text → key, or AMBIGUOUS when the best look-up field that matches gives several; missing texts are left out."""
        known = self._remembered or {}
        found = {text: known[text] for text in texts if text in known}
        wanted = [text for text in texts if text not in found]
        if wanted:
            asked = self._ask(wanted)
            self.remember(asked)
            found |= asked
        return found

    def forget(self) -> None:
        if self._remembered is not None:
            self._remembered.clear()

    def remember(self, found: Mapping[str, Found]) -> None:
        """Keep what is known of a plain directory, until `forget`."""
        if self._remembered is not None:
            if len(self._remembered) > MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered.update(found)

    def _ask(self, texts: Sequence[str]) -> dict[str, Found]:
        matches: list[dict[str, set[UUID]]] = [{} for _column in self._columns]
        for key, *values in self._rows(texts):
            for known, value in zip(matches, values, strict=True):
                known.setdefault(value, set()).add(key)
        found = self._by_key(texts)
        for text in texts:
            for known, each in zip(matches, self._columns, strict=True):
                if text not in found and (keys := known.get(each.fold(text))):
                    found[text] = _single(keys)
        return found | self._by_external_id([text for text in texts if text not in found])

    def _rows(self, texts: Sequence[str]) -> Iterable[tuple[Any, ...]]:
        if not self._columns:
            return []
        condition = Q()
        for each in self._columns:
            condition |= Q(**{f"{each.column}__in": list({each.fold(text) for text in texts})})
        return self._visible().filter(condition).values_list("pk", *(each.column for each in self._columns))

    def _by_key(self, texts: Sequence[str]) -> dict[str, Found]:
        keys = {UUID(text): text for text in texts if _UUID.fullmatch(text)}
        if not keys:
            return {}
        return {keys[key]: key for key in self._visible().filter(pk__in=keys).values_list("pk", flat=True)}

    def _by_external_id(self, texts: Sequence[str]) -> dict[str, Found]:
        if not texts:
            return {}
        keys = named_outside(self.model, texts)
        if not keys:
            return {}
        named = {key for several in keys.values() for key in several}
        seen = set(self._visible().filter(pk__in=named).values_list("pk", flat=True))
        return {text: _single(several & seen) for text, several in keys.items() if several & seen}

    def _visible(self) -> QuerySet[Any]:
        rows = restrict(self.model._default_manager.all(), self._actor, view_permission(self.model))
        has_mark = any(field.name == "is_deleted" for field in self.model._meta.concrete_fields)
        return rows.filter(is_deleted=False) if has_mark else rows


def is_indexed(model: type[Model], column: str) -> bool:
    """Whether an index begins with the column, so that a look-up in a large table does not read it whole."""
    if any(
        each.name == column and (each.unique or getattr(each, "db_index", False))
        for each in model._meta.concrete_fields
    ):
        return True
    indexes = [index.fields for index in model._meta.indexes]
    uniques = [each.fields for each in model._meta.constraints if getattr(each, "fields", ())]  # type: ignore[attr-defined]
    return any(fields and fields[0] == column for fields in [*indexes, *uniques])


def _single(keys: set[UUID]) -> Found:
    return next(iter(keys)) if len(keys) == 1 else AMBIGUOUS
