"""Plain directories of the client base."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from artel.domains.partners.commands import (
    channels,
    contact_person_roles,
    positions,
    regions,
    relation_kinds,
)
from artel.domains.partners.models import (
    BusinessRegion,
    Channel,
    ContactPersonRole,
    PartnerRelationKind,
    Position,
)
from artel.domains.partners.options import CONTACT_PEOPLE
from artel.kernel.record_commands import RecordCommands
from artel.kernel.records import Item
from artel.kernel.refusals import type_of_text
from artel.screens.registry import register
from artel.screens.vocabulary import Cell, Entity, Related, Section, Table

from . import cells


def _directory(
    model: type[Item],
    path: str,
    commands: RecordCommands,
    *,
    icon: str,
    columns: Sequence[str | Cell] = (),
    fields: Sequence[str] = (),
    related: Sequence[Related] = (),
    option: str = "",
    help: type_of_text = "",  # noqa: A002 -- the word of screens
) -> Entity:
    """A directory of named items."""
    return register(
        Entity(
            model=model,
            path=path,
            icon=icon,
            option=option,
            help=help,
            table=Table(
                columns=["name", *columns, "is_archived"],
                filters=["is_archived"],
                sorts=["sort_name"],
                order="sort_name",
            ),
            form=[Section(_("Main"), ["name", *fields, "is_archived"])],
            facts=[Section(_("Main"), ["name", *columns, "is_archived"])],
            create=commands.add,
            change=commands.change,
            actions=[commands.mark, commands.unmark],
            related=related,
        )
    )


_directory(
    BusinessRegion,
    "regions",
    regions,
    icon="map-2",
    columns=["parent"],
    fields=["parent"],
    related=[
        Related(
            entity="partners.businessregion",
            via="parent",
            columns=["name"],
            order="sort_name",
            title=_("Inside it"),
        )
    ],
    help=_("Where partners are: a tree; reports unite what lies below."),
)
_directory(
    Channel,
    "channels",
    channels,
    icon="filter",
    columns=[cells.ALLOWED_SOURCES],
    fields=["source_types"],
    help=_("By which ways clients come: calls, exhibitions, the site."),
)
_directory(
    Position,
    "positions",
    positions,
    icon="id-badge",
    option=CONTACT_PEOPLE,
    help=_("Positions of contact people, chosen when one is written down."),
)
_directory(
    ContactPersonRole,
    "contact-person-roles",
    contact_person_roles,
    icon="user-star",
    columns=["description"],
    fields=["description"],
    option=CONTACT_PEOPLE,
    help=_("What a contact person means for a deal: decides, pays, advises."),
)
_directory(
    PartnerRelationKind,
    "partner-relation-kinds",
    relation_kinds,
    icon="affiliate",
    columns=["reverse_name"],
    fields=["reverse_name"],
    help=_("How partners are related, read from both sides: supplier of, member of a holding."),
)
