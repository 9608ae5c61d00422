"""Which rows are there already, and what of them would change: one query a key and chunk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import ForeignKey, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from artel.exchange.tabular.columns import NOWHERE, Column
from artel.exchange.tabular.drafts import Draft, Kin
from artel.exchange.tabular.references import LookupColumn, folded_name, is_indexed, lookup_column
from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.attributes.values import stored
from artel.kernel.contact_points import canonical
from artel.screens.vocabulary import Resource

SEVERAL = _("Several records have this key.")
_NOWHERE = object()


@dataclass(frozen=True)
class Key:
    """Columns of the file that together find a record, where the record keeps them, and how they are compared there.

    `compared` are the places whose text the base keeps as it was typed: they are read and compared here.
    """

    columns: tuple[Column, ...]
    paths: tuple[str, ...]
    folds: tuple[Callable[[str], str], ...]
    compared: frozenset[int] = frozenset()

    @cached_property
    def name(self) -> str:
        """`partner+last_name`: what begins its texts."""
        return "+".join(column.name for column in self.columns)

    def texts_of(self, draft: Draft) -> tuple[str, ...]:
        """The row's key as text, for comparing rows with each other; empty unless every cell of it is filled."""
        texts = [
            fold(text) if (text := _text_of(column, draft)) else ""
            for column, fold in zip(self.columns, self.folds, strict=True)
        ]
        return (self.name, *texts) if all(texts) else ()

    def values_of(self, draft: Draft) -> tuple[Any, ...]:
        """The row's key as the database keeps it; empty when a reference of it is not there yet."""
        values = [draft.values.get(column.argument.name) for column in self.columns]
        if any(value is None or value == "" or isinstance(value, Kin) for value in values):
            return ()
        return tuple(
            fold(value) if isinstance(value, str) else value
            for value, fold in zip(values, self.folds, strict=True)
        )


def _text_of(column: Column, draft: Draft) -> str:
    if column.index == NOWHERE:
        value = draft.values.get(column.argument.name)
        return value.token if isinstance(value, Kin) else str(value or "")
    return column.text_of(draft.row.cells).strip()


def keys_of(
    resource: Resource, columns: Sequence[Column], forced: str = "", usual: Sequence[str] = ()
) -> list[Key]:
    """The keys of a resource that the file has, best first; `forced` is the one that was asked for, `usual` are others than its own.

    Raises KeyError when the file lacks the forced one or it is kept nowhere that can be searched.
    """
    by_name = {column.name: column for column in columns}
    wanted = [key.split("+") for key in ([forced] if forced else usual or resource.keys)]
    keys = [
        key
        for parts in wanted
        if all(name in by_name for name in parts)
        if (key := _key(resource.model, [by_name[name] for name in parts])) is not None
    ]
    if forced and not keys:
        raise KeyError(forced)
    return keys


def _key(model: type[Model], columns: Sequence[Column]) -> Key | None:
    sought = [_sought(model, column) for column in columns]
    found = [each for each in sought if each is not None]
    if len(found) < len(columns):
        return None
    folds = [each.fold for each in found]
    compared = _compared(model, columns, found)
    for place in compared:
        folds[place] = folded_name
    return Key(tuple(columns), tuple(each.column for each in found), tuple(folds), compared)


def _compared(
    model: type[Model], columns: Sequence[Column], sought: Sequence[LookupColumn]
) -> frozenset[int]:
    """The parts of a name beside a reference: «Петр» and «Пётр» of one client are one person, whichever was typed."""
    if not any(column.is_reference for column in columns):
        return frozenset()
    return frozenset(
        place
        for place, (column, one) in enumerate(zip(columns, sought, strict=True))
        if column.argument.kind == "text" and one.fold == str.strip and not is_indexed(model, one.column)
    )


def _sought(model: type[Model], column: Column) -> LookupColumn | None:
    """Where a key's column is searched, and how its text is written there."""
    find = column.field.place
    path = find or path_of(model, column)
    if path is None:
        return None
    if find and column.point_type:
        return LookupColumn(path, partial(_point_key, column.point_type))
    if column.is_reference:
        return LookupColumn(path, folded_name)
    return lookup_column(model, path)


def path_of(model: type[Model], column: Column) -> str | None:
    """Where the record keeps what the column writes; None when it is put together elsewhere (`fetch`)."""
    if column.attribute:
        return None
    for name in (column.argument.name, column.field.path or column.name):
        head, _sep, rest = name.partition("__")
        try:
            found = model._meta.get_field(head)
        except FieldDoesNotExist:
            continue
        if rest or not column.is_reference or isinstance(found, ForeignKey):
            return name
    return None


