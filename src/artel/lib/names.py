"""Names of people and companies: sorting with ё, splitting ФИО, the short form, text as search compares it (rules §3.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

NameOrder = Literal["last_first_middle", "first_middle_last", "first_last"]

# A name is folded for several columns and indexes in a row.
_REMEMBERED = 4_096
_YO = str.maketrans("ёЁ", "еЕ")
_NOT_WORD = re.compile(r"[\W_]+")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "h",
            "ts",
            "ch",
            "sh",
            "sch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)
_GLUED_INITIALS = re.compile(r"\.(?=\w)")
# Middle names of Turkic peoples are two words: «Гасан оглы», «Али кызы».
_PATRONYMIC_PARTICLES = {"оглы", "оглу", "кызы", "гызы", "улы"}


@lru_cache(maxsize=_REMEMBERED)
def sort_key(text: str) -> str:
    """What name columns are ordered by on every database: case folded, ё as е, single spaces."""
    return " ".join(text.translate(_YO).casefold().split())


@lru_cache(maxsize=_REMEMBERED)
def search_text(text: str) -> str:
    """Words only, for comparing what was typed with what is stored: «ООО "Ёлка-2"» → «ооо елка 2»."""
    return _NOT_WORD.sub(" ", text.translate(_YO).casefold()).strip()


def latin_code(text: str) -> str:
    """A code made of a name: «Объём закупок» → «obem_zakupok»; begins with a letter, at most 40 characters."""
    letters = "".join(_LATIN.get(letter, letter) for letter in sort_key(text))
    plain = _NOT_PLAIN.sub("_", letters).strip("_")
    return (plain if plain[:1].isalpha() else f"n_{plain}")[:40].rstrip("_")


@dataclass(frozen=True)
class PersonName:
    """ФИО in parts; the middle name (отчество) and the first name may be empty."""

    last: str
    first: str = ""
    middle: str = ""

    def full(self) -> str:
        return " ".join(part for part in (self.last, self.first, self.middle) if part)

    def short(self) -> str:
        """«Иванов И. И.»; the last name alone when there is no first one."""
        initials = [f"{part[0].upper()}." for part in (self.first, self.middle) if part]
        return " ".join([self.last, *initials]).strip()


def split_full_name(text: str, order: NameOrder = "last_first_middle") -> PersonName:
    """ФИО written in one line → parts. One word is a last name; glued initials «Иванов И.И.» are understood."""
    words = _join_particles(_GLUED_INITIALS.sub(". ", text).replace(",", " ").split())
    if len(words) < 2:
        return PersonName(*words) if words else PersonName("")
    if order == "last_first_middle":
        return PersonName(words[0], words[1], " ".join(words[2:]))
    if order == "first_last":
        return PersonName(" ".join(words[1:]), words[0])
    return PersonName(words[-1], words[0], " ".join(words[1:-1]))


def _join_particles(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        if len(joined) > 1 and word.casefold().translate(_YO) in _PATRONYMIC_PARTICLES:
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined
