"""A partner's INN, KPP and OGRN: of its legal entity, or its own while legal entities are not kept apart.

Shops of a chain share one legal entity: requisites that a visible one already has link it instead of making a twin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from artel.domains.partners.models import LegalEntity, Partner, PartnerKind, PartnerLegalEntity
from artel.domains.partners.models.legal_entities import LegalEntityKind
from artel.kernel.acts import Act, Line, record_of
from artel.kernel.arguments import Values
from artel.kernel.requisite_checks import REQUISITES

HELD = "_requisites"
Given = Sequence[Line[Any, Values]]
Key = tuple[str | int, str]


def hold_requisites(lines: Given) -> None:
    """Take the requisites out of the partner's own columns, to be written to its legal entity."""
    for line in lines:
        if given := {name: line.args.pop(name) for name in REQUISITES if name in line.args}:
            line.args[HELD] = given


def write_requisites(act: Act, lines: Given) -> None:
    """Change the main legal entity of each partner, link a known one, or make it; set-wise."""
    given = [line for line in lines if HELD in line.args]
    if not given:
        return
    links = _main_links(line.result.pk for line in given if line.subject is not None)
    changed = [line for line in given if _is_its_own(links.get(line.result.pk))]
    act.change_all(LegalEntity, [(links[line.result.pk].legal_entity, line.args[HELD]) for line in changed])
    others = [
        line
        for line in given
        if line not in changed and any(line.args[HELD].values()) and not _is_so(line, links)
    ]
    act.change_all(
        PartnerLegalEntity,
        [(links[line.result.pk], {"is_main": False}) for line in others if line.result.pk in links],
    )
    present = {key: one.legal_entity for key, one in links.items()}
    link(act, [(line.result.pk, _wanted(line, present.get(line.result.pk))) for line in others], is_main=True)


def _is_so(line: Line[Any, Values], links: Mapping[UUID, Any]) -> bool:
    """Whether the requisites given are those of the partner's main legal entity already."""
    there = links.get(line.result.pk)
    return there is not None and all(
        getattr(there.legal_entity, name) == (value or "") for name, value in line.args[HELD].items()
    )


def link(
    act: Act, wanted: Sequence[tuple[UUID, dict[str, Any]]], *, is_main: bool | None = None
) -> list[LegalEntity]:
    """Give each partner (by key) a legal entity with these columns: a visible one with the same INN and KPP, or a new one.

    A partner's first legal entity is its main one unless said otherwise.
    """
    known = _known(act, [columns for _partner, columns in wanted])
    slots = [key_of(columns) or (place, "") for place, (_partner, columns) in enumerate(wanted)]
    fresh: dict[Any, dict[str, Any]] = {}
    for slot, (_partner, columns) in zip(slots, wanted, strict=True):
        if slot not in known:
            fresh.setdefault(slot, columns)  # the first of a batch gives a shared one its name
    rows = act.insert(LegalEntity, list(fresh.values()))
    made = {slot: record_of(LegalEntity, row) for slot, row in zip(fresh, rows, strict=True)}
    entities = [known.get(slot) or made[slot] for slot in slots]
    _link(act, [partner for partner, _columns in wanted], entities, is_main)
    return entities


def key_of(columns: dict[str, Any]) -> Key | None:
    """What tells legal entities apart; none without an INN."""
    return (columns["inn"], columns.get("kpp") or "") if columns.get("inn") else None


def _link(act: Act, partners: Sequence[UUID], entities: Sequence[LegalEntity], is_main: bool | None) -> None:
    rows = list(PartnerLegalEntity.objects.present().filter(partner__in=partners))
    there: dict[tuple[UUID, UUID], PartnerLegalEntity | None] = {
        (row.partner_id, row.legal_entity_id): row for row in rows
    }
    having_main = {row.partner_id for row in rows if row.is_main}
    fresh, again = [], []
    for partner, entity in zip(partners, entities, strict=True):
        if (partner, entity.pk) in there:
            row = there[partner, entity.pk]
            again += [(row, {"is_main": True})] if row is not None and is_main else []
            continue
        there[partner, entity.pk] = None
        main = partner not in having_main if is_main is None else is_main
        fresh.append({"partner": partner, "legal_entity": entity.pk, "is_main": main})
        having_main.add(partner)
    act.change_all(PartnerLegalEntity, again)
    act.insert(PartnerLegalEntity, fresh)


def _known(act: Act, wanted: Iterable[dict[str, Any]]) -> dict[Key, LegalEntity]:
    numbers = {key[0] for columns in wanted if (key := key_of(columns))}
    if not numbers:
        return {}
    rows = LegalEntity.objects.visible_to(act.actor).present().filter(inn__in=numbers).order_by("-id")
    return {(row.inn, row.kpp): row for row in rows}


def _main_links(partners: Iterable[UUID]) -> dict[UUID, PartnerLegalEntity]:
    keys = list(partners)
    if not keys:
        return {}
    rows = (
        PartnerLegalEntity.objects.present()
        .filter(partner__in=keys, is_main=True)
        .select_related("legal_entity")
    )
    holders = Count(
        "legal_entity__partner_links", filter=Q(legal_entity__partner_links__is_deleted=False), distinct=True
    )
    return {row.partner_id: row for row in rows.annotate(holders=holders)}


def _is_its_own(link: Any) -> bool:
    """A legal entity of several partners is not changed through one of them."""
    return link is not None and link.holders == 1


def _wanted(line: Line[Any, Values], present: LegalEntity | None) -> dict[str, Any]:
    """What was said over what the partner's main legal entity has: a KPP alone belongs to the INN that stands."""
    partner: Partner = line.result
    stands = {name: getattr(present, name) for name in REQUISITES} if present else {}
    numbers = {**stands, **line.args[HELD]}
    return {
        "name": partner.public_name or partner.name,
        "kind": kind_of(partner, numbers.get("inn") or ""),
        "is_foreign": partner.is_foreign,
        **numbers,
    }


def kind_of(partner: Partner, inn: str) -> LegalEntityKind:
    """A company, or by a person's INN a sole trader; private partners are persons."""
    if partner.kind == PartnerKind.PERSON:
        return LegalEntityKind.PERSON
    return (
        LegalEntityKind.ENTREPRENEUR if len(inn) == 12 and not partner.is_foreign else LegalEntityKind.COMPANY
    )
