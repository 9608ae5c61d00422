"""The texts of a language in one piece: Django keeps a catalog a room, and would go through all of them for every text of a page."""

from __future__ import annotations

from typing import Any

from django.utils.translation.trans_real import translation


def merge_catalogs(*languages: str) -> None:
    """Look texts up in one dictionary; where two rooms have the same text, the one that was found before is still found.

    Plurals stay with their rooms: each has its own rule for choosing the form.
    """
    for language in languages:
        chain: Any = translation(language)._catalog  # type: ignore[attr-defined]
        merged: dict[Any, str] = {}
        for each in reversed(chain._catalogs):
            merged |= each
        chain.get = merged.get
