"""What a list keeps out of its page until somebody asks: its settings, and the filters that may be added. Each also stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from artel.screens.content import STYLES
from artel.screens.filters.fields import field_of
from artel.screens.models import Density
from artel.web.arrange import Arrangement, arrangement
from artel.web.frame import Frame, Link
from artel.web.grouping import offered
from artel.web.guard import signed_in
from artel.web.lists import ListState, sortable
from artel.web.manner import widths_of
from artel.web.pages.table import entity_at
from artel.web.rail import title_of
from artel.web.render import page


@dataclass(frozen=True)
class ListSettings:
    """What the settings of the list offer: orders, groups, marks, densities."""

    state: ListState
    arranged: Arrangement

    @property
    def orders(self) -> list[tuple[str, str]]:
        """What the list may be sorted by, with the words of the columns."""
        known = sortable(self.state.entity, self.state.actor, self.state.attributes)
        labels = {each.name: each.label for each in [*self.arranged.shown, *self.arranged.offered]}
        found = [(name, labels.get(name.removeprefix("sort_")) or self._label(name)) for name in known]
        return sorted(found, key=lambda one: one[1])

    def _label(self, name: str) -> str:
        asked = field_of(self.state.entity.model, name.removeprefix("sort_"), self.state.actor)
        return asked.label if asked else name

    @property
    def groups(self) -> list[tuple[str, str]]:
        return [(one.name, one.label) for one in offered(self.state.entity.model, self.state.actor)]

    @property
    def styles(self) -> list[dict[str, str]]:
        return [{"value": code, "label": str(label)} for code, label in STYLES.items()]

    @property
    def columns(self) -> list[dict[str, str]]:
        """What a mark may stand on; empty is the whole row."""
        whole = {"value": "", "label": _("the whole row")}
        return [whole, *({"value": each.name, "label": each.label} for each in self.arranged.shown)]

    @property
    def densities(self) -> list[tuple[str, str]]:
        return [(str(code), str(label)) for code, label in Density.choices]


@signed_in
def set_up(request: HttpRequest, path: str) -> HttpResponse:
    """The settings of the list that the address describes."""
    state = _state(request, path)
    arranged = arrangement(state.entity, state.actor, state.attributes, widths_of(state.manner.columns))
    context = _context(state, _("Set up the list"))
    context |= {"arranged": arranged, "settings": ListSettings(state, arranged)}
    return page(request, "web/set_up.html", context, part="web/set_up_part.html")


@signed_in
def filters(request: HttpRequest, path: str) -> HttpResponse:
    """The declared filters that this list does not have yet, each with its form."""
    context = _context(_state(request, path), _("Filter"))
    return page(request, "web/filters.html", context, part="web/filters_part.html")


def _state(request: HttpRequest, path: str) -> ListState:
    entity, actor = entity_at(path, request)
    return ListState.read(entity, actor, dict(request.GET.lists()))


def _context(state: ListState, title: str) -> dict[str, Any]:
    crumb = Link(title_of(state.entity), state.address)
    frame = Frame(title, section=state.entity.section, crumbs=[crumb], slim=True)
    return {"frame": frame, "entity": state.entity, "state": state}
