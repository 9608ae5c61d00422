"""From a number back to the rows that make it: exactly those, and only those the reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from artel.kernel.actors import Actor
from artel.kernel.refusals import NotThere, Refused

from . import registry
from .asking import Asked, Params, read
from .counting import rows_of
from .paths import field_at
from .vocabulary import Measure


@dataclass(frozen=True)
class Drill:
    """What stands behind a number: the counted rows of each part, and the records to show for them.

    `model` and `predicate` are the records that a list shows: `model.objects.filter(predicate)`.
    """

    rows: Sequence[QuerySet[Any]]
    model: type[Model]
    predicate: Q

    @property
    def records(self) -> QuerySet[Any]:
        return self.model._default_manager.filter(self.predicate)


def drill(actor: Actor, name: str, params: Params, cell: Mapping[str, Any]) -> Drill:
    """The rows behind one number of `run(actor, name, params)`.

    `cell` says which: `keys` of its row (none for totals), `measure`, and `under`, the keys of its column; keys may be
    the texts an address has for them. Raises ValueError for texts that cannot be keys.
    """
    try:
        report = registry.find(name)
    except KeyError as error:
        raise NotThere("not_found", _("There is no such report.")) from error
    asked = read(actor, report, params)
    measure = _measure(asked, str(cell.get("measure", "")))
    places = list(zip(asked.rows, tuple(cell.get("keys") or ()), strict=False))
    places += list(zip(asked.columns, tuple(cell.get("under") or ()), strict=False))
    rows = []
    for index in range(len(report.dataset.parts)):
        more = measure.where
        for split, key in places:
            more = more & split.holds[index]([split.key(key)])
        rows.append(rows_of(actor, asked, index, more))
    return _opened(asked, measure, rows)


def _measure(asked: Asked, name: str) -> Measure:
    dataset = asked.report.dataset
    measure = dataset.measure(name)
    if measure and measure.is_derived:
        measure = dataset.measure(measure.of)
    if measure is None:
        raise Refused("unknown_measure", _("This report has no such measure."))
    return measure


def _opened(asked: Asked, measure: Measure, rows: Sequence[QuerySet[Any]]) -> Drill:
    """The counted rows themselves, or the records that a field of theirs names."""
    parts = asked.report.dataset.parts
    name = measure.opens or (measure.field if measure.function == "distinct" else "")
    if not name:
        return Drill(rows, parts[0].model, Q(pk__in=rows[0].values("pk")))
    model: Any = None
    predicate = Q()
    for part, found in zip(parts, rows, strict=True):
        if path := part.paths.get(name):
            model = model or field_at(part.model, path).related_model
            predicate |= Q(pk__in=found.values(path))
    return Drill(rows, model, predicate)
