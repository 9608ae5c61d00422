"""Pointers: a column that may lead to records of several kinds, and the kinds that rooms register for it.

SUBJECTS = Pointers("interactions.subject")
SUBJECTS.register(PointerKind("deal", _("Deal"), Deal))
SUBJECTS.names(actor, [("deal", key)])              # what stands behind, as far as the actor may see it
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload
from uuid import UUID

from django.db.models import Model, Q
from django.utils.translation import override

from artel.lib.names import search_text, sort_key

from .access import fields_visible_to, restrict, view_permission
from .lookup_fields import lookup_fields
from .records import Record, facts_of
from .refusals import type_of_text

if TYPE_CHECKING:
    from .actors import Actor
    from .commands import Command

SEPARATOR = ":"


@dataclass(frozen=True)
class PointerKind:
    """A kind of record that a pointer may lead to: its key, its name for people, its records.

    `creates` makes a record that is named but missing (plain directories only). `opens`: whoever sees the record also
    sees what points at it. `active` narrows what is offered to choose from.
    """

    key: str
    label: type_of_text
    model: type[Record]
    creates: Command | None = None
    order: int = 100
    opens: bool = False
    active: Q | None = None


@dataclass(frozen=True)
class PointerColumns:
    """Where a pointer stands in a table: the column of its kind and the column of the record's key."""

    pointers: Pointers
    model: type[Record]
    kind: str
    key: str

    def to(self, model: type[Model]) -> Q | None:
        """The rows that point at records of a model; None when the pointer does not lead there."""
        kinds = [one.key for one in self.pointers.kinds() if one.model is model]
        return Q(**{f"{self.kind}__in": kinds}) if kinds else None


_known: dict[str, Pointers] = {}
_columns: list[PointerColumns] = []


def pointer_columns() -> Sequence[PointerColumns]:
    """Every place that pointers stand in."""
    return _columns


def pointers_called(name: str) -> Pointers:
    """Raises KeyError."""
    return _known[name]


