"""The tree itself: read from JSON with a sentence at every place that is wrong, and written back as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.kernel.refusals import Refused, type_of_text

MOST_LEAVES = 60
DEEPEST = 8
MOST_VALUES = 200
LONGEST_TEXT = 500


class BadFilter(Refused):
    """A filter that was not understood: `at` says where (`all.1.any.0`, "" is the root) and why.

    `unknown` are the places that name a field, relation or operator which for this actor does not exist.
    """

    def __init__(self, at: Mapping[str, type_of_text], unknown: frozenset[str] = frozenset()) -> None:
        super().__init__("bad_filter", gettext_lazy("The filter was not understood."), fields=dict(at))
        self.at = dict(at)
        self.unknown = unknown


@dataclass(frozen=True)
class All:
    """Every part holds; no part at all holds always."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Any_:  # noqa: N801 -- Any is typing's
    """At least one part holds; no part at all holds never."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True)
class Related:
    """There is a related record for which `where` holds; `is_absent`: there is none that the actor may see."""

    relation: str
    where: Node
    is_absent: bool = False
    at: str = dataclasses.field(default="", compare=False)


@dataclass(frozen=True)
class Leaf:
    """One condition: a field, an operator, and its value as JSON gave it."""

    field: str
    operator: str
    value: Any = None
    at: str = dataclasses.field(default="", compare=False)


Node = All | Any_ | Not | Related | Leaf
EVERYTHING = All()


def load(text: str) -> Node:
    """The tree of a JSON text; an empty text asks for everything. Raises BadFilter."""
    if not text.strip():
        return EVERYTHING
    try:
        return read(json.loads(text))
    except (ValueError, RecursionError):
        raise BadFilter({"": _("A filter is a JSON object.")}) from None


def read(given: Any) -> Node:
    """The tree of parsed JSON; nothing asks for everything. Raises BadFilter with every mistake."""
    if given is None or given == {}:
        return EVERYTHING
    reader = _Reader()
    found = reader.node(given, (), DEEPEST)
    if reader.errors:
        raise BadFilter(reader.errors)
    return found


def dump(node: Node) -> dict[str, Any]:
    """The tree as JSON; everything is an empty object."""
    match node:
        case All(parts):
            return {"all": [dump(part) for part in parts]} if parts else {}
        case Any_(parts):
            return {"any": [dump(part) for part in parts]}
        case Not(part):
            return {"not": dump(part)}
        case Related(relation, where, is_absent):
            kept = dump(where)
            return {"has_no" if is_absent else "has": relation, **({"where": kept} if kept else {})}
        case Leaf(name, operator, value):
            return {"field": name, "is": operator, **({} if value is None else {"value": value})}


def leaves(node: Node) -> Iterator[Leaf]:
    """Every condition of a tree."""
    match node:
        case Leaf():
            yield node
        case All(parts) | Any_(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case Related(where=where):
            yield from leaves(where)


class _Reader:
    """Reads a tree, keeping every mistake with its place."""

    def __init__(self) -> None:
        self.errors: dict[str, type_of_text] = {}
        self.count = 0

    def node(self, given: Any, place: tuple[str, ...], deeper: int) -> Node:
        if not isinstance(given, Mapping):
            return self._wrong(place, _("A condition is an object."))
        if deeper == 0:
            return self._wrong(place, _("The conditions are nested too deep."))
        word = next((name for name in _FORMS if name in given), "")
        if not word:
            return self._wrong(place, _("A condition is one of: all, any, not, has, has_no, field."))
        if unknown := sorted(set(given) - _FORMS[word]):
            return self._wrong(place, _("Not understood here: %(names)s.") % {"names": ", ".join(unknown)})
        return self._formed(word, given, place, deeper - 1)

    def _formed(self, word: str, given: Mapping[str, Any], place: tuple[str, ...], deeper: int) -> Node:
        if word in {"all", "any"}:
            parts = self._parts(word, given[word], place, deeper)
            return All(parts) if word == "all" else Any_(parts)
        if word == "not":
            return Not(self.node(given["not"], (*place, "not"), deeper))
        if word == "field":
            return self._leaf(given, place)
        where = given.get("where")
        inner = self.node(where, (*place, "where"), deeper) if where else EVERYTHING
        return Related(self._name(given[word], place), inner, word == "has_no", ".".join(place))

    def _parts(self, word: str, given: Any, place: tuple[str, ...], deeper: int) -> tuple[Node, ...]:
        if not isinstance(given, list):
            self._wrong((*place, word), _("A list of conditions is expected."))
            return ()
        return tuple(
            self.node(one, (*place, word, str(number)), deeper)
            for number, one in enumerate(given[: MOST_LEAVES + 1])
        )

    def _leaf(self, given: Mapping[str, Any], place: tuple[str, ...]) -> Leaf:
        self.count += 1
        if self.count > MOST_LEAVES:
            self._wrong((), _("At most %(most)d conditions.") % {"most": MOST_LEAVES})
        operator = given.get("is", "equals")
        if not isinstance(operator, str):
            self._wrong(place, _("The operator is a word."))
            operator = ""
        if not _is_plain(given.get("value")):
            self._wrong(place, _("The value is a text, a number, yes or no, or a list of these."))
        return Leaf(self._name(given["field"], place), operator, given.get("value"), ".".join(place))

    def _name(self, given: Any, place: tuple[str, ...]) -> str:
        if isinstance(given, str) and 0 < len(given) <= LONGEST_TEXT:
            return given
        self._wrong(place, _("A name is expected."))
        return ""

    def _wrong(self, place: tuple[str, ...], sentence: type_of_text) -> Node:
        self.errors.setdefault(".".join(place), sentence)
        return EVERYTHING


_FORMS = {
    "all": {"all"},
    "any": {"any"},
    "not": {"not"},
    "has": {"has", "where"},
    "has_no": {"has_no", "where"},
    "field": {"field", "is", "value"},
}


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_VALUES and all(
            not isinstance(one, list) and _is_plain(one) for one in value
        )
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and "\x00" not in value
    return value is None or isinstance(value, bool | int | float)
