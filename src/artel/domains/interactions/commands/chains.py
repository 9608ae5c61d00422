"""Acts on what interactions are about, who takes part, and what is made on the basis of one (rules §2.21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.models import (
    Interaction,
    InteractionKind,
    InteractionParticipant,
    PartTaken,
)
from artel.domains.interactions.subjects import SUBJECTS
from artel.domains.partners.models import Partner, Person
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Values, argument
from artel.kernel.commands import command
from artel.kernel.people import User

from .aiming import Aim, aim_chains, find_aims
from .recording import record
from .steps import CHANGE
from .taking_part import NOBODY, partners_of

NOT_OF_IT = _("This row belongs to another interaction.")
MAIN_STAYS = _("Whom the interaction is with is changed in the interaction itself.")


@dataclass(frozen=True, kw_only=True)
class SetSubject:
    """What it is about."""

    subject: str = argument(
        label=_("Subject"),
        kind="pointer",
        pointers=SUBJECTS,
        default="",
        help=_("Empty: the chain is about itself. All interactions of the chain follow."),
    )


@command(
    permission=CHANGE, label=_("Set the subject…"), icon="target-arrow", done=_("The chain has its subject.")
)
def set_subject(act: Act, lines: Lines[Interaction, SetSubject]) -> None:
    """What an interaction is about, and with it its whole chain; one about an interaction joins that one's chain."""
    aims = find_aims(act, lines, lambda line: line.args.subject)
    for line in lines:
        line.result = line.subject
    ready = [line for line in lines if line.is_open]
    aim_chains(
        act,
        {line.subject.pk: aims.get(line.args.subject, Aim()) for line in ready},
        {line.subject.pk: line.subject for line in ready},
    )


@dataclass(frozen=True, kw_only=True)
class CreateFrom:
    """What follows."""

    kind: InteractionKind = argument(label=_("What"), default=InteractionKind.PLAN)
    started_at: datetime | None = argument(label=_("When"), default=None)
    name: str = argument(label=_("Topic"), default="", max_length=250)
    text: str = argument(label=_("Text"), kind="lines", default="")


@command(permission="interactions.add_interaction", label=_("Create based on it…"), icon="copy-plus")
def create_from(act: Act, lines: Lines[Interaction, CreateFrom]) -> None:
    """Another interaction with the same people about the same; the result is the new one."""
    made: list[Line[Interaction, Values]] = []
    for line in lines:
        was, args = line.subject, line.args
        values = Values(
            kind=args.kind,
            name=args.name or ("" if args.text else was.name),
            text=args.text,
            started_at=args.started_at,
            client=was.client_id,
            contact=was.contact_id,
            contact_text=was.contact_text,
            how_to_reach=was.how_to_reach if args.kind == was.kind else "",
            importance=was.importance,
            based_on=was,
        )
        made.append(Line(values))
    record(act, made)
    for line, one in zip(lines, made, strict=True):
        line.result, line.refusal = one.result, one.refusal


@dataclass(frozen=True, kw_only=True)
class AddParticipant:
    """Somebody new in an interaction."""

    partner: Partner | None = argument(label=_("Partner"), default=None)
    person: Person | None = argument(label=_("Contact person"), default=None)
    employee: User | None = argument(label=_("Colleague"), default=None)
    contact_text: str = argument(label=_("Contact in words"), default="", max_length=250)
    how_to_reach: str = argument(label=_("How to reach"), default="", max_length=250)
    part: PartTaken = argument(label=_("Part"), default=PartTaken.PARTICIPANT)


@command(permission=CHANGE, label=_("Add a participant"), icon="plus")
def add_participant(act: Act, lines: Lines[Interaction, AddParticipant]) -> None:
    """Somebody joins, a person with the partner he acts for; the interaction is seen through a new partner from now on."""
    rows = []
    lone = {line.args.person.pk for line in lines if line.args.person and not line.args.partner}
    acts_for = partners_of(act.actor, lone) if lone else {}
    for line in lines:
        line.result, args = line.subject, line.args
        if not (args.partner or args.person or args.employee or args.contact_text.strip()):
            line.refuse("nobody", NOBODY, needs=["person"], fields={"person": NOBODY})
            continue
        partner = args.partner or acts_for.get(args.person.pk if args.person else None)
        rows.append({**vars(args), "partner": partner, "interaction": line.subject})
    act.insert(InteractionParticipant, [{**row, **_derived(row["interaction"])} for row in rows])


def _derived(one: Interaction) -> dict[str, object]:
    return {"at": one.started_at, "is_ahead": one.is_ahead, "is_reviewed": one.is_reviewed}


@dataclass(frozen=True, kw_only=True)
class RemoveParticipant:
    """Which row goes."""

    participant: InteractionParticipant = argument(label=_("Participant"))


@command(permission=CHANGE, label=_("Remove the participant"), icon="trash")
def remove_participant(act: Act, lines: Lines[Interaction, RemoveParticipant]) -> None:
    """A row goes, but not that of whom the interaction is with."""
    for line in lines:
        line.result, row, one = line.subject, line.args.participant, line.subject
        if row.interaction_id != one.pk:
            line.refuse("not_of_it", NOT_OF_IT, fields={"participant": NOT_OF_IT})
        elif _is_main(row, one):
            line.refuse("main_stays", MAIN_STAYS, fields={"participant": MAIN_STAYS})
    act.remove(InteractionParticipant, [line.args.participant for line in lines if line.is_open])


def _is_main(row: InteractionParticipant, one: Interaction) -> bool:
    """Whether the row is that of whom the interaction is with; contacts in words are told apart by their words."""
    who = (row.partner_id, row.person_id, row.contact_text)
    return who == (one.client_id, one.contact_id, one.contact_text) and not row.employee_id
