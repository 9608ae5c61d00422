"""Acts on favourites. Everybody may keep his own, whatever his roles: `as_oneself` acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.kernel.acts import Act, Lines
from artel.kernel.arguments import argument
from artel.kernel.commands import command
from artel.kernel.record_commands import NoArguments
from artel.web.models import Favourite

from .oneself import OWN

MOST, LONGEST = 100, 2000


@dataclass(frozen=True, kw_only=True)
class Keep:
    """A record (entity and key), a list (entity and what its address says) or a report, and how it is called."""

    entity: str = argument(label=_("entity"), default="")
    record_id: UUID | None = argument(label=_("record"), default=None)
    report: str = argument(label=_("report"), default="")
    query: str = argument(label=_("arrangement"), default="")
    name: str = argument(label=_("name"), default="")


@command(permission=OWN, label=_("Put among favourites"), creates=Favourite, icon="star")
def add_favourite(act: Act, lines: Lines[Favourite, Keep]) -> None:
    """The new one stands last; what is kept already stays as it is."""
    own = list(Favourite.objects.filter(user=act.author_id, is_deleted=False))
    known = {(one.entity, one.record_id, one.report, one.query): one for one in own}
    for line in lines:
        given = line.args
        what = (given.entity, given.record_id, given.report, given.query)
        if what in known:
            line.result = known[what]
        elif len(given.query) > LONGEST:
            line.refuse("too_long", _("This list is arranged by too many words. Save it as a view first."))
        elif len(known) >= MOST:
            line.refuse("too_many", _("A hundred favourites is the most. Take one away first."))
        else:
            line.result = known[what] = _made(act, given, len(known))


def _made(act: Act, given: Keep, place: int) -> Any:
    return act.create(
        Favourite,
        user=act.author_id,
        entity=given.entity,
        record_id=given.record_id,
        report=given.report,
        query=given.query,
        name=given.name[:250],
        position=place,
    )


@dataclass(frozen=True, kw_only=True)
class Placed:
    """How a favourite is called and where it stands."""

    position: int = argument(label=_("position"))
    name: str | None = argument(label=_("name"), default=None)


@command(permission=OWN, label=_("Put favourites in order"), icon="star")
def arrange_favourite(act: Act, lines: Lines[Favourite, Placed]) -> None:
    for line in lines:
        line.result = line.subject
    act.change_all(Favourite, [(one.subject, _placed(one.subject, one.args)) for one in lines])


def _placed(favourite: Favourite, given: Placed) -> dict[str, Any]:
    name = favourite.name if given.name is None else given.name.strip()[:250]
    return {"position": given.position, "name": name}


@command(permission=OWN, label=_("Take from favourites"), icon="star-off")
def remove_favourite(act: Act, lines: Lines[Favourite, NoArguments]) -> None:
    for line in lines:
        line.result = line.subject
    act.remove(Favourite, [line.subject for line in lines])
