"""Where rooms put their declarations and engines find them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from artel.kernel import options
from artel.kernel.access import view_permission
from artel.kernel.permissions import know
from artel.kernel.records import Item
from artel.lib.words import capital

from .vocabulary import (
    Cell,
    Contribution,
    Entity,
    Field,
    Resource,
    Section,
    SectionOfMenu,
    SettingsGroup,
    Widget,
)

HOME = "home"
"""What a contribution to the start page is `to`."""
VERBS = ("add", "change", "delete")

_entities: dict[str, Entity] = {}
_by_path: dict[str, Entity] = {}
_resources: dict[str, Resource] = {}
_contributions: dict[str, list[Contribution]] = defaultdict(list)
_sections: dict[str, SectionOfMenu] = {}
_settings: dict[str, SettingsGroup] = {}


def register(entity: Entity) -> Entity:
    """Add an entity's screens; answers them as they are kept. Raises ValueError when its name or path is taken."""
    if entity.name in _entities or entity.path in _by_path:
        raise ValueError(f"{entity.name} already has screens")
    entity = _in_both_languages(entity)
    _entities[entity.name] = _by_path[entity.path] = entity
    know(view_permission(entity.model))
    if entity.option:
        options.guard(entity.option, *(_permission(entity.model, verb) for verb in VERBS))
    return entity


def _in_both_languages(entity: Entity) -> Entity:
    """A directory asks for the English name of its items wherever it asks for the name, and a card that tells one tells both."""
    if not issubclass(entity.model, Item):
        return entity
    helps = {"name_en": _("What people read who work in English; empty: the name."), **entity.helps}
    return replace(entity, form=_both_names(entity.form), facts=_both_names(entity.facts), helps=helps)


def _both_names(sections: Sequence[Section]) -> list[Section]:
    known = any("name_en" in section.fields for section in sections)
    return [
        section
        if known or "name" not in section.fields
        else replace(section, fields=[*_after_name(section.fields)])
        for section in sections
    ]


def _after_name(fields: Sequence[str | Cell]) -> Iterator[str | Cell]:
    for name in fields:
        yield name
        if name == "name":
            yield "name_en"


def _permission(model: type[Model], verb: str) -> str:
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


def register_resource(resource: Resource) -> Resource:
    """Add an entity's columns for programs and files; answers them as they are kept. Raises ValueError when its path is taken."""
    if resource.path in _resources:
        raise ValueError(f"{resource.path} already is a resource")
    if issubclass(resource.model, Item) and resource.change and not resource.rows:
        resource = _with_english(resource)
    _resources[resource.path] = resource
    return resource


def _with_english(resource: Resource) -> Resource:
    """Programs and files bring the English name of a directory's items, too."""
    if resource.field("name_en") or not resource.field("name"):
        return resource
    english = Field(name="name_en", labels=("Наименование на английском", "Name in English"))
    pairs = ((one, english) if one.name == "name" else (one,) for one in resource.fields)
    return replace(resource, fields=[one for pair in pairs for one in pair])


def contribute(**declared: object) -> Contribution:
    """Add panels, actions and create-on-basis entries to another room's card: `contribute(to="partners.partner", …)`."""
    made = Contribution(**declared)  # type: ignore[arg-type]
    _contributions[made.to].append(made)
    return made


def add_section(section: SectionOfMenu) -> None:
    _sections[section.code] = section


def add_settings(group: SettingsGroup) -> None:
    """Add a group to the index of settings."""
    _settings[group.code] = group


def all_settings() -> list[SettingsGroup]:
    return sorted(_settings.values(), key=lambda one: one.order)


def find(name: str) -> Entity:
    """By `deals.deal`. Raises KeyError."""
    return _entities[name]


def at_path(path: str) -> Entity:
    """By `deals`. Raises KeyError, also while the entity's option is off."""
    entity = _by_path[path]
    if entity.option and not options.is_on(entity.option):
        raise KeyError(path)
    return entity


def screens_of(model: type[Model]) -> Entity | None:
    return _entities.get(model._meta.label_lower)


def resource(path: str) -> Resource:
    """By `deals`. Raises KeyError, also while the entity's option is off."""
    found = _resources[path]
    if found.option and not options.is_on(found.option):
        raise KeyError(path)
    return found


def resource_of(model: type[Model]) -> Resource | None:
    return next((one for one in _resources.values() if one.model is model), None)


def titles_of_related() -> dict[str, str]:
    """What records that rows of files bring along are called, by the names that begin their columns."""
    found = {one.name: _resources[one.resource] for resource in all_resources() for one in resource.related}
    return {name: capital(one.model._meta.verbose_name_plural) for name, one in found.items()}


def contributions(entity: str) -> list[Contribution]:
    return _contributions.get(entity, [])


def all_widgets() -> list[Widget]:
    """What rooms put on the start page, in the order in which it stands there until somebody arranges it."""
    found = [widget for each in contributions(HOME) for widget in each.widgets]
    return sorted(found, key=lambda one: (one.order, one.key))


def all_entities() -> Iterator[Entity]:
    return iter(_entities.values())


def all_resources() -> Iterator[Resource]:
    return iter(_resources.values())


def all_sections() -> list[SectionOfMenu]:
    return sorted(_sections.values(), key=lambda one: one.order)
