"""Opening, changing and copying deals (rules §2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.company.models import Currency
from artel.domains.deals.events import DealOpened
from artel.domains.deals.models import (
    Deal,
    DealFirstInterest,
    DealKind,
    DealStage,
    DealStatus,
    DealType,
    DemandRow,
)
from artel.domains.deals.subjects import DEAL
from artel.domains.interactions.commands.aiming import Aim, aim_chains
from artel.domains.interactions.models import Interaction
from artel.domains.partners.interests import INTEREST_ARGUMENTS, check_interest, write_interest
from artel.domains.partners.interests import NAMES as INTEREST
from artel.domains.partners.models import Partner
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Argument, Values
from artel.kernel.attributes.values import checked_attributes
from artel.kernel.commands import command
from artel.kernel.line_checks import require_filled
from artel.kernel.record_commands import marking_commands
from artel.lib.stages import Result, implied, relaid
from artel.lib.uuid7 import uuid7

from .finishing import (
    OUTCOME_ARGUMENTS,
    check_outcomes,
    follow_outcomes,
    mark_given_winners,
    outcome_columns,
    write_outcomes,
)
from .looking import GivenLines, fetched, key_of, named_by
from .participants import CONTACT, give_client_role, join_contacts
from .potential import count_in_management_currency, spread_potential
from .statistics import Statistics, current_columns, row_columns

FIELDS = (
    "name",
    "client",
    "agreement",
    "kind",
    "responsible",
    "started_at",
    "ended_at",
    "potential",
    "probability",
    "demand_currency",
    "comment",
    "attributes",
)
# Without an answer a new deal is as its kind says, so the argument has no default of its own.
SEPARATE = Argument("separate_accounting", _("separate accounting of goods"), "boolean")
COLUMNS = {*FIELDS, SEPARATE.name, "code"}
CURRENCY = Argument("currency", _("Currency of the potential"), "reference", model=Currency)
EXTRA = (SEPARATE, CURRENCY, CONTACT, *INTEREST_ARGUMENTS, *OUTCOME_ARGUMENTS)
CODE = Argument("code", _("Code"), "text", max_length=30)
INTERACTION = Argument(
    "interaction",
    _("Begun from the interaction"),
    "reference",
    model=Interaction,
    help=_("It and its chain are about the deal from now on."),
)
_check_attributes = checked_attributes(Deal)

NOT_A_CLIENT = _("This partner is not a client: mark it as a client first.")
KIND_NOT_ALLOWED = _("This kind of deal is no longer used for new deals.")
FINISHED_KIND = _("The kind of a finished deal does not change: its statistics are history.")
RESPONSIBLE_NEEDED = _("A standard sale needs somebody responsible.")


@command(
    permission="deals.add_deal",
    label=_("New deal"),
    creates=Deal,
    fields=FIELDS,
    extra=(CODE, INTERACTION, *EXTRA),
    icon="plus",
    done=_("The deal is open."),
)
def open_deal(act: Act, lines: Lines[Any, Values]) -> None:
    """Begin deals: at the first stage of their kind, by default the acting person's own, in work and starting now.

    One that comes with an outcome (status, closed, loss reason, winner) gets the stage rows it implies.
    """
    check_deals(act, lines)
    ready = [line for line in lines if line.is_open]
    fresh = [_begun(act, line) for line in ready]
    for line, deal in zip(ready, act.make(Deal, [columns for columns, _rows in fresh]), strict=True):
        line.result = deal
    act.insert(DealStage, [row for _columns, rows in fresh for row in rows])
    write_interest(act, DealFirstInterest, "deal", ready)
    mark_given_winners(act, ready)
    join_contacts(act, ready)
    _follow_interactions(act, ready)
    act.publish(*(DealOpened(line.result.pk) for line in ready))


def _follow_interactions(act: Act, lines: GivenLines) -> None:
    """What a deal was begun from is about it from now on, with its chain (rules §2.21)."""
    given = [line for line in lines if line.args.get("interaction")]
    if given and act.actor.has("interactions.change_interaction"):
        begun_from = named_by(given, "interaction", Interaction)
        aims = {line.args.key("interaction"): Aim(DEAL, line.result.pk) for line in given}
        aim_chains(act, {key: aim for key, aim in aims.items() if key in begun_from}, begun_from)


def check_deals(act: Act, lines: GivenLines) -> None:
    """The rules that new and changed deals share; kinds and clients named by key become records."""
    require_filled(lines, "name", "kind")
    kinds: dict[UUID, DealKind] = named_by(lines, "kind", DealKind)
    kinds |= fetched(DealKind, _present_kinds(lines) - set(kinds))
    _check_clients(lines)
    for line in lines:
        if line.is_open:
            _defaults(act, line)
            _check_kind(line, kinds)
    count_in_management_currency(lines)
    check_interest(act, DealFirstInterest, "deal", lines)
    _check_attributes(act, list(lines))
    check_outcomes(lines)


def _present_kinds(lines: GivenLines) -> set[UUID]:
    """Kinds of changed deals, where a rule asks for them."""
    asked = ("kind", "responsible")
    return {
        line.subject.kind_id for line in lines if line.subject and any(name in line.args for name in asked)
    }


def _check_clients(lines: GivenLines) -> None:
    clients: dict[UUID, Partner] = named_by(lines, "client", Partner)
    for line in lines:
        client = clients.get(line.args.key("client"))  # type: ignore[arg-type]
        if line.args.get("client") is None:
            continue
        if client is None or not client.is_client:
            line.refuse("not_a_client", NOT_A_CLIENT, fields={"client": NOT_A_CLIENT})
        else:
            line.args["client"] = client


def _defaults(act: Act, line: Line[Any, Values]) -> None:
    """A new deal is the acting person's own and starts now; one known only by its end started then."""
    if line.subject is not None:
        return
    if line.args.get("responsible") is None:
        line.args["responsible"] = act.actor.user
    if line.args.get("started_at") is None:
        line.args["started_at"] = min(act.at, line.args.get("ended_at") or act.at)


