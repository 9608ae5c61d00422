"""What was typed, understood: words that must all stand in a text, by themselves or by their stems, and how well they do.

A text is what `texts.Source.text` makes: the tag of its entity, then a line for each searched value — ` слово слово ` — and
the line of the stems — `~стем~стем~`. So a space before a word asks for its beginning, and a stem is asked for whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from django.db.models import Q

from artel.lib.names import search_text
from artel.lib.stems import stem

from .trigrams import LAST, SHORTEST

MOST_WORDS = 8
MOST_TYPED = 200

EXACT, BEGINS, WORDS_BEGIN, STEMS, WITHIN = range(5)
"""How well a text answers: a whole value (code, INN, phone, name), the beginning of the name, beginnings of words, stems, parts of words."""

_PHONE = re.compile(r"[\d\s()+./\-\u2010-\u2015\u2212]{5,}")
_NOT_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True)
class Word:
    """A word looked for anywhere in a text, or by its stem where that may find other forms of it."""

    text: str

    @cached_property
    def stem(self) -> str:
        """As it stands in the line of stems; empty where every word that has it holds this one: «завод» stands in «завода»."""
        found = stem(self.text)
        return f"~{found}~" if found and (found != self.text or found.isascii()) else ""

    @property
    def patterns(self) -> Sequence[str]:
        """One of them stands in the text."""
        return (self.text, self.stem) if self.stem else (self.text,)

    @property
    def shared(self) -> str:
        """What the word and its stem begin with alike."""
        pairs = takewhile(lambda pair: pair[0] == pair[1], zip(self.text, self.stem[1:-1], strict=False))
        alike = "".join(letter for letter, _same in pairs)
        return alike if len(alike) >= SHORTEST else ""

    @property
    def has_grams(self) -> bool:
        return len(self.text) >= SHORTEST

    @property
    def begun(self) -> str:
        """The beginning of a word of a text."""
        return f" {self.text}"


Way = Sequence[Word]
"""Words that must all stand in the text."""


@dataclass(frozen=True)
class Typed:
    """What was typed, understood."""

    raw: str

    @cached_property
    def text(self) -> str:
        return search_text(self.raw[:MOST_TYPED])

    @cached_property
    def words(self) -> list[str]:
        return sorted(self.text.split(), key=len, reverse=True)[:MOST_WORDS]

    @cached_property
    def numbers(self) -> list[str]:
        """The digits of what may be a phone, a number from 8 as it is kept from +7, too."""
        if not _PHONE.fullmatch(self.raw.strip()[:MOST_TYPED]):
            return []
        digits = _NOT_DIGIT.sub("", self.raw)
        return sorted({digits, f"7{digits[1:]}" if digits[:1] == "8" else digits})

    @cached_property
    def ways(self) -> list[Way]:
        """Alternatives, each with a word that has trigrams; none for what can only be the beginning of a name."""
        found = [[Word(word) for word in self.words], *([Word(number)] for number in self.numbers)]
        return [way for way in found if way and way[0].has_grams]

    @property
    def says_nothing(self) -> bool:
        return not self.words

    def begins(self) -> Q:
        return Q(name__gte=self.text, name__lt=self.text + LAST)

    def held(self, how: str = "holds", tag: str = "") -> Q:
        """The condition on entries (of the entity with this tag); without a word that has a trigram, names that begin so."""
        return Q(**{f"text__{how}": (self.ways, tag)}) if self.ways else self.begins()

    @property
    def is_number(self) -> bool:
        """Whether it may be a whole code, INN or phone."""
        return self.text.replace(" ", "").isdigit()

    @cached_property
    def exactly(self) -> list[Way]:
        """Ways to the texts with a value that is just this."""
        return [[Whole(value)] for value in sorted({self.text, *self.numbers})]

    def rank(self, name: str, text: str) -> int:
        """How well a text that was found answers; less is better."""
        if name == self.text:
            return EXACT
        for whole in self._wholes:
            if whole in text:
                return EXACT
        if name.startswith(self.text):
            return BEGINS
        for rank, way in self._answers:
            if all(one in text or other in text for one, other in way):
                return rank
        return WITHIN

    @cached_property
    def _wholes(self) -> list[str]:
        return [whole.text for [whole] in self.exactly]

    @cached_property
    def _answers(self) -> list[tuple[int, list[tuple[str, str]]]]:
        """By rank, the better first: pairs of which one stands in a text that answers so well."""
        beginnings = [(WORDS_BEGIN, [(word.begun, word.begun) for word in way]) for way in self.ways]
        forms = [(STEMS, [(word.begun, word.stem or word.begun) for word in way]) for way in self.ways]
        return beginnings + forms


@dataclass(frozen=True)
class Whole(Word):
    """A searched value as its whole line: a code, an INN, a phone."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", f"\n {self.text} \n")

    @property
    def patterns(self) -> Sequence[str]:
        return (self.text,)
