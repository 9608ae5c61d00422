"""The index of settings: every page where something is set without code, gathered from the declarations and found by words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.utils.translation import gettext as _

from artel.lib.names import sort_key
from artel.lib.words import capital
from artel.screens import registry
from artel.screens.vocabulary import Entity, PageOfMenu

from .addresses import page_address
from .rail import is_open, title_of
from .visit import Visit

SECTIONS = ("directories", "company", "administration")
"""The sections of the rail whose lists are settings."""


@dataclass(frozen=True)
class SettingLine:
    """One page of the index."""

    label: str
    help: str
    icon: str
    address: str

    def tells(self, words: Sequence[str]) -> bool:
        """Whether every word begins a word of the line."""
        told = sort_key(f"{self.label} {self.help}").split()
        return all(any(word in one for one in told) for word in words)


@dataclass(frozen=True)
class Group:
    """A heading and its pages."""

    code: str
    label: str
    lines: Sequence[SettingLine]


def groups(visit: Visit, words: str = "") -> list[Group]:
    """What this person may open; narrowed to lines that hold all words."""
    asked = sort_key(words).split()
    found = [Group("own", _("Yours"), list(_own(visit))), *_of_house(visit)]
    if asked:
        found = [
            Group(one.code, one.label, [line for line in one.lines if line.tells(asked)]) for one in found
        ]
    return [one for one in found if one.lines]


def _own(visit: Visit) -> Iterator[SettingLine]:
    yield SettingLine(
        _("Personal settings"),
        _("Your language, time zone, theme, height of rows and single keys."),
        "user-cog",
        page_address("web:personal"),
    )
    yield SettingLine(
        _("Change password"),
        _("Other sessions end with it."),
        "key",
        page_address("web:password"),
    )
    yield SettingLine(
        _("My day"),
        _("Which widgets stand on your start page, in which order and width."),
        "sun-high",
        page_address("web:home"),
    )
    yield SettingLine(
        _("Favourites"),
        _("Records, lists and reports that you keep at hand, and their order."),
        "star",
        page_address("web:favourites"),
    )


def _of_house(visit: Visit) -> Iterator[Group]:
    """The groups that rooms declare, then those of directories nobody named, by their rooms."""
    named = {name for one in registry.all_settings() for name in one.entities}
    known = {one.name: one for one in registry.all_entities() if is_open(one, visit)}
    rest: dict[str, list[Entity]] = {}
    for entity in known.values():
        if entity.section in SECTIONS and entity.name not in named:
            rest.setdefault(entity.model._meta.app_label, []).append(entity)
    for group in registry.all_settings():
        entities = [known[name] for name in group.entities if name in known]
        lines = [_of_entity(one) for one in [*entities, *rest.pop(group.code, [])]]
        yield Group(group.code, str(group.label), [*lines, *_of_pages(group.pages, visit)])
    for room, entities in rest.items():
        yield Group(room, _name_of(room), [_of_entity(one) for one in entities])


def _name_of(room: str) -> str:
    return capital(str(apps.get_app_config(room).verbose_name))


def _of_entity(entity: Entity) -> SettingLine:
    return SettingLine(
        title_of(entity), str(entity.help), entity.icon, page_address("web:table", entity.path)
    )


def _of_pages(pages: Sequence[PageOfMenu], visit: Visit) -> Iterator[SettingLine]:
    for one in pages:
        if visit.actor.has(one.permission):
            yield SettingLine(str(one.label), str(one.help), one.icon, page_address(one.page))
