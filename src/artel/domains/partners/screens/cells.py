"""Cells of the client base that are no columns, for lists and cards alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from artel.domains.partners.models import Partner, PartnerContactPoint, PersonContactPoint
from artel.domains.partners.readings import linked_partner, of_role, partner_interest, point, requisite
from artel.domains.partners.source_types import label_of
from artel.kernel.actors import Actor
from artel.kernel.contact_points import ContactPoint, readable_value
from artel.lib.words import capital
from artel.screens.vocabulary import Cell

ROLES = {
    "is_client": _("client"),
    "is_supplier": _("supplier"),
    "is_competitor": _("competitor"),
    "is_carrier": _("carrier"),
    "is_other": _("other relations"),
}


def roles_of(_actor: Actor, records: Sequence[Partner]) -> Mapping[UUID, str]:
    """«Клиент, перевозчик»."""
    found = {}
    for record in records:
        found[record.pk] = capital(
            ", ".join(str(label) for name, label in ROLES.items() if getattr(record, name))
        )
    return found


def source_types_of(actor: Actor, records: Sequence[Partner]) -> Mapping[UUID, Any]:
    found = partner_interest("source_type")(actor, records)
    return {key: label_of(kind) for key, kind in found.items() if kind}


def subsidiaries_of(actor: Actor, records: Sequence[Partner]) -> Mapping[UUID, str]:
    """How many partners of a holding lie right below, of those the actor may see."""
    rows = Partner.objects.visible_to(actor).present().filter(head__in=[record.pk for record in records])
    counts: dict[UUID, int] = {}
    for head in rows.values_list("head_id", flat=True):
        counts[head] = counts.get(head, 0) + 1
    return {key: ngettext("%d partner", "%d partners", n) % n for key, n in counts.items()}


def points_of(_actor: Actor, records: Sequence[ContactPoint]) -> Mapping[UUID, str]:
    """Phones as people read them, everything else as it is."""
    return {record.pk: str(record) for record in records}


def point_told(_actor: Actor, value: str, key: str | None) -> str:
    """A contact point of the past; only that of a phone may change and be found by the same key."""
    return readable_value(value, key or "")


def allowed_sources(_actor: Actor, records: Sequence[Any]) -> Mapping[UUID, str]:
    """What a channel's sources may be, in words."""
    return {
        record.pk: ", ".join(str(label_of(key)) for key in record.source_types) or gettext("any")
        for record in records
    }


POINT = Cell(name="value", label=_("value"), value=points_of)
PARTNER_ROLES = Cell(name="roles", label=_("Roles"), value=roles_of)
INN = Cell(name="inn", label=_("INN"), value=requisite("inn"))
KPP = Cell(name="kpp", label=_("KPP"), value=requisite("kpp"))
OGRN = Cell(name="ogrn", label=_("OGRN"), value=requisite("ogrn"))
SUBSIDIARIES = Cell(name="subsidiaries", label=_("Subsidiaries"), value=subsidiaries_of)
PHONE = Cell(name="phone", label=_("Phone"), value=point(PartnerContactPoint, "phone"), kind="phone")
EMAIL = Cell(name="email", label=_("E-mail"), value=point(PartnerContactPoint, "email"), kind="email")
CITY = Cell(name="city", label=_("City"), value=point(PartnerContactPoint, "city"))
ADDRESS = Cell(name="address", label=_("Address"), value=point(PartnerContactPoint, "address"))
WEB = Cell(name="web", label=_("Web page"), value=point(PartnerContactPoint, "web"))
CHANNEL = Cell(name="channel", label=_("Channel"), value=partner_interest("channel"), kind="reference")
SOURCE_TYPE = Cell(name="source_type", label=_("Source type"), value=source_types_of)
SOURCE = Cell(name="source", label=_("Source"), value=partner_interest("source"))
ALLOWED_SOURCES = Cell(name="source_types", label=_("Source types"), value=allowed_sources)

OF_PARTNER = Cell(name="partner", label=_("Partner"), value=of_role("partner"), kind="reference")
OF_ENTITY = Cell(name="partner", label=_("Partner"), value=linked_partner, kind="reference")
POSITION = Cell(name="position", label=_("Position"), value=of_role("position"))
ROLE = Cell(name="role", label=_("Role"), value=of_role("role"))
PERSON_PHONE = Cell(name="phone", label=_("Phone"), value=point(PersonContactPoint, "phone"), kind="phone")
PERSON_EMAIL = Cell(name="email", label=_("E-mail"), value=point(PersonContactPoint, "email"), kind="email")