@dataclass(frozen=True)
class Existing:
    """Looks for the rows of a chunk among the records that the actor may see."""

    model: type[Model]
    actor: Actor
    keys: Sequence[Key]

    def name_keys(self, drafts: Sequence[Draft]) -> None:
        """Give each row the text of the first key it has; of its others, too, where rows go by different keys."""
        for draft in drafts:
            draft.key = next((texts for key in self.keys if (texts := key.texts_of(draft))), ())
        if len({draft.key[:1] for draft in drafts}) > 1:
            for draft in drafts:
                draft.other_keys = self.other_keys(draft)

    def other_keys(self, draft: Draft) -> tuple[tuple[str, ...], ...]:
        """By what a row that has less filled in may mean this one."""
        return tuple(texts for key in self.keys if (texts := key.texts_of(draft)) and texts != draft.key)

    def find(self, drafts: Iterable[Draft]) -> None:
        """Set `existing` on rows whose record is there; refuse rows whose key several records have."""
        waiting = [draft for draft in drafts if draft.is_open and draft.key]
        for key in self.keys:
            mine = {
                id(draft): values
                for draft in waiting
                if draft.existing is None
                if draft.key[0] == key.name
                if (values := key.values_of(draft))
            }
            if not mine:
                continue
            known = self.ask(key, set(mine.values()))
            for draft in waiting:
                _settle(draft, key, known.get(mine.get(id(draft), ()), set()))

    def ask(self, key: Key, wanted: set[tuple[Any, ...]]) -> dict[tuple[Any, ...], set[UUID]]:
        """The records that have each of the values of a key."""
        condition = {
            f"{path}__in": {values[place] for values in wanted}
            for place, path in enumerate(key.paths)
            if place not in key.compared
        }
        found: dict[tuple[Any, ...], set[UUID]] = {}
        for pk, *values in self._visible().filter(**condition).values_list("pk", *key.paths):
            for place in key.compared:
                values[place] = folded_name(values[place])
            found.setdefault(tuple(values), set()).add(pk)
        return found

    def records(self, keys: Iterable[UUID]) -> dict[UUID, Any]:
        """The records as they are now, by key."""
        return self._visible().in_bulk(list(keys))

    def said_of(self, keys: Collection[UUID], path: str) -> dict[UUID, set[Any]]:
        """What each of the records has there, empty left out."""
        found: dict[UUID, set[Any]] = {}
        for pk, value in self._visible().filter(pk__in=keys).values_list("pk", path):
            if value not in {None, ""}:
                found.setdefault(pk, set()).add(value)
        return found

    def _visible(self) -> QuerySet[Any]:
        rows = restrict(self.model._default_manager.all(), self.actor, view_permission(self.model))
        return rows.filter(is_deleted=False)


def _settle(draft: Draft, key: Key, found: set[UUID]) -> None:
    if len(found) > 1:
        draft.refuse(key.columns[0].header, SEVERAL)
    elif found:
        [draft.existing] = found
        draft.key_names = tuple(column.argument.name for column in key.columns)


@dataclass(frozen=True)
class Differences:
    """Compares rows with the records they would change."""

    model: type[Model]
    actor: Actor
    columns: Sequence[Column]

    def of(self, drafts: Sequence[Draft], records: Mapping[UUID, Any], *, fills: bool = False) -> None:
        """Leave in each row's values only what differs from its record. What cannot be compared counts as different.

        `fills`: only what the record has nothing of, so that nothing is written over. The key that found the record is no
        difference, however it is spelt. Its references stay beside other changes: they may say which part of the record is
        meant (a person's role with this partner).
        """
        keys = [
            {name: draft.values.pop(name) for name in draft.key_names if name in draft.values}
            for draft in drafts
        ]
        if fills:
            self._keep_lacking(drafts, records)
        else:
            self._compare(drafts, records)
        for draft, key in zip(drafts, keys, strict=True):
            if draft.values or draft.texts:
                draft.values |= {name: value for name, value in key.items() if isinstance(value, UUID)}

    def _keep_lacking(self, drafts: Sequence[Draft], records: Mapping[UUID, Any]) -> None:
        for column in self.columns:
            name = column.argument.name
            asked = [
                (draft, record)
                for draft in drafts
                if name in draft.values or name in draft.texts
                if (record := records.get(draft.existing))  # type: ignore[arg-type]
            ]
            now = self._present(column, [record for _draft, record in asked]) if asked else None
            for draft, record in asked:
                if now and now(record) not in (None, "", [], {}):
                    draft.values.pop(name, None)
                    draft.texts.pop(name, None)

    def _compare(self, drafts: Sequence[Draft], records: Mapping[UUID, Any]) -> None:
        for column in self.columns:
            now = self._present(column, list(records.values()))
            name = column.argument.name
            for draft in drafts:
                record = records.get(draft.existing) if draft.existing else None
                if name in draft.values and record is not None:
                    present = now(record)
                    if present is not _NOWHERE and _same(column, draft.values[name], present):
                        del draft.values[name]

    def _present(self, column: Column, records: Sequence[Any]) -> Callable[[Any], Any]:
        if code := column.attribute:
            return lambda record: record.attributes.get(code)
        if column.field.fetch is not None:
            fetched = column.field.fetch(self.actor, records)
            return lambda record: fetched.get(record.pk, "")
        path = path_of(self.model, column)
        if path is None:
            return lambda record: _NOWHERE
        return partial(_at, path.split("__"), column.is_reference)


def _at(steps: Sequence[str], is_reference: bool, record: Any) -> Any:
    for step in steps[:-1]:
        record = getattr(record, step, None)
    last = f"{steps[-1]}_id" if is_reference and hasattr(record, f"{steps[-1]}_id") else steps[-1]
    return getattr(record, last, None)


def _same(column: Column, given: Any, present: Any) -> bool:
    if column.attribute:
        return bool(stored(given) == present)
    given, present = (value.pk if isinstance(value, Model) else value for value in (given, present))
    if given == present:
        return True
    if column.point_type and isinstance(present, str):
        return _point_key(column.point_type, given) == _point_key(column.point_type, present)
    return isinstance(given, str) and str(present or "") == given


def _point_key(kind: str, text: str) -> str:
    """The search key of a phone or e-mail; of a malformed one the text itself, its command will refuse it."""
    try:
        return canonical(kind, text)[2]
    except ValidationError:
        return text
