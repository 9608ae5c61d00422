"""Stems of words by the Snowball rules: «клиентов» and «клиент» have one, so do “companies” and “company”.

A word's letters say its language: Cyrillic is Russian, Latin is English. What holds a digit or is shorter than three letters
has no stem.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

SHORTEST = 3
_RUSSIAN = re.compile("[а-я]+")
_ENGLISH = re.compile("[a-z]+")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a word as `search_text` leaves it; empty for what has none."""
    if len(word) < SHORTEST:
        return ""
    language = "russian" if _RUSSIAN.fullmatch(word) else "english" if _ENGLISH.fullmatch(word) else ""
    return str(_stemmer(language).stemWord(word)) if language else ""


@cache
def _stemmer(language: str) -> Any:
    from snowballstemmer import stemmer  # noqa: PLC0415 -- its tables take long to load, and few processes need them

    return stemmer(language)
