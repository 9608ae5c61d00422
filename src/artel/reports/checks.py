"""Django's checks read every report, so that a misspelt field never reaches a user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist

from .paths import field_at
from .registry import all_reports
from .vocabulary import Dataset, Report


@register()
def reports_name_real_fields(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [
        error for report in all_reports() for error in (*_of_dataset(report.dataset), *_of_report(report))
    ]


def _of_dataset(dataset: Dataset) -> Iterator[Error]:
    for part in dataset.parts:
        for name, path in part.paths.items():
            try:
                field_at(part.model, path)
            except (FieldDoesNotExist, AttributeError):
                yield Error(f"{dataset.name}: '{name}' is read at unknown '{path}'", id="reports.E001")
    for measure in dataset.measures:
        if measure.is_derived and dataset.measure(measure.of) is None:
            yield Error(f"{dataset.name}: '{measure.name}' derives from nothing", id="reports.E002")
        if len(dataset.parts) > 1 and (measure.where or measure.function == "mean"):
            yield Error(f"{dataset.name}: '{measure.name}' cannot span several parts", id="reports.E003")


def _of_report(report: Report) -> Iterator[Error]:
    for name in report.filters:
        if report.dataset.dimension(name) is None:
            yield Error(f"{report.name}: unknown dimension '{name}'", id="reports.E004")
    for block in report.blocks:
        for name in "+".join((*block.rows, *block.levels)).split("+"):
            if report.dataset.dimension(name) is None:
                yield Error(f"{report.name}: unknown dimension '{name}'", id="reports.E004")
        for name in block.measures:
            if report.dataset.measure(name) is None:
                yield Error(f"{report.name}: unknown measure '{name}'", id="reports.E005")
