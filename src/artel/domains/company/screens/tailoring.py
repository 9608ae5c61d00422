"""Fields that the company adds to records by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.kernel.attributes.commands import ATTRIBUTES, CHOICES
from artel.kernel.attributes.models import Attribute, AttributeChoice
from artel.screens.registry import register
from artel.screens.vocabulary import Entity, Related, Section, Table

register(
    Entity(
        model=Attribute,
        path="attributes",
        helps={
            "entity": _("The records that have it; not changed later."),
            "kind": _("What may be entered; not changed later."),
            "is_required": _("Forms do not save a record without it."),
            "position": _("Fields stand in this order, the smallest first."),
        },
        section="administration",
        icon="forms",
        table=Table(
            columns=["name", "entity", "kind", "is_required", "is_indexed", "position"],
            more_columns=["code", "name_en", "is_archived"],
            filters=["entity", "kind", "is_archived"],
            order="id",
        ),
        form=[
            Section(_("Main"), ["name", "name_en", "entity", "kind", "code"]),
            Section(_("Settings"), ["is_required", "is_indexed", "position", "is_archived"]),
            Section(_("List"), ["items"]),
        ],
        facts=[
            Section(_("Main"), ["entity", "kind", "code", "name_en"]),
            Section(_("Settings"), ["is_required", "is_indexed", "position", "is_archived"]),
        ],
        create=ATTRIBUTES.add,
        change=ATTRIBUTES.change,
        actions=[ATTRIBUTES.mark, ATTRIBUTES.unmark],
        related=[
            Related(
                entity="attributes.attributechoice",
                via="attribute",
                columns=["name", "is_archived"],
                order="position",
                title=_("Items of the list"),
            )
        ],
        help=_("Fields of your own for partners, people and deals: in forms, lists, files and the API."),
    )
)
register(
    Entity(
        model=AttributeChoice,
        path="attribute-items",
        helps={
            "position": _("Items stand in this order, the smallest first."),
        },
        section="",
        icon="list",
        table=Table(
            columns=["name", "attribute", "position", "is_archived"], filters=["attribute"], order="id"
        ),
        form=[Section(_("Main"), ["attribute", "name", "name_en", "position", "code", "is_archived"])],
        facts=[Section(_("Main"), ["attribute", "code", "name_en", "position", "is_archived"])],
        create=CHOICES.add,
        change=CHOICES.change,
        actions=[CHOICES.mark, CHOICES.unmark],
    )
)
