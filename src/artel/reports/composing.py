"""One composer for every report: asks, sorts, relates parts to wholes, names what it shows (rules §2.8–2.13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.kernel.access import seen_by_key
from artel.kernel.actors import Actor
from artel.kernel.attributes.values import shown
from artel.kernel.records import Named, facts_of
from artel.kernel.refusals import NotThere
from artel.lib.money import rounded
from artel.lib.names import sort_key

from . import calendar, registry
from .asking import Asked, Params, read
from .counting import Groups, Key, base_measures, count, is_additive, number_of, rolled_up
from .guards import CLOSED_KEY
from .results import Column, ReportResult, Row
from .splits import Split
from .vocabulary import Measure

CLOSED = _("closed to you")
EMPTY = _("not filled in")
PLACES = 2
CHUNK = 10_000


def run(actor: Actor, name: str, params: Params | None = None) -> ReportResult:
    """The answer of a report to somebody. Raises NotThere for an unknown report, Refused and Forbidden as `read` does."""
    try:
        report = registry.find(name)
    except KeyError as error:
        raise NotThere("not_found", _("There is no such report.")) from error
    return answer(actor, read(actor, report, params or {}))


def answer(actor: Actor, asked: Asked) -> ReportResult:
    """The answer to a question already read."""
    table = _Table(actor, asked)
    return ReportResult(
        report=asked.report,
        block=asked.block,
        columns=table.columns(),
        rows=table.rows(len(asked.rows)),
        totals=table.totals(),
        groups=[row for depth in asked.steps[:-1] for row in table.rows(depth)],
        as_of=timezone.localtime(timezone.now(), timezone.get_default_timezone()),
        parameters=asked.given,
        currency=asked.report.dataset.currency() if asked.report.dataset.currency else "",
        levels=asked.block.levels or asked.block.rows,
    )


@dataclass
class _Table:
    """One answer in the making. A level is the groups of the first `depth` dimensions, by those and the columns' keys."""

    actor: Actor
    asked: Asked
    _levels: dict[int, Groups] = field(default_factory=dict)
    _labels: dict[str, Mapping[Any, Any]] = field(default_factory=dict)
    _sizes: dict[int, dict[Key, int]] = field(default_factory=dict)
    _wholes: dict[int, Groups] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        return len(self.asked.rows)

    def level(self, depth: int) -> Groups:
        """Rolled up from the deepest level where the measures add up, else asked anew."""
        if depth not in self._levels:
            width = len(self.asked.columns)
            if depth < self.depth and is_additive(base_measures(self.asked)):
                keep = [*range(depth), *range(self.depth, self.depth + width)]
                self._levels[depth] = rolled_up(self.level(self.depth), keep)
            else:
                splits = [*self.asked.rows[:depth], *self.asked.columns]
                self._levels[depth] = count(self.actor, self.asked, splits)
        return self._levels[depth]

    def labels(self, split: Split) -> Mapping[Any, Any]:
        """Names by key of every value of a dimension that the answer has."""
        if split.name not in self._labels:
            place = [*self.asked.rows, *self.asked.columns].index(split)
            groups = self.level(self.depth)
            keys = {key[place] for key in groups if key[place] is not None}
            written = {key[place]: group.written.get(split.name) for key, group in groups.items()}
            self._labels[split.name] = labels_of(self.actor, split, keys, written)
        return self._labels[split.name]

    def rows(self, depth: int) -> list[Row]:
        """The rows of one level in their order."""
        keys = {key[:depth] for key in self.level(depth)}
        return [self._row(key, depth) for key in sorted(keys, key=lambda key: self._place(key, depth))]

    def _row(self, key: Key, depth: int) -> Row:
        pairs = list(zip(self.asked.rows, key, strict=False))
        return Row(
            values=[
                *(self._cell(split, one) for split, one in pairs),
                *[None] * (self.depth - depth),
                *self._values(key, depth),
            ],
            keys=tuple(self._open(split, one) for split, one in pairs),
            labels=[self._label(split, one) for split, one in pairs],
            level=self.asked.steps.index(depth),
            is_closed=any(self._is_closed(split, one) for split, one in pairs),
            opens=all(self._may_open(split, one) for split, one in pairs),
            size=depth - self._above(depth),
            place=key,
        )

    def _is_closed(self, split: Split, key: Any) -> bool:
        is_named = split.dimension.model is not None or split.dimension.labels is not None
        return is_named and key is not None and key not in self.labels(split)

    def _may_open(self, split: Split, key: Any) -> bool:
        """Records closed one by one cannot be opened: their keys are not the reader's to know."""
        return key == CLOSED_KEY or not self._is_closed(split, key)

    def _open(self, split: Split, key: Any) -> Any:
        return key if self._may_open(split, key) else None

    def _cell(self, split: Split, key: Any) -> Any:
        """A choice or a unit of time by its code, a record by its name, nothing as nothing."""
        if key is None or split.dimension.choices:
            return key
        return split.code(key) if split.unit else self._name(split, key)

    def _name(self, split: Split, key: Any) -> Any:
        if key is None:
            return split.dimension.empty or EMPTY
        return CLOSED if self._is_closed(split, key) else self.labels(split).get(key, key)

    def _label(self, split: Split, key: Any) -> str:
        name = self._name(split, key)
        if isinstance(name, bool):
            return str(_("yes") if name else _("no"))
        return str(name)

    def _place(self, key: Key, depth: int) -> tuple[Any, ...]:
        """Sorted level by level: each group stays with the groups above it."""
        return tuple(self._order(key[: step + 1], step) for step in range(depth))

    def _order(self, key: Key, step: int) -> tuple[Any, ...]:
        split = self.asked.rows[step]
        if split.unit:
            return _by_time(key[-1])
        tail = _by_name(key[-1], self._name(split, key[-1]))
        if split.dimension.order is not None:
            return (self._whole(step + 1)[key].orders[split.name] or 0, *tail)
        if measure := self._ordering():
            return (-number_of(measure, self._whole(step + 1).get(key)), *tail)
        return (_choice_place(split, key[-1]), *tail)

    def _ordering(self) -> Measure | None:
        name = self.asked.block.order.removeprefix("-")
        return next((one for one in base_measures(self.asked) if one.name == name), None)

    def _whole(self, depth: int) -> Groups:
        """The groups of a level, all their columns together."""
        if not self.asked.columns:
            return self.level(depth)
        if depth not in self._wholes:
            self._wholes[depth] = rolled_up(self.level(depth), range(depth))
        return self._wholes[depth]

    def _values(self, key: Key, depth: int) -> list[Any]:
        return [
            self._value(measure, key, depth, under)
            for under in self._unders()
            for measure in self.asked.measures
        ]

    def _unders(self) -> list[Key]:
        """The keys of the columns, in their order; one empty key for a table without them."""
        if not self.asked.columns:
            return [()]
        found = {key[self.depth :] for key in self.level(self.depth)}
        return sorted(found, key=self._column_place)

    def _column_place(self, under: Key) -> tuple[Any, ...]:
        return tuple(
            self._column_order(split, key) for split, key in zip(self.asked.columns, under, strict=True)
        )

    def _column_order(self, split: Split, key: Any) -> tuple[Any, ...]:
        if split.unit:
            return _by_time(key)
        tail = _by_name(key, self._name(split, key))
        if split.dimension.order is None:
            return (_choice_place(split, key), *tail)
        place = self.depth + self.asked.columns.index(split)
        groups = self.level(self.depth).items()
        return (max(group.orders[split.name] or 0 for one, group in groups if one[place] == key), *tail)

    def _above(self, depth: int) -> int:
        """The depth of the groups that the groups of a depth belong to."""
        return max((step for step in self.asked.steps if step < depth), default=0)

    def _value(self, measure: Measure, key: Key, depth: int, under: Key) -> Any:
        group = self.level(depth).get(key + under)
        if not measure.is_derived:
            return shaped(measure, number_of(measure, group))
        base = self.asked.report.dataset.measure(measure.of)
        assert base is not None
        number = Decimal(number_of(base, group))
        above = self._above(depth)
        whole = Decimal(number_of(base, self.level(above).get(key[:above] + under)))
        if measure.function == "share":
            return rounded(number * 100 / whole, PLACES) if whole else None
        return rounded(number - whole / self._beside(key, depth), PLACES) if depth else Decimal(0)

    def _beside(self, key: Key, depth: int) -> int:
        """How many groups stand beside one, itself included."""
        above = self._above(depth)
        if depth not in self._sizes:
            sizes: dict[Key, int] = {}
            for other in {found[:depth] for found in self.level(depth)}:
                sizes[other[:above]] = sizes.get(other[:above], 0) + 1
            self._sizes[depth] = sizes
        return self._sizes[depth][key[:above]]

    def totals(self) -> list[Any]:
        if not self.asked.block.has_totals:
            return []
        return [*[None] * self.depth, *self._values((), 0)]

    def columns(self) -> list[Column]:
        called = self.asked.block.called if self.asked.is_default else {}
        found = [
            Column(called.get(one.name, one.name), one.dimension.label, "text", dimension=one.name)
            for one in self.asked.rows
        ]
        return found + [
            self._column(measure, under) for under in self._unders() for measure in self.asked.measures
        ]

    def _column(self, measure: Measure, under: Key) -> Column:
        name = self.asked.block.called.get(measure.name, measure.name)
        pairs = list(zip(self.asked.columns, under, strict=True))
        cells = [self._cell(split, key) for split, key in pairs]
        names = [self._label(split, key) for split, key in pairs]
        return Column(
            ":".join([name, *("none" if cell is None else str(cell) for cell in cells)]),
            measure.label,
            measure.kind,
            measure=measure.name,
            group=" · ".join([*names, *([str(measure.group)] if measure.group else [])])
            if under
            else measure.group,
            under=tuple(self._open(split, key) for split, key in pairs),
            opens=all(self._may_open(split, key) for split, key in pairs),
        )


