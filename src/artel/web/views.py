"""Saved views as the tabs of a list: which a person has at hand, in which order, and with which the list opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.screens.models import VIEW, Audience, SavedView, ViewKind, ViewPin, ViewShare
from artel.screens.vocabulary import Entity

ALL = "all"
"""The word of an address for the list as it was declared."""


@dataclass(frozen=True)
class Tab:
    """A view of a list, as this person keeps it."""

    view: SavedView
    is_pinned: bool = False
    opens_first: bool = False
    is_own: bool = False

    @property
    def icon(self) -> str:
        """What the tab says of itself beside its name: pinned, or shared with others."""
        if self.is_pinned:
            return "pin"
        if self.view.audience != Audience.NOBODY:
            return "users"
        return "layout-kanban" if self.view.kind == ViewKind.BOARD else ""


def tabs_of(entity: Entity, actor: Actor) -> Sequence[Tab]:
    """The pinned in their order, then one's own, then those of others, by name. No query while nothing of it has changed."""
    if actor.user_id is None or not actor.has(VIEW):
        return ()
    kept = standing.present()
    if kept is None or kept.once(("shared by department", entity.name), lambda: _by_department(entity)):
        return _tabs(entity, actor)
    return kept.once(("views", entity.name, actor.user_id, actor.scopes), lambda: _tabs(entity, actor))


def _by_department(entity: Entity) -> bool:
    """Who works where does not stand: views shared with departments are asked for anew."""
    shares = ViewShare.objects.filter(view__entity=entity.name, unit__isnull=False, is_deleted=False)
    return bool(shares.exists())


def _tabs(entity: Entity, actor: Actor) -> Sequence[Tab]:
    rows = SavedView.objects.visible_to(actor).present().filter(entity=entity.name)
    pins = ViewPin.objects.filter(user=actor.user_id, view__entity=entity.name, is_deleted=False)
    pinned = {pin.view_id: pin for pin in pins}
    found = [_tab(view, pinned.get(view.pk), actor) for view in rows.filter(is_archived=False)]
    places = {key: pin.position for key, pin in pinned.items()}
    return sorted(
        found,
        key=lambda tab: (
            not tab.is_pinned,
            places.get(tab.view.pk, 0),
            not tab.is_own,
            tab.view.label.casefold(),
        ),
    )


def _tab(view: SavedView, pin: ViewPin | None, actor: Actor) -> Tab:
    return Tab(view, pin is not None, bool(pin and pin.opens_first), view.owner_id == actor.user_id)


def view_named(entity: Entity, actor: Actor, text: str) -> SavedView | None:
    """The view of an address; one that is not to be seen is as if it were not there."""
    return next((tab.view for tab in tabs_of(entity, actor) if str(tab.view.pk) == text), None)


def view_called(entity: Entity, actor: Actor, name: str) -> SavedView:
    """The view with this name, fixed code or key: one's own before those of others. Raises LookupError when none or several."""
    folded = name.strip().casefold()
    rows = SavedView.objects.visible_to(actor).present().filter(entity=entity.name)
    found = [view for view in rows if folded in _names(view)]
    own = [view for view in found if actor.user_id and view.owner_id == actor.user_id] or found
    if len(own) != 1:
        raise LookupError(name)
    return own[0]


def _names(view: SavedView) -> set[str]:
    return {one.casefold() for one in (view.name, view.name_en, view.code, str(view.pk)) if one}


def first_view(entity: Entity, actor: Actor) -> SavedView | None:
    """The view with which the list opens for this person, if he chose one."""
    return next((tab.view for tab in tabs_of(entity, actor) if tab.opens_first), None)
