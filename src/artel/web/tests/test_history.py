"""The journal in words: values as people read them, closed references and fields left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.models import Token
from artel.web.changes import told

from .toys import TOKENS, client_of, issue_toy, person

pytestmark = pytest.mark.only_on(
    "postgres",
    "what pages are made of is the same; what they ask is asked on both by commands, lists and programs",
)


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.fixture
def changed(alice, bob):
    actor = Actor.person(alice)
    one = issue_toy(actor, name="one", user=alice, expires_at=datetime(2026, 12, 31, 15, tzinfo=UTC))
    TOKENS.change(actor, one, name="two", user=bob, expires_at=datetime(2027, 1, 31, 15, tzinfo=UTC))
    TOKENS.mark(actor, one)
    return one


def lines(sets):
    return [
        [(each.label, each.before, each.after) for row in one.rows for each in row.differences]
        for one in sets
    ]


def test_each_set_says_who_did_what_before_and_after(changed, alice):
    sets = told(changed, Actor.person(alice)).sets
    assert [one.who for one in sets] == ["Alice Lee"] * 3
    marked, changes, made = lines(sets)
    assert marked == [("Marked for deletion", "no", "yes")]
    assert ("Name", "one", "two") in changes
    assert ("User", "Alice Lee", "Bob Reed") in changes
    assert ("Expires", "31\u00a0Dec,\u00a018:00", "31\u00a0Jan\u00a02027,\u00a018:00") in changes
    assert made == []


def test_older_sets_are_one_page_further(changed, alice):
    actor = Actor.person(alice)
    first = told(changed, actor, most=2)
    rest = told(changed, actor, most=2, before=first.more)
    assert [one.id for one in [*first.sets, *rest.sets]] == [one.id for one in told(changed, actor).sets]
    assert rest.more == 0


def test_who_may_not_see_people_or_the_field_reads_neither_name(changed):
    blind = person("dora", "Dora Bell", "kernel.view_token")
    assert ("User", "closed to you", "closed to you") in lines(told(changed, Actor.person(blind)).sets)[1]
    hidden = person("eve", "Eve Moss", "kernel.*", hidden_fields={"kernel.token": ["user"]})
    assert "User" not in [label for label, _was, _is in lines(told(changed, Actor.person(hidden)).sets)[1]]
    body = client_of(blind).get(f"/toy-tokens/{changed.pk}/history").content.decode()
    assert "Bob" not in body
    assert body.count("Alice Lee") == 3  # who did it is told, whom it is about is not


def test_taking_back_shows_what_stays_before_it_does_anything(changed, alice, bob):
    actor = Actor.person(alice)
    renamed = told(changed, actor).sets[1].id
    later = TOKENS.change.one(Actor.person(bob), Line(Values(name="three"), changed.pk)).change_set
    client = client_of(alice)
    asked = client.get(f"/undo/{renamed}", headers={"HX-Request": "true"}).content.decode()
    assert "was made two, now three" in asked
    assert "changed since, Bob Reed" in asked
    assert Token.objects.get().name == "three"
    assert client.post(f"/undo/{renamed}", headers={"HX-Request": "true"}).status_code == 409
    answer = client.post(
        f"/undo/{later}", {"back": f"/toy-tokens/{changed.pk}"}, headers={"HX-Request": "true"}
    )
    assert answer["HX-Redirect"] == f"/toy-tokens/{changed.pk}"
    assert Token.objects.get().name == "two"
    body = client.get(f"/toy-tokens/{changed.pk}/history").content.decode()
    assert "1 record taken back" in body
    assert "A change taken back" in body


def test_a_note_waits_for_a_page_that_stands_in_a_window(changed, alice):
    client = client_of(alice)
    client.post(f"/undo/{told(changed, Actor.person(alice)).sets[0].id}")
    for address in ("/toy-tokens", "/nothing"):  # what scripts ask for, an error among it
        assert "toast-u" not in client.get(address, headers={"Sec-Fetch-Dest": "empty"}).content.decode()
    assert "toast-u" in client.get("/toy-tokens", headers={"Sec-Fetch-Dest": "document"}).content.decode()
    assert "toast-u" not in client.get("/toy-tokens").content.decode()


def test_taking_back_ends_where_the_person_was(changed, alice):
    """The toast's button says by itself where it stands: through htmx, or as the browser does."""
    numbers = [one.id for one in told(changed, Actor.person(alice)).sets]
    client, card = client_of(alice), f"/toy-tokens/{changed.pk}?list=q%3Done"
    listed = "http://testserver/toy-tokens?q=o"
    answer = client.post(f"/undo/{numbers[0]}", headers={"HX-Request": "true", "HX-Current-URL": listed})
    assert answer["HX-Redirect"] == "/toy-tokens?q=o"
    answer = client.post(f"/undo/{numbers[1]}", headers={"Referer": f"http://testserver{card}"})
    assert answer["Location"] == card
    for stranger in ("http://elsewhere.example/toy-tokens", "http://testserver/nowhere/at/all"):
        again = TOKENS.change.one(
            Actor.person(alice), Line(Values(name=stranger[7:11]), changed.pk)
        ).change_set
        assert client.post(f"/undo/{again}", headers={"Referer": stranger})["Location"] == "/"
    gone = client.post(f"/undo/{numbers[2]}", headers={"Referer": f"http://testserver{card}"})
    assert gone["Location"] == "/toy-tokens?q=one"
    assert not Token.objects.exists()


def test_a_note_says_what_was_taken_back_and_leads_to_what_stayed(changed, alice, bob):
    both = TOKENS.change.run(
        Actor.person(alice),
        [
            Line(Values(name="three"), changed.pk),
            Line(Values(name="four"), issue_toy(Actor.person(alice), name="other", user=alice).pk),
        ],
    ).change_set
    TOKENS.change(Actor.person(bob), changed, name="five")
    client = client_of(alice)
    client.post(f"/undo/{both}", headers={"Referer": "http://testserver/toy-tokens"})
    body = client.get("/toy-tokens").content.decode()
    assert "Change: token — 1 record taken back, 1 difference stayed" in body
    assert f'hx-get="/undo/{both}"' in body
    stayed = client.get(f"/undo/{both}").content.decode()
    assert "was made three, now five" in stayed
    assert 'href="/"' in stayed


def test_what_was_taken_back_once_is_refused_in_words(changed, alice):
    number = told(changed, Actor.person(alice)).sets[1].id
    client = client_of(alice)
    client.post(f"/undo/{number}")
    for answer in (client.get(f"/undo/{number}"), client.post(f"/undo/{number}")):
        assert answer.status_code == 409
        assert "already taken back: Alice Lee" in answer.content.decode()


def test_a_change_one_may_not_see_cannot_be_taken_back(changed, charlie, alice):
    made = told(changed, Actor.person(alice)).sets[0].id
    for address in (f"/undo/{made}", "/undo/999999"):
        assert client_of(charlie).get(address).status_code == 404
        assert client_of(charlie).post(address).status_code == 404
