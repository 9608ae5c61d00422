"""What programs, files and pages read of the client base that is no column: a page at a time, never one a row.

Parts of a partner are seen with it; a reference to somebody else is given only to who may see him.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from artel.kernel import options
from artel.kernel.access import restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.contact_points import ContactPoint
from artel.kernel.contact_writing import read_points
from artel.kernel.records import Record

from .interests import names_of_sources, read_interests
from .models import (
    ContactRole,
    FirstInterest,
    Partner,
    PartnerFirstInterest,
    PartnerLegalEntity,
    Person,
)
from .options import LEGAL_ENTITIES

Reading = Callable[[Actor, Sequence[Any]], Mapping[UUID, Any]]


def point(model: type[ContactPoint], code: str) -> Reading:
    """The main contact point of a shipped kind."""
    return lambda _actor, records: read_points(model, [record.pk for record in records], code)


def requisite(name: str) -> Reading:
    """`inn`, `kpp` or `ogrn` of the partner's main legal entity, else its own."""

    def read(_actor: Actor, records: Sequence[Partner]) -> dict[UUID, str]:
        own = {record.pk: getattr(record, name) for record in records if getattr(record, name)}
        links = PartnerLegalEntity.objects.present().filter(
            partner__in=[record.pk for record in records], is_main=True
        )
        return own | dict(links.values_list("partner_id", f"legal_entity__{name}"))

    return read


def place_of_inn() -> str:
    """Where a partner is sought by its INN: it is the partner's own while legal entities are not kept apart."""
    return "legal_links__legal_entity__inn" if options.is_on(LEGAL_ENTITIES) else "inn"


def interest(model: type[FirstInterest], owner: str, name: str) -> Reading:
    """`channel`, `source_type` or `source` (its name) of the first interest; `owner` is the field of `model`."""

    def read(actor: Actor, records: Sequence[Record]) -> dict[UUID, Any]:
        rows = read_interests(model, owner, [record.pk for record in records])
        if name != "source":
            return {key: getattr(row, name) for key, row in rows.items()}
        names = names_of_sources(actor, rows.values())
        return {key: names[row.source] for key, row in rows.items() if row.source in names}

    return read


def partner_interest(name: str) -> Reading:
    return interest(PartnerFirstInterest, "partner", name)


def of_role(name: str) -> Reading:
    """`partner`, `role` or `position` of a person's present contact role with a partner the actor may see, the first of them."""

    def read(actor: Actor, records: Sequence[Person]) -> dict[UUID, Any]:
        roles = visible_roles(actor, [record.pk for record in records]).select_related(name)
        return {role.person_id: getattr(role, name) for role in roles.order_by("-id")}

    return read


def visible_roles(actor: Actor, people: Iterable[UUID]) -> Any:
    """Present contact roles of people, with partners the actor may see."""
    return ContactRole.objects.visible_to(actor).present().filter(person__in=people, ended_on=None)


def linked_partner(actor: Actor, records: Sequence[Record]) -> dict[UUID, Partner]:
    """The first partner of each legal entity that the actor may see."""
    links = PartnerLegalEntity.objects.present().filter(legal_entity__in=[record.pk for record in records])
    seen = restrict(links, actor, view_permission(PartnerLegalEntity))
    return {link.legal_entity_id: link.partner for link in seen.select_related("partner").order_by("-id")}
