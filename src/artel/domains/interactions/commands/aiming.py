"""What interactions are about: the subject a line names, and chains, which have one subject (rules §2.21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.models import Interaction
from artel.domains.interactions.subjects import INTERACTION, SUBJECTS, texts_of_subjects
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Argument, Values

GivenLines = Sequence[Line[Any, Values]]
AIM = "_aim"
SUBJECT = Argument("subject", _("Subject"), "pointer", pointers=SUBJECTS, help=_("What it is about."))
NO_SUBJECT = _("There is no such subject, or it is not visible to you.")
SEVERAL = _("Several are called so: choose one of the list, or name it as “deal:00-00000012”.")


@dataclass(frozen=True)
class Aim:
    """A subject, and the chain that an interaction about it joins (none: its own)."""

    subject_type: str = ""
    subject_id: UUID | None = None
    chain_id: UUID | None = None

    @classmethod
    def of(cls, interaction: Interaction) -> Aim:
        """The same subject in the same chain."""
        return cls(interaction.subject_type, interaction.subject_id, interaction.root)

    @property
    def columns(self) -> dict[str, Any]:
        return {"subject_type": self.subject_type, "subject_id": self.subject_id, "chain_id": self.chain_id}


def leave_alone_what_was_shown(act: Act, lines: Iterable[Line[Any, Values]]) -> None:
    """Drop from changes a subject that a form only shows again; one that the actor may not see is shown as empty."""
    given = [line for line in lines if line.subject is not None and "subject" in line.args]
    shown = texts_of_subjects(act.actor, [line.subject for line in given])
    for line in given:
        if str(line.args["subject"] or "") == shown.get(line.subject.pk, ""):
            del line.args["subject"]


def find_aims(act: Act, lines: Iterable[Line[Any, Any]], text_of: Any) -> dict[str, Aim]:
    """By text: what the lines name; lines that name nothing, or several, are refused. A query a kind of subject."""
    wanted = {text for line in lines if line.is_open and (text := text_of(line))}
    found = SUBJECTS.find(act.actor, wanted)
    aims: dict[str, Aim] = {}
    chains = {key for pairs in found.values() for kind, key in pairs if kind == INTERACTION}
    known = Interaction.objects.in_bulk(chains) if chains else {}
    for text, pairs in found.items():
        # An interaction is often called like the deal it is about: then the deal is meant.
        if len(meant := [pair for pair in pairs if pair[0] != INTERACTION] or pairs) == 1:
            [(kind, key)] = meant
            aims[text] = Aim.of(known[key]) if kind == INTERACTION else Aim(kind, key)
    for line in lines:
        text = text_of(line)
        if line.is_open and text and text not in aims:
            sentence = SEVERAL if found.get(text) else NO_SUBJECT
            line.refuse("invalid", sentence, fields={"subject": sentence})
    return aims


def aim_lines(act: Act, lines: GivenLines) -> None:
    """Find the subjects that lines of creates and changes name; what is made on the basis of another inherits its."""
    given = [line for line in lines if line.args.get("subject")]
    aims = find_aims(act, given, lambda line: line.args.get("subject"))
    bases = _bases(lines)
    for line in lines:
        if not line.is_open:
            continue
        base = bases.get(line.args.key("based_on"))  # type: ignore[arg-type]
        if line.args.get("subject"):
            named = aims[line.args["subject"]]
            joined = base.root if base and not named.chain_id else named.chain_id
            line.args[AIM] = Aim(named.subject_type, named.subject_id, joined)
        elif base is not None:
            line.args[AIM] = Aim.of(base)
        elif line.subject is None or "subject" in line.args:
            line.args[AIM] = Aim()


def _bases(lines: GivenLines) -> dict[UUID, Interaction]:
    keys = {line.args.key("based_on") for line in lines if line.subject is None and line.args.get("based_on")}
    return Interaction.objects.in_bulk(keys) if keys else {}


def _end(joined: Mapping[UUID, UUID], chain: UUID) -> UUID:
    """The chain that a chain has come to be part of: two lines that name one another make no circle."""
    while chain in joined:
        chain = joined[chain]
    return chain


def aim_chains(act: Act, aims: Mapping[UUID, Aim], interactions: Mapping[UUID, Interaction]) -> None:
    """Give interactions, by key, other subjects: the whole chain of each follows, also what the actor does not see of it.

    One that joins another chain brings along what it has begun itself. The later of two lines about one chain counts.
    """
    roots = {interactions[key].root for key in aims}
    roots |= {aim.chain_id for aim in aims.values() if aim.chain_id}
    members: dict[UUID, list[Interaction]] = {}
    joined: dict[UUID, UUID] = {}  # chains that another line of the batch has put into another one
    in_hand = {one.pk: one for one in interactions.values()}
    for one in (
        Interaction.objects.filter(Q(pk__in=roots) | Q(chain__in=roots)).select_for_update().order_by("pk")
    ):
        members.setdefault(one.root, []).append(in_hand.get(one.pk, one))
    changes: dict[UUID, tuple[Interaction, dict[str, Any]]] = {}
    for key, aim in aims.items():
        one = interactions[key]
        root = _end(joined, one.root)
        chain = _end(joined, aim.chain_id or root)
        joins = chain != root
        moved = members[root] if not joins or one.chain_id is None else [one]
        for member in moved:
            before = changes.get(member.pk, (member, {}))[1]
            columns = {**before, "subject_type": aim.subject_type, "subject_id": aim.subject_id}
            if joins:
                columns["chain_id"] = chain
            changes[member.pk] = (member, columns)
        if joins and one.chain_id is None:
            joined[root] = chain
            members.setdefault(chain, []).extend(moved)
    act.change_all(Interaction, list(changes.values()))
