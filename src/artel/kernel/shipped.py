"""Directory items and options that ship with the product: declared by their rooms, put into every base after `migrate`.

An item is found by its fixed code, also when somebody renamed or marked it, so nothing comes back against a company's will.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.db import transaction
from django.db.models import QuerySet, UniqueConstraint
from django.utils import timezone

from artel.lib.names import sort_key

from . import options
from .actors import Actor
from .acts import Act
from .commands import stamp_of
from .journal.writing import change_set
from .records import Item, Record
from .registers import Option
from .trees import Branch

SHIPPING = "kernel.ship"
_shipped: dict[type[Item], list[Mapping[str, Any]]] = defaultdict(list)


def ship(model: type[Item], items: Sequence[Mapping[str, Any]]) -> None:
    """Declare items: `ship(Role, [{"code": "head", "name": "Руководитель", "name_en": "Head"}])`."""
    _shipped[model].extend(items)


def unpack(app_config: AppConfig, **_more: Any) -> None:
    """After the last room's `migrate`: insert the items the base has never had, in one change set by the system."""
    if app_config is not _last_room():
        return
    declared = [{"code": fact.code, "is_on": fact.default} for fact in options.declared()]
    wanted: list[tuple[type[Record], Sequence[Mapping[str, Any]]]] = [*_shipped.items(), (Option, declared)]
    lacking = {model: rows for model, items in wanted if (rows := _lacking(model, items))}
    if not lacking:
        return
    actor = Actor.system("migrate")
    with transaction.atomic(), change_set(stamp_of(actor), command=SHIPPING) as opened:
        act = Act(actor, SHIPPING, timezone.now(), opened)
        for model, items in lacking.items():
            act.insert(model, _adopt(act, model, items))


def _adopt(act: Act, model: type[Record], items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What a company has typed under the name of a shipped item becomes that item; the items still to be made."""
    if not _takes_a_name_once(model):
        return list(items)
    wanted = {sort_key(item["name"])[:250]: item for item in items}
    rows: QuerySet[Any] = model._base_manager.all()
    typed = rows.filter(sort_name__in=wanted, code="", is_deleted=False)
    if issubclass(model, Branch):
        typed = typed.filter(parent=None)
    adopted = {record.sort_name: record for record in typed}
    named = [(record, wanted[name]) for name, record in adopted.items()]
    act.change_all(
        model,
        [(record, {"code": item["code"], "name_en": item.get("name_en", "")}) for record, item in named],
    )
    return [item for name, item in wanted.items() if name not in adopted]


def _takes_a_name_once(model: type[Record]) -> bool:
    constraints = model._meta.constraints
    return any(
        isinstance(one, UniqueConstraint) and tuple(one.fields) == ("sort_name",) for one in constraints
    )


def _last_room() -> AppConfig:
    """By then the tables and the journal's triggers of every room are in place."""
    return [room for room in apps.get_app_configs() if room.models_module is not None][-1]


def _lacking(model: type[Record], items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    rows: QuerySet[Any] = model._base_manager.all()
    there = set(rows.exclude(code="").values_list("code", flat=True))
    return [item for item in items if item["code"] not in there]
