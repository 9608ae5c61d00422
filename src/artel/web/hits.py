"""Records as an answer to what was typed: their names with the words found in them, and what tells namesakes apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from artel.kernel.access import fields_visible_to, path_visible_to
from artel.kernel.actors import Actor
from artel.kernel.records import Item
from artel.kernel.search.asking import Typed
from artel.lib.stems import stem
from artel.screens.vocabulary import Entity

from .addresses import card_address
from .cells import Column, column_of
from .references import References

TOLD = 2
"""So many columns of the list stand beside a name."""
TELLING = {"text", "reference", "choice", "money", "day"}

_WORD = re.compile(r"[^\W_]+")
_FOLDED = str.maketrans("ёЁ", "еЕ")

Span = tuple[int, int]


@dataclass(frozen=True)
class Hit:
    """A record that was found. `marks` are the places in `text` where the words stand."""

    text: str
    note: str
    address: str
    icon: str = ""
    marks: Sequence[Span] = field(default_factory=tuple)
    note_marks: Sequence[Span] = field(default_factory=tuple)

    @property
    def markup(self) -> Markup:
        """The name with the words marked."""
        return marked(self.text, self.marks)

    @property
    def note_markup(self) -> Markup:
        """What stands beside the name, marked too: a code, an INN, a client."""
        return marked(self.note, self.note_marks)


def hits_of(entity: Entity, records: Sequence[Any], actor: Actor, words: str) -> list[Hit]:
    """One hit a record, in their order."""
    notes, typed = notes_of(entity, records, actor), Typed(words)
    return [
        Hit(
            str(record),
            note,
            card_address(entity.path, record.pk),
            entity.icon,
            list(spans(str(record), typed)),
            list(spans(note, typed)),
        )
        for record, note in zip(records, notes, strict=True)
    ]


def notes_of(entity: Entity, records: Sequence[Any], actor: Actor) -> list[str]:
    """The code of each record and the first telling columns of its list, as far as this person sees them."""
    visible, references = fields_visible_to(actor, entity.model), References(actor)
    columns = [one for one in _telling(entity) if path_visible_to(actor, entity.model, one.name)][:TOLD]
    for column in columns:
        column.prepare(records, references)
    cells = [column.shown(records, references, brief=True) for column in columns]
    has_code = "code" in visible and not issubclass(entity.model, Item)
    found = []
    for place, record in enumerate(records):
        words = [one[place].text for one in cells if not one[place].is_empty]
        code = str(getattr(record, "code", "")) if has_code else ""
        found.append(" · ".join(word for word in (code, *words) if word))
    return found


def _telling(entity: Entity) -> Iterator[Column]:
    for declared in entity.table.columns[1:]:
        column = column_of(entity.model, declared)
        if isinstance(declared, str) and column.name != "code" and column.kind in TELLING:
            yield column


def spans(text: str, typed: Typed) -> Iterator[Span]:
    """Where the words stand: at the beginning of words, inside of them, or in another form."""
    folded = text.translate(_FOLDED).casefold()
    if len(folded) == len(text):
        yield from _joined(sorted(span for word in typed.words for span in _places(folded, word)))


def _places(folded: str, word: str) -> list[Span]:
    begun = [(found.start(), found.end()) for found in re.finditer(rf"\b{re.escape(word)}", folded)]
    if begun:
        return begun
    if (at := folded.find(word)) >= 0:
        return [(at, at + len(word))]
    wanted = stem(word)
    tokens = _WORD.finditer(folded) if wanted else ()
    return [token.span() for token in tokens if stem(token[0]) == wanted]


def _joined(found: Sequence[Span]) -> Iterator[Span]:
    """Without overlaps."""
    end = 0
    for start, stop in found:
        if stop > end:
            yield max(start, end), stop
            end = stop


def marked(text: str, places: Sequence[Span]) -> Markup:
    """The text escaped, with `<mark>` at the places."""
    parts, end = [], 0
    for start, stop in places:
        parts += [escape(text[end:start]), Markup("<mark>{}</mark>").format(text[start:stop])]
        end = stop
    return Markup("").join([*parts, escape(text[end:])])
