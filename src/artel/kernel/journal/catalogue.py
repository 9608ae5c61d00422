"""Which tables are journalled, and their shape: read from the models, nothing is registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import connection, models

from artel.kernel import standing
from artel.kernel.dialect import Column, Derived, Kind, Step, Table
from artel.kernel.facts import Facts
from artel.kernel.totals import all_totals
from artel.kernel.totals import shape_of as shape_of_totals

from .models import JournalTable

EXEMPT: Mapping[str, str] = {
    "auth": "Django's own groups, unused",
    "axes": "failed sign-ins",
    "contenttypes": "a cache of model names",
    "django_tasks_database": "the queue of work owed to machines",
    "journal": "the journal itself",
    "sessions": "who is signed in",
}
"""App label -> why its tables are no business; a single model says `journal_exempt = "why"`."""

TECHNICAL = frozenset({"version", "changed_at"})

# They follow the values of custom attributes, which are journalled: see Attributed.follow.
FOLLOWING = frozenset({"attribute_keys"})

KINDS: Mapping[str, Kind] = {
    "BooleanField": Kind.BOOLEAN,
    "DecimalField": Kind.REAL,
    "FloatField": Kind.REAL,
    "JSONField": Kind.JSON,
}

Model = type[models.Model]


def why_exempt(model: Model) -> str:
    """The reason why a model's table is not journalled; empty when it is."""
    said = getattr(_todays(model), "journal_exempt", "")
    return str(said or EXEMPT.get(model._meta.app_label, ""))


def journalled_models() -> Iterator[Model]:
    """Every concrete managed model of the installed apps that is not exempt."""
    return _journalled(apps.get_models(include_auto_created=True))


def journalled_then(then: Apps) -> Iterator[Model]:
    """The journalled models of a migration's state; those that keep no UUID key are long gone from the house."""
    return (model for model in _journalled(then.get_models(include_auto_created=True)) if has_uuid_key(model))


def _journalled(models_: Iterable[Model]) -> Iterator[Model]:
    for model in models_:
        if model._meta.managed and not model._meta.proxy and not why_exempt(model):
            yield model


def _todays(model: Model) -> Model:
    """The model of today's code behind a migration's historical one, which has fields but no attributes."""
    if model.__module__ != "__fake__":
        return model
    try:
        return apps.get_model(model._meta.label)
    except LookupError:
        return model


def facts_of(model: Model) -> Facts:
    """A model's facts, as far as they speak of fields that this (perhaps historical) model has."""
    facts: Facts = getattr(_todays(model), "facts", None) or Facts()
    if model.__module__ != "__fake__":
        return facts
    derived = {
        name: path for name, path in facts.derived.items() if _leads(model, name) and _leads(model, path)
    }
    parent = "|".join(path for path in facts.parent.split("|") if path and _leads(model, path))
    return replace(facts, derived=derived, parent=parent)


def _leads(model: Model, path: str) -> bool:
    first, _, rest = path.partition("__")
    try:
        field = model._meta.get_field(first)
    except FieldDoesNotExist:
        return False
    return not rest or (field.related_model is not None and _leads(field.related_model, rest))


def has_uuid_key(model: Model) -> bool:
    """Whether the key is one UUID: the journal names rows by it."""
    key = model._meta.pk
    return key is not None and key.db_type(connection) == models.UUIDField().db_type(connection)


def unjournalled_fields(model: Model) -> frozenset[str]:
    """Fields that never enter the journal: secret, technical, derived."""
    facts = facts_of(model)
    return TECHNICAL | FOLLOWING | {*facts.secret, *facts.technical, *facts.derived}


