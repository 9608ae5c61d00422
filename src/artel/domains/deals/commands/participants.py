"""Who takes part in a deal (rules §2.5): the client's role is given by itself, the winner is marked only on a lost deal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.deals.models import Deal, DealStatus, LossReason, Participant, ParticipantRole
from artel.domains.partners.models import ContactPersonRole, ContactRole, Partner, Person
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Argument, Values, argument
from artel.kernel.commands import command

from .looking import own_rows

NOBODY = _("Name a partner or a contact person.")
CLIENT_ROLE = _("Only the deal's client has this role, and gets it by itself.")
NOT_OF_DEAL = _("This row belongs to another deal.")
LAST_WINNER = _("A deal lost to a competitor keeps at least one participant who won it.")
ONLY_LOST = _("Who won the deal is marked only when it is lost.")


def but_client(roles: Any, _deal: Any) -> Any:
    """The client's role is given by itself, to nobody else."""
    return roles.exclude(code=ParticipantRole.CLIENT)


@dataclass(frozen=True, kw_only=True)
class AddParticipant:
    """Somebody new in a deal."""

    partner: Partner | None = argument(label=_("Partner"), default=None)
    role: ParticipantRole | None = argument(label=_("Role"), default=None, among=but_client)
    person: Person | None = argument(label=_("Contact person"), default=None)
    person_role: ContactPersonRole | None = argument(label=_("Role of the person"), default=None)
    comment: str = argument(label=_("Comment"), default="", max_length=500)
    is_winner: bool = argument(label=_("Won the deal"), default=False)


@dataclass(frozen=True, kw_only=True)
class ChangeParticipant:
    """What a participant's row says from now on."""

    participant: Participant = argument(label=_("Participant"), among=own_rows)
    role: ParticipantRole | None = argument(label=_("Role"), default=None, among=but_client)
    person: Person | None = argument(label=_("Contact person"), default=None)
    person_role: ContactPersonRole | None = argument(label=_("Role of the person"), default=None)
    comment: str = argument(label=_("Comment"), default="", max_length=500)
    is_winner: bool = argument(label=_("Won the deal"), default=False)


@dataclass(frozen=True, kw_only=True)
class RemoveParticipant:
    """Which row goes."""

    participant: Participant = argument(label=_("Participant"), among=own_rows)


@command(permission="deals.change_deal", label=_("Add a participant"), icon="plus")
def add_participant(act: Act, lines: Lines[Deal, AddParticipant]) -> None:
    """A partner or a person joins the deal."""
    role = client_role()
    for line in lines:
        line.result, args = line.subject, line.args
        if args.partner is None and args.person is None:
            line.refuse("nobody", NOBODY, needs=["partner"], fields={"partner": NOBODY})
        _check_row(line, args.partner.pk if args.partner else None, role)
    fresh = [line for line in lines if line.is_open]
    act.insert(Participant, [_fresh(line, role) for line in fresh])


@command(permission="deals.change_deal", label=_("Change the participant"), icon="pencil")
def change_participant(act: Act, lines: Lines[Deal, ChangeParticipant]) -> None:
    """Another role, person, comment or mark; the partner of a row stays."""
    role = client_role()
    for line in lines:
        line.result = line.subject
        _check_own(line, line.args.participant)
        _check_row(line, line.args.participant.partner_id, role)
    _check_winners_stay(lines, [line for line in lines if not line.args.is_winner])
    act.change_all(
        Participant,
        [
            (line.args.participant, _columns(line, line.args.participant.partner_id, role))
            for line in lines
            if line.is_open
        ],
    )


@command(permission="deals.change_deal", label=_("Remove the participant"), icon="trash")
def remove_participant(act: Act, lines: Lines[Deal, RemoveParticipant]) -> None:
    """A row goes; a deal lost to a competitor keeps its last winner."""
    for line in lines:
        line.result = line.subject
        _check_own(line, line.args.participant)
    _check_winners_stay((), lines)
    act.remove(Participant, [line.args.participant for line in lines if line.is_open])


def _check_own(line: Line[Deal, Any], row: Participant) -> None:
    if row.deal_id != line.subject.pk:
        line.refuse("not_of_deal", NOT_OF_DEAL, fields={"participant": NOT_OF_DEAL})


def _check_row(line: Line[Deal, Any], partner: UUID | None, role: UUID | None) -> None:
    given = line.args.role
    is_client = partner is not None and partner == line.subject.client_id
    if given and given.pk == role and not is_client:
        line.refuse("client_role", CLIENT_ROLE, fields={"role": CLIENT_ROLE})
    if line.args.is_winner and line.subject.status != DealStatus.LOST:
        line.refuse("only_lost", ONLY_LOST, fields={"is_winner": ONLY_LOST})


def _check_winners_stay(lines: Sequence[Line[Deal, Any]], leaving: Sequence[Line[Deal, Any]]) -> None:
    """Lines that take the mark away, one after another, leave each deal lost to a competitor a winner; `lines` may mark others."""
    losing = [line for line in leaving if line.is_open and line.args.participant.is_winner]
    winners = _winners_of_lost(line.subject.pk for line in losing) if losing else {}
    for line in lines:
        if line.is_open and line.args.is_winner and line.subject.pk in winners:
            winners[line.subject.pk].add(line.args.participant.pk)
    for line in losing:
        left = winners.get(line.subject.pk)
        if left is not None and left <= {line.args.participant.pk}:
            line.refuse("winner_needed", LAST_WINNER, needs=["winner"])
        elif left is not None:
            left.discard(line.args.participant.pk)


