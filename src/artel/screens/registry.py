"""Where rooms put their declarations and engines find them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Model

from artel.kernel import options
from artel.kernel.access import view_permission
from artel.kernel.permissions import know

from .vocabulary import Contribution, Entity, Resource, SectionOfMenu, SettingsGroup, Widget

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
    """Add an entity's screens. Raises ValueError when its name or path is taken."""
    if entity.name in _entities or entity.path in _by_path:
        raise ValueError(f"{entity.name} already has screens")
    _entities[entity.name] = _by_path[entity.path] = entity
    know(view_permission(entity.model))
    if entity.option:
        options.guard(entity.option, *(_permission(entity.model, verb) for verb in VERBS))
    return entity


def _permission(model: type[Model], verb: str) -> str:
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


def register_resource(resource: Resource) -> Resource:
    """Add an entity's columns for programs and files. Raises ValueError when its path is taken."""
    if resource.path in _resources:
        raise ValueError(f"{resource.path} already is a resource")
    _resources[resource.path] = resource
    return resource


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
