"""Names of the built files: Vite's manifest says which hashed file stands for an entry."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

from artel import __version__

BUILT = Path(__file__).parent / "static" / "web" / "built"
MANIFEST = BUILT / "manifest.json"
FONTS = ("/inter-latin-opsz-normal.woff2", "/inter-cyrillic-opsz-normal.woff2")


@lru_cache(maxsize=1)
def _manifest() -> dict[str, dict[str, object]]:
    return json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}


def _entries() -> dict[str, dict[str, object]]:
    if settings.DEBUG:
        _manifest.cache_clear()
    return _manifest()


def edition() -> float:
    """Another number after every build, as far as the process looks at it (setting DEBUG)."""
    return MANIFEST.stat().st_mtime if settings.DEBUG and MANIFEST.exists() else 0


@lru_cache(maxsize=1)
def _build(_edition: float) -> str:
    files = json.dumps(_entries(), sort_keys=True)
    return hashlib.sha256(f"{__version__} {files}".encode()).hexdigest()[:12]


def build() -> str:
    """What this process runs: another text after a deploy, so that a page left open over it can say so."""
    return _build(edition())


def _address(file: str) -> str:
    return static(f"web/built/{file}")


@lru_cache(maxsize=64)
def _script(entry: str, _edition: float) -> str:
    name = entry if "." in entry else f"islands/{entry}.ts"
    return _address(str(_entries().get(name, {}).get("file", entry)))


def script(entry: str) -> str:
    """Address of a built entry ("main", "theme") or of the icon sprite ("icons.svg")."""
    return _script(entry, edition())


def styles(entry: str) -> list[str]:
    """Addresses of the style sheets an entry brings."""
    return _styles(entry, edition())


@lru_cache(maxsize=64)
def _styles(entry: str, _edition: float) -> list[str]:
    css = _entries().get(f"islands/{entry}.ts", {}).get("css", [])
    return [_address(file) for file in css] if isinstance(css, list) else []


def fonts() -> list[str]:
    """Addresses of the letters of both languages, which a page asks for before it knows that it needs them."""
    return _fonts(edition())


@lru_cache(maxsize=1)
def _fonts(_edition: float) -> list[str]:
    found = {name: entry for name, entry in _entries().items() if name.endswith(FONTS)}
    return [_address(str(found[name]["file"])) for name in sorted(found)]
