"""What people see of interactions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from artel.domains.partners.models import Partner, Person
from artel.kernel.actors import Actor
from artel.lib.phones import with_readable_phones
from artel.screens.registry import add_section, contribute, register
from artel.screens.vocabulary import (
    BasedOn,
    Cell,
    Entity,
    Filter,
    Panel,
    Section,
    SectionOfMenu,
    Table,
)
from artel.web.changes import told_by

from . import commands
from .commands.steps import IS_FRESH
from .feed import timeline
from .models import Interaction, InteractionKind
from .options import INTERACTIONS
from .panels import chain, participants, words
from .readings import how_to_reach
from .subjects import SUBJECTS, label_for, subject_behind, subjects_of

told_by("interactions.interaction.subject_type", label_for)
told_by("interactions.interaction.subject_id", subject_behind)
for each in ("interaction", "interactionparticipant"):
    told_by(f"interactions.{each}.how_to_reach", lambda _actor, text: with_readable_phones(text))
add_section(SectionOfMenu(code="interactions", label=_("Interactions"), icon="messages", order=20))

HOW_TO_REACH = Cell(name="how_to_reach", label=_("How to reach"), value=how_to_reach)
SUBJECT = Cell(name="subject", label=_("Subject"), value=subjects_of, kind="reference")


def _about(rows: Any, actor: Actor, text: str) -> Any:
    """What is about the subject of that text; nonsense, and a subject closed to the actor, find nothing."""
    return rows.filter(subject_id__in=[key for _kind, key in SUBJECTS.find(actor, [text]).get(text, [])])


register(
    Entity(
        model=Interaction,
        path="interactions",
        helps={
            "direction": _("Who turned to whom: they to you, or you to them."),
            "result": _("What it ended with; the feed of a card tells it first."),
            "based_on": _("What this one follows from: both stand in one chain and have one subject."),
            "responsible": _("Who does it, or did it."),
        },
        section="interactions",
        icon="messages",
        option=INTERACTIONS,
        state="state",
        table=Table(
            columns=["name", "started_at", "kind", "client", "contact", "state", "responsible"],
            more_columns=[
                "code",
                SUBJECT,
                "direction",
                HOW_TO_REACH,
                "importance",
                "ended_at",
                "is_reviewed",
                "review_after",
                "is_private",
                "cancel_reason",
            ],
            filters=[
                "kind",
                "state",
                "is_reviewed",
                "responsible",
                "client",
                "contact",
                "importance",
                "started_at",
                "direction",
                Filter(name="subject", label=_("Subject"), apply=_about, kind="text"),
            ],
            sorts=["started_at", "sort_name", "code"],
            order="-started_at",
            standing_out=IS_FRESH,
        ),
        header=["kind", "started_at"],
        form=[
            Section(
                _("Main"), ["kind", "name", "client", "contact", "contact_text", "started_at", "ended_at"]
            ),
            Section(_("Contact"), ["direction", "how_to_reach"]),
            Section(_("Text"), ["text", "result"]),
            Section(_("About"), ["subject", "based_on"]),
            Section(_("More"), ["responsible", "importance", "state", "cancel_reason", "is_private"]),
        ],
        facts=[
            Section(_("Main"), ["kind", "direction", "client", "contact", "contact_text", HOW_TO_REACH]),
            Section(_("When"), ["started_at", "ended_at", "state", "is_reviewed", "review_after"]),
            Section(_("About"), [SUBJECT, "based_on"]),
            Section(_("More"), ["responsible", "importance", "is_private"]),
        ],
        create=commands.record_interaction,
        change=commands.change_interaction,
        actions=[
            commands.finish_interaction,
            commands.review_interaction,
            commands.review_interaction_later,
            commands.postpone_interaction,
            commands.start_interaction,
            commands.cancel_interaction,
            commands.set_subject,
            commands.unreview_interaction,
            commands.mark_interaction,
            commands.unmark_interaction,
        ],
        panels=[
            Panel(name="words", title=_("What was said"), template="interactions/words.html", data=words),
            Panel(
                name="participants",
                title=_("Participants"),
                template="interactions/participants.html",
                data=participants,
                tells=["client", "contact", "participants"],
                actions=[commands.add_participant],
                row_actions=[commands.remove_participant],
            ),
            Panel(name="chain", title=_("Others of the chain"), template="web/rows_block.html", data=chain),
        ],
        help=_("Meetings, calls, letters, messages, notes and planned contacts."),
    )
)


def _based_on(kind: InteractionKind) -> Callable[[Interaction], Mapping[str, Any]]:
    """What another interaction takes over from the one it is made on the basis of; the subject comes by itself."""

    def values(was: Interaction) -> dict[str, Any]:
        taken = {
            "kind": kind.value,
            "name": was.name,
            "client": was.client_id,
            "contact": was.contact_id,
            "contact_text": was.contact_text or None,
            "based_on": was,
        }
        if kind == InteractionKind.PLAN:
            taken["state"] = "planned"
        return taken

    return values


contribute(
    to="interactions.interaction",
    based_on=[
        BasedOn(entity="interactions.interaction", label=command.label, values=_based_on(kind))
        for kind, command in commands.BY_KIND.items()
    ],
)


def _known(name: str) -> Callable[[Any], Mapping[str, Any]]:
    return lambda record: {name: record.pk}


def _all(name: str) -> Callable[[Any], str]:
    return lambda record: urlencode({name: record.pk})


contribute(
    to=str(Partner._meta.label_lower), timelines=[timeline("partner", _known("client"), _all("client"))]
)
contribute(
    to=str(Person._meta.label_lower), timelines=[timeline("person", _known("contact"), _all("contact"))]
)
