"""What the command palette offers before anything is looked for: recent records, places to go to, what may be created."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from artel.kernel.actors import Actor
from artel.lib.words import capital
from artel.screens import registry
from artel.screens.models import VIEW, SavedView
from artel.screens.vocabulary import Entity

from .actions import actions_on, acts_of
from .addresses import card_address, page_address
from .based_on import offered_on
from .favourites import favourites
from .opened import lately_opened
from .rail import DIRECTORIES, is_open, kind_of, rail, title_of
from .visit import Visit

RECENT = 8
Line = Mapping[str, Any]


def index(visit: Visit) -> dict[str, Any]:
    """The groups of the palette in their order, and its words."""
    groups = [
        ("recent", _("Recent"), recent(visit)),
        ("favourites", _("Favourites"), list(kept(visit))),
        ("go", _("Go to"), list(places(visit))),
        ("create", _("Create"), list(creates(visit))),
    ]
    return {
        "words": _words(),
        "groups": [{"name": name, "label": label, "items": items} for name, label, items in groups],
    }


def _words() -> dict[str, str]:
    return {
        "records": pgettext("palette", "Records"),
        "all": _("All that is found for “{words}”"),
        "named": _("{what} “{words}”"),
        "nothing": _("Nothing found"),
        "failed": _("The search does not answer. Try again."),
        "choose": _("choose"),
        "acts": _("acts with the record"),
        "commands": _("commands only"),
        "ms": _("{num} ms"),
    }


def line(label: str, address: str, icon: str, note: str = "", **more: Any) -> Line:
    """One entry; `acts` is where the acts of a record are asked for, `fills` the field that takes what was typed."""
    return {"label": label, "href": address, "icon": icon, "note": note, **more}


def recent(visit: Visit, most: int = RECENT) -> list[Line]:
    """Records opened lately."""
    return [
        record_line(entity, record.pk, str(record), kind_of(entity))
        for entity, record, _row in lately_opened(visit, most)
    ]


def kept(visit: Visit) -> Iterator[Line]:
    """What the person keeps at hand."""
    for each in favourites(visit):
        acts = {"acts": each.acts} if each.acts else {}
        yield line(each.label, each.address, each.icon, each.kind, **acts)


def record_line(entity: Entity, key: Any, label: str, note: str, **more: Any) -> Line:
    """A record, with the acts that Tab asks for."""
    acts = page_address("web:acts", entity.path, key)
    return line(label, card_address(entity.path, key), entity.icon, note, acts=acts, **more)


def places(visit: Visit) -> Iterator[Line]:
    """Sections, lists, reports, saved views, and what belongs to the person himself."""
    for section in rail(visit):
        yield line(section.label, section.address, section.icon, _("section"))
        for page in section.pages:
            if page.address != section.address or page.label != section.label:
                yield line(page.label, page.address, page.icon, section.label)
    yield from _views(visit)
    yield line(_("Favourites"), page_address("web:favourites"), "star")
    yield line(_("Opened records"), page_address("web:opened"), "history")
    yield line(_("Search"), page_address("web:search"), "search")
    yield line(_("Settings"), page_address("web:settings"), "settings")
    yield line(_("Personal settings"), page_address("web:personal"), "user-cog")
    yield line(_("Keys"), page_address("web:keys"), "keyboard", dialog=True)


def _views(visit: Visit) -> Iterator[Line]:
    if visit.actor.user_id is None or not visit.actor.has(VIEW):
        return
    rows = SavedView.objects.visible_to(visit.actor).present().filter(is_archived=False)
    entities = {entity.name: entity for entity in registry.all_entities() if is_open(entity, visit)}
    for view in rows.order_by("entity", "sort_name"):
        if entity := entities.get(view.entity):
            address = f"{page_address('web:table', entity.path)}?view={view.pk}"
            yield line(view.label, address, "table", _("view: %(list)s") % {"list": title_of(entity)})


def creates(visit: Visit) -> Iterator[Line]:
    """Everything this person may create: what he works with, then directories."""
    order = {section.code: section.order for section in registry.all_sections()}
    for entity in sorted(registry.all_entities(), key=lambda one: order.get(one.section, DIRECTORIES.order)):
        if entity.create and is_open(entity, visit) and visit.actor.has(entity.create.permission):
            fills = "name" if any(one.name == "name" for one in entity.create.arguments) else ""
            address = page_address("web:new", entity.path)
            yield line(capital(kind_of(entity)), address, "plus", title_of(entity), fills=fills)


def acts_on(entity: Entity, visit: Visit, record: Any) -> Sequence[Line]:
    """What may be done with a record: the buttons of its card by the same rule, and what is created on its basis."""
    actor: Actor = visit.actor
    found = [line(_("Open"), card_address(entity.path, record.pk), entity.icon)]
    if entity.change is not None and visit.may(entity.change.permission, record):
        found.append(line(_("Change"), page_address("web:edit", entity.path, record.pk), "pencil"))
    found += [
        line(one.label, one.address, one.icon, dialog=True)
        for one in actions_on(acts_of(entity), entity, visit, record)
    ]
    based = offered_on(registry.contributions(entity.name), actor, record)
    found += [line(one.label, one.address, one.icon, _("based on")) for one in based]
    history = page_address("web:history", entity.path, record.pk)
    return [*found, line(_("History of changes"), history, "history")]