def _check_kind(line: Line[Any, Values], kinds: Mapping[UUID, DealKind]) -> None:
    key = line.args.key("kind") if "kind" in line.args else line.subject.kind_id
    kind = kinds.get(key) if key else None
    if kind is None:
        return
    if "kind" in line.args:
        line.args["kind"] = kind
        is_new = line.subject is None or line.subject.kind_id != kind.pk
        if line.subject is not None and is_new and line.subject.status != DealStatus.IN_WORK:
            line.refuse("finished_kind", FINISHED_KIND, fields={"kind": FINISHED_KIND})
        if is_new and (not kind.is_allowed or kind.is_deleted):
            line.refuse("kind_not_allowed", KIND_NOT_ALLOWED, fields={"kind": KIND_NOT_ALLOWED})
    if kind.type == DealType.STANDARD and not line.value("responsible"):
        line.refuse(
            "responsible_needed",
            RESPONSIBLE_NEEDED,
            needs=["responsible"],
            fields={"responsible": RESPONSIBLE_NEEDED},
        )


def _begun(act: Act, line: Line[Any, Values]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The columns of a new deal and of its stage rows."""
    kind: DealKind = line.args["kind"]
    columns = own_columns(line)
    columns["id"] = uuid7()
    if columns.get("separate_accounting") is None:
        columns["separate_accounting"] = kind.separate_accounting
    columns |= outcome_columns(act, line, columns)
    path = kind.stage_keys
    rows = implied(
        path,
        result=Result(columns["status"]),
        started_at=columns["started_at"],
        ended_at=columns.get("ended_at"),
        responsible=key_of(columns.get("responsible")),
        potential=columns.get("potential") or Decimal(0),
    )
    columns |= current_columns(rows, path)
    return columns, [{"deal_id": columns["id"], "is_implied": True, **row_columns(row, path)} for row in rows]


def own_columns(line: Line[Any, Values]) -> dict[str, Any]:
    """The deal's own columns among the arguments; an emptied number is zero.

    The access group, which the database keeps equal to the client's, is written with the client: one update less.
    """
    zero = {"potential": Decimal(0), "probability": 0}
    columns: dict[str, Any] = {
        name: zero[name] if value is None and name in zero else value
        for name, value in line.args.items()
        if name in COLUMNS
    }
    if "client" in columns:
        columns["access_group_id"] = columns["client"].access_group_id if columns["client"] else None
    return columns


@command(
    permission="deals.change_deal",
    label=_("Change the deal"),
    fields=FIELDS,
    extra=EXTRA,
    icon="pencil",
    together=[INTEREST, ("potential", "currency")],
)
def change_deal(act: Act, lines: Lines[Deal, Values]) -> None:
    """Change deals; a changed potential reaches every stage row, another kind lays the stages anew."""
    check_deals(act, lines)
    statistics = follow_outcomes(act, lines)
    ready = [line for line in lines if line.is_open]
    moved = [line for line in ready if _changes(line, "kind")]
    left = [line.subject.pk for line in ready if _changes(line, "client")]
    spread_potential(
        act,
        {
            line.subject.pk: line.args["potential"] or Decimal(0)
            for line in ready
            if _changes(line, "potential") and line not in moved
        },
    )
    _relay(act, moved)
    _drop_demand(act, ready)
    plain = [line for line in ready if line not in moved]
    act.change_all(Deal, [(line.subject, own_columns(line)) for line in plain])
    for line in ready:
        line.result = line.subject
    write_interest(act, DealFirstInterest, "deal", ready)
    if left:
        give_client_role(act, left)
    join_contacts(act, ready)
    write_outcomes(act, ready, statistics)


def _changes(line: Line[Any, Values], name: str) -> bool:
    column = Deal._meta.get_field(name).attname  # type: ignore[union-attr]
    return name in line.args and key_of(line.args[name]) != getattr(line.subject, column)


def _relay(act: Act, lines: GivenLines) -> None:
    """Another kind: stages it shares are kept, the others go; the deal goes on after those it passed."""
    if not lines:
        return
    kinds = {line.subject.pk: line.args["kind"] for line in lines}
    statistics = Statistics(act, [line.subject for line in lines], kinds)
    for line in lines:
        statistics.follow(line, partial(relaid, at=act.at, **_of_rows(line)))
    statistics.write((line.subject, own_columns(line)) for line in lines)


def _drop_demand(act: Act, lines: GivenLines) -> None:
    """Saved with a kind that does not record demand, a deal has none (rules §2.5)."""
    unused = [
        line.subject.pk for line in lines if "kind" in line.args and not line.args["kind"].records_demand
    ]
    if unused:
        act.remove(DemandRow, DemandRow.objects.filter(deal__in=unused))


def _of_rows(line: Line[Any, Values]) -> dict[str, Any]:
    """What stage rows take over from the deal as it will be."""
    potential = own_columns(line).get("potential", line.subject.potential)
    return {"responsible": key_of(line.value("responsible")), "potential": potential}


mark_deal, unmark_deal = marking_commands(Deal, "deals")