def _by_time(key: Any) -> tuple[Any, ...]:
    return (key is None, str(key))


def _by_name(key: Any, name: Any) -> tuple[Any, ...]:
    return (key is None, name if isinstance(name, Decimal) else Decimal(0), sort_key(str(name)), str(key))


def _choice_place(split: Split, key: Any) -> int:
    """Choices stand in the order of their declaration."""
    codes = [code for code, _label in split.dimension.listed]
    return codes.index(key) if key in codes else len(codes)


def shaped(measure: Measure, number: Any) -> Any:
    """A number as its kind is shown: whole, or with two places rounded half up."""
    return int(number) if measure.kind == "integer" else rounded(Decimal(str(number)), PLACES)


def labels_of(
    actor: Actor, split: Split, keys: Collection[Any], written: Mapping[Any, Any]
) -> Mapping[Any, Any]:
    """Names by key; a record the actor may not see has none."""
    dimension = split.dimension
    if split.unit:
        return {key: calendar.called(key, split.unit) for key in keys}
    if split.attribute is not None:
        return {key: written.get(key) or shown(split.attribute, key) for key in keys}
    if dimension.labels:
        return dimension.labels(actor, keys)
    if dimension.model:
        return names_in(actor, dimension.model, keys)
    return dict(dimension.listed)


def names_in(actor: Actor, model: type[Model], keys: Collection[Any]) -> dict[Any, str]:
    """Names of the visible records among some keys."""
    if facts_of(model).standing:
        return {key: str(record) for key, record in seen_by_key(actor, model, keys).items()}
    objects: Any = model._default_manager
    found: dict[Any, str] = {}
    for chunk in batched(keys, CHUNK):
        rows = objects.visible_to(actor).filter(pk__in=chunk)
        if _is_called_by_name(model):
            found |= dict(rows.values_list("pk", "name"))
        else:
            found |= {record.pk: str(record) for record in rows}
    return found


def _is_called_by_name(model: type[Model]) -> bool:
    """Whether a column is the whole name; the name of a directory item depends on the reader's language."""
    return model.__str__ is Named.__str__


def batched(keys: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Keys in lists that a database takes as parameters of one query."""
    left = iter(keys)
    while chunk := list(islice(left, size)):
        yield chunk
