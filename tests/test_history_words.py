"""What the history of real records says: parts by their names, sources by theirs, no keys and no codes."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.translation import override

from artel.domains.company.factories import person
from artel.domains.interactions import commands
from artel.domains.partners.commands import partner_points, partners
from artel.domains.partners.factories import partner
from artel.kernel.actors import Actor
from artel.kernel.rights_acts import contact_kinds
from artel.kernel.roles import Reach
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
    assert "added, +7 (495) 000-01-02" in words
    assert "Source type: Client → " in words
    assert "Source: Новый друг → Старый друг" in words
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", words)
    assert "+7 (495" not in " ".join(row.title for each in brief for row in each.rows)


def test_only_phones_are_written_as_people_read_them() -> None:
    """A messenger's name may look like a number; it stays as it was typed."""
    one = partners.add(HOUSE, name="Волга", phone="+7 495 000-01-02")
    messenger = contact_kinds.add(HOUSE, name="Messenger", type="messenger")
    named = partner_points.add(HOUSE, owner=one, kind=messenger, value="+79161234567")
    partners.change(HOUSE, one, phone="8 916 765-43-21")
    partner_points.change(HOUSE, named, value="+79160000000")
    with override("en"):
        sets = told(one, HOUSE, names_parts=True).sets
    changes = {(each.before, each.after) for one in sets for row in one.rows for each in row.differences}
    assert ("+7 (495) 000-01-02", "+7 (916) 765-43-21") in changes
    assert ("+79161234567", "+79160000000") in changes
    assert {str(point) for point in one.points.all()} == {"+7 (916) 765-43-21", "+79160000000"}


def test_where_to_call_reads_as_a_phone_on_the_card_and_in_its_history(client: Client) -> None:
    head = person("head", "head", reach=Reach.ALL)
    volga = partner("Волга", HOUSE, manager=head.user, phone="+7 846 000-14-27")
    call = commands.record_call(head, text="Договорились", client=volga)
    commands.change_interaction(head, call, how_to_reach="+79161234567")
    client.force_login(head.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    card = client.get(f"/interactions/{call.pk}").content.decode()
    history = client.get(f"/interactions/{call.pk}/history").content.decode()
    assert card.count("+7 (916) 123-45-67") >= 2
    assert "+7 (846) 000-14-27" in history
    assert "+79161234567" not in card
    assert "+78460001427" not in history
    points = client.get("/partner-contact-points").content.decode()
    assert "+7 (846) 000-14-27" in points
    assert "+78460001427" not in points
    one = client.get(f"/partner-contact-points/{volga.points.get().pk}").content.decode()
    assert "+78460001427" not in one
