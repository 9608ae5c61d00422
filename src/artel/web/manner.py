"""How a list is arranged, as its address and a saved view say it: filter, order, groups, columns, marks, density.

Each part is a canonical text, so that two arrangements are compared part by part and an address carries only differences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from artel.screens.content import STYLES, bounded
from artel.screens.filters import BadFilter, dump, load, read
from artel.screens.models import Density, SavedView, ViewKind
from artel.screens.vocabulary import Entity

BOARD = "board"
LONGEST = 6_000
"""What an address may carry with every browser and proxy between."""

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Manner:
    """Texts of an address; empty is as declared."""

    filter: str = ""
    sort: str = ""
    group: str = ""
    columns: str = ""
    formats: str = ""
    density: str = ""
    look: str = ""
    deck: str = ""

    @classmethod
    def of_view(cls, view: SavedView | None, entity: Entity) -> Manner:
        """That of a view; of the declaration without one."""
        if view is None:
            return cls(sort=entity.table.order)
        return cls(
            filter=filter_text(view.filter),
            sort=view.sort or entity.table.order,
            group=view.group_by,
            columns=columns_text(view.columns),
            formats=compact(view.formats) if view.formats else "",
            density=view.density,
            look=BOARD if view.kind == ViewKind.BOARD else "",
            deck=str(view.layout.get("deck", "")) if view.kind == ViewKind.BOARD else "",
        )

    @classmethod
    def read(cls, query: Query, base: Manner) -> Manner:
        """What the address says; where it says nothing, what it starts from. Nonsense is left out, a bad filter stays to be told of."""
        given = {name: _first(query, name) for name in PARTS if name in query}
        readers = {
            "filter": plain_filter,
            "columns": _plain_columns,
            "formats": _plain_formats,
            "density": _density,
            "look": _look,
        }
        read_well = {
            name: readers[name](text) if name in readers else text[:100] for name, text in given.items()
        }
        return replace(base, **read_well) if read_well else base

    def differences(self, base: Manner) -> dict[str, str]:
        """The parts that differ, as parameters of an address."""
        if self == base:
            return {}
        return {name: text for name in PARTS if (text := getattr(self, name)) != getattr(base, name)}

    def kept(self) -> dict[str, Any]:
        """The values that the commands of saved views take."""
        return {
            "filter": json.loads(self.filter or "{}"),
            "sort": self.sort,
            "group_by": self.group,
            "columns": [{"name": name, "width": width} for name, width in widths_of(self.columns).items()],
            "formats": json.loads(self.formats or "[]"),
            "density": self.density,
            "kind": ViewKind.BOARD if self.look == BOARD else ViewKind.TABLE,
            "layout": {"deck": self.deck} if self.look == BOARD and self.deck else {},
        }


PARTS = tuple(each.name for each in fields(Manner))


def _first(query: Query, name: str) -> str:
    return next(iter(query.get(name, ())), "").replace("\x00", "").strip()[:LONGEST]


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def filter_text(tree: Any) -> str:
    """The tree as an address keeps it; everything is the empty text."""
    try:
        found = dump(read(tree))
    except BadFilter:
        return compact(tree)
    return compact(found) if found else ""


def plain_filter(text: str) -> str:
    """As short as it can be told; one that is no filter stays, to be told of."""
    try:
        found = dump(load(text))
    except BadFilter:
        return text
    return compact(found) if found else ""


def columns_text(columns: Sequence[Mapping[str, Any]]) -> str:
    """`name:240,client`: names with their widths in pixels."""
    return ",".join(f"{one['name']}:{one['width']}" if one.get("width") else one["name"] for one in columns)


def widths_of(text: str) -> dict[str, int]:
    """Widths by name in the order of columns; 0 is as declared."""
    found: dict[str, int] = {}
    for part in text.split(",") if text else ():
        name, _sep, width = part.strip().partition(":")
        if name:
            found.setdefault(
                name, bounded(int(width)) if width.isascii() and width.isdigit() and len(width) < 6 else 0
            )
    return found


def _plain_columns(text: str) -> str:
    return columns_text([{"name": name, "width": width} for name, width in widths_of(text).items()])


def _plain_formats(text: str) -> str:
    """Rules that can be read; the others are left out."""
    try:
        given = json.loads(text) if text else []
    except ValueError:
        return ""
    rules = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    found = [
        {"when": one.get("when"), "style": one["style"], "column": str(one.get("column", ""))}
        for one in rules
        if isinstance(one.get("style"), str) and one["style"] in STYLES
    ]
    return compact(found) if found else ""


def _look(text: str) -> str:
    """A list, unless the address asks for a board."""
    return BOARD if text == BOARD else ""


def _density(text: str) -> str:
    return text if text in Density.values else ""
