"""Ties between partners."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from artel.domains.partners.commands import relations
from artel.domains.partners.models import PartnerRelation
from artel.screens.registry import register
from artel.screens.vocabulary import Entity, Section, Table

register(
    Entity(
        model=PartnerRelation,
        path="partner-relations",
        helps={
            "kind": _(
                "Read from the first partner to the second; the second sees the name from the other side."
            ),
        },
        section="partners",
        icon="arrows-exchange",
        table=Table(
            columns=["first", "kind", "second", "comment", "author", "created_at"],
            filters=["first", "second", "kind"],
            order="id",
        ),
        form=[Section(_("Main"), ["first", "kind", "second", "comment"])],
        facts=[Section(_("Main"), ["first", "kind", "second", "comment", "author", "created_at"])],
        create=relations.add,
        change=relations.change,
        actions=[relations.mark, relations.unmark],
    )
)
