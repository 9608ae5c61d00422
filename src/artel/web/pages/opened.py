"""Records a person has opened: the page tells when one is open, and lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from artel.screens.vocabulary import Entity
from artel.web.addresses import card_address
from artel.web.frame import Frame
from artel.web.guard import signed_in
from artel.web.models import Opened
from artel.web.opened import lately_opened, remember
from artel.web.pages.form import visible
from artel.web.pages.table import entity_at
from artel.web.rail import kind_of
from artel.web.render import page
from artel.web.visit import visit_of


@dataclass(frozen=True)
class Line:
    """One opened record."""

    label: str
    kind: str
    address: str
    icon: str
    opened: Opened


@signed_in
@require_POST
def open_now(request: HttpRequest, path: str, key: UUID) -> HttpResponse:
    """A card says that it is looked at; asked by the page after it has come, so it answers nothing."""
    entity, actor = entity_at(path, request)
    visible(entity, actor, key)
    remember(actor, entity, key)
    return HttpResponse(status=204)


@signed_in
def opened(request: HttpRequest) -> HttpResponse:
    """The latest first, by days."""
    lines = [_line(*each) for each in lately_opened(visit_of(request))]
    days: Sequence[tuple[date, list[Line]]] = [(day, list(each)) for day, each in groupby(lines, _day)]
    return page(
        request, "web/opened.html", {"frame": Frame(_("Opened records"), section="opened"), "days": days}
    )


def _line(entity: Entity, record: Any, row: Opened) -> Line:
    return Line(str(record), kind_of(entity), card_address(entity.path, record.pk), entity.icon, row)


def _day(line: Line) -> date:
    return timezone.localdate(line.opened.opened_at)
