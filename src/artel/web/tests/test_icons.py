"""Every icon a declaration names is drawn: a misspelt one would be an empty place."""

from __future__ import annotations

import re
from pathlib import Path

import artel
from artel.web.assets import BUILT

ROOT = Path(artel.__file__).parent
NAMED = re.compile(r"""\bicon(?:=|\()["']([a-z][a-z0-9-]*)["']""")


def test_every_named_icon_is_in_the_sprite():
    (sprite,) = BUILT.glob("icons-*.svg")  # ./artel builds it
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text()))
    sources = [
        path for ending in ("*.py", "*.html") for path in ROOT.rglob(ending) if "tests" not in path.parts
    ]
    named = {name: path for path in sources for name in NAMED.findall(path.read_text())}
    assert {name: str(path.relative_to(ROOT)) for name, path in named.items() if name not in drawn} == {}
