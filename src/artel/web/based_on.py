"""«Create based on»: the entries of a record's menu, each an address of a form with what the new record takes over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.db.models import Model

from artel.kernel.actors import Actor
from artel.kernel.commands import Command
from artel.screens import registry
from artel.screens.vocabulary import Contribution

from .addresses import page_address
from .frame import Link
from .references import References


def offered_on(given: Sequence[Contribution], actor: Actor, record: Any) -> list[Link]:
    """What may be created on the basis of this record, with what it takes over in the address: nothing that is hidden."""
    references, offers = References(actor), []
    for entry in (one for each in given for one in each.based_on):
        other = registry.find(entry.entity)
        values = entry.values(record)
        if values is not None and other.create and actor.has(other.create.permission):
            taken = dict(values)
            keys = _others(other.create, taken, record)
            for name, model in keys.items():
                references.want(model, [taken[name]])
            offers.append((entry, other, taken, keys))
    return [
        Link(str(entry.label), f"{page_address('web:new', other.path)}?{_filled(taken, hidden)}", other.icon)
        for entry, other, taken, keys in offers
        for hidden in [{name for name, model in keys.items() if not references.seen(model, taken[name])}]
    ]


def _others(create: Command, taken: dict[str, Any], record: Any) -> dict[str, type[Model]]:
    """Which of the values are references to other records than this one; they become keys."""
    found = {}
    for argument in create.arguments:
        value = taken.get(argument.name)
        if argument.model is not None and value is not None and value != record:
            taken[argument.name] = getattr(value, "pk", value)
            found[argument.name] = argument.model
    return found


def _filled(taken: Mapping[str, Any], hidden: Collection[str]) -> str:
    shown = {name: value for name, value in taken.items() if value is not None and name not in hidden}
    return "&".join(f"{name}={quote(str(getattr(value, 'pk', value)))}" for name, value in shown.items())
