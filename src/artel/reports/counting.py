"""Questions to the database: one GROUP BY a level, over one model or over several seen alike; never a loop over rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, Count, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from artel.kernel.actors import Actor

from .asking import Asked, during
from .paths import field_at, rows_visible
from .splits import Split, column_of
from .vocabulary import Measure, Part

Key = tuple[Any, ...]


@dataclass
class Group:
    """What the database counted for one group: raw numbers by column, orders and written texts of its dimensions."""

    numbers: dict[str, Any]
    orders: dict[str, Any] = field(default_factory=dict)
    written: dict[str, Any] = field(default_factory=dict)


Groups = dict[Key, Group]


def rows_of(actor: Actor, asked: Asked, index: int, more: Q | None = None) -> QuerySet[Any]:
    """The rows of one part that the question is about, as this actor may see them."""
    part = asked.report.dataset.parts[index]
    condition = part.base & during(asked, part.during) & asked.block.where
    for held in asked.held:
        condition &= held.split.holds[index](held.keys)
    rows: QuerySet[Any] = part.model._default_manager.all()
    return rows.filter(rows_visible(actor, part), condition, *([more] if more else []))


def base_measures(asked: Asked) -> list[Measure]:
    """The measures the database has to count, those that others derive from included."""
    found: dict[str, Measure] = {}
    for measure in asked.measures:
        base = asked.report.dataset.measure(measure.of) if measure.is_derived else measure
        if base:
            found[base.name] = base
    return list(found.values())


def is_additive(measures: Iterable[Measure]) -> bool:
    """Whether the numbers of groups add up to those of the group above."""
    return all(measure.function != "distinct" for measure in measures)


def count(actor: Actor, asked: Asked, splits: Sequence[Split]) -> Groups:
    """The groups that have rows, by their keys."""
    measures = base_measures(asked)
    if len(asked.report.dataset.parts) == 1:
        return _count_one(actor, asked, splits, measures)
    return _count_several(actor, asked, splits, measures)


def _count_one(actor: Actor, asked: Asked, splits: Sequence[Split], measures: Sequence[Measure]) -> Groups:
    [part] = asked.report.dataset.parts
    columns: dict[str, Any] = {}
    for number, measure in enumerate(measures):
        columns |= _aggregates(part, measure, f"m{number}")
    for number, split in enumerate(splits):
        if split.dimension.order is not None:
            columns[f"o{number}"] = split.dimension.order
        if split.written:
            columns[f"w{number}"] = Min(split.written[0])
    rows = rows_of(actor, asked, 0)
    if not splits:
        return {(): _group(rows.aggregate(**columns), splits, measures)}
    keys = {f"d{number}": split.expressions[0] for number, split in enumerate(splits)}
    found = rows.annotate(**keys).values(*keys).annotate(**columns).order_by()
    return {
        tuple(split.key(row[name]) for split, name in zip(splits, keys, strict=True)): _group(
            row, splits, measures
        )
        for row in found
    }


def _aggregates(part: Part, measure: Measure, name: str) -> dict[str, Aggregate]:
    """A mean is kept as its sum and its count, so that it adds up and divides exactly."""
    where = measure.where or None
    path = part.paths.get(measure.field, measure.field) or ("pk" if where else "*")
    if measure.function == "distinct":
        return {name: Count(path, distinct=True, filter=where)}
    if measure.function == "count":
        return {name: Count(path, filter=where)}
    if measure.function == "sum":
        return {name: Sum(path, filter=where)}
    filled = Coalesce(path, Value(0, output_field=type(field_at(part.model, path))()))
    return {name: Sum(filled, filter=where), f"{name}_n": Count("pk" if where else "*", filter=where)}


def _group(row: Mapping[str, Any], splits: Sequence[Split], measures: Sequence[Measure]) -> Group:
    numbers: dict[str, Any] = {}
    for number, measure in enumerate(measures):
        numbers[measure.name] = row[f"m{number}"] or 0
        if measure.function == "mean":
            numbers[f"{measure.name}.n"] = row[f"m{number}_n"]
    return Group(
        numbers,
        {split.name: row[f"o{n}"] for n, split in enumerate(splits) if f"o{n}" in row},
        {split.name: row[f"w{n}"] for n, split in enumerate(splits) if f"w{n}" in row},
    )


def _count_several(
    actor: Actor, asked: Asked, splits: Sequence[Split], measures: Sequence[Measure]
) -> Groups:
    """Over the union of the parts. Measures here count filled fields, so rows of other parts do not disturb them."""
    inner, params = _union(actor, asked, splits, measures)
    keys = [f"d{number}" for number in range(len(splits))]
    columns = [f"{_outer(measure, f'f{number}')} m{number}" for number, measure in enumerate(measures)]
    columns += [f"MIN(w{number}) w{number}" for number, split in enumerate(splits) if split.written]
    sql = f"SELECT {', '.join([*keys, *columns])} FROM ({inner}) u"  # noqa: S608 -- names made here
    if keys:
        sql += f" GROUP BY {', '.join(keys)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {
        tuple(split.key(row[key]) for split, key in zip(splits, keys, strict=True)): _group(
            row, splits, measures
        )
        for row in found
    }


def _outer(measure: Measure, column: str) -> str:
    functions = {"count": "COUNT({})", "distinct": "COUNT(DISTINCT {})", "sum": "SUM({})"}
    return functions[measure.function].format(column)


def _union(
    actor: Actor, asked: Asked, splits: Sequence[Split], measures: Sequence[Measure]
) -> tuple[str, tuple[Any, ...]]:
    texts: list[str] = []
    params: tuple[Any, ...] = ()
    for index, part in enumerate(asked.report.dataset.parts):
        columns = {f"d{number}": split.expressions[index] for number, split in enumerate(splits)}
        columns |= {f"f{number}": column_of(part, one.field) for number, one in enumerate(measures)}
        columns |= {f"w{n}": split.written[index] for n, split in enumerate(splits) if split.written}
        rows = rows_of(actor, asked, index).annotate(**columns).order_by().values_list(*columns)
        try:
            text, values = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        texts.append(text)
        params += values
    if texts:
        return " UNION ALL ".join(texts), params
    names = [f"d{n}" for n in range(len(splits))] + [f"f{n}" for n in range(len(measures))]
    names += [f"w{n}" for n, split in enumerate(splits) if split.written]
    return f"SELECT {', '.join(f'NULL AS {name}' for name in names)} WHERE 1 = 0", ()


def rolled_up(groups: Groups, keep: Sequence[int]) -> Groups:
    """Groups of some of the dimensions: sums of sums, the greatest of orders."""
    found: Groups = {}
    for key, group in groups.items():
        above = tuple(key[place] for place in keep)
        known = found.get(above)
        if known is None:
            found[above] = Group(dict(group.numbers), dict(group.orders), dict(group.written))
            continue
        for name, number in group.numbers.items():
            known.numbers[name] += number
        for name, order in group.orders.items():
            known.orders[name] = max(order or 0, known.orders[name] or 0)
    return found


def number_of(measure: Measure, group: Group | None) -> Any:
    """The exact number of a counted measure; 0 where there is no group."""
    if group is None:
        return 0
    number = group.numbers[measure.name]
    if measure.function != "mean":
        return number
    rows = group.numbers[f"{measure.name}.n"]
    return Decimal(number) / rows if rows else Decimal(0)
