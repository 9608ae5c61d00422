"""What people see of marketing events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.feed import about_subject, all_about, timeline
from artel.domains.partners.source_types import EVENT
from artel.screens.registry import add_section, register
from artel.screens.vocabulary import Entity, Section, SectionOfMenu, Table

from .commands import copy_event, events, finish_event
from .models import MarketingEvent

add_section(SectionOfMenu(code="marketing", label=_("Marketing"), icon="speakerphone", order=70))
PLAN = ["planned_start_on", "planned_end_on"]
HELD = ["started_on", "ended_on", "is_finished"]

register(
    Entity(
        model=MarketingEvent,
        path="campaigns",
        helps={
            "planned_start_on": _("Plan and fact stand side by side: this one does not change by itself."),
            "started_on": _("When it really began."),
            "ended_on": _("When it really ended."),
        },
        section="marketing",
        icon="confetti",
        table=Table(
            columns=["name", *PLAN, "responsible", "is_finished"],
            more_columns=["code", "started_on", "ended_on", "comment"],
            filters=["responsible", "is_finished", "planned_start_on"],
            sorts=["sort_name", "code", "planned_start_on"],
            order="-planned_start_on",
        ),
        form=[
            Section(_("Main"), ["name", "responsible", *PLAN]),
            Section(_("Held"), HELD),
            Section(_("More"), ["comment"]),
        ],
        facts=[
            Section(_("Main"), ["code", "responsible", *PLAN]),
            Section(_("Held"), HELD),
            Section(_("More"), ["comment"]),
        ],
        create=events.add,
        change=events.change,
        actions=[finish_event, copy_event, events.mark, events.unmark],
        timelines=[timeline("subject", about_subject(EVENT), all_about(EVENT))],
        help=_("Exhibitions, campaigns and promotions that clients come from."),
    )
)
