"""Getting around: the search, the palette, what was opened lately, favourites. Each shows a person what he may see today."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from artel.kernel.journal.models import ChangeSet
from artel.kernel.models import Grant
from artel.kernel.search.asking import Typed
from artel.web import opened
from artel.web.hits import marked, spans
from artel.web.models import Favourite, Opened

from .toys import client_of, person, seeding, token

pytestmark = pytest.mark.only_on(
    "postgres",
    "what pages are made of is the same; what they ask is asked on both by commands, lists and programs",
)

HTMX = {"HX-Request": "true"}


def labels(index, name):
    [group] = [each for each in index["groups"] if each["name"] == name]
    return [item["label"].removesuffix(" (…)") for item in group["items"]]


def at(record):
    return f"/toy-tokens/{record.pk}"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("елк", "<mark>Ёлк</mark>а &amp; сосна"),
        ("сосна ёлка", "<mark>Ёлка</mark> &amp; <mark>сосна</mark>"),
        ("сосны", "Ёлка &amp; <mark>сосна</mark>"),
        ("осн", "Ёлка &amp; с<mark>осн</mark>а"),
        ("дуб", "Ёлка &amp; сосна"),
    ],
)
def test_found_words_are_marked_whatever_their_form(words, shown):
    text = "Ёлка & сосна"
    assert marked(text, list(spans(text, Typed(words)))) == shown


def test_the_search_names_what_was_found_and_brings_the_rest_of_a_list_page_by_page(alice):
    from artel.kernel.models import User

    with seeding():
        for number in range(30):
            User.objects.create(login=f"lee{number}", name=f"Lee {number:02}", password="x")
    client = client_of(alice)
    body = client.get("/search?q=lee").content.decode()
    assert body.count("<mark>Lee</mark>") == 5
    shown, addresses = set(), []
    while 'hx-get="/search/' in body:
        shown |= {part.split("</a>")[0] for part in body.split("<mark>Lee</mark> ")[1:]}
        addresses.append(unescape(body.split('hx-get="/search/')[1].split('"')[0]))
        body = client.get(f"/search/{addresses[-1]}", headers=HTMX).content.decode()
    shown |= {part.split("</a>")[0] for part in body.split("<mark>Lee</mark> ")[1:]}
    assert shown >= {f"{number:02}" for number in range(30)}
    assert len(addresses) == 2
    assert client.get("/find?q=lee")["Location"] == "/search?q=lee"
    assert client.get("/search/toy-users?q=&but=nonsense").status_code == 200


def test_the_palette_offers_what_the_person_may_do_and_nothing_else(alice, bob, charlie):
    theirs = client_of(alice).get("/palette").json()
    assert {"Users", "Opened records"} <= set(labels(theirs, "go"))
    assert labels(theirs, "create")
    index = client_of(charlie).get("/palette").json()
    assert "Users" not in labels(index, "go")
    assert labels(index, "create") == []
    assert client_of(charlie).get("/palette/find?q=alice").json() == {"items": []}


def test_the_palette_finds_records_with_their_acts_and_the_places_of_the_words(alice):
    [found] = client_of(alice).get("/palette/find?q=ali").json()["items"]
    assert (found["label"], found["marks"]) == ("Alice Lee", [[0, 3]])
    assert (found["note"], found["told"], found["toldMarks"]) == ("user", "alice", [[0, 3]])
    acts = client_of(alice).get(found["acts"]).json()
    assert acts["label"] == "Alice Lee"
    assert "Open" in [item["label"] for item in acts["items"]]


def test_acts_of_a_record_are_those_of_its_card(alice, bob):
    one = token(alice, "mine")
    acts = [item["label"] for item in client_of(alice).get(f"{at(one)}/acts").json()["items"]]
    assert {"Open", "Change", "Revoke"} <= set(acts)
    assert client_of(bob).get(f"{at(one)}/acts").status_code == 404
    with seeding():
        one.revoked_at = timezone.now()
        one.save()
    assert "Revoke" not in [item["label"] for item in client_of(alice).get(f"{at(one)}/acts").json()["items"]]


def test_opened_records_are_remembered_once_each_the_latest_first(alice):
    client, [one, other] = client_of(alice), [token(alice, name) for name in "ab"]
    for record in (one, other, one):
        assert client.post(f"{at(record)}/opened").status_code == 204
    assert Opened.objects.count() == 2
    assert labels(client.get("/palette").json(), "recent") == ["a", "b"]
    body = client.get("/opened").content.decode()
    assert body.index(f'href="{at(one)}"') < body.index(f'href="{at(other)}"')
    assert not ChangeSet.objects.filter(command__contains="opened").exists()


def test_only_the_latest_are_kept(alice, monkeypatch):
    monkeypatch.setattr(opened, "KEPT", 3)
    for number in range(5):
        record = token(alice, f"n{number}")
        client_of(alice).post(f"{at(record)}/opened")
        Opened.objects.filter(record_id=record.pk).update(
            opened_at=timezone.now() - timedelta(minutes=9 - number)
        )
    assert Opened.objects.count() == 3


def test_what_may_not_be_seen_is_not_remembered_and_what_may_no_longer_be_is_not_shown(alice, bob):
    hers, his = token(alice, "hers"), token(bob, "secret-of-bob")
    client = client_of(bob)
    assert client.post(f"{at(hers)}/opened").status_code == 404
    assert client.post(f"/toy-tokens/{uuid4()}/opened").status_code == 404
    client.post(f"{at(his)}/opened")
    assert "secret-of-bob" in labels(client.get("/palette").json(), "recent")
    with seeding():
        his.user = alice
        his.save()
    assert "secret-of-bob" not in client.get("/opened").content.decode()
    assert labels(client.get("/palette").json(), "recent") == []


def star(client, **what):
    return client.post("/star", what, headers=HTMX)


def test_a_star_keeps_a_card_and_takes_it_away_again(alice):
    one, client = token(alice, "mine"), client_of(alice)
    assert 'aria-pressed="false"' in client.get(at(one)).content.decode()
    assert 'aria-pressed="true"' in star(client, path="toy-tokens", record=one.pk).content.decode()
    assert 'aria-pressed="true"' in client.get(at(one)).content.decode()
    rail = client.get("/").content.decode().split('<nav class="rail"')[1].split("</nav>")[0]
    assert f'href="{at(one)}"' in rail
    assert labels(client.get("/palette").json(), "favourites") == ["mine"]
    assert ChangeSet.objects.latest("id").command == "web.add_favourite"
    assert 'aria-pressed="false"' in star(client, path="toy-tokens", record=one.pk).content.decode()
    assert not Favourite.objects.exists()


def test_a_list_is_kept_as_it_is_arranged(alice, bob):
    client = client_of(alice)
    star(client, path="toy-tokens", query=f"user={bob.pk}&unknown=1")
    [kept] = Favourite.objects.all()
    assert (kept.query, kept.name) == (f"user={bob.pk}", "Tokens")
    assert 'aria-pressed="true"' in client.get(f"/toy-tokens?user={bob.pk}").content.decode()
    assert 'aria-pressed="false"' in client.get("/toy-tokens").content.decode()
    assert f"/toy-tokens?user={bob.pk}" in client.get("/favourites").content.decode()


def test_favourites_are_put_in_order_called_otherwise_and_taken_away_by_their_owner_alone(alice, bob):
    client, one = client_of(alice), token(alice, "one")
    star(client, path="toy-tokens", record=one.pk)
    star(client, path="toy-groups")
    first, second = Favourite.objects.order_by("position")
    client.post("/favourites", {"key": [second.pk, first.pk], f"name_{second.pk}": "Groups of mine"})
    assert labels(client.get("/palette").json(), "favourites") == ["Groups of mine", "one"]
    client_of(bob).post("/favourites", {"remove": first.pk})
    client_of(bob).post("/favourites", {"key": [first.pk], f"name_{first.pk}": "stolen"})
    assert Favourite.objects.get(pk=first.pk).name == ""
    client.post("/favourites", {"remove": first.pk})
    assert labels(client.get("/palette").json(), "favourites") == ["Groups of mine"]


def test_nobody_keeps_what_he_may_not_see_and_a_favourite_closed_later_is_not_shown(alice, bob, charlie):
    hers, his = token(alice, "hers"), token(bob, "secret-of-bob")
    client = client_of(bob)
    assert star(client, path="toy-tokens", record=hers.pk).status_code == 404
    assert star(client, path="toy-tokens", record="nonsense").status_code == 404
    assert star(client_of(charlie), path="toy-tokens").status_code == 404
    assert star(client, report="none").status_code == 404
    star(client, path="toy-tokens", record=his.pk)
    star(client, path="toy-tokens")
    with seeding():
        Grant.objects.filter(user=bob).delete()
    assert labels(client.get("/palette").json(), "favourites") == []
    assert "secret-of-bob" not in client.get("/favourites").content.decode()


def test_a_star_costs_a_page_no_statement(alice):
    client = client_of(alice)
    star(client, path="toy-groups")
    client.get("/toy-groups")
    with CaptureQueriesContext(connection) as asked:
        assert 'aria-pressed="true"' in client.get("/toy-groups").content.decode()
    assert not [each for each in asked if "favourite" in each["sql"]]


def test_too_long_a_list_and_too_many_favourites_are_refused_in_words(alice):
    client = client_of(alice)
    answer = star(client, path="toy-tokens", query="q=" + "x" * 190 + "&filter=" + "y" * 3000)
    assert answer.status_code == 200
    assert Favourite.objects.count() <= 1


def test_a_preview_shows_what_is_filled_in_and_leads_back_to_the_list(alice, bob, charlie):
    one, client = token(alice, "mine"), client_of(alice)
    body = client.get(f"{at(one)}/beside?list=user%3Dme", headers=HTMX).content.decode()
    assert "<html" not in body
    assert "<h2>mine (…)</h2>" in body
    assert f'href="{at(one)}?list=user%3Dme"' in body
    assert f'data-copy="{at(one)}"' in body
    assert "not filled in" not in body
    assert "Alice Lee" in body
    for other in (bob, charlie):
        assert client_of(other).get(f"{at(one)}/beside").status_code == 404


def test_a_preview_leaves_out_hidden_fields_and_records(alice):
    one = token(alice, "mine")
    watcher = person("dora", "Dora Bell", "kernel.view_token")
    body = client_of(watcher).get(f"{at(one)}/beside").content.decode()
    assert "mine" in body
    assert "Alice" not in body
    half = person(
        "eve", "Eve Bell", "kernel.view_token", hidden_fields={"kernel.token": ["expires_at", "user"]}
    )
    with seeding():
        one.expires_at = timezone.now()
        one.save()
    assert "<dt>User</dt>" not in client_of(half).get(f"{at(one)}/beside").content.decode()


def test_stepping_through_records_keeps_to_the_tab(alice):
    first, second = token(alice, "a"), token(alice, "b")
    body = client_of(alice).get(f"{at(first)}/history?list=").content.decode()
    assert f'href="{at(second)}/history?list="' in body
    assert f'href="{at(second)}?list="' in client_of(alice).get(f"{at(first)}?list=").content.decode()
