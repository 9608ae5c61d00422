"""What the history of real records says: parts by their names, sources by theirs, no keys and no codes."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from artel.domains.partners.commands import partners
from artel.kernel.actors import Actor
from artel.web.changes import told

pytestmark = pytest.mark.django_db
HOUSE = Actor.system()


def test_parts_are_named_and_sources_are_words() -> None:
    first, other = (partners.add(HOUSE, name=name) for name in ("Новый друг", "Старый друг"))
    one = partners.add(HOUSE, name="Волга", phone="+7 495 000-01-02")
    for source in (first, other):
        partners.change(HOUSE, one, source_type="client", source=source.code)
    partners.change(HOUSE, one, source_type="", source="")
    with override("en"):
        named = told(one, HOUSE, names_parts=True).sets
        brief = told(one, HOUSE).sets
    rows = [row for each in named for row in each.rows]
    said = [f"{one.label}: {one.before} → {one.after}" for row in rows for one in row.differences]
    words = " ".join([*(row.title for row in rows), *said])
    assert "added, +74950000102" in words
    assert "Source type: Client → " in words
    assert "Source: Новый друг → Старый друг" in words
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", words)
    assert "+7495" not in " ".join(row.title for each in brief for row in each.rows)
