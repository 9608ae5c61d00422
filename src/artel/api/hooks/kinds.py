"""Which tables web-hooks tell of: those of resources, and parts that have no resource of their own with their whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from artel.api.models import WebHook
from artel.kernel.journal.catalogue import why_exempt
from artel.kernel.journal.models import JournalTable
from artel.kernel.records import Record, facts_of
from artel.lib.words import capital
from artel.screens import registry

Model = type[Record]


@dataclass(frozen=True)
class Told:
    """Under which resource a table is told of; of a part (`whole` is another model) only that its whole has changed."""

    path: str
    model: Model
    whole: Model

    @property
    def is_part(self) -> bool:
        return self.model is not self.whole


@lru_cache(maxsize=1)
def told() -> Mapping[Model, Told]:
    """Everything a web-hook may tell of, by model. Of web-hooks themselves none does."""
    found: dict[Model, Told] = {}
    for one in registry.all_resources():
        if not why_exempt(one.model) and one.model is not WebHook:
            found.setdefault(one.model, Told(one.path, one.model, one.model))
    for part, whole in _parts(found):
        found[part] = Told(found[whole].path, part, whole)
    return found


def _parts(known: Mapping[Model, Told]) -> Iterator[tuple[Model, Model]]:
    for model in apps.get_models():
        if not issubclass(model, Record) or model in known or why_exempt(model):
            continue
        whole = _whole_of(model)
        if whole in known and not facts_of(model).arrangement:
            yield model, whole


def _whole_of(model: Model) -> Any:
    """The one record that a row is always a part of; None for rows that hang on several, or on records of any kind."""
    try:
        relation: Any = model._meta.get_field(facts_of(model).parent)
    except FieldDoesNotExist:
        return None
    return relation.related_model if relation.concrete else None


def wanted(hook: WebHook) -> dict[str, Told]:
    """What a web-hook tells of, by the names of the journal's tables."""
    paths = set(hook.entities)
    return {model._meta.label_lower: one for model, one in told().items() if not paths or one.path in paths}


def numbers() -> dict[str, int]:
    """The journal's numbers of tables by their names: one query."""
    return dict(JournalTable.objects.values_list("name", "id"))


def tables(hook: WebHook, known: Mapping[str, int]) -> set[int]:
    """The numbers of the tables that a web-hook tells of."""
    return {known[name] for name in wanted(hook) if name in known}


def choices() -> list[tuple[str, str]]:
    """Paths and names of the kinds of records to choose from, by name."""
    found = {one.path: capital(one.whole._meta.verbose_name_plural) for one in told().values()}
    return sorted(found.items(), key=lambda one: one[1])


def unknown(paths: Collection[str]) -> list[str]:
    """Those that name no kind of record."""
    return sorted(set(paths) - {one.path for one in told().values()})
