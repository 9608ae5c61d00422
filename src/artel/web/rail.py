"""The sections of the rail and what «Create» offers, from the registered screens and the person's rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar, overload

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.kernel import standing
from artel.kernel.access import view_permission
from artel.kernel.actors import ActorKind
from artel.lib.words import capital
from artel.reports.paths import access_model
from artel.reports.registry import all_reports
from artel.screens import registry
from artel.screens.vocabulary import Entity, SectionOfMenu

from .addresses import page_address
from .formats import language
from .visit import Visit

T = TypeVar("T")

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
    pages: Sequence[RailPage] = ()


@dataclass(frozen=True, eq=False)
class Lines(Sequence[T], Generic[T]):
    """Lines of a menu. People with the same lines share one menu, so whether two are the same is quickly told."""

    lines: tuple[T, ...]

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        return self.lines[place]

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[T]:
        return iter(self.lines)


def rail(visit: Visit) -> Lines[RailSection]:
    """Start, then the sections with at least one list this person may open."""
    return _once("rail", _rail, visit)


def _once(name: str, make: Callable[[Visit], Sequence[T]], visit: Visit) -> Lines[T]:
    """What depends on nothing but the person's rights, the options and his language."""
    kept = standing.present()
    if kept is None or visit.actor.kind != ActorKind.PERSON:
        return _shared(tuple(make(visit)))
    return kept.once((name, visit.actor.user_id, language()), lambda: _shared(tuple(make(visit))))


@lru_cache(maxsize=512)
def _shared(lines: tuple[T, ...]) -> Lines[T]:
    return Lines(lines)


def _rail(visit: Visit) -> list[RailSection]:
    pages: dict[str, list[RailPage]] = {}
    for entity in registry.all_entities():
        if is_open(entity, visit):
            main = entity.path == entity.section  # the list a section is named after opens first
            pages.setdefault(entity.section, []).insert(0 if main else 999, _page(entity))
    for section in registry.all_sections():
        more = [one for one in section.pages if visit.actor.has(one.permission)]
        pages.setdefault(section.code, []).extend(
            RailPage(str(one.label), page_address(one.page), one.icon) for one in more
        )
    sections = sorted([*registry.all_sections(), DIRECTORIES], key=lambda one: one.order)
    shown = [_section(one, pages[one.code]) for one in sections if pages.get(one.code)]
    return [
        RailSection("home", _("My day"), "sun-high", page_address("web:home")),
        *_with_reports(shown, visit),
    ]


@dataclass(frozen=True)
class ReportLink:
    """A report this person may run."""

    name: str
    label: str
    address: str


def open_reports(visit: Visit) -> list[ReportLink]:
    """The reports whose option is on and whose rows this person may see at all."""
    return [
        ReportLink(one.name, str(one.label), page_address("web:report", one.name))
        for one in all_reports()
        if visit.is_on(one.option)
        and all(visit.actor.has(view_permission(access_model(part))) for part in one.dataset.parts)
    ]


def _with_reports(sections: list[RailSection], visit: Visit) -> list[RailSection]:
    """Reports stand after the sections of work and before the directories."""
    links = open_reports(visit)
    if not links:
        return sections
    pages = tuple(RailPage(link.label, link.address, "chart-histogram") for link in links)
    made = RailSection("reports", _("Reports"), "chart-histogram", page_address("web:reports"), pages)
    place = next(
        (at for at, one in enumerate(sections) if one.key in {"company", DIRECTORIES.code}), len(sections)
    )
    return [*sections[:place], made, *sections[place:]]


def is_open(entity: Entity, visit: Visit) -> bool:
    """Whether the entity's list appears for this person at all."""
    return visit.is_on(entity.option) and visit.actor.has(view_permission(entity.model))


def creatable(visit: Visit) -> Lines[RailPage]:
    """What this person may create, directories left out."""
    return _once("creatable", _creatable, visit)


def _creatable(visit: Visit) -> list[RailPage]:
    return [
        RailPage(
            str(entity.model._meta.verbose_name).capitalize(),
            page_address("web:new", entity.path),
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
    return capital(entity.title or entity.model._meta.verbose_name_plural)


def kind_of(entity: Entity) -> str:
    """«сделка»: one record of the entity in words."""
    return str(entity.model._meta.verbose_name)


def _page(entity: Entity) -> RailPage:
    return RailPage(title_of(entity), page_address("web:table", entity.path), entity.icon)


def _section(section: SectionOfMenu, pages: Sequence[RailPage]) -> RailSection:
    return RailSection(section.code, str(section.label), section.icon, pages[0].address, tuple(pages))
