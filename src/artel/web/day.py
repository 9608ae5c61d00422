"""The start page as it stands for a person: his own arrangement, else that of his roles, else what rooms declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from artel.kernel import permissions, standing
from artel.kernel.actors import Actor
from artel.kernel.models import Grant, Role
from artel.screens import registry
from artel.screens.models import HomeArrangement
from artel.screens.vocabulary import Size, Widget

from .addresses import page_address
from .visit import Visit
from .widgets import nothing_here

EVERYBODY = "sales_manager"
"""Whose day people have whose roles no room knows: a company's own ones."""


@dataclass(frozen=True)
class Placed:
    """A widget where somebody put it."""

    widget: Widget
    size: Size

    @property
    def words(self) -> str | Promise:
        return self.widget.title


@dataclass(frozen=True)
class Tile:
    """A widget with what it shows; one that is still to come has no data."""

    key: str
    title: str
    size: str
    template: str
    help: str
    empty: str
    data: Any = None
    lines: int = 0
    act: str = ""
    act_label: str = ""

    @property
    def has_rows(self) -> bool:
        return bool(getattr(self.data, "rows", self.data))


def offered(visit: Visit) -> list[Widget]:
    """The widgets that this person may have."""
    return [
        one for one in registry.all_widgets() if visit.is_on(one.option) and visit.actor.has(one.permission)
    ]


def offered_to(role: Role, visit: Visit) -> list[Widget]:
    """The widgets that people of a role may have through it."""
    held = permissions.effective(role.code, role.added, role.withdrawn)
    return [one for one in registry.all_widgets() if visit.is_on(one.option) and held.covers(one.permission)]


def placed(visit: Visit) -> list[Placed]:
    """What stands on the person's start page, in its order."""
    may = {one.key: one for one in offered(visit)}
    own, of_roles = _kept(visit.actor)
    usual = _usual([grant.role for grant in visit.actor.grants], of_roles, may)
    return _arranged(own, usual, may) if own else usual


def placed_for(role: Role, visit: Visit) -> list[Placed]:
    """What stands on the start page of people who have but this role and arranged nothing."""
    may = {one.key: one for one in offered_to(role, visit)}
    there = HomeArrangement.objects.present().filter(role=role).first()
    return _usual([role.code or role.name], {role.code or role.name: there} if there else {}, may)


def is_arranged(actor: Actor) -> bool:
    """Whether the person arranged his start page himself."""
    return _kept(actor)[0] is not None


Kept = tuple[HomeArrangement | None, Mapping[str, HomeArrangement]]


def _kept(actor: Actor) -> Kept:
    """The person's own arrangement and those of his roles by their codes: no query while nothing of it has changed."""
    return standing.once(("home", actor.user_id), lambda: _read(actor))


def _read(actor: Actor) -> Kept:
    own = HomeArrangement.objects.present().filter(user=actor.user_id).select_related("role")
    roles = Grant.objects.filter(user=actor.user_id, is_deleted=False).values("role")
    of_roles = HomeArrangement.objects.present().filter(role__in=roles).select_related("role")
    rows = list(own | of_roles)
    mine = next((one for one in rows if one.user_id is not None), None)
    return mine, {one.role.code or one.role.name: one for one in rows if one.role is not None}


def _usual(
    roles: Sequence[str], arrangements: Mapping[str, HomeArrangement], may: Mapping[str, Widget]
) -> list[Placed]:
    """The days of several roles one after the other, each widget once."""
    known = {role for one in registry.all_widgets() for role in one.roles}
    found: dict[str, Placed] = {}
    for role in roles:
        declared = _declared(role if role in known else EVERYBODY, may)
        there = arrangements.get(role)
        for one in _arranged(there, declared, may) if there else declared:
            found.setdefault(one.widget.key, one)
    return list(found.values())


def _declared(role: str, may: Mapping[str, Widget]) -> list[Placed]:
    return [Placed(one, one.size) for one in may.values() if role in one.roles]


def _arranged(there: HomeArrangement, usual: Iterable[Placed], may: Mapping[str, Widget]) -> list[Placed]:
    """What was put there and may still be had, then what would be there anyway and was not left out knowingly."""
    kept = [Placed(may[one["key"]], one["size"]) for one in there.widgets if one["key"] in may]
    seen = {one["key"] for one in there.widgets} | set(there.removed)
    return kept + [one for one in usual if one.widget.key not in seen]


def tiles(visit: Visit, given: Iterable[Placed]) -> list[Tile]:
    """What the widgets show; those that are nothing to this person are left out, the dear ones come later."""
    return [tile for one in given if (tile := tile_of(visit, one)) is not None]


def tile_of(visit: Visit, one: Placed, *, now: bool = False) -> Tile | None:
    """`now`: also one that else comes after the page."""
    widget = one.widget
    later = bool(widget.lines) and not now
    data = None if later else widget.build(visit.actor)
    if data is None and not later:
        return None
    act, label = _act(widget.act, visit)
    return Tile(
        widget.key,
        str(widget.title),
        one.size,
        widget.template,
        str(widget.help),
        str(widget.empty) or nothing_here(),
        data,
        widget.lines,
        act,
        label,
    )


def _act(name: str, visit: Visit) -> tuple[str, str]:
    """Where a record of the entity is made, and what the act is called, for who may."""
    entity = registry.find(name) if name else None
    if entity is None or entity.create is None or not visit.actor.has(entity.create.permission):
        return "", ""
    return page_address("web:new", entity.path), str(entity.create.label)


@dataclass(frozen=True)
class Choice:
    """A line of the form that arranges: a widget, its width, whether it stands on the page."""

    key: str
    title: str
    help: str
    size: str
    is_on: bool


def choices(placed_now: Sequence[Placed], may: Iterable[Widget]) -> list[Choice]:
    """What stands, in its order, then what may be added."""
    there = {one.widget.key for one in placed_now}
    rest = [Placed(one, one.size) for one in may if one.key not in there]
    return [
        Choice(one.widget.key, str(one.widget.title), str(one.widget.help), one.size, one.widget.key in there)
        for one in [*placed_now, *rest]
    ]
