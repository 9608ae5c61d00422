"""Legal entities, contact people, and their ties with partners."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.domains.partners.commands import (
    contact_roles,
    erase_person,
    legal_entities,
    partner_points,
    people,
    person_points,
    unlink_legal_entity,
)
from artel.domains.partners.models import (
    ContactRole,
    LegalEntity,
    PartnerContactPoint,
    PartnerLegalEntity,
    Person,
    PersonContactPoint,
)
from artel.domains.partners.options import CONTACT_PEOPLE, LEGAL_ENTITIES
from artel.screens.registry import register
from artel.screens.vocabulary import Entity, Related, Section, Table
from artel.web.changes import told_beside

from . import cells

register(
    Entity(
        model=LegalEntity,
        path="legal-entities",
        helps={
            "full_name": _("As it stands in its papers."),
            "is_foreign": _("Its INN, KPP and OGRN are not checked."),
        },
        section="partners",
        icon="building-bank",
        option=LEGAL_ENTITIES,
        table=Table(
            columns=["name", "inn", "kpp", "kind", cells.OF_ENTITY],
            more_columns=["ogrn", "full_name", "is_foreign", "comment"],
            filters=["kind", "is_foreign"],
            sorts=["sort_name", "inn"],
            order="sort_name",
        ),
        facts=[
            Section(_("Main"), ["kind", "full_name", cells.OF_ENTITY]),
            Section(_("Requisites"), ["inn", "kpp", "ogrn", "is_foreign"]),
            Section(_("More"), ["comment"]),
        ],
        form=[
            Section(_("Main"), ["partner", "name", "full_name", "kind"]),
            Section(_("Requisites"), ["inn", "kpp", "ogrn", "is_foreign"]),
            Section(_("More"), ["comment"]),
        ],
        create=legal_entities.add,
        change=legal_entities.change,
        actions=[legal_entities.mark, legal_entities.unmark],
        related=[
            Related(
                entity="partners.partnerlegalentity",
                via="legal_entity",
                columns=["partner", "is_main"],
                order="id",
                title=_("Partners"),
            )
        ],
    )
)
register(
    Entity(
        model=PartnerLegalEntity,
        path="partner-legal-entities",
        section="",
        icon="link",
        option=LEGAL_ENTITIES,
        table=Table(
            columns=["partner", "legal_entity", "is_main"], filters=["partner", "legal_entity"], order="id"
        ),
        facts=[Section(_("Main"), ["partner", "legal_entity", "is_main"])],
        actions=[unlink_legal_entity],
    )
)
register(
    Entity(
        model=Person,
        path="contact-people",
        helps={
            "role": _("What the person does in deals with the partner: decides, pays, receives goods."),
            "position": _("The job at the partner, from the directory."),
        },
        section="partners",
        icon="user",
        option=CONTACT_PEOPLE,
        table=Table(
            columns=["name", cells.OF_PARTNER, cells.POSITION, cells.PERSON_PHONE, cells.PERSON_EMAIL],
            more_columns=[cells.ROLE, "gender", "birthday", "comment"],
            filters=["gender", "birthday"],
            sorts=["sort_name"],
            order="sort_name",
        ),
        facts=[
            Section(_("Main"), [cells.OF_PARTNER, cells.POSITION, cells.ROLE]),
            Section(_("Contact"), [cells.PERSON_PHONE, cells.PERSON_EMAIL]),
            Section(_("More"), ["gender", "birthday", "comment"]),
        ],
        form=[
            Section(_("Main"), ["last_name", "first_name", "middle_name"]),
            Section(_("For whom"), ["partner", "role", "position"]),
            Section(_("Contact"), ["phone", "email"]),
            Section(_("More"), ["gender", "birthday", "comment"]),
        ],
        create=people.add,
        change=people.change,
        actions=[people.mark, people.unmark, erase_person],
        related=[
            Related(
                entity="partners.contactrole",
                via="person",
                columns=["partner", "position", "role", "ended_on"],
                order="id",
                title=_("For whom"),
            ),
            Related(
                entity="partners.personcontactpoint",
                via="owner",
                columns=["kind", cells.POINT, "comment"],
                order="id",
                title=_("All phones and addresses"),
            ),
        ],
    )
)
register(
    Entity(
        model=ContactRole,
        path="contact-roles",
        helps={
            "started_on": _(
                "From which day the person speaks for the partner so; empty: from the beginning."
            ),
            "ended_on": _("Until which day; empty while it goes on."),
        },
        section="",
        icon="user-check",
        option=CONTACT_PEOPLE,
        table=Table(
            columns=["person", "partner", "position", "role", "started_on", "ended_on"],
            filters=["partner", "person", "role", "position"],
            order="id",
        ),
        form=[
            Section(_("Main"), ["partner", "person", "role", "position"]),
            Section(_("Time"), ["started_on", "ended_on"]),
        ],
        create=contact_roles.add,
        change=contact_roles.change,
        actions=[contact_roles.mark, contact_roles.unmark],
    )
)
for model, path, commands, option in (
    (PartnerContactPoint, "partner-contact-points", partner_points, ""),
    (PersonContactPoint, "person-contact-points", person_points, CONTACT_PEOPLE),
):
    register(
        Entity(
            model=model,
            path=path,
            helps={
                "extension": _("What is dialled after the number."),
                "is_main": _("Shown on cards and lists; the one that was main before gives way."),
            },
            section="",
            icon="address-book",
            option=option,
            table=Table(
                columns=["owner", "kind", cells.POINT, "comment"], filters=["owner", "kind"], order="id"
            ),
            facts=[Section(_("Main"), ["owner", "kind", cells.POINT, "extension", "is_main", "comment"])],
            form=[Section(_("Main"), ["owner", "kind", "value", "extension", "is_main", "comment"])],
            create=commands.add,
            change=commands.change,
            actions=[commands.mark, commands.unmark],
        )
    )
    told_beside(f"{model._meta.label_lower}.value", "key", cells.point_told)
