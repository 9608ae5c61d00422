"""The sections of the rail and what «Create» offers, from the registered screens and the person's rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.kernel.access import view_permission
from artel.screens import registry
from artel.screens.vocabulary import Entity, SectionOfMenu

from .visit import Visit

DIRECTORIES = SectionOfMenu(code="directories", label=gettext_lazy("Directories"), icon="books", order=900)


@dataclass(frozen=True)
class RailPage:
    """One list inside a section."""

    label: str
    address: str
    icon: str


@dataclass(frozen=True)
class RailSection:
    """One line of the rail; it opens its first page."""

    key: str
    label: str
    icon: str
    address: str
    pages: Sequence[RailPage] = field(default_factory=tuple)


def rail(visit: Visit) -> list[RailSection]:
    """Start, then the sections with at least one list this person may open."""
    pages: dict[str, list[RailPage]] = {}
    for entity in registry.all_entities():
        if is_open(entity, visit):
            main = entity.path == entity.section  # the list a section is named after opens first
            pages.setdefault(entity.section, []).insert(0 if main else 999, _page(entity))
    sections = sorted([*registry.all_sections(), DIRECTORIES], key=lambda one: one.order)
    shown = [_section(one, pages[one.code]) for one in sections if one.code in pages]
    return [RailSection("home", _("My day"), "sun-high", reverse("web:home")), *shown]


def is_open(entity: Entity, visit: Visit) -> bool:
    """Whether the entity's list appears for this person at all."""
    return visit.is_on(entity.option) and visit.actor.has(view_permission(entity.model))


def creatable(visit: Visit) -> list[RailPage]:
    """What this person may create, directories left out."""
    return [
        RailPage(
            str(entity.model._meta.verbose_name).capitalize(),
            reverse("web:new", args=[entity.path]),
            entity.icon,
        )
        for entity in registry.all_entities()
        if entity.create
        and is_open(entity, visit)
        and visit.actor.has(entity.create.permission)
        and entity.section not in {"", DIRECTORIES.code}
    ]


def title_of(entity: Entity) -> str:
    """«Партнёры»: the entity's name in the plural, with a capital."""
    words = entity.title or str(entity.model._meta.verbose_name_plural)
    return words[:1].upper() + words[1:]


def _page(entity: Entity) -> RailPage:
    return RailPage(title_of(entity), reverse("web:table", args=[entity.path]), entity.icon)


def _section(section: SectionOfMenu, pages: Sequence[RailPage]) -> RailSection:
    return RailSection(section.code, str(section.label), section.icon, pages[0].address, pages)
