"""Words as they begin a line."""

from __future__ import annotations


def capital(words: object) -> str:
    """A label with a capital: what stands in gettext in the middle of a sentence may begin one."""
    text = str(words)
    return text[:1].upper() + text[1:]
