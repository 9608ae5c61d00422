"""The feed of a card: what lies ahead, then day by day what was said and what was changed; and the composer at its top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from artel.kernel.access import fields_visible_to
from artel.kernel.ready import Question
from artel.kernel.refusals import Refused
from artel.lib.uuid7 import uuid7
from artel.screens import registry
from artel.screens.vocabulary import Composer, Entity, Happening, Said, Timeline

from . import formats
from .addresses import card_address, page_address
from .changes import asking_for, by_day, told
from .forms import FormField, FormSection, asked_by, filled, typed
from .frame import Link
from .rail import is_open, title_of
from .references import address_of
from .visit import Visit

SETS = 12
"""So many change sets, and so many happenings of each room, a card tells."""


@dataclass(frozen=True)
class Line:
    """A happening as the feed shows it."""

    happening: Happening
    address: str
    acts: Sequence[tuple[Link, bool]]

    @property
    def at(self) -> Any:
        return self.happening.at

    @property
    def clock(self) -> str:
        return formats.clock(self.at)

    @property
    def when(self) -> str:
        """The day and the time of what lies ahead."""
        return formats.moment(self.at)


@dataclass(frozen=True)
class ComposerSheet:
    """The composer of a card: which kinds there are, which one is chosen, and its fields."""

    address: str
    draft: str
    kinds: Sequence[Link]
    chosen: str
    label: str
    text: str = ""
    fields: Sequence[FormField] = ()
    key: str = ""
    sentence: str = ""
    error: str = ""
    is_done: bool = False
    """Whether what was typed has just been written down: the browser forgets its draft."""


@dataclass(frozen=True)
class Feed:
    """A card's feed. `all` are lists of everything that rooms tell of the record."""

    ahead: Sequence[Line]
    days: Sequence[tuple[str, Sequence[Any]]]
    all: Sequence[Link] = ()
    composer: ComposerSheet | None = None

    @property
    def is_empty(self) -> bool:
        return not self.ahead and not self.days


def timelines_of(entity: Entity, visit: Visit) -> list[Timeline]:
    """The timelines of a card whose option is on and that tell nothing hidden from this person."""
    given = registry.contributions(entity.name)
    declared = [*entity.timelines, *(one for each in given for one in each.timelines)]
    return [one for one in declared if visit.is_on(one.option) and _tells_nothing_hidden(one, visit)]


def _tells_nothing_hidden(timeline: Timeline, visit: Visit) -> bool:
    return fields_visible_to(visit.actor, registry.find(timeline.entity).model).has_all(timeline.tells)


def composer_of(entity: Entity, visit: Visit) -> Composer | None:
    """The one composer of a card, if this person may write anything down with it."""
    for each in timelines_of(entity, visit):
        if each.composer and any(visit.actor.has(said.command.permission) for said in each.composer.kinds):
            return each.composer
    return None


def asked_by_feed(entity: Entity, visit: Visit, key: UUID) -> list[Question]:
    """What the feed will ask the base by the record's key."""
    of_rooms = [each.asks(visit.actor, key, SETS) for each in timelines_of(entity, visit) if each.asks]
    return [*(one for some in of_rooms for one in some), asking_for(entity.model, key, most=SETS)]


def feed_of(entity: Entity, visit: Visit, record: Any, sheet: ComposerSheet | None = None) -> Feed:
    """What a card tells: a question for each timeline, and those of the history."""
    lines: list[Line] = []
    for each in timelines_of(entity, visit):
        other = registry.find(each.entity)
        lines += [_line(other, one) for one in each.told(visit.actor, record, SETS)]
    changes = told(record, visit.actor, most=SETS)
    past = [line for line in lines if not line.happening.is_ahead]
    merged = _merged(past, len(lines) >= SETS, changes.sets, bool(changes.more))
    composer = composer_of(entity, visit)
    return Feed(
        ahead=sorted((line for line in lines if line.happening.is_ahead), key=lambda line: line.at),
        days=by_day(merged),
        all=_lists_of(entity, visit, record),
        composer=(sheet or sheet_of(entity, composer, visit, record)) if composer else None,
    )


