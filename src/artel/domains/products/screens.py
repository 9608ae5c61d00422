"""What people see of sale terms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.screens.registry import contribute, register
from artel.screens.vocabulary import BasedOn, Entity, Related, Section, Table

from .commands import agreements
from .models import Agreement

register(
    Entity(
        model=Agreement,
        path="agreements",
        helps={
            "client": _("Empty: a standard agreement that serves any client."),
            "starts_on": _("Empty: without a first day."),
            "ends_on": _("Empty: without a last day."),
        },
        icon="file-certificate",
        table=Table(
            columns=["name", "client", "is_standard", "starts_on", "ends_on"],
            more_columns=["comment", "is_archived"],
            filters=["client", "is_standard", "is_archived"],
            sorts=["sort_name"],
            order="sort_name",
        ),
        form=[
            Section(_("Main"), ["name", "client"]),
            Section(_("In force"), ["starts_on", "ends_on", "is_archived"]),
            Section(_("More"), ["comment"]),
        ],
        facts=[
            Section(_("Main"), ["is_standard", "client"]),
            Section(_("In force"), ["starts_on", "ends_on", "is_archived"]),
            Section(_("More"), ["comment"]),
        ],
        create=agreements.add,
        change=agreements.change,
        actions=[agreements.mark, agreements.unmark],
        help=_("Without a client an agreement is a standard one and serves everybody."),
    )
)
contribute(
    to="partners.partner",
    related=[
        Related(
            entity="products.agreement",
            via="client",
            columns=["name", "ends_on"],
            order="sort_name",
            title=_("Agreements"),
        )
    ],
    based_on=[
        BasedOn(
            entity="products.agreement",
            label=_("Agreement"),
            values=lambda partner: {"client": partner} if partner.is_client else None,
        )
    ],
)
