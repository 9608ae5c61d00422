"""Directory items that ship with the product: declared by their rooms, put into every base after `migrate`.

An item is found by its fixed code, also when somebody renamed or marked it, so nothing comes back against a company's will.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.utils import timezone

from .actors import Actor
from .acts import Act
from .commands import stamp_of
from .journal.writing import change_set
from .records import Item

SHIPPING = "kernel.ship"
_shipped: dict[type[Item], list[Mapping[str, Any]]] = defaultdict(list)


def ship(model: type[Item], items: Sequence[Mapping[str, Any]]) -> None:
    """Declare items: `ship(Role, [{"code": "head", "name": "Руководитель", "name_en": "Head"}])`."""
    _shipped[model].extend(items)


def unpack(app_config: AppConfig, **_more: Any) -> None:
    """Insert the room's items that the base has never had, in one journalled change set by the system."""
    lacking = {model: _lacking(model) for model in _shipped if model._meta.app_config is app_config}
    if not any(lacking.values()):
        return
    actor = Actor.system("migrate")
    with change_set(stamp_of(actor), command=SHIPPING) as opened:
        act = Act(actor, SHIPPING, timezone.now(), opened)
        for model, items in lacking.items():
            act.insert(model, items)


def _lacking(model: type[Item]) -> list[Mapping[str, Any]]:
    there = set(model._base_manager.exclude(code="").values_list("code", flat=True))
    return [item for item in _shipped[model] if item["code"] not in there]
