"""What the start page shows of interactions: what is to be done, what is late, what nobody has looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from artel.kernel.actors import Actor
from artel.screens.registry import HOME, contribute
from artel.screens.vocabulary import Widget
from artel.web.blocks import RowsBlock, rows_block

from .models import Interaction
from .options import INTERACTIONS

COLUMNS: Sequence[str] = ("name", "kind", "client", "contact", "started_at")
AHEAD = "responsible=me&state=planned,in_work&sort=started_at"
MOST = 8


def ahead(actor: Actor) -> RowsBlock | None:
    """What the reader is to do from today on, the nearest first."""
    rows = _mine(actor).filter(started_at__gte=_today())
    return _block(actor, rows, f"{AHEAD}&started_at={timezone.localdate():%Y-%m-%d}..")


def overdue(actor: Actor) -> RowsBlock | None:
    """What should have been done before today, the longest overdue first."""
    before = timezone.localdate() - timedelta(days=1)
    return _block(
        actor, _mine(actor).filter(started_at__lt=_today()), f"{AHEAD}&started_at=..{before:%Y-%m-%d}"
    )


def unreviewed(actor: Actor) -> RowsBlock | None:
    """What waits for the reader to look at it, the oldest first."""
    rows = Interaction.objects.unreviewed(timezone.now()).filter(responsible=actor.user_id)
    query = "responsible=me&is_reviewed=false&state=done&sort=started_at"
    return _block(actor, rows, query)


def _mine(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = Interaction.objects.ahead().filter(responsible=actor.user_id)
    return rows


def _today() -> Any:
    """The day begins at midnight of the reader's zone, as the filters of lists count it."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _block(actor: Actor, rows: QuerySet[Any], query: str) -> RowsBlock | None:
    ordered = rows.order_by("started_at", "pk")
    return rows_block(actor, "interactions.interaction", ordered, COLUMNS, most=MOST, query=query)


def _widget(**declared: Any) -> Widget:
    return Widget(
        permission="interactions.view_interaction",
        option=INTERACTIONS,
        **declared,
    )


contribute(
    to=HOME,
    widgets=[
        _widget(
            key="interactions.overdue",
            title=_("Overdue"),
            build=overdue,
            roles=("sales_manager",),
            order=10,
            empty=_("Nothing is overdue."),
            help=_("Planned contacts and letters of yours whose day has passed."),
        ),
        _widget(
            key="interactions.ahead",
            title=_("Ahead"),
            build=ahead,
            roles=("sales_manager", "head", "marketer"),
            order=20,
            empty=_("No contact is planned. Plan the next one from the card of a client."),
            act="interactions.interaction",
            help=_("Planned contacts and letters of yours from today on, the nearest first."),
        ),
        _widget(
            key="interactions.unreviewed",
            title=_("Not reviewed"),
            build=unreviewed,
            roles=("sales_manager",),
            order=60,
            empty=_("You have looked at everything."),
            help=_("What came in and waits for you to look at it."),
        ),
    ],
)
