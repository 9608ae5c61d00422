"""What the card of an interaction shows beside its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from artel.domains.partners.models import Partner, Person
from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.people import User
from artel.lib.phones import with_readable_phones
from artel.web.blocks import RowsBlock, rows_block
from artel.web.references import References

from .models import Interaction, InteractionParticipant


@dataclass(frozen=True)
class ParticipantLine:
    """A row of the table; whoever is closed to the reader shows neither name nor link, and his row is not removed."""

    partner: Any
    person: Any
    colleague: Any
    contact_text: str
    how_to_reach: str
    part: str
    is_hidden: bool
    given: Mapping[str, str] = field(default_factory=dict)


def participants(actor: Actor, interaction: Interaction) -> list[ParticipantLine]:
    """Everybody who takes part, whom it is with first."""
    rows = list(interaction.participants.order_by("id"))
    seen = References(actor)
    seen.want(Partner, [row.partner_id for row in rows])
    seen.want(Person, [row.person_id for row in rows])
    seen.want(User, [row.employee_id for row in rows])
    return [_line(row, seen, interaction) for row in rows]


def _line(row: Any, seen: References, interaction: Interaction) -> ParticipantLine:
    visible = fields_visible_to(seen.actor, InteractionParticipant)
    partner, person = seen.seen(Partner, row.partner_id), seen.seen(Person, row.person_id)
    is_hidden = (row.partner_id is not None and partner is None) or (
        row.person_id is not None and person is None
    )
    is_main = (row.partner_id, row.person_id, row.employee_id) == (
        interaction.client_id,
        interaction.contact_id,
        None,
    )
    return ParticipantLine(
        partner,
        person,
        seen.seen(User, row.employee_id),
        row.contact_text if "contact_text" in visible else "",
        with_readable_phones(row.how_to_reach) if "how_to_reach" in visible else "",
        str(row.get_part_display()),
        is_hidden,
        {} if is_hidden or is_main else {"participant": str(row.pk)},
    )


@dataclass(frozen=True)
class Words:
    """What was said, and what came of it."""

    text: str
    result: str
    cancel_reason: str


def words(actor: Actor, interaction: Interaction) -> Words | None:
    """None for an interaction of which only the topic was written down, as far as the reader may see."""
    visible = fields_visible_to(actor, Interaction)
    found = Words(
        *(
            getattr(interaction, name) if name in visible else ""
            for name in ("text", "result", "cancel_reason")
        )
    )
    return found if any(vars(found).values()) else None


def chain(actor: Actor, interaction: Interaction) -> RowsBlock | None:
    """The others of its chain that the reader sees, in the order of time; None for one that stands alone."""
    others = Interaction.objects.present().of_chain(interaction.root).exclude(pk=interaction.pk)
    block = rows_block(
        actor,
        "interactions.interaction",
        others.order_by("started_at", "pk"),
        ["name", "kind", "started_at", "state"],
        most=20,
    )
    return block if block and block.rows else None
