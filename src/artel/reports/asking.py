"""What was asked: parameters of a report read into dimensions, measures, a period and held values, or refused in words."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from artel.kernel.access import require, view_permission
from artel.kernel.actors import Actor
from artel.kernel.arguments import Argument
from artel.kernel.attributes.values import read_value, typed
from artel.kernel.lookup_fields import lookup_fields
from artel.kernel.records import facts_of
from artel.kernel.refusals import Forbidden, Refused, type_of_text
from artel.lib.names import sort_key
from artel.lib.periods import Unit, day_start, unit_named

from .paths import access_model, attribute_is_visible, is_visible
from .splits import Split, split_of
from .vocabulary import Block, Dimension, During, Measure, Report

OWN = ("block", "from", "to", "as_of", "segment", "rows", "columns", "measures", "filter")
EMPTY = ("", "none")
HIDDEN = _("This report needs a field that is closed to you.")
Params = Mapping[str, Any]


@dataclass(frozen=True)
class Held:
    """A dimension held to some values."""

    split: Split
    keys: tuple[Any, ...]


@dataclass(frozen=True)
class Asked:
    """A question ready to be answered. `steps` are the depths of `rows` that have lines of their own, outermost first."""

    report: Report
    block: Block
    rows: tuple[Split, ...]
    steps: tuple[int, ...]
    columns: tuple[Split, ...]
    measures: tuple[Measure, ...]
    first: date | None
    last: date | None
    held: tuple[Held, ...] = ()
    is_default: bool = True
    given: Mapping[str, Any] = field(default_factory=dict)


def read(actor: Actor, report: Report, params: Params) -> Asked:
    """Raises Refused with a sentence beside each parameter that is wrong, Forbidden for what one may not see."""
    for part in report.dataset.parts:
        require(actor, view_permission(part.model))
        require(actor, view_permission(access_model(part)))
    if params.get("segment"):
        raise _refused("no_segments", "segment", _("There are no client segments yet."))
    block = _block(report, params.get("block"))
    rows = _listed(params.get("rows")) or list(block.rows)
    levels = _levels(rows)
    held = _held(actor, report, params)
    first, last = _days(params)
    return Asked(
        report,
        block,
        _splits(actor, report, [name for level in levels for name in level], "rows"),
        tuple(accumulate(len(level) for level in levels)),
        _splits(actor, report, _listed(params.get("columns")), "columns"),
        _measures(actor, report, block, _listed(params.get("measures")), held),
        first,
        last,
        held,
        is_default=rows == list(block.rows),
        given={name: value for name, value in params.items() if value not in (None, "", [])},
    )


def _refused(code: str, name: str, sentence: type_of_text) -> Refused:
    return Refused(code, sentence, fields={name: sentence})


def _block(report: Report, name: Any) -> Block:
    if not name:
        return report.blocks[0]
    found = report.block(str(name))
    if found is None:
        raise _refused("unknown_block", "block", _("This report has no such table."))
    return found


def _listed(given: Any) -> list[str]:
    """A list, or names parted by commas."""
    if not given:
        return []
    texts = given.split(",") if isinstance(given, str) else given
    return [str(text).strip() for text in texts if str(text).strip()]


def _levels(names: Iterable[str]) -> list[list[str]]:
    """Each dimension once; those joined by «+» (a space, when an address has been read) are one level."""
    seen: set[str] = set()
    levels = []
    for name in names:
        level = [one for one in dict.fromkeys(re.split(r"[+\s]+", name)) if one not in seen]
        seen.update(level)
        levels += [level] if level else []
    return levels


def _splits(actor: Actor, report: Report, names: Iterable[str], place: str) -> tuple[Split, ...]:
    found = []
    for name in dict.fromkeys(names):
        split = split_of(actor, report.dataset, name)
        if split is None:
            raise _refused("unknown_dimension", place, _("This report cannot be broken down so."))
        _require_split(actor, report, split)
        found.append(split)
    return tuple(found)


def _require_split(actor: Actor, report: Report, split: Split) -> None:
    if split.owner is None:
        _require_visible(actor, report, split.name)
    elif not split.attribute or not attribute_is_visible(
        actor, report.dataset, split.owner, split.attribute.code
    ):
        raise Forbidden("hidden_field", HIDDEN)


def _require_visible(actor: Actor, report: Report, name: str) -> None:
    if not is_visible(actor, report.dataset, name):
        raise Forbidden("hidden_field", HIDDEN)


def _measures(
    actor: Actor, report: Report, block: Block, names: Sequence[str], held: Sequence[Held]
) -> tuple[Measure, ...]:
    """Those asked for; else the block's, without those that are closed or that the held values leave empty."""
    by_call = {call: name for name, call in block.called.items()}
    wanted = []
    for name in names:
        measure = report.dataset.measure(by_call.get(name, name)) or report.dataset.measure(name)
        if measure is None:
            raise _refused("unknown_measure", "measures", _("This report has no such measure."))
        _require_visible(actor, report, _field(report, measure))
        wanted.append(measure)
    if wanted:
        return tuple(wanted)
    usual = [one for name in block.measures if (one := report.dataset.measure(name))]
    return tuple(
        one
        for one in usual
        if is_visible(actor, report.dataset, _field(report, one)) and not _left_out(block, one, held)
    )


