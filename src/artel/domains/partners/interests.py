"""First interest in commands: whoever has one (partner, deal) takes channel, source type and source as arguments.

A source is named by key, code or name; its type follows from the channel when that allows a single one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.kernel import standing
from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Argument, Values
from artel.kernel.ready import Given, Question, Ready
from artel.kernel.refusals import type_of_text
from artel.lib.names import sort_key

from .models import Channel, FirstInterest
from .source_types import CHOICES, SOURCES, SourceType, named, source_type

NAMES = ("channel", "source_type", "source")
"""They are said together: a source is one of a type, a type one of those that the channel allows."""
HELD = "_interest"
NO_SOURCE = _("There is no such source, or it is not visible to you.")

INTEREST_ARGUMENTS = (
    Argument("channel", _("Channel"), "reference", model=Channel),
    Argument("source_type", _("Source type"), "choice", choices=CHOICES),
    Argument("source", _("Source"), "text", help=_("Its name or code.")),
)


@dataclass
class _Wanted:
    """A line's source that has to be found."""

    line: Line[Any, Values]
    kind: SourceType
    text: str


def check_interest(
    act: Act, model: type[FirstInterest], owner: str, lines: Iterable[Line[Any, Values]]
) -> None:
    """Find the sources the lines name, refuse what cannot be: a query a source type, not one a line."""
    given = [line for line in lines if line.is_open and any(name in line.args for name in NAMES)]
    changed = [line.subject.pk for line in given if line.subject is not None]
    rows = read_interests(model, owner, changed) if changed else {}
    _leave_alone_what_was_shown(act, given, rows)
    _check_named(act, [line for line in given if any(name in line.args for name in NAMES)], rows)


def _leave_alone_what_was_shown(
    act: Act, lines: Iterable[Line[Any, Values]], rows: Mapping[UUID, FirstInterest]
) -> None:
    """Drop from changes a source that a form only shows again.

    Its name may mean several records; a source that the actor may not see is shown as empty and must survive that.
    """
    given = [line for line in lines if line.subject is not None and "source" in line.args]
    names = names_of_sources(act.actor, [row for line in given if (row := rows.get(line.subject.pk))])
    for line in given:
        row = rows.get(line.subject.pk)
        if row is None or not row.source:
            continue
        wanted = str(line.args.get("source_type", row.source_type) or "").strip()
        if str(line.args["source"] or "") == names.get(row.source, "") and named(wanted) == row.source_type:
            line.args.pop("source")
            line.args.pop("source_type", None)


def _check_named(act: Act, given: Sequence[Line[Any, Values]], rows: Mapping[UUID, FirstInterest]) -> None:
    channels = _channels(given)
    wanted: dict[str, list[_Wanted]] = defaultdict(list)
    for line in given:
        channel = channels.get(line.args.key("channel"))
        kind = _type_of(line, channel)
        _check_kept(line, channel, rows)
        text = str(line.args.get("source") or "").strip()
        if not line.is_open:
            continue
        line.args[HELD] = {
            "channel": line.args.key("channel"),
            "source_type": kind.key if kind else "",
            "source": None,
        }
        if text and kind is None:
            sentence = _("Say what kind of source this is.")
            line.refuse(
                "source_type_needed", sentence, needs=["source_type"], fields={"source_type": sentence}
            )
        elif text and kind:
            wanted[kind.key].append(_Wanted(line, kind, text))
    for of_one_type in wanted.values():
        _find(act, of_one_type)


def write_interest(
    act: Act, model: type[FirstInterest], owner: str, lines: Sequence[Line[Any, Values]]
) -> None:
    """Write what `check_interest` found: one row an owner (`owner` is the field of `model`); `line.result` is the owner."""
    given = [line for line in lines if HELD in line.args]
    changed = [line.result.pk for line in given if line.subject is not None]
    objects: Any = model._default_manager
    rows = objects.present().filter(**{f"{owner}__in": changed}) if changed else []
    there = {getattr(row, f"{owner}_id"): row for row in rows}
    fresh = [line for line in given if line.result.pk not in there and any(line.args[HELD].values())]
    act.insert(model, [{owner: line.result.pk, **line.args[HELD]} for line in fresh])
    act.change_all(
        model, [(there[line.result.pk], _columns(line)) for line in given if line.result.pk in there]
    )