def _winners_of_lost(deals: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """The rows of winners by deal, of those of the deals that were lost to a competitor."""
    rows = Participant.objects.filter(deal__in=set(deals), is_winner=True)
    winners: dict[UUID, set[UUID]] = defaultdict(set)
    for deal, row in rows.filter(deal__loss_reason__code=LossReason.TO_COMPETITOR).values_list("deal", "pk"):
        winners[deal].add(row)
    return winners


def _columns(line: Line[Deal, Any], partner: UUID | None, role: UUID | None) -> dict[str, Any]:
    args = line.args
    is_client = partner is not None and partner == line.subject.client_id
    return {
        "role_id": role if is_client else (args.role.pk if args.role else None),
        "person_id": args.person.pk if args.person else None,
        "person_role_id": args.person_role.pk if args.person_role else None,
        "comment": args.comment,
        "is_winner": args.is_winner,
    }


def _fresh(line: Line[Deal, AddParticipant], role: UUID | None) -> dict[str, Any]:
    partner = line.args.partner.pk if line.args.partner else None
    return {"deal_id": line.subject.pk, "partner_id": partner, **_columns(line, partner, role)}


def client_role() -> UUID | None:
    """The key of the shipped role «Клиент»."""
    return _role(ParticipantRole.CLIENT)


def _role(code: str) -> UUID | None:
    key: UUID | None = ParticipantRole.objects.filter(code=code).values_list("pk", flat=True).first()
    return key


def give_client_role(act: Act, deals: Iterable[UUID]) -> None:
    """After a deal got another client: his rows have the client's role, nobody else's have."""
    role = client_role()
    rows = Participant.objects.filter(deal__in=list(deals)).select_related("deal")
    act.change_all(Participant, [(row, {"role_id": _role_after(row, role)}) for row in rows])


def _role_after(row: Participant, role: UUID | None) -> UUID | None:
    is_client = row.partner_id is not None and row.partner_id == row.deal.client_id
    return role if is_client else (None if row.role_id == role else row.role_id)


CONTACT = Argument(
    "contact",
    _("Contact person"),
    "reference",
    model=Person,
    help=_("Takes part in the deal for its client."),
)


def join_contacts(act: Act, lines: Sequence[Line[Any, Values]]) -> None:
    """The contact people that new and changed deals name take part for the client, in the role they have with him."""
    given = {line.result.pk: line for line in lines if line.args.get("contact")}
    if not given:
        return
    rows = list(Participant.objects.filter(deal__in=given).order_by("id"))
    there = {(row.deal_id, row.person_id) for row in rows}
    lone = {(row.deal_id, row.partner_id): row for row in rows if row.partner_id and row.person_id is None}
    roles = _roles_of_contacts(given.values())
    client = client_role()
    fresh, changed = [], []
    for deal, line in given.items():
        person, partner = line.args.key("contact"), line.result.client_id
        if (deal, person) in there:
            continue
        columns = {"person_id": person, "person_role_id": roles.get((partner, person))}
        if row := lone.get((deal, partner)):
            changed.append((row, columns))
        else:
            role = client if partner else None
            fresh.append({"deal_id": deal, "partner_id": partner, "role_id": role, **columns})
    act.insert(Participant, fresh)
    act.change_all(Participant, changed)


def _roles_of_contacts(lines: Iterable[Line[Any, Values]]) -> dict[tuple[UUID | None, UUID | None], UUID]:
    """The role of each of the people with a partner."""
    people = {line.args.key("contact") for line in lines}
    rows = ContactRole.objects.present().filter(person__in=people, ended_on=None, role__isnull=False)
    found = rows.order_by("-id").values_list("partner_id", "person_id", "role_id")
    return {(partner, person): role for partner, person, role in found}


def clear_winners(act: Act, deals: Iterable[UUID]) -> None:
    """Nobody won a deal that is not lost (rules §2.5)."""
    rows = Participant.objects.filter(deal__in=list(deals), is_winner=True)
    act.change_all(Participant, [(row, {"is_winner": False}) for row in rows])


def mark_winners(act: Act, winners: dict[UUID, UUID]) -> None:
    """Partner by deal: his row is marked, or a new one made with the competitor's role."""
    rows = {
        (row.deal_id, row.partner_id): row
        for row in Participant.objects.filter(deal__in=winners, partner__in=winners.values())
    }
    known = {deal: row for deal, partner in winners.items() if (row := rows.get((deal, partner)))}
    act.change_all(Participant, [(row, {"is_winner": True}) for row in known.values()])
    fresh = {deal: partner for deal, partner in winners.items() if deal not in known}
    if fresh:
        role = _role(ParticipantRole.COMPETITOR)
        act.insert(
            Participant,
            [
                {"deal_id": deal, "partner_id": partner, "role_id": role, "is_winner": True}
                for deal, partner in fresh.items()
            ],
        )


def with_winner(deals: Iterable[UUID]) -> set[UUID]:
    """Deals that have a participant marked as the winner."""
    rows = Participant.objects.filter(deal__in=list(deals), is_winner=True)
    return set(rows.values_list("deal_id", flat=True))
