"""A record: its facts, panels, related lists and acts, with the next and the previous one of the list it was opened from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet, SlugField, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from artel.exchange.vcard.writing import has_cards
from artel.kernel.access import asking_for, fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.files.receiving import largest
from artel.kernel.ready import Question, ask_together
from artel.screens import registry
from artel.screens.vocabulary import Cell, Contribution, Entity, Related
from artel.web.actions import actions_on, acts_of, arranged
from artel.web.addresses import card_address, page_address
from artel.web.attached import has_files, may_attach
from artel.web.attributes import attributes_of, facts_of_record
from artel.web.based_on import offered_on
from artel.web.cells import Column, Shown, column_of, columns_seen
from artel.web.favourites import star_of
from artel.web.formats import money
from artel.web.forms import field_behind
from artel.web.frame import Frame, Link
from artel.web.guard import signed_in
from artel.web.money import currency_field, usual_sign
from artel.web.pages.form import visible
from artel.web.pages.place import kept_in_card, place_of
from artel.web.pages.table import entity_at
from artel.web.panels import asked_by, panels
from artel.web.rail import is_open, title_of
from artel.web.references import References
from artel.web.render import page
from artel.web.timeline import asked_by_feed, feed_of
from artel.web.visit import Visit, visit_of

SHORT = 5
TABS = {"history", "files"}


@dataclass(frozen=True)
class Fact:
    """One line of the facts."""

    label: str
    shown: Shown
    kind: str
    field: str = ""
    """The field of the form that is edited where the fact stands; empty where there is none."""


@dataclass(frozen=True)
class FactSection:
    """A titled group of facts."""

    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class RelatedRow:
    """One related record: its name, what is said under it, and its numbers."""

    address: str
    name: str
    words: str
    numbers: Sequence[str]


@dataclass(frozen=True)
class RelatedList:
    """The first rows of another entity that point here, and where all of them are."""

    title: str
    rows: Sequence[RelatedRow]
    more: str
    create: str
    sum: str = ""


@signed_in
def card(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """The overview of one record."""
    entity, actor = entity_at(path, request)
    visit, given = visit_of(request), contributions(entity)
    ask_together(_questions(entity, given, visit, key))
    record = visible(entity, actor, key)
    references = References(actor)
    references.knows(record)
    blocks, by_place = panels(entity, given, visit, record), attrgetter("place")
    context = {
        **card_context(request, entity, actor, record),
        "tab": "overview",
        "sections": fact_sections(entity, given, record, references, visit),
        "related": [one for each in all_related(entity, given) if (one := related_list(each, visit, record))],
        "blocks": blocks,
        "placed": {place: list(each) for place, each in groupby(sorted(blocks, key=by_place), by_place)},
        "feed": feed_of(entity, visit, record),
        "actor": actor,
    }
    return page(request, "web/card.html", context, part="web/card_fresh.html")


def _questions(entity: Entity, given: Sequence[Contribution], visit: Visit, key: UUID) -> list[Question]:
    """What the card asks by the key in its address. Nothing of it is looked at when the record itself is not seen."""
    return [
        asked_of_record(visit.actor, entity, key),
        *asked_by(entity, given, visit, key),
        *asked_by_feed(entity, visit, key),
    ]


def asked_of_record(actor: Actor, entity: Entity, key: UUID) -> Question:
    """The record behind the key of an address, if this person may see it."""
    return asking_for(actor, entity.model, key)


def head_of(entity: Entity, visit: Visit, record: Any) -> dict[str, Any]:
    """What tells a record from others, and what may be done with it."""
    columns, references = columns_seen(visit.actor, entity.model, entity.header), References(visit.actor)
    for column in columns:
        column.prepare([record], references)
    return {
        "entity": entity,
        "record": record,
        "code": _code(record, visit.actor),
        "header": _header(entity, columns, record, references),
        "state": _state(entity, record, visit.actor),
        "actions": arranged(actions_on(acts_of(entity), entity, visit, record)),
        "edit": _edit_address(entity, visit, record),
        "based_on": offered_on(contributions(entity), visit.actor, record),
    }


def card_context(request: HttpRequest, entity: Entity, actor: Actor, record: Any) -> dict[str, Any]:
    """What every tab of a card shows above itself."""
    kept = request.GET.get("list")
    return {
        "frame": Frame(
            str(record),
            section=entity.section,
            crumbs=[Link(title_of(entity), _list_address(entity, kept or ""))],
            slim=True,
            place=place_of(entity, actor, record, kept, _tab_of(request)),
            star=star_of(actor, entity=entity.name, record=record.pk),
        ),
        **head_of(entity, visit_of(request), record),
        "kept": f"?{kept_in_card(kept)}" if kept is not None else "",
        "has_files": has_files(entity, actor),
        "drops": may_attach(visit_of(request), record) if has_files(entity, actor) else False,
        "largest": largest(),
        "as_card": _is_person(entity),
    }


def _is_person(entity: Entity) -> bool:
    """Whether the record may be written as a card for an address book."""
    try:
        return has_cards(registry.resource(entity.path))
    except KeyError:
        return False


def _tab_of(request: HttpRequest) -> str:
    """The page of the card that is shown: stepping to the next record keeps to it."""
    shown = request.resolver_match.url_name if request.resolver_match else ""
    return f"web:{shown}" if shown in TABS else "web:card"


def _code(record: Any, actor: Actor) -> str:
    """The number of a record; the fixed code of a directory item is for programs."""
    code = getattr(record, "code", "")
    if not code or isinstance(record._meta.get_field("code"), SlugField):
        return ""
    return str(code) if "code" in fields_visible_to(actor, type(record)) else ""


def _header(
    entity: Entity, columns: Sequence[Column], record: Any, references: References
) -> list[tuple[str, Shown]]:
    """What stands after the title, less what stands there anyway: code and state."""
    found = [
        (column, column.shown([record], references)[0])
        for column in columns
        if column.name not in {"code", entity.state}
    ]
    return [(column.label, shown) for column, shown in found if not shown.is_empty]


def contributions(entity: Entity) -> list[Contribution]:
    return registry.contributions(entity.name)


def fact_sections(
    entity: Entity, given: Sequence[Contribution], record: Any, references: References, visit: Visit
) -> list[FactSection]:
    """The declared facts, or the form's fields when none were declared; then what higher rooms add."""
    found = []
    for section in entity.facts or entity.form:
        if visit.is_on(section.option):
            shown = [each for each in section.fields if _is_shown(entity, each)]
            found.append((str(section.title), columns_seen(references.actor, entity.model, shown)))
    own = facts_of_record(attributes_of(entity.model, references.actor), record)
    if own:
        found.append((_("Custom attributes"), [column_of(entity.model, each) for each in own]))
    added = [column_of(entity.model, cell) for each in given for cell in each.facts]
    if added:
        found.append((_("More"), added))
    for _title, columns in found:
        for column in columns:
            column.prepare([record], references)
    return [
        FactSection(
            title,
            [
                Fact(
                    column.label,
                    column.shown([record], references)[0],
                    column.kind,
                    field_behind(entity, column.name),
                )
                for column in columns
            ],
        )
        for title, columns in found
        if columns
    ]