def read_interests(model: type[FirstInterest], owner: str, keys: Sequence[UUID]) -> dict[UUID, FirstInterest]:
    """First interests by owner, channels in hand: one query a page."""
    objects: Any = model._default_manager
    rows = (
        standing.pointed(_interest_of_one(model, owner).rows(owner=keys[0]), "channel")
        if len(keys) == 1 and standing.present()
        else standing.joined(objects.present().filter(**{f"{owner}__in": keys}), "channel")
    )
    return {getattr(row, f"{owner}_id"): row for row in rows}


def asking_for_interest(model: type[FirstInterest], owner: str, key: UUID) -> Question:
    """What `read_interests` asks the base for one owner."""
    return _interest_of_one(model, owner).asking(owner=key)


@cache
def _interest_of_one(model: type[FirstInterest], owner: str) -> Ready:
    objects: Any = model._default_manager
    return Ready(objects.present().filter(**{owner: Given("owner")}))


def names_of_sources(actor: Actor, rows: Iterable[FirstInterest]) -> dict[UUID, str]:
    """What the sources are called that the actor may see, by key of the source: one query a source type."""
    return SOURCES.names(actor, [(row.source_type, row.source) for row in rows])


def _columns(line: Line[Any, Values]) -> Mapping[str, Any]:
    """A change names some of the three; a new source type or source stands for both."""
    held = line.args[HELD]
    touched = {name for name in NAMES if name in line.args}
    if touched & {"source_type", "source"}:
        touched |= {"source_type", "source"}
    return {name: held[name] for name in touched}


def _channels(lines: Iterable[Line[Any, Values]]) -> dict[UUID | None, Channel]:
    """The channels the lines name; one query for those named by key only."""
    given = [line.args.get("channel") for line in lines]
    known: dict[UUID | None, Channel] = {one.pk: one for one in given if isinstance(one, Channel)}
    keys = {one for one in given if isinstance(one, UUID)} - set(known)
    return known | (Channel.objects.in_bulk(keys) if keys else {})


def _type_of(line: Line[Any, Values], channel: Channel | None) -> SourceType | None:
    text = str(line.args.get("source_type") or "").strip()
    allowed = channel.source_types if channel else []
    if not text:
        return source_type(allowed[0]) if len(allowed) == 1 and line.args.get("source") else None
    key = named(text)
    if key is None:
        _refuse(line, "source_type", _("There is no such type of source."))
        return None
    if allowed and key not in allowed:
        _refuse(line, "source_type", _("This channel does not allow such sources."))
        return None
    return source_type(key)


def _check_kept(line: Line[Any, Values], channel: Channel | None, rows: Mapping[UUID, FirstInterest]) -> None:
    """Another channel must allow the source that stays."""
    row = rows.get(line.subject.pk) if line.subject is not None else None
    if row is None or channel is None or {"source", "source_type"} & line.args.keys():
        return
    allowed = channel.source_types
    if row.source_type and allowed and row.source_type not in allowed and row.channel_id != channel.pk:
        _refuse(line, "channel", _("This channel does not allow the source: change both."))


def _find(act: Act, wanted: Sequence[_Wanted]) -> None:
    kind = wanted[0].kind
    found = SOURCES.matches(act.actor, kind, {one.text for one in wanted})
    missing = [one for one in wanted if one.line.may_make and not found.get(one.text)]
    if missing and kind.creates:
        found |= _make(act, kind, missing)
    for one in wanted:
        keys = found.get(one.text, set())
        if len(keys) == 1:
            one.line.args[HELD]["source"] = next(iter(keys))
        elif keys:
            _refuse(one.line, "source", _("Several sources are called so; name it by its code."))
        else:
            _refuse(one.line, "source", NO_SOURCE)


def _make(act: Act, kind: SourceType, missing: Sequence[_Wanted]) -> dict[str, set[UUID]]:
    """Missing items of a plain directory come into being in the same act (contract: created references)."""
    assert kind.creates is not None
    if not act.actor.has(kind.creates.permission):
        return {}
    made: dict[str, Line[Any, Any]] = {}
    for one in missing:
        made.setdefault(sort_key(one.text), Line(Values(name=one.text)))
    kind.creates.within(act, list(made.values()))
    found: dict[str, set[UUID]] = {}
    for one in missing:
        folded = sort_key(one.text)
        if made[folded].is_open:
            found[one.text] = {made[folded].result.pk}
            one.line.made.append((kind.model._meta.label_lower, folded))
    return found


def _refuse(line: Line[Any, Values], field: str, sentence: type_of_text) -> None:
    line.refuse("invalid", sentence, fields={field: sentence})
