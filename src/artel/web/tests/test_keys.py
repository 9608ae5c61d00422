"""One registry of keys: every line has its words, and no page carries a key that the registry does not know."""

from __future__ import annotations

import re
from pathlib import Path

from artel.web.keys import SCOPES, WORDS, registry, sheet

TEMPLATES = Path(__file__).parents[1] / "jinja2"
ISLANDS = Path(__file__).parents[4] / "islands"
CARRIED = re.compile(r'data-key="([^"{]+)"')
SPOKEN_FOR = re.compile(r'onKey\("([^"]+)"')
STEPS = re.compile(r'step\(.*?"(\w+)"\)')


def test_every_key_has_words_and_a_place_on_the_sheet():
    names = [one.name for one in registry()]
    assert names == list(WORDS)
    assert [one.name for _label, lines in sheet() for one in lines] == names
    assert {one.scope for one in registry()} == set(SCOPES)


def test_in_one_place_a_key_does_one_thing():
    for scope in SCOPES:
        keys = [key for one in registry() if one.scope in {scope, "everywhere", "goto"} for key in one.keys]
        assert len(keys) == len(set(keys)), scope


def test_pages_carry_only_keys_of_the_registry():
    known = {key for one in registry() for key in one.keys}
    carried = {
        key
        for path in TEMPLATES.rglob("*.html")
        for text in (path.read_text(),)
        for found in (*CARRIED.findall(text), *STEPS.findall(text))
        for key in found.split()
    }
    assert carried <= known
    assert {"ctrl+s", "f", "j"} <= carried


def test_islands_answer_only_names_of_the_registry():
    spoken = {name for path in ISLANDS.rglob("*.ts") for name in SPOKEN_FOR.findall(path.read_text())}
    assert {"rows", "palette"} <= spoken <= set(WORDS)