class Pointers:
    """The kinds that one pointer knows, and how what it leads to is named, found and read."""

    def __init__(self, name: str) -> None:
        """`name` is what pages ask for the pointer by: `interactions.subject`."""
        self.name = name
        self._kinds: dict[str, PointerKind] = {}
        _known[name] = self

    def register(self, made: PointerKind) -> PointerKind:
        """Add a kind. Raises ValueError when its key is taken."""
        if made.key in self._kinds:
            raise ValueError(f"two kinds are called {made.key}")
        self._kinds[made.key] = made
        return made

    def stand_in(self, model: type[Record], kind: str, key: str) -> None:
        """Say that a model keeps this pointer in two of its columns."""
        _columns.append(PointerColumns(self, model, kind, key))

    def kinds(self) -> Iterator[PointerKind]:
        """In the order people see them."""
        return iter(sorted(self._kinds.values(), key=lambda one: one.order))

    def kind(self, key: str) -> PointerKind:
        """Raises KeyError."""
        return self._kinds[key]

    def knows(self, key: str) -> bool:
        """Whether some room has registered it."""
        return key in self._kinds

    def __len__(self) -> int:
        return len(self._kinds)

    def named(self, text: str) -> str | None:
        """The key that a key or a label in either language means; None when nothing is called so."""
        if text in self._kinds:
            return text
        wanted = search_text(text)
        for language in ("ru", "en"):
            with override(language):
                for one in self._kinds.values():
                    if search_text(str(one.label)) == wanted:
                        return one.key
        return None

    def behind(self, actor: Actor, key: UUID) -> Record | None:
        """The record of that key, whatever its kind, when it may be seen: a query a kind, asked for single values only."""
        for one in self.kinds():
            found = (
                restrict(one.model._default_manager.all(), actor, view_permission(one.model))
                .filter(pk=key)
                .first()
            )
            if found is not None:
                return found
        return None

    def visible(self, actor: Actor, keys: Collection[UUID]) -> set[UUID]:
        """Those of the keys behind which a record stands that the actor may see, whatever its kind: a query a kind."""
        found: set[UUID] = set()
        for model in dict.fromkeys(one.model for one in self.kinds()):
            rows = restrict(model._default_manager.filter(pk__in=keys), actor, view_permission(model))
            found |= set(rows.values_list("pk", flat=True))
        return found

    def records(self, actor: Actor, pairs: Iterable[tuple[str, UUID | None]]) -> dict[UUID, Record]:
        """The records behind (kind, key), those that the actor may see: one query a kind."""
        keys: dict[str, set[UUID]] = defaultdict(set)
        for kind, key in pairs:
            if key and kind in self._kinds:
                keys[kind].add(key)
        found: dict[UUID, Record] = {}
        for kind, wanted in keys.items():
            model = self._kinds[kind].model
            rows = restrict(model._default_manager.filter(pk__in=wanted), actor, view_permission(model))
            found |= {row.pk: row for row in rows}
        return found

    def names(self, actor: Actor, pairs: Iterable[tuple[str, UUID | None]]) -> dict[UUID, str]:
        """The same as names."""
        return {key: str(record) for key, record in self.records(actor, pairs).items()}

    def text_of(self, actor: Actor, kind: str, record: Record) -> str:
        """What finds the record again: `deal:00-00000012`, or its key where it has no code for this actor."""
        has_code = facts_of(type(record)).lookup[:1] == ("code",) and "code" in fields_visible_to(
            actor, type(record)
        )
        return f"{kind}{SEPARATOR}{(has_code and getattr(record, 'code', '')) or record.pk}"

    def matches(self, actor: Actor, kind: PointerKind, texts: set[str]) -> dict[str, set[UUID]]:
        """Keys of visible records by the text that names them: its key, a look-up field, or the name whatever its case."""
        seen = lookup_fields(actor, kind.model, ("name", *facts_of(kind.model).lookup))
        fields = [name for name in dict.fromkeys(seen) if name != "name"]
        condition = Q(pk__in=keys_among(texts))
        if "name" in seen:
            condition |= Q(sort_name__in={sort_key(text)[:250] for text in texts})
        for name in fields:
            condition |= Q(**{f"{name}__in": texts})
        objects: Any = kind.model._default_manager
        rows = list(objects.visible_to(actor).present().filter(condition).values("pk", "sort_name", *fields))
        return {text: _meant(text, fields, rows) for text in texts}

    def find(self, actor: Actor, texts: Iterable[str]) -> dict[str, list[tuple[str, UUID]]]:
        """(kind, key) of the visible records that each text may mean: a query for each kind that is asked.

        `deal:00-00000012` names the kind, too: its key or its label in either language.
        """
        asked: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for text in texts:
            kinds, rest = self._split(text)
            for kind in kinds:
                asked[kind][rest].append(text)
        found: dict[str, list[tuple[str, UUID]]] = defaultdict(list)
        for key, wanted in asked.items():
            for rest, keys in self.matches(actor, self._kinds[key], set(wanted)).items():
                for text in wanted[rest]:
                    found[text] += [(key, one) for one in keys]
        return found

    def _split(self, text: str) -> tuple[Sequence[str], str]:
        head, sign, rest = text.partition(SEPARATOR)
        kind = self.named(head.strip()) if sign else None
        return ([kind], rest.strip()) if kind else (list(self._kinds), text.strip())


class PointerChoices(Sequence[tuple[str, type_of_text]]):
    """Keys and labels as a form offers them: whatever is registered when it is asked."""

    def __init__(self, pointers: Pointers) -> None:
        self._pointers = pointers

    def __len__(self) -> int:
        return len(self._pointers)

    @overload
    def __getitem__(self, place: int) -> tuple[str, type_of_text]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, type_of_text]]: ...
    def __getitem__(self, place: int | slice) -> Any:
        return [(one.key, one.label) for one in self._pointers.kinds()][place]


def keys_among(texts: Iterable[str]) -> list[UUID]:
    """Those texts that are keys."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _meant(text: str, fields: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    exact = {row["pk"] for row in rows if text == str(row["pk"]) or (fields and text == row[fields[0]])}
    called = {row["pk"] for row in rows if row["sort_name"] == sort_key(text)[:250]}
    other = {row["pk"] for row in rows if any(text == row[name] for name in fields)}
    return exact or called or other
