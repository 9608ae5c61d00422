"""Copying a deal, and giving deals to somebody else (rules §2.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.deals.models import Deal, DemandRow, Participant
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Values, argument
from artel.kernel.commands import command
from artel.kernel.people import User
from artel.kernel.records import Record

from .deals import change_deal, open_deal

COPIED = (
    "name",
    "client",
    "agreement",
    "kind",
    "responsible",
    "potential",
    "probability",
    "demand_currency",
    "separate_accounting",
    "comment",
    "attributes",
)


@dataclass(frozen=True, kw_only=True)
class CopyDeal:
    """How the copy is called; empty = as the original."""

    name: str = argument(label=_("Name"), default="", max_length=250)


@command(permission="deals.add_deal", label=_("Copy"), icon="copy", done=_("The deal is copied."))
def copy_deal(act: Act, lines: Lines[Deal, CopyDeal]) -> None:
    """A new deal like this one: in work from now, with the same participants and demand, without winner and end."""
    copies = {line.subject.pk: Line[Any, Values](_copied(line)) for line in lines}
    open_deal.within(act, list(copies.values()))
    for line in lines:
        made = copies[line.subject.pk]
        line.result, line.refusal = made.result, made.refusal
    keys = {line.subject.pk: line.result.pk for line in lines if line.is_open}
    _copy_parts(act, Participant, keys, ("partner", "role", "person", "person_role", "comment"))
    wanting = {line.subject.pk for line in lines if line.subject.kind.records_demand}
    demanded = {key: copy for key, copy in keys.items() if key in wanting}
    _copy_parts(
        act, DemandRow, demanded, ("number", "description", "sum", "satisfied_percent", "reason", "comment")
    )


def _copied(line: Line[Deal, CopyDeal]) -> Values:
    values = Values({name: getattr(line.subject, name) for name in COPIED})
    values["name"] = line.args.name or values["name"]
    return values


def _copy_parts(act: Act, model: type[Record], keys: dict[UUID, UUID], names: Iterable[str]) -> None:
    columns = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    objects: Any = model._default_manager
    rows = objects.present().filter(deal__in=keys).order_by("id").values("deal_id", *columns)
    act.insert(model, [{**row, "deal_id": keys[row["deal_id"]]} for row in rows])


@dataclass(frozen=True, kw_only=True)
class ReassignDeal:
    """To whom."""

    responsible: User = argument(label=_("Responsible"))


@command(
    permission="deals.change_deal",
    label=_("Give to another"),
    icon="user",
    done=_("The deal has another responsible."),
)
def reassign_deal(act: Act, lines: Lines[Deal, ReassignDeal]) -> None:
    """Another responsible; stage rows keep theirs."""
    changes = [Line(Values(responsible=line.args.responsible), line.subject) for line in lines]
    change_deal.within(act, changes)
    for line, change in zip(lines, changes, strict=True):
        line.result, line.refusal = line.subject, change.refusal
