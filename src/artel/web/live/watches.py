"""What a stream watches, as its address says: records, lists, runs. Whatever its person may not see is simply not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from artel.kernel.access import view_permission
from artel.kernel.actors import Actor
from artel.screens import registry
from artel.screens.vocabulary import Entity

MOST = {"record": 60, "list": 12, "run": 24, "import": 24}

Query = Mapping[str, Sequence[str]]


@dataclass
class RecordWatch:
    """A record that a page shows, in the version it shows. The path is as the page wrote it; an unknown one leads nowhere."""

    path: str
    entity: Entity | None
    key: UUID
    version: int = 0


@dataclass
class ListWatch:
    """A list as its address describes it; `text` is how the page names it."""

    text: str
    entity: Entity
    query: str


@dataclass
class RunWatch:
    """A job or an import, and its row as it was told last."""

    kind: str
    key: UUID
    row: list[object] | None = None


@dataclass
class Watches:
    """All that one stream watches."""

    records: list[RecordWatch] = field(default_factory=list)
    lists: list[ListWatch] = field(default_factory=list)
    runs: list[RunWatch] = field(default_factory=list)

    @classmethod
    def read(cls, query: Query, actor: Actor) -> Watches:
        """`record=<entity>/<key>/<version>`, `list=<entity>?<query>`, `run=<key>`, `import=<key>`; what cannot be read is left out."""
        given = {name: list(query.get(name) or ())[:most] for name, most in MOST.items()}
        return cls(
            [found for text in given["record"] if (found := _record(text, actor))],
            [listed for text in given["list"] if (listed := _list(text, actor))],
            [RunWatch(kind, key) for kind in ("run", "import") for key in _keys(given[kind])],
        )


def _record(text: str, actor: Actor) -> RecordWatch | None:
    path, _, rest = text.partition("/")
    key, _, version = rest.partition("/")
    found = _key(key)
    if found is None:
        return None
    shown = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    return RecordWatch(path, _entity(path, actor), found, shown)


def _list(text: str, actor: Actor) -> ListWatch | None:
    path, _, query = text.partition("?")
    entity = _entity(path, actor)
    return ListWatch(text, entity, query) if entity else None


def _entity(path: str, actor: Actor) -> Entity | None:
    """The entity of an address for who may list it, as for pages."""
    try:
        entity = registry.at_path(path)
    except KeyError:
        return None
    return entity if actor.has(view_permission(entity.model)) else None


def _keys(texts: Sequence[str]) -> Iterator[UUID]:
    return (key for text in texts if (key := _key(text)))


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
