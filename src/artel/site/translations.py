"""Russian texts: what is compiled, and what is still to be translated. No gettext on the machine is needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOMS = Path(__file__).parents[1]


def catalogs() -> list[Path]:
    """Every .po file of the house."""
    return sorted(ROOMS.rglob("locale/*/LC_MESSAGES/*.po"))


def compile_stale() -> list[Path]:
    """Compile each .po that is newer than its .mo; answers the compiled ones."""
    stale = [path for path in catalogs() if _is_stale(path)]
    for path in stale:
        whole = path.with_suffix(".mo.new")
        with whole.open("wb") as file:
            write_mo(file, _read(path))
        # Another start may be reading: it sees the old file or the new one, never half of it.
        whole.replace(path.with_suffix(".mo"))
    return stale


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def _is_finished(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return all(texts) and not message.fuzzy


def untranslated() -> Iterator[str]:
    """One line for every message of a catalogue that is empty, lacks a plural or is marked fuzzy."""
    for path in catalogs():
        for message in _read(path):
            if message.id and not _is_finished(message):
                yield f"{path.relative_to(ROOMS)}:{message.lineno}: {message.id!r} is not translated"
