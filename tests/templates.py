"""What no template may hold: inline styles, scripts or handlers (the content policy forbids them), texts past gettext."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOMS = Path(__file__).parents[1] / "src/artel"

INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)
TRANSLATED = re.compile(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", re.DOTALL)
UNSEEN = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|<(script|style)\b.*?</\1>", re.DOTALL)
SPOKEN = re.compile(r"(?<![\w-])(?:alt|title|placeholder|aria-label|aria-description)\s*=\s*\"([^\"]*)\"")
TAG = re.compile(r"<[^>]*>", re.DOTALL)
ENTITY = re.compile(r"&[#\w]+;")
WORD = re.compile(r"[^\W\d_]{2,}")
# A macro may write attributes of a tag that stands elsewhere.
ATTRIBUTE = re.compile(r"[\w:-]+\s*=\s*\"[^\"]*\"")
# The product, keys of the keyboard, languages by their own names.
NAMES = {"Artel", "Alt", "Ctrl", "Enter", "Esc", "Shift", "Tab", "Рус", "Eng"}


def _blank(text: str, pattern: re.Pattern[str]) -> str:
    """The text without what matches, its lines kept where they were."""
    return pattern.sub(lambda found: "\n" * found[0].count("\n") or " ", text)


def _spoken(text: str) -> Iterator[tuple[int, str]]:
    """Pieces a reader sees or hears that did not come through gettext, with their offsets' lines."""
    seen = _blank(_blank(text, TRANSLATED), UNSEEN)
    for found in SPOKEN.finditer(seen):
        yield seen.count("\n", 0, found.start()) + 1, found[1]
    yield from enumerate(_blank(_blank(_blank(seen, TAG), ATTRIBUTE), ENTITY).splitlines(), 1)


def faults(path: Path) -> Iterator[str]:
    """One line for each fault of a template."""
    text = path.read_text()
    for found in INLINE.finditer(_blank(text, re.compile("{#.*?#}", re.DOTALL))):
        line = text.count("\n", 0, found.start()) + 1
        yield f"{path.relative_to(ROOMS)}:{line}: {found[0].strip()!r} is inline: move it to islands/"
    for line, piece in _spoken(text):
        if words := [word for word in WORD.findall(piece) if word not in NAMES]:
            yield f"{path.relative_to(ROOMS)}:{line}: {' '.join(words)!r} must come through gettext"


def main() -> int:
    found = [fault for path in sorted(ROOMS.rglob("jinja2/**/*.html")) for fault in faults(path)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