def shape_of(model: Model, number: int) -> Table:
    """The model's table for the writers of SQL. Raises ImproperlyConfigured unless its key is one UUID."""
    meta = model._meta
    key = meta.pk
    if key is None or not has_uuid_key(model):
        raise ImproperlyConfigured(f"{meta.label}: a journalled record has one UUID key.")
    left_out = unjournalled_fields(model)
    columns = tuple(
        _column(field)
        for field in meta.local_concrete_fields
        if field is not key and field.name not in left_out
    )
    facts = facts_of(model)
    owners = tuple(_owners(model, facts))
    derived = tuple(_derived(model, name, path) for name, path in facts.derived.items())
    totals = tuple(shape_of_totals(kept) for kept in all_totals() if kept.of is model)
    return Table(
        number,
        meta.label_lower,
        meta.db_table,
        str(key.column),
        columns,
        owners,
        derived,
        facts.standing,
        totals,
    )


def _column(field: models.Field[Any, Any]) -> Column:
    kind = KINDS.get(field.get_internal_type(), Kind.PLAIN)
    points_at = None
    if isinstance(field, models.ForeignKey) and field.db_constraint:  # type: ignore[attr-defined]
        target = field.target_field
        kind = KINDS.get(target.get_internal_type(), Kind.PLAIN)
        points_at = (target.model._meta.db_table, str(target.column))
    return Column(field.name, str(field.column), kind, _type(field), points_at)


def _type(field: models.Field[Any, Any]) -> str:
    """The column's type for a cast: a length would cut silently, so texts are simply texts."""
    type_ = field.db_type(connection) or ""
    return "text" if type_.startswith("varchar") else type_


def _owners(model: Model, facts: Facts) -> Iterator[str]:
    """Columns that point at the record's whole; a whole that is reached from the other side is not in the row."""
    if facts.record and _leads(model, facts.record[1]):
        yield str(model._meta.get_field(facts.record[1]).column)  # type: ignore[union-attr]
    for path in filter(None, facts.parent.split("|")):
        field = model._meta.get_field(path.partition("__")[0])
        if isinstance(field, models.ForeignKey):
            yield str(field.column)


def _derived(model: Model, name: str, path: str) -> Derived:
    """`client__access_group` begins at the column of `client` and reads `access_group` of the client's table."""
    first, *rest = path.split("__")
    start = model._meta.get_field(first)
    steps = []
    field: models.Field[Any, Any] = start  # type: ignore[assignment]
    for part in rest:
        if not isinstance(field, models.ForeignKey):
            raise ImproperlyConfigured(f"{model._meta.label}.{name}: {path} does not lead over references.")
        target = field.target_field
        field = target.model._meta.get_field(part)  # type: ignore[assignment]
        steps.append(Step(target.model._meta.db_table, str(target.column), str(field.column)))
    if not steps:
        raise ImproperlyConfigured(f"{model._meta.label}.{name}: {path} leads nowhere.")
    return Derived(str(model._meta.get_field(name).column), str(start.column), tuple(steps))  # type: ignore[union-attr]


def numbered(models_: Iterable[Model]) -> list[Table]:
    """Shapes with their tables' numbers; a table met for the first time gets one."""
    models_ = list(models_)
    known = dict(JournalTable.objects.values_list("name", "id"))
    new = [name for model in models_ if (name := model._meta.label_lower) not in known]
    known |= {name: JournalTable.objects.create(name=name).id for name in new}
    table_of_number.cache_clear()
    return [shape_of(model, known[model._meta.label_lower]) for model in models_]


@lru_cache(maxsize=512)
def table_of_number(number: int) -> tuple[Model, Table] | None:
    """The model and shape behind a table's number; None when there is no such model any more."""
    name = JournalTable.objects.get(pk=number).name
    try:
        model = apps.get_model(name)
    except LookupError:
        return None
    return model, shape_of(model, number)


def number_of(model: Model) -> int | None:
    """The number of a model's table, if it has one."""
    return standing.once(("number", model), lambda: _number_of(model))


def _number_of(model: Model) -> int | None:
    return JournalTable.objects.filter(name=model._meta.label_lower).values_list("id", flat=True).first()
