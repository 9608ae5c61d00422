"""What the start page shows of the client base."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from artel.kernel.actors import Actor
from artel.kernel.days import company_today
from artel.screens.registry import HOME, contribute
from artel.screens.vocabulary import Widget
from artel.web.blocks import RowsBlock, rows_block

from .models import Partner

DAYS = 30


def new_clients(actor: Actor) -> RowsBlock | None:
    """Clients registered in the last thirty days, the newest first."""
    since = company_today() - timedelta(days=DAYS)
    rows = (
        Partner.objects.present().clients().filter(registered_on__gte=since).order_by("-registered_on", "-pk")
    )
    columns = ["name", "region", "manager", "registered_on"]
    query = f"is_client=true&registered_on={since:%Y-%m-%d}..&sort=-registered_on"
    return rows_block(actor, "partners.partner", rows, columns, most=8, query=query)


contribute(
    to=HOME,
    widgets=[
        Widget(
            key="partners.new_clients",
            title=_("New clients"),
            permission="partners.view_partner",
            build=new_clients,
            roles=("head", "marketer"),
            order=50,
            empty=_("No client was registered in the last thirty days."),
            act="partners.partner",
            help=_("Clients registered in the last thirty days whom you may see."),
        )
    ],
)