def _is_shown(entity: Entity, each: str | Cell) -> bool:
    """Fields, properties and cells; a form may also name arguments that are none of these."""
    if isinstance(each, Cell):
        return True
    try:
        entity.model._meta.get_field(each.partition("__")[0])
    except FieldDoesNotExist:
        return hasattr(entity.model, each)
    return True


def all_related(entity: Entity, given: Sequence[Contribution]) -> list[Related]:
    return [*entity.related, *(one for each in given for one in each.related)]


def related_list(declared: Related, visit: Visit, record: Any) -> RelatedList | None:
    """None when this person may not list the other entity, may not see how it points here, or it is switched off."""
    other, actor = registry.find(declared.entity), visit.actor
    if not is_open(other, visit) or declared.via not in fields_visible_to(actor, other.model):
        return None
    columns = columns_seen(actor, other.model, declared.columns or other.table.columns[:3])
    rows = other.model._default_manager.visible_to(actor).present().filter(**{declared.via: record})  # type: ignore[attr-defined]
    records = list(rows.order_by(declared.order, "pk")[: SHORT + 1])
    references = References(actor)
    references.knows(record)
    for column in columns:
        column.prepare(records, references)
    cells = [column.shown(records[:SHORT], references, brief=True) for column in columns]
    lines = [
        _related_row(other, each, columns, [column[place] for column in cells])
        for place, each in enumerate(records[:SHORT])
    ]
    return RelatedList(
        str(declared.title) or title_of(other),
        lines,
        more=_all_of(other, declared, record) if len(records) > SHORT else "",
        create=_create_for(other, declared, actor, record),
        sum=_sum(declared, rows, actor),
    )


def _related_row(other: Entity, record: Any, columns: Sequence[Column], cells: Sequence[Shown]) -> RelatedRow:
    told = [(column, cell) for column, cell in zip(columns, cells, strict=True) if not cell.is_empty][1:]
    words = [_worded(column, cell) for column, cell in told if not column.is_numeric]
    numbers = [cell.text for column, cell in told if column.is_numeric]
    address = card_address(other.path, record.pk)
    name = cells[0].text if cells else str(record)
    return RelatedRow(address, name, " · ".join(word for word in words if word), numbers)


def _worded(column: Column, cell: Shown) -> str:
    """A value among others of its line; a yes says to what, a no says nothing."""
    if column.kind != "boolean":
        return cell.text
    return column.label.lower() if cell.text == _("yes") else ""


def _sum(declared: Related, rows: QuerySet[Any], actor: Actor) -> str:
    """The sum over all rows this person may see, when the declaration asks for one he may see."""
    if not declared.sum or declared.sum not in fields_visible_to(actor, rows.model):
        return ""
    found = rows.order_by().aggregate(found=Sum(declared.sum))["found"]
    return "" if found is None else money(found, usual_sign() if currency_field(rows.model) == "" else "")


def _all_of(other: Entity, declared: Related, record: Any) -> str:
    """The other list narrowed to this record, when it has such a filter."""
    base = page_address("web:table", other.path)
    return f"{base}?{declared.via}={record.pk}" if declared.via in other.table.filters else base


def _create_for(other: Entity, declared: Related, actor: Actor, record: Any) -> str:
    if other.create is None or not actor.has(other.create.permission):
        return ""
    return f"{page_address('web:new', other.path)}?{declared.via}={record.pk}"


def _state(entity: Entity, record: Any, actor: Actor) -> Shown | None:
    if record.is_deleted:
        return Shown(_("marked for deletion"), "", "bad")
    if not entity.state or entity.state not in fields_visible_to(actor, entity.model):
        return None
    [shown] = column_of(entity.model, entity.state).shown([record], References(actor))
    tones = {"won": "good", "done": "good", "lost": "bad", "cancelled": "bad"}
    return shown._replace(tone=tones.get(str(getattr(record, entity.state, "")), "accent"))


def _edit_address(entity: Entity, visit: Visit, record: Any) -> str:
    if entity.change is None or not visit.may(entity.change.permission, record):
        return ""
    return page_address("web:edit", entity.path, record.pk)


def _list_address(entity: Entity, kept: str) -> str:
    base = page_address("web:table", entity.path)
    return f"{base}?{kept}" if kept else base