def talk_of(entity: Entity, visit: Visit, record: Any, most: int = 4) -> Sequence[Line]:
    """What lies ahead of a record, the next first, then what was said lately: no more than `most` of both."""
    lines = [
        _line(registry.find(each.entity), one)
        for each in timelines_of(entity, visit)
        for one in each.told(visit.actor, record, most)
    ]
    ahead = sorted((line for line in lines if line.happening.is_ahead), key=lambda line: line.at)
    past = [line for line in lines if not line.happening.is_ahead]
    return [*ahead, *sorted(past, key=lambda line: line.at, reverse=True)][:most]


def _merged(past: Sequence[Any], past_goes_on: bool, sets: Sequence[Any], sets_go_on: bool) -> list[Any]:
    """Both by time, the latest first, no further back than both reach: a gap would tell that nothing happened."""
    ends = [some[-1].at for some, goes_on in ((past, past_goes_on), (sets, sets_go_on)) if some and goes_on]
    lines = sorted([*past, *sets], key=lambda line: line.at, reverse=True)
    return [line for line in lines if not ends or line.at >= max(ends)]


def _line(entity: Entity, one: Happening) -> Line:
    acts = [
        (
            Link(
                str(command.label).rstrip("…"),
                f"{page_address('web:act', entity.path, one.record.pk, command.short_name)}?version={one.record.version}",
                command.declared.icon,
            ),
            bool(command.arguments),
        )
        for command in one.acts
    ]
    return Line(one, address_of(one.record), acts)


def _lists_of(entity: Entity, visit: Visit, record: Any) -> list[Link]:
    """The lists of everything that rooms tell of the record, for who may open them."""
    found = []
    for each in timelines_of(entity, visit):
        other = registry.find(each.entity)
        if is_open(other, visit):
            address = f"{page_address('web:table', other.path)}?{each.all(record)}"
            found.append(Link(title_of(other), address, other.icon))
    return found


def sheet_of(
    entity: Entity,
    composer: Composer,
    visit: Visit,
    record: Any,
    *,
    act: str = "",
    posted: Mapping[str, str] | None = None,
    refusal: Refused | None = None,
) -> ComposerSheet:
    """The composer with one of its kinds chosen (the first unless `act` says another), what was typed kept."""
    kinds = [said for said in composer.kinds if visit.actor.has(said.command.permission)]
    said = next((one for one in kinds if one.command.short_name == act), kinds[0])
    posted = posted or {}
    known = {one.name: one for one in said.command.arguments}
    errors = dict(refusal.fields) if refusal else {}
    asked = [
        *said.fields,
        *(name for name in errors if name not in {composer.text, *said.fields} and name in known),
    ]
    about = composer.about(record)
    fields = filled(
        [replace(known[name], help="") for name in asked if name in known],
        visit.actor,
        {**said.values(), **about},
        asked_by(said.command),
    )
    near = getattr(about.get("client"), "pk", about.get("client")) or record.pk
    fields = [_as_typed(replace(each, near=str(near)), posted, errors, visit) for each in fields]
    address = page_address("web:timeline", entity.path, record.pk)
    shown = {each.name for each in fields}
    loose = [str(text) for name, text in errors.items() if name not in {*shown, composer.text}]
    return ComposerSheet(
        address=address,
        draft=f"feed{card_address(entity.path, record.pk)}",
        kinds=[
            Link(str(one.command.label).rstrip("…"), one.command.short_name, one.command.declared.icon)
            for one in kinds
        ],
        chosen=said.command.short_name,
        label=str(said.command.label),
        text=posted.get(composer.text, ""),
        fields=fields,
        key=posted.get("idempotency") or str(uuid7()),
        sentence=" ".join([str(refusal.sentence), *loose]) if refusal else "",
        error=str(errors.get(composer.text, "")),
    )


def _as_typed(
    each: FormField, posted: Mapping[str, str], errors: Mapping[str, Any], visit: Visit
) -> FormField:
    """What was typed into it; a field of another kind keeps what it starts with."""
    if each.name not in posted:
        return replace(each, error=str(errors.get(each.name, "")))
    [section] = typed([FormSection("", [each])], posted, errors, visit.actor)
    [found] = section.fields
    return found


def said_as(composer: Composer, act: str) -> Said | None:
    """The kind of that name."""
    return next((one for one in composer.kinds if one.command.short_name == act), None)
