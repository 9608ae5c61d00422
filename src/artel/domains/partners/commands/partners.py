"""Acts on partners (rules §2.16): defaults, requisites, contact points, the holding tree, first interest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.partners.interests import (
    INTEREST_ARGUMENTS,
    check_interest,
    write_interest,
)
from artel.domains.partners.interests import NAMES as INTEREST
from artel.domains.partners.models import (
    LegalEntity,
    Partner,
    PartnerContactPoint,
    PartnerFirstInterest,
    PartnerKind,
    PartnerLegalEntity,
)
from artel.domains.partners.models.legal_entities import LegalEntityKind
from artel.domains.partners.options import LEGAL_ENTITIES
from artel.kernel import options
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import Argument, Values, argument
from artel.kernel.attributes.values import checked_attributes
from artel.kernel.commands import command
from artel.kernel.contact_writing import check_points, write_points
from artel.kernel.erasure import erased_along, erasing_command
from artel.kernel.line_checks import by_default, require_filled
from artel.kernel.people import User
from artel.kernel.record_commands import record_commands
from artel.kernel.records import Record
from artel.kernel.requisite_checks import REQUISITES, check_requisites
from artel.kernel.rights_acts import DEFAULT_GROUP
from artel.kernel.roles import AccessGroup
from artel.kernel.tree_commands import refuse_circles

from .requisites import hold_requisites, write_requisites

Given = list[Line[Any, Values]]
_check_attributes = checked_attributes(Partner)
POINTS = ("phone", "email", "city", "address", "web")


def _check_partner(act: Act, lines: Given) -> None:
    _fill_in(act, lines)
    require_filled(lines, "name", "kind", "access_group")
    check_points(lines, POINTS)
    check_requisites(lines, lambda line: "person" if line.value("kind") == PartnerKind.PERSON else None)
    _check_attributes(act, lines)
    check_interest(act, PartnerFirstInterest, "partner", lines)
    refuse_circles(lines, Partner, "head")  # last: what is refused stays where it is
    if any(name in line.args for line in lines for name in REQUISITES) and options.is_on(LEGAL_ENTITIES):
        hold_requisites(lines)


def _fill_in(act: Act, lines: Given) -> None:
    """Contract: public name = name, kind = company, the default access group; the main manager is who registers."""
    for line in lines:
        if "name" in line.args:
            line.args["name"] = " ".join(str(line.args["name"] or "").split())
    by_default([line for line in lines if line.subject is None], "kind", PartnerKind.COMPANY)
    lacking = [line for line in lines if line.subject is None and not line.args.get("access_group")]
    if lacking:
        by_default(lacking, "access_group", AccessGroup.objects.filter(code=DEFAULT_GROUP).first())
    for line in lines:
        if not line.value("public_name") or line.args.get("public_name", True) in {"", None}:
            line.args["public_name"] = line.value("name") or ""
        if line.subject is None:
            line.args["manager"] = line.args.get("manager") or act.actor.user


def _write_parts(act: Act, lines: Given) -> None:
    write_points(act, PartnerContactPoint, lines, POINTS)
    write_requisites(act, lines)
    write_interest(act, PartnerFirstInterest, "partner", lines)


partners = record_commands(
    Partner,
    fields=[
        "name", "public_name", "kind", "is_client", "is_supplier", "is_competitor", "is_carrier", "is_other",
        "head", "region", "manager", "access_group", "registered_on", "is_foreign",
        "gender", "birthday", "comment", "note", "attributes",
    ],
    create_only=["code"],
    computed=REQUISITES,
    extra=[
        Argument("inn", _("INN"), "text", max_length=20),
        Argument("kpp", _("KPP"), "text", max_length=9),
        Argument("ogrn", _("OGRN"), "text", max_length=20),
        Argument("phone", _("Phone"), "text", max_length=100),
        Argument("email", _("E-mail"), "text", max_length=250),
        Argument("city", _("City"), "text", max_length=250),
        Argument("address", _("Address"), "text", max_length=500),
        Argument("web", _("Web page"), "text", max_length=250),
        *INTEREST_ARGUMENTS,
    ],
    check=_check_partner,
    after=_write_parts,
    together=[INTEREST],
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class NewManager:
    """Who will look after the partner."""

    manager: User = argument(
        label=_("Main manager"), among=lambda users, _partner: users.filter(is_active=True)
    )


@command(permission="partners.change_partner", label=_("Hand over to a manager"), icon="user-share")
def hand_over(act: Act, lines: Lines[Partner, NewManager]) -> None:
    """Make somebody else the main manager; works on any number of partners at once."""
    for line in lines:
        line.result = line.subject
        if not line.args.manager.is_active:
            sentence = _("This person no longer signs in.")
            line.refuse("inactive", sentence, fields={"manager": sentence})
    act.change_all(
        Partner, [(line.subject, {"manager": line.args.manager}) for line in lines if line.is_open]
    )


erase_partner = erasing_command(
    Partner,
    room="partners",
    applies=Applies(
        to=lambda partner: partner.kind == PartnerKind.PERSON,
        columns=["kind"],
        code="not_a_person",
        sentence=_("Only a private person has personal data: a company is marked for deletion."),
    ),
)


@erased_along("partners.partner")
def _own_legal_entities(partners: set[UUID]) -> dict[type[Record], set[UUID]]:
    """What these people are before the law, unless somebody else acts through it too."""
    links = PartnerLegalEntity.objects.all()
    others = links.exclude(partner__in=partners).values("legal_entity")
    own = LegalEntity.objects.filter(partner_links__partner__in=partners).exclude(pk__in=others)
    return {LegalEntity: set(own.exclude(kind=LegalEntityKind.COMPANY).values_list("pk", flat=True))}
