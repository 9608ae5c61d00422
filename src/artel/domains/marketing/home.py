"""What the start page shows of marketing events."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from artel.kernel.actors import Actor
from artel.screens.registry import HOME, contribute
from artel.screens.vocabulary import Widget
from artel.web.blocks import RowsBlock, rows_block

from .models import MarketingEvent


def open_events(actor: Actor) -> RowsBlock | None:
    """Events that are not finished, the nearest first."""
    rows = (
        MarketingEvent.objects.present()
        .filter(is_finished=False)
        .order_by(F("planned_start_on").asc(nulls_last=True), "pk")
    )
    columns = ["name", "planned_start_on", "planned_end_on", "responsible"]
    query = "is_finished=false&sort=planned_start_on"
    return rows_block(actor, "marketing.marketingevent", rows, columns, most=8, query=query)


contribute(
    to=HOME,
    widgets=[
        Widget(
            key="marketing.open_events",
            title=_("Marketing events under way and to come"),
            permission="marketing.view_marketingevent",
            build=open_events,
            roles=("marketer",),
            order=10,
            empty=_("No event is planned."),
            act="marketing.marketingevent",
        )
    ],
)