def _field(report: Report, measure: Measure) -> str:
    """The field a measure counts, through the measure it derives from."""
    base = report.dataset.measure(measure.of) if measure.is_derived else measure
    return base.field if base else ""


def _left_out(block: Block, measure: Measure, held: Sequence[Held]) -> bool:
    by_name = {one.split.name: one.keys for one in held}
    return any(
        measure.name.startswith(prefix) and name in by_name and value not in by_name[name]
        for prefix, (name, value) in block.without.items()
    )


def _days(params: Params) -> tuple[date | None, date | None]:
    """Inclusive days; `as_of` is the last day where no other is given."""
    first, last, as_of = (_day(params, name) for name in ("from", "to", "as_of"))
    last = last or as_of
    if first and last and last < first:
        raise _refused("period", "to", _("The period ends before it starts."))
    return first, last


def _day(params: Params, name: str) -> date | None:
    given = params.get(name)
    if given is None or given == "":
        return None
    try:
        day: date = DAY.read(given)
    except ValidationError as error:
        raise _refused("not_a_day", name, error.messages[0]) from error
    return day


DAY = Argument("day", "", "day")


def during(asked: Asked, rule: During) -> Q:
    """The rows of the asked period (rules §2.8.1: begun by its end and not ended before its start)."""
    zone = timezone.get_default_timezone()

    def edge(day: date) -> date | datetime:
        return day if rule.is_day else day_start(day, zone)

    condition = Q()
    if asked.last:
        after = asked.last + _ONE_DAY
        condition &= Q(**{f"{rule.start}__lt": edge(after)})
    if asked.first and not rule.end:
        condition &= Q(**{f"{rule.start}__gte": edge(asked.first)})
    elif asked.first:
        still = Q(**{f"{rule.end}__isnull": True}) | Q(**{f"{rule.end}__gte": edge(asked.first)})
        condition &= still
    return condition


_ONE_DAY = date(2000, 1, 2) - date(2000, 1, 1)


def _held(actor: Actor, report: Report, params: Params) -> tuple[Held, ...]:
    """Dimensions named by themselves or inside `filter`."""
    given = {name: value for name, value in params.items() if name not in OWN and value not in (None, "")}
    given |= _filter(params.get("filter"))
    found = []
    for name, value in given.items():
        split = split_of(actor, report.dataset, name)
        if split is None:
            raise _refused("unknown_parameter", name, _("This report has no such parameter."))
        _require_split(actor, report, split)
        values = value if isinstance(value, list | tuple) else [value]
        keys = [key for one in values for key in _keys(actor, split, one)]
        found.append(Held(split, tuple(keys)))
    return tuple(found)


def _filter(given: Any) -> Mapping[str, Any]:
    if not given:
        return {}
    try:
        read_as = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        read_as = None
    if not isinstance(read_as, Mapping):
        raise _refused("filter", "filter", _('A filter is JSON, such as {"status": "won"}.'))
    return read_as


def _keys(actor: Actor, split: Split, given: Any) -> Collection[Any]:
    """The keys a value means: a code, a name, a key; nothing for «none»."""
    if given is None or (isinstance(given, str) and given.strip().casefold() in EMPTY):
        return [None]
    dimension = split.dimension
    keys: Collection[Any]
    if split.attribute:
        keys = _of_attribute(split, given)
    elif split.unit:
        keys = _of_unit(split.unit, str(given))
    elif dimension.find:
        keys = dimension.find(actor, str(given))
    elif dimension.model:
        keys = find_in(actor, dimension.model, given)
    else:
        keys = _of_choices(dimension, str(given)) if dimension.choices else [given]
    if not keys:
        raise _refused("unknown_value", dimension.name, _("There is nothing of this name here."))
    return keys


def _of_attribute(split: Split, given: Any) -> list[Any]:
    assert split.attribute is not None
    try:
        return [typed(split.attribute, read_value(split.attribute, given))]
    except ValidationError as error:
        raise _refused("unknown_value", split.name, error.messages[0]) from error


def _of_unit(unit: Unit, text: str) -> list[date]:
    try:
        return [DAY.read(unit_named(text, unit))]
    except (ValueError, ValidationError):
        return []


def _of_choices(dimension: Dimension, text: str) -> list[str]:
    """By code, or by label in either language."""
    for language in ("", "ru", "en"):
        for code, label in dimension.listed:
            if text == code:
                return [code]
            if language:
                with override(language):
                    if sort_key(str(label)) == sort_key(text):
                        return [code]
    return []


def find_in(actor: Actor, model: type[Model], given: Any) -> list[Any]:
    """Keys of visible records by key, look-up field or name, whatever its case."""
    if isinstance(given, Model):
        return [given.pk]
    text = str(given).strip()
    rows: Any = model._default_manager
    names = {field.name for field in model._meta.concrete_fields}
    condition = Q(pk=key) if (key := _uuid(text)) else Q(pk__in=[])
    seen = lookup_fields(actor, model, ("name", *facts_of(model).lookup))
    for name in seen:
        condition |= Q(**{name: text}) if name in names else Q()
    if "sort_name" in names and "name" in seen:
        condition |= Q(sort_name=sort_key(text)[:250])
    return list(rows.visible_to(actor).filter(condition).values_list("pk", flat=True))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
