"""What a page loads: the scripts of an ordinary page stay small (docs/performance.md)."""

from __future__ import annotations

import gzip
import json

import pytest

from artel.web.assets import BUILT, MANIFEST

pytestmark = pytest.mark.only_on("sqlite", "it asks no database")

MOST = 130 * 1024
ENTRIES = ("islands/main.ts", "islands/theme.ts")


def loaded(name: str, manifest: dict[str, dict[str, object]], found: set[str]) -> set[str]:
    """The files of an entry and of everything it imports at once."""
    one = manifest[name]
    found.add(str(one["file"]))
    for other in one.get("imports", []):  # type: ignore[attr-defined]
        loaded(other, manifest, found)
    return found


def test_an_ordinary_page_loads_no_more_than_130_kb_of_scripts() -> None:
    assert MANIFEST.exists(), "the islands are not built: npm ci && npm run build"
    manifest = json.loads(MANIFEST.read_text())
    files: set[str] = set()
    for name in ENTRIES:
        loaded(name, manifest, files)
    sizes = {file: len(gzip.compress((BUILT / file).read_bytes(), 9)) for file in files}
    assert sum(sizes.values()) <= MOST, sizes
