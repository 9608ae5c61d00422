"""Exporting a resource: rows the actor may see, columns he may see, page by page in constant memory.

What is written can be imported again: references by what finds them, moments with their offset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from artel.exchange.tabular.cells import sentence_of
from artel.exchange.tabular.known import Known, known_fields
from artel.exchange.tabular.naming import names_of
from artel.kernel.access import fields_visible_to, require, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.attributes.values import shown
from artel.kernel.outages import outage_of
from artel.kernel.refusals import Refused
from artel.lib.malformed import Malformed
from artel.lib.tabular.writing import Value, whole, write_table
from artel.screens.vocabulary import Field, Resource

PAGE_ROWS = 1_000
_WORD = re.compile(r"[\w.*-]+")

Several = tuple[Value, ...]
Read = Callable[[Sequence[Any]], Sequence[Value | Several]]
Fetch = Callable[[Actor, Sequence[Any]], Mapping[UUID, Any]]


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """`columns` empty = all; `has_labels` writes titles in the present language instead of field names."""

    columns: Sequence[str] = ()
    has_labels: bool = False


def export_table(
    actor: Actor,
    resource: Resource,
    path: Path,
    options: ExportOptions | None = None,
    rows: QuerySet[Any] | None = None,
) -> int:
    """Write the visible rows (of `rows`, else all present ones) to csv or xlsx; returns how many. Raises Refused."""
    options = options or ExportOptions()
    known = known_fields(resource, fields_visible_to(actor, resource.model))
    fields, found = exported_rows(actor, resource, options, rows)
    return written(path, [known.label(one) if options.has_labels else one.name for one in fields], found)


def exported_rows(
    actor: Actor, resource: Resource, options: ExportOptions, rows: QuerySet[Any] | None = None
) -> tuple[list[Field], Iterator[list[Value]]]:
    """The columns and rows of an export, page by page. Raises Forbidden."""
    model = resource.model
    require(actor, view_permission(model))
    known = known_fields(resource, fields_visible_to(actor, model))
    fields = _chosen([one for one in known.fields if one.path != "-"], options.columns)
    narrowed = model._default_manager.filter(is_deleted=False) if rows is None else rows
    visible = restrict(narrowed, actor, view_permission(model))
    return fields, _rows(visible, [_reader(one, known, actor) for one in fields])


def written(path: Path, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """Write a table, or say why it cannot be: Refused `no_place`, `too_many_rows`, `cell_too_long`; returns how many rows."""
    with _in_words(path):
        return write_table(path, header, rows)


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Where to write what takes its name when it is complete; what cannot be written is Refused, as by `written`."""
    with _in_words(path), whole(path) as place:
        yield place


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except Malformed as error:
        raise Refused(error.code, sentence_of(error)) from error
    except OSError as error:
        if outage_of(error):
            raise
        where = {"place": path, "why": error.strerror}
        raise Refused("no_place", _("The file cannot be written to %(place)s: %(why)s.") % where) from error


def _chosen(fields: Sequence[Field], names: Sequence[str]) -> list[Field]:
    """The named columns in the order of the names; all of them without names."""
    by_name = {one.name: one for one in fields}
    return [by_name[name] for name in names if name in by_name] if names else list(fields)


def _rows(visible: QuerySet[Any], readers: Sequence[Read]) -> Iterator[list[Value]]:
    """Pages by key: no page is slower than the one before, and rows made meanwhile disturb nothing."""
    ordered = visible.order_by("pk")
    page = list(ordered[:PAGE_ROWS])
    while page:
        columns = [read(page) for read in readers]
        for values in zip(*columns, strict=True):
            yield from _spread(values)
        page = list(ordered.filter(pk__gt=page[-1].pk)[:PAGE_ROWS])


def _spread(values: Sequence[Value | Several]) -> Iterator[list[Value]]:
    """A record's row, or as many rows as it has of what there may be several of."""
    height = max((len(value) for value in values if isinstance(value, tuple)), default=1)
    for place in range(max(height, 1)):
        yield [_at(value, place) if isinstance(value, tuple) else value for value in values]


def _at(values: Several, place: int) -> Value:
    return values[place] if place < len(values) else None


def _reader(one: Field, known: Known, actor: Actor) -> Read:
    if attribute := known.attributes.get(one.name):
        return lambda page: [
            _value(shown(attribute, record.attributes.get(attribute.code))) for record in page
        ]
    if one.each is not None:
        return partial(_several, one, one.each, actor)
    if one.fetch is not None:
        return partial(_fetched, one, one.fetch, actor)
    return _column_reader(known.resource.model, one.path or one.name, actor, one.lookup)


def _fetched(one: Field, fetch: Fetch, actor: Actor, page: Sequence[Any]) -> list[Value]:
    found = fetch(actor, page)
    return _named(one, actor, [found.get(record.pk) for record in page])


def _several(one: Field, each: Fetch, actor: Actor, page: Sequence[Any]) -> list[Several]:
    found = each(actor, page)
    parts = [found.get(record.pk, ()) for record in page]
    values = iter(_named(one, actor, [value for several in parts for value in several]))
    return [tuple(islice(values, len(several))) for several in parts]


def _named(one: Field, actor: Actor, values: Sequence[Any]) -> list[Value]:
    """Values as a file holds them; records by what finds them again."""
    linked: dict[type[Model], set[UUID]] = {}
    for value in values:
        if isinstance(value, Model):
            linked.setdefault(type(value), set()).add(value.pk)
    names = {model: names_of(model, actor, keys, one.lookup) for model, keys in linked.items()}
    return [
        names[type(value)].get(value.pk, "") if isinstance(value, Model) else _value(value)
        for value in values
    ]


def _column_reader(model: type[Model], path: str, actor: Actor, lookup: Sequence[str] = ()) -> Read:
    head, _sep, rest = path.partition("__")
    link = _link(model, head)
    if link is None:
        return lambda page: [_value(getattr(record, head)) for record in page]
    return partial(_linked, link, rest, actor, lookup)


def _link(model: type[Model], name: str) -> ForeignKey[Any, Any] | None:
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, ForeignKey) else None


def _linked(
    link: ForeignKey[Any, Any], rest: str, actor: Actor, lookup: Sequence[str], page: Sequence[Any]
) -> list[Value]:
    """What stands behind a reference, for the records the actor may see; the others stay empty."""
    model: Any = link.related_model
    keys = {key for record in page if (key := getattr(record, link.attname)) is not None}
    if rest in {"", "name"}:
        known: Any = names_of(model, actor, keys, lookup)
    else:
        inner = _column_reader(model, rest, actor)
        seen = list(restrict(model._default_manager.all(), actor, view_permission(model)).filter(pk__in=keys))
        known = dict(zip([record.pk for record in seen], inner(seen), strict=True))
    return [known.get(getattr(record, link.attname), "") for record in page]


def _value(value: Any) -> Value:
    if isinstance(value, datetime):
        return timezone.localtime(value, timezone.get_default_timezone())
    if value is None or isinstance(value, Value):
        return value
    if isinstance(value, list | dict):
        return _document(value)
    return str(value)


def _document(value: list[Any] | dict[str, Any]) -> str:
    """Plain words with commas between them, anything deeper as JSON; nothing is an empty cell."""
    if not value:
        return ""
    if isinstance(value, list) and all(isinstance(word, str) and _WORD.fullmatch(word) for word in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
