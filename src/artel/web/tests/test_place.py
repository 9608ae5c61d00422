"""A card says which of its list it is: counted after the page has come, and no further than needed."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from artel.kernel.roles import Reach
from artel.web.pages import place

from .toys import client_of, person, token


@pytest.fixture
def tokens(alice, bob):
    return [token(alice if each % 2 else bob, f"t{each}") for each in range(5)]


def asked(user, record, listed, status=200):
    answer = client_of(user).get(f"/toy-tokens/{record.pk}/place?list={quote(listed)}")
    assert answer.status_code == status
    return re.sub("<[^>]*>", "", answer.content.decode()).strip()


def test_the_card_asks_for_its_place_only_when_it_came_from_a_list(tokens, alice):
    address = f"/toy-tokens/{tokens[1].pk}"
    assert "/place?" not in client_of(alice).get(address).content.decode()
    body = client_of(alice).get(f"{address}?list=sort%3D-name").content.decode()
    assert f'hx-get="{address}/place?list=sort%3D-name" hx-trigger="load"' in body
    for letter, neighbour in (("k", tokens[2]), ("j", tokens[0])):
        assert re.search(rf'href="/toy-tokens/{neighbour.pk}\?list=[^"]*"[^>]*data-key="{letter}"', body)


def test_the_place_follows_order_filters_and_words(tokens, alice, bob):
    assert asked(alice, tokens[1], "") == "2 of 5"
    assert asked(alice, tokens[1], "sort=-name") == "4 of 5"
    assert asked(alice, tokens[3], f"user={alice.pk}") == "2 of 2"
    assert asked(alice, tokens[0], f"user={alice.pk}") == ""


def test_it_is_counted_no_further_than_to_a_bound(tokens, alice, monkeypatch):
    monkeypatch.setattr(place, "COUNTED", 3)
    assert asked(alice, tokens[1], "") == "2 of 3+"
    assert asked(alice, tokens[4], "") == "3+ of 3+"
    assert asked(alice, tokens[1], f"user={alice.pk}") == "1 of 2"


def test_what_one_may_not_see_is_not_counted_and_has_no_place(tokens, charlie):
    own = person("dora", "Dora Bell", "kernel.view_token", reach=Reach.OWN)
    mine = token(own, "t9")
    assert asked(own, mine, "") == "1 of 1"
    asked(own, tokens[0], "", status=404)
    asked(charlie, tokens[0], "", status=404)
