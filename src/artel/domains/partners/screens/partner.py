"""The list and the card of partners."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.domains.partners.commands import erase_partner, hand_over, link_legal_entity, partners
from artel.domains.partners.models import Partner
from artel.domains.partners.source_types import label_for, source_behind
from artel.screens.registry import add_section, register
from artel.screens.vocabulary import Entity, Related, Section, SectionOfMenu, Table
from artel.web.changes import told_by

from . import cells

add_section(SectionOfMenu(code="partners", label=_("Partners"), icon="users", order=30))


told_by("partners.partnerfirstinterest.source_type", label_for)
told_by("partners.partnerfirstinterest.source", source_behind)
register(
    Entity(
        model=Partner,
        path="partners",
        section="partners",
        icon="building-store",
        table=Table(
            columns=["name", cells.INN, "kind", "region", "manager", "registered_on"],
            more_columns=[
                "code",
                "public_name",
                "head",
                "access_group",
                cells.PARTNER_ROLES,
                cells.PHONE,
                cells.EMAIL,
                cells.CITY,
                cells.CHANNEL,
                cells.SOURCE,
                "comment",
            ],
            filters=[
                "manager",
                "region",
                "kind",
                "is_client",
                "is_supplier",
                "is_competitor",
                "head",
                "access_group",
                "registered_on",
            ],
            sorts=["sort_name", "code", "registered_on"],
            order="sort_name",
        ),
        header=[cells.PARTNER_ROLES],
        facts=[
            Section(
                _("Main"),
                [
                    "code",
                    "kind",
                    "manager",
                    "head",
                    cells.SUBSIDIARIES,
                    "region",
                    "access_group",
                    "registered_on",
                ],
            ),
            Section(_("Contact"), [cells.PHONE, cells.EMAIL, cells.CITY, cells.ADDRESS, cells.WEB]),
            Section(_("Requisites"), ["public_name", cells.INN, cells.KPP, cells.OGRN, "is_foreign"]),
            Section(_("First interest"), [cells.CHANNEL, cells.SOURCE_TYPE, cells.SOURCE]),
            Section(_("More"), ["gender", "birthday", "comment", "note"]),
        ],
        form=[
            Section(
                _("Main"),
                ["name", "public_name", "kind", "manager", "head", "region", "access_group", "registered_on"],
            ),
            Section(_("Roles"), ["is_client", "is_supplier", "is_competitor", "is_carrier", "is_other"]),
            Section(_("Contact"), ["phone", "email", "city", "address", "web"]),
            Section(_("Requisites"), ["inn", "kpp", "ogrn", "is_foreign"]),
            Section(_("First interest"), ["channel", "source_type", "source"]),
            Section(_("More"), ["gender", "birthday", "comment", "note"]),
        ],
        create=partners.add,
        change=partners.change,
        actions=[hand_over, link_legal_entity, partners.mark, partners.unmark, erase_partner],
        related=[
            Related(
                entity="partners.contactrole",
                via="partner",
                columns=["person", "position", "role"],
                order="id",
                title=_("Contact people"),
            ),
            Related(
                entity="partners.partnerlegalentity",
                via="partner",
                columns=["legal_entity", "legal_entity__inn", "is_main"],
                order="-is_main",
                title=_("Legal entities"),
            ),
            Related(
                entity="partners.partner",
                via="head",
                columns=["name", "region"],
                order="sort_name",
                title=_("Subsidiaries"),
            ),
            Related(
                entity="partners.partnerrelation",
                via="first",
                columns=["kind", "second", "comment"],
                title=_("Relations"),
            ),
            Related(
                entity="partners.partnerrelation",
                via="second",
                columns=["first", "kind", "comment"],
                title=_("Relations of others with it"),
            ),
            Related(
                entity="partners.partnercontactpoint",
                via="owner",
                columns=["kind", cells.POINT, "comment"],
                order="id",
                title=_("All phones and addresses"),
            ),
        ],
        help=_("Whom the company deals with: clients, suppliers, competitors and others."),
        helps={
            "public_name": _("As others read it; the working name is for your people."),
            "is_foreign": _("Its INN, KPP and OGRN are not checked."),
            "source_type": _("It decides from what the source is chosen."),
            "name": _("As your people call the partner; the legal name stands with its legal entities."),
            "manager": _("Whose partner it is: with a reach of own records one sees those one manages."),
            "access_group": _(
                "Roles may be kept to some groups: who does not reach the group does not see the partner."
            ),
            "head": _("The company that this one belongs to."),
        },
    )
)
