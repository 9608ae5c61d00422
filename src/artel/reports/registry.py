"""Where rooms put their reports and engines find them."""

from __future__ import annotations

from collections.abc import Iterator

from artel.kernel import options

from .vocabulary import Report

_reports: dict[str, Report] = {}


def register(report: Report) -> Report:
    """Add a report. Raises ValueError when its name is taken."""
    if report.name in _reports:
        raise ValueError(f"two reports are called {report.name}")
    _reports[report.name] = report
    return report


def find(name: str) -> Report:
    """By `sales-funnel`. Raises KeyError, also while the report's option is off."""
    found = _reports[name]
    if found.option and not options.is_on(found.option):
        raise KeyError(name)
    return found


def all_reports() -> Iterator[Report]:
    return iter(_reports.values())
