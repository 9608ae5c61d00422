"""What the doctor says about records: people erased who came back, columns and totals that differ from what they are made of,
secrets that no key opens."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import sealing, totals
from .erasure import unknown_to_base
from .numbering import behind, code
from .records import Record, facts_of


def findings() -> Iterator[str]:
    """One sentence for each thing that is wrong."""
    yield from _back_again()
    yield from _astray()
    yield from totals.findings()
    yield from _behind()
    yield from sealing.findings()


def _back_again() -> Iterator[str]:
    """When there is somebody whom a restored copy brought back."""
    if count := sum(map(len, unknown_to_base().values())):
        yield ngettext(
            "%(count)s erased person is in the base again: a worker erases him anew within the hour.",
            "%(count)s erased people are in the base again: a worker erases them anew within the hour.",
            count,
        ) % {"count": count}


def _behind() -> Iterator[str]:
    """Counters that would give a number twice."""
    for model, greatest in behind():
        yield _(
            "%(what)s: numbers up to %(number)s are given, and the counter stands before it: artel migrate."
        ) % {
            "what": model._meta.verbose_name_plural,
            "number": code(greatest),
        }


def _astray() -> Iterator[str]:
    """Derived columns that are wrong somewhere; the database keeps them, so none should be."""
    for model in apps.get_models():
        derived = facts_of(model).derived if issubclass(model, Record) else {}
        for column, path in derived.items():
            both_empty = Q(**{f"{column}__isnull": True, f"{path}__isnull": True})
            wrong = model._base_manager.exclude(Q(**{column: F(path)}) | both_empty).count()
            if wrong:
                said = {"column": f"{model._meta.label_lower}.{column}", "path": path, "count": wrong}
                yield _("%(column)s differs from %(path)s in %(count)s rows.") % said
