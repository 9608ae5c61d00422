"""Texts in the other language: compiled, kept up with the code, checked. No gettext on the machine is needed.

python -m artel.site.translations           says what is missing and fails
python -m artel.site.translations update    writes new texts into each room's .po (to be translated by a person)
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HOUSE = Path(__file__).parents[1]
LANGUAGES = ("ru",)

# The lazy twins of gettext's functions; a context comes first where there is one.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": spec for name, spec in DEFAULT_KEYWORDS.items() if name.endswith("gettext")},
}


def catalogs() -> list[Path]:
    """Every .po file of the house."""
    return sorted(HOUSE.rglob("locale/*/LC_MESSAGES/*.po"))


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


def rooms() -> list[Path]:
    """The folders that Django looks for translations in: the apps and plain `lib` (settings, LOCALE_PATHS)."""
    return [HOUSE / "lib", *sorted(path.parent for path in HOUSE.rglob("apps.py"))]


def texts(room: Path) -> Catalog:
    """Every text that the code and the templates of a room (not of the rooms inside it) give to gettext."""
    found = Catalog(charset="utf-8")
    inner = [other for other in rooms() if other != room and room in other.parents]
    for path in sorted([*room.rglob("*.py"), *room.rglob("jinja2/**/*.html")]):
        if not any(part in {"tests", "migrations"} for part in path.parts) and not any(
            other in path.parents for other in inner
        ):
            for message, context in _extracted(path):
                found.add(message, context=context, locations=[(str(path.relative_to(HOUSE)), 0)])
    return found


@cache
def _extracted(path: Path) -> list[tuple[str | tuple[str, ...], str | None]]:
    if path.suffix == ".py":
        method, options = "python", {}
    else:
        method, options = "jinja2.ext:babel_extract", {"trimmed": "false"}
    found = extract_from_file(method, path, keywords=KEYWORDS, options=options)
    return [(message, context) for _line, message, _comments, context in found]


def _is_finished(message: Message) -> bool:
    wanted = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return all(wanted) and not message.fuzzy


def _finished(paths: Iterable[Path]) -> set[tuple[str, str | None]]:
    return {
        (_singular(message), message.context)
        for path in paths
        for message in _read(path)
        if _is_finished(message)
    }


def _translations(language: str) -> dict[Any, Any]:
    """Finished translations of every room, by text and context."""
    return {
        (message.id, message.context): message.string
        for path in catalogs()
        if path.parts[-3] == language
        for message in _read(path)
        if message.id and _is_finished(message)
    }


def _singular(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)


def faults() -> Iterator[str]:
    """One line for every text without a translation, with a missing plural or marked fuzzy."""
    for path in catalogs():
        for message in _read(path):
            if message.id and not _is_finished(message):
                yield f"{path.relative_to(HOUSE)}:{message.lineno}: {message.id!r} is not translated"
    for language in LANGUAGES:
        yield from _quarrels(language)
        known = _finished(path for path in catalogs() if path.parts[-3] == language)
        for room in rooms():
            for message in texts(room):
                if message.id and (_singular(message), message.context) not in known:
                    yield f"{message.locations[0][0]}: {message.id!r} is in no {language} catalogue"


def _quarrels(language: str) -> Iterator[str]:
    """One line for every text that two rooms translate differently: all catalogues are one, so only one of them would count."""
    said: dict[tuple[str, str | None], dict[str, Path]] = {}
    for path in catalogs():
        for message in _read(path) if path.parts[-3] == language else ():
            if message.id:
                said.setdefault((_singular(message), message.context), {})[str(message.string)] = path
    for (text, _context), answers in said.items():
        if len(answers) > 1:
            places = ", ".join(str(path.relative_to(HOUSE)) for path in answers.values())
            yield f"{places}: {text!r} is translated in {len(answers)} ways; give one of them a context"


def update() -> None:
    """Bring each room's .po files up to its texts: sorted, so that two people's new texts rarely meet in one place.

    Vanished texts go; new ones come with the translation another room has for the same words, otherwise empty.
    """
    memory = {language: _translations(language) for language in LANGUAGES}
    for room in rooms():
        template = texts(room)
        for language in LANGUAGES if len(template) else ():
            path = room / "locale" / language / "LC_MESSAGES" / "django.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            catalog = _read(path) if path.exists() else Catalog(locale=language, charset="utf-8", fuzzy=False)
            catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
            catalog.obsolete.clear()
            for message in catalog:
                if message.id and not _is_finished(message):
                    message.string = memory[language].get((message.id, message.context), message.string)
            with path.open("wb") as file:
                write_po(file, catalog, omit_header=False, no_location=True, sort_output=True, width=0)


def main(words: list[str]) -> int:
    if words == ["update"]:
        update()
    lines = list(faults())
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
