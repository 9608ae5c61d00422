"""From the journal to one stream: what of the news its person may hear, asked of the access engine at that moment.

A record that its person may not see (any more) is told of as a missing one is: `gone`, once, with no word of who and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import translation

from artel.kernel.actors import ActorKind
from artel.kernel.journal.following import About, Deed, News, Touch
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.reading import history
from artel.kernel.wholes import told_to
from artel.web.lists import ListState
from artel.web.runs import seen_import, seen_job

from .stream import Stream, now
from .watches import ListWatch, RecordWatch, RunWatch

MOST_SETS = 20
MOST_NAMED = 100
"""Records of a list that a message names; of more it says that there are more."""


def tell(stream: Stream, news: News) -> None:
    """Tell a stream of what was done since its place."""
    stream.place = news.place
    touched = news.about({watch.key for watch in stream.watches.records})
    _tell_records(stream, touched)
    for watch in stream.watches.lists:
        _tell_list(stream, watch, news)


def _tell_records(stream: Stream, touched: dict[UUID, About]) -> None:
    watched = [watch for watch in stream.watches.records if watch.key in touched]
    for watch, seen in _seen(stream, watched):
        if seen is None:
            _gone(stream, watch)
        elif known := told_to(stream.viewer.actor, touched[watch.key].touches):
            _changed(stream, watch, seen, About(watch.key, known))


def greet(stream: Stream) -> None:
    """What happened between the making of a page and its stream: newer versions, and what is not there (any more)."""
    for watch, seen in _seen(stream, stream.watches.records):
        if seen is None:
            _gone(stream, watch)
        elif 0 < watch.version < seen[0]:
            _changed(stream, watch, seen, _since(watch, seen[0]))


def _since(watch: RecordWatch, version: int) -> About:
    """What made a record's newer versions: each is one entry of its own history."""
    if watch.entity is None:
        return About(watch.key)
    missed = min(version - watch.version, MOST_SETS)
    entries = history(watch.entity.model, watch.key, limit=missed, parts=False)
    return About(watch.key, [Touch(_deed(one.set), 0, one.row, one.owner) for one in reversed(entries)])


def _deed(made: ChangeSet) -> Deed:
    return Deed(made.pk, 0, made.at, made.actor_kind, made.actor_id, made.actor_label, None)


Seen = tuple[int, bool]


def _seen(stream: Stream, watches: Iterable[RecordWatch]) -> Iterator[tuple[RecordWatch, Seen | None]]:
    """Version and deletion mark of each record that the person may see: one query an entity."""
    actor = stream.viewer.actor
    for path, group in groupby(sorted(watches, key=lambda one: one.path), lambda one: one.path):
        some = list(group)
        entity = some[0].entity
        rows: dict[UUID, Seen] = {}
        if entity:
            found = entity.model._default_manager.visible_to(actor).filter(pk__in={one.key for one in some})  # type: ignore[attr-defined]
            rows = {
                key: (version, mark)
                for key, version, mark in found.values_list("pk", "version", "is_deleted")
            }
        for watch in some:
            assert watch.path == path
            yield watch, rows.get(watch.key)


def _gone(stream: Stream, watch: RecordWatch) -> None:
    stream.watches.records.remove(watch)
    stream.say("gone", entity=watch.path, id=str(watch.key))


def _changed(stream: Stream, watch: RecordWatch, seen: Seen, about: About) -> None:
    version, is_marked = seen
    watch.version = version
    stream.say(
        "changed",
        entity=watch.path,
        id=str(watch.key),
        version=version,
        marked=is_marked,
        parts=not about.is_itself,
        sets=[deed.id for deed in about.deeds][-MOST_SETS:],
        **_by(stream, about.deeds),
    )


def _by(stream: Stream, deeds: Sequence[Deed]) -> dict[str, Any]:
    """Who and when: the last of the others, or oneself when nobody else did anything."""
    others = [deed for deed in deeds if not _is_own(stream, deed)]
    told = (others or deeds)[-1:]
    return {
        "mine": not others and bool(deeds),
        "who": told[0].actor_label if told else "",
        "at": told[0].at.isoformat(timespec="milliseconds") if told else now(),
    }


def _is_own(stream: Stream, deed: Deed) -> bool:
    return deed.actor_kind == ActorKind.PERSON and deed.actor_id == stream.viewer.key


def _tell_list(stream: Stream, watch: ListWatch, news: News) -> None:
    """Which of the rows written now belong into the list (`ids`), and which that the person sees do not (`left`)."""
    actor, model = stream.viewer.actor, watch.entity.model
    rows = news.rows_of(model)
    if isinstance(rows, set | tuple) and not rows:
        return
    visible = model._default_manager.visible_to(actor).filter(pk__in=rows)  # type: ignore[attr-defined]
    seen = list(visible.order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
    if not seen:
        return
    state = ListState.of_text(watch.entity, actor, watch.query)
    listed = set(state.rows.filter(pk__in=seen).order_by().values_list("pk", flat=True))
    stream.say(
        "list",
        list=watch.text,
        ids=[str(key) for key in seen if key in listed],
        left=[str(key) for key in seen if key not in listed],
        more=len(seen) > MOST_NAMED,
        **_by(stream, news.sets_of(model)),
    )


def tell_run(stream: Stream, watch: RunWatch) -> None:
    """How far a job or import is, when its person may see it; after its end it is watched no more."""
    with translation.override(stream.viewer.language or translation.get_language()):
        find = seen_job if watch.kind == "run" else seen_import
        story = find(stream.viewer.actor, watch.key)
        if story is None:
            stream.watches.runs.remove(watch)
            return
        stream.say(
            "run",
            run=str(watch.key),
            address=story.address,
            label=story.label,
            state=story.state,
            tone=story.tone,
            done=story.done,
            total=story.total,
            ended=story.has_ended,
        )
    if story.has_ended:
        stream.watches.runs.remove(watch)
