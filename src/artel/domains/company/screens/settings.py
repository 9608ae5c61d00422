"""How the settings of the house are gathered in their index."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.kernel.access import ADMINISTER
from artel.screens.models import SHARE
from artel.screens.registry import add_settings
from artel.screens.vocabulary import PageOfMenu, SettingsGroup

from .rights import NUMBERING

LOOK_AS = PageOfMenu(
    page="web:look_as",
    label=_("What somebody sees"),
    icon="eye",
    permission=ADMINISTER,
    help=_("The menu, the rights and a sample of records as a person or a role has them, and why."),
)
HOMES = PageOfMenu(
    page="web:role_homes",
    label=_("Start pages of roles"),
    icon="layout-dashboard",
    permission=ADMINISTER,
    help=_("The widgets that people of a role have on their day until they arrange it."),
)
HOUSE = PageOfMenu(
    page="web:house",
    label=_("Zone, language, numbers of the base"),
    icon="world",
    permission=ADMINISTER,
    help=_("The time zone of days and reports, the language of the house, and where they are set."),
)

VIEWS = PageOfMenu(
    page="web:shared_views",
    label=_("Views for others"),
    icon="table",
    permission=SHARE,
    help=_("Saved views of lists that stand for roles, departments or everyone."),
)

add_settings(
    SettingsGroup(
        code="access",
        label=_("People and access"),
        order=100,
        entities=[
            "kernel.user",
            "company.employee",
            "kernel.role",
            "kernel.grant",
            "kernel.accessgroup",
            "kernel.token",
        ],
        pages=[LOOK_AS],
    )
)
add_settings(SettingsGroup(code="company", label=_("Company"), order=200))
add_settings(SettingsGroup(code="partners", label=_("Partners"), order=300, entities=["kernel.contactkind"]))
add_settings(SettingsGroup(code="deals", label=_("Deals"), order=310))
add_settings(
    SettingsGroup(
        code="screens",
        label=_("Fields and screens"),
        order=400,
        entities=["attributes.attribute"],
        pages=[VIEWS, HOMES],
    )
)
add_settings(
    SettingsGroup(
        code="house",
        label=_("The house"),
        order=900,
        entities=["kernel.option"],
        pages=[NUMBERING, HOUSE],
    )
)
