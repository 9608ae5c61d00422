"""What a list asks for when it is opened — settings, more filters — and texts found in one catalog."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext, ngettext, override
from django.utils.translation.trans_real import DjangoTranslation, translation

from artel.kernel.models import Grant
from artel.web.catalogs import merge_catalogs

from .toys import client_of, seeding, token

HTMX = {"HX-Request": "true"}
PART = re.compile(r'data-part="([^"]+)"')


def parts_of(client, address):
    body = client.get(address).content.decode()
    return [one.replace("&amp;", "&") for one in PART.findall(body)]


def test_a_list_leaves_its_settings_and_filters_to_who_opens_them(alice):
    client = client_of(alice)
    listed = client.get("/toy-tokens?sort=-name").content.decode()
    assert 'name="column"' not in listed
    assert 'class="filter-form"' not in listed
    filters, settings = parts_of(client, "/toy-tokens?sort=-name")
    assert 'class="filter-form"' in client.get(filters, headers=HTMX).content.decode()
    opened = client.get(settings, headers=HTMX).content.decode()
    assert 'name="column"' in opened
    assert re.search(r'<input type="hidden" name="list" value="sort=-name">', opened)


def test_each_part_also_stands_alone(alice):
    client = client_of(alice)
    for address in parts_of(client, "/toy-tokens"):
        body = client.get(address).content.decode()
        assert "<h1" in body
        assert "<form" in body.partition("<main")[2]


def test_the_parts_of_a_list_are_closed_like_the_list(alice, bob):
    token(alice, "one")
    addresses = parts_of(client_of(alice), "/toy-tokens")
    with seeding():
        Grant.objects.filter(user=bob).delete()
    stranger = client_of(bob)
    assert [stranger.get(address).status_code for address in ("/toy-tokens", *addresses)] == [404, 404, 404]


def test_a_merged_catalog_finds_what_the_chain_found():
    made: Any = DjangoTranslation("ru")
    chain = made._catalog
    known = {key: chain.get(key) for key, _text in chain.items()}
    merge_catalogs("ru")
    merged: Any = translation("ru")
    found = merged._catalog
    assert {key: found.get(key) for key in known} == known
    assert found.get("never said", None) is None
    with override("ru"):
        assert gettext("Save") == "Сохранить"
        assert ngettext("Shown: %(num)s", "Shown: %(num)s", 2) == made.ngettext("Shown: %(num)s", "", 2)
