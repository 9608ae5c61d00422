"""Acts on legal entities and on their ties with partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from artel.domains.partners.models import LegalEntity, Partner, PartnerLegalEntity
from artel.domains.partners.models.legal_entities import LegalEntityKind
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Argument, Values, argument
from artel.kernel.commands import command
from artel.kernel.line_checks import by_default, require_filled
from artel.kernel.record_commands import NoArguments, record_commands
from artel.kernel.requisite_checks import check_requisites
from artel.lib.requisites import OwnerKind

from .requisites import link

Given = list[Line[Any, Values]]
FIELDS = ("name", "full_name", "kind", "is_foreign", "inn", "kpp", "ogrn", "comment")


def _check(act: Act, lines: Given) -> None:
    require_filled(lines, "name")
    require_filled([line for line in lines if line.subject is None], "partner")
    by_default([line for line in lines if line.subject is None], "kind", LegalEntityKind.COMPANY)
    check_requisites(lines, _owner_kind)


def _owner_kind(line: Line[Any, Values]) -> OwnerKind | None:
    """A kind that nobody named follows from the length of the INN."""
    if line.subject is None and len(str(line.args.get("inn") or "").strip()) == 12:
        line.args["kind"] = (
            LegalEntityKind.ENTREPRENEUR
            if line.args["kind"] == LegalEntityKind.COMPANY
            else line.args["kind"]
        )
    return "company" if line.value("kind") == LegalEntityKind.COMPANY else "person"


def _make(act: Act, wanted: list[tuple[Line[Any, Values], dict[str, Any]]]) -> list[LegalEntity]:
    """Linked to its partner; one already known by INN and KPP is linked, not made twice."""
    partners = [line.args.key("partner") for line, _columns in wanted]
    return link(act, [(key, columns) for key, (_line, columns) in zip(partners, wanted, strict=True) if key])


legal_entities = record_commands(
    LegalEntity,
    fields=FIELDS,
    extra=[Argument("partner", _("Partner"), "reference", model=Partner)],
    check=_check,
    make=_make,
)


@dataclass(frozen=True, kw_only=True)
class LinkedEntity:
    """A legal entity of the partner."""

    legal_entity: LegalEntity = argument(label=_("Legal entity"))
    is_main: bool = argument(label=pgettext_lazy("legal entity", "Main"), default=False)


@command(permission="partners.change_partner", label=_("Link a legal entity"), icon="link")
def link_legal_entity(act: Act, lines: Lines[Partner, LinkedEntity]) -> None:
    """The partner acts through this legal entity, too; the first one, or one said to be, is its main one."""
    for line in lines:
        line.result = line.subject
        links = {link.legal_entity_id: link for link in line.subject.legal_links.filter(is_deleted=False)}
        main = line.args.is_main or not links
        if main:
            act.change_all(PartnerLegalEntity, [(link, {"is_main": False}) for link in links.values()])
        if there := links.get(line.args.legal_entity.pk):
            act.change(there, is_main=main or there.is_main)
        else:
            values = {"partner": line.subject, "legal_entity": line.args.legal_entity, "is_main": main}
            act.insert(PartnerLegalEntity, [values])


@command(permission="partners.change_partner", label=_("Unlink"), icon="unlink")
def unlink_legal_entity(act: Act, lines: Lines[PartnerLegalEntity, NoArguments]) -> None:
    """The partner no longer acts through it; the legal entity itself stays. In place of the main one comes the one linked first."""
    for line in lines:
        line.result = line.subject
    leaving = {line.subject.pk for line in lines}
    headless = {line.subject.partner_id for line in lines if line.subject.is_main}
    act.change_all(
        PartnerLegalEntity, [(line.subject, {"is_deleted": True, "is_main": False}) for line in lines]
    )
    rest = PartnerLegalEntity.objects.present().filter(partner__in=headless).exclude(pk__in=leaving)
    first = {link.partner_id: link for link in rest.order_by("-id")}
    act.change_all(PartnerLegalEntity, [(link, {"is_main": True}) for link in first.values()])
