"""Lists, cards, forms and acts of toy entities through the client."""

from __future__ import annotations

import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from artel.kernel.models import AccessGroup, Token
from artel.web.models import ListChoice

from .toys import GROUPS, HOUSE, client_of, person, token

pytestmark = pytest.mark.only_on(
    "postgres",
    "what pages are made of is the same; what they ask is asked on both by commands, lists and programs",
)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def five(alice, bob):
    return [token(user, name) for user, name in zip([alice, bob, alice, bob, alice], "abcde", strict=True)]


def names(answer):
    body = answer.content.decode()
    return [part.split("</a>")[0].split(">")[-1] for part in body.split('<td class="name')[1:]]


def test_a_list_pages_both_ways_without_counting(alice, five):
    client = client_of(alice)
    first = client.get("/toy-tokens")
    assert names(first) == ["a", "b", "c"]
    onward = first.content.decode().split('aria-label="Next page"')[0].rpartition('href="')[2].split('"')[0]
    second = client.get(onward.replace("&amp;", "&"))
    assert names(second) == ["d", "e"]
    assert "Previous page" in second.content.decode()


def test_finding_as_you_type_sends_rows_and_chips_only(alice, bob):
    answer = client_of(alice).get("/toy-users?q=ALI", headers=HTMX)
    assert names(answer) == ["Alice Lee"]
    assert "<html" not in answer.content.decode()
    assert "hx-swap-oob" in answer.content.decode()


def test_filters_narrow_and_say_what_they_are(alice, bob, five):
    client = client_of(alice)
    answer = client.get(f"/toy-tokens?user={bob.pk}")
    assert names(answer) == ["b", "d"]
    assert "User: <b>Bob Reed</b>" in answer.content.decode()
    assert names(client.get("/toy-tokens?user=me")) == ["a", "c", "e"]
    assert names(client.get("/toy-tokens?user=nonsense")) == []
    assert names(client.get("/toy-tokens?unknown=1&sort=digest")) == ["a", "b", "c"]


def test_days_of_a_filter_are_days_of_the_person(alice, bob):
    zone = ZoneInfo("Europe/Moscow")
    token(alice, "in", expires_at=datetime(2026, 3, 31, 23, 59, tzinfo=zone))
    token(alice, "out", expires_at=datetime(2026, 4, 1, 0, 1, tzinfo=zone))
    answer = client_of(alice).get("/toy-tokens?expires_at_from=01.03.2026&expires_at_to=2026-03-31")
    assert names(answer) == ["in"]
    assert "1\u00a0Mar\u00a02026 – 31\u00a0Mar\u00a02026" in answer.content.decode()


def test_somebody_elses_records_are_nowhere(alice, bob, charlie, five):
    client = client_of(bob)
    assert names(client.get("/toy-tokens")) == ["b", "d"]
    assert client.get(f"/toy-tokens/{five[0].pk}").status_code == 404
    assert client.get(f"/toy-tokens/{five[0].pk}/edit").status_code == 404
    assert client.get(f"/toy-tokens/{five[0].pk}/history").status_code == 404
    assert client.post(f"/toy-tokens/{five[0].pk}/act/revoke_toy", {"why": "x"}).status_code == 404
    assert json.loads(client.get("/lookup/kernel.token?q=a").content) == {"results": []}
    for address in ("/toy-tokens", f"/toy-tokens/{five[0].pk}", "/toy-tokens/new", "/lookup/kernel.token"):
        assert client_of(charlie).get(address).status_code == 404


def test_a_reference_to_a_hidden_record_shows_neither_name_nor_link(alice, charlie, db):
    token(alice, "mine")
    watcher = person("dora", "Dora Bell", "kernel.view_token")
    body = client_of(watcher).get("/toy-tokens").content.decode()
    assert "mine" in body
    assert "closed to you" in body
    assert "Alice" not in body
    assert str(alice.pk) not in body


def test_a_hidden_field_has_no_column_filter_sort_or_form_field(alice, db):
    one = token(alice, "mine")
    grants = ("kernel.view_token", "kernel.view_user", "toys.*")
    half = person("dora", "Dora Bell", *grants, hidden_fields={"kernel.token": ["user"]})
    client = client_of(half)
    for address in (
        "/toy-tokens",
        f"/toy-tokens/{one.pk}",
        f"/toy-tokens/{one.pk}/edit",
        f"/toy-tokens?user={half.pk}",
    ):
        body = client.get(address).content.decode()
        assert "mine" in body
        assert "Alice" not in body
        assert not re.search(r">User[<:\s]", body)


def test_columns_are_kept_as_a_difference_and_reset(alice, five):
    client = client_of(alice)
    client.post("/toy-tokens/arrange", {"column": ["expires_at", "revoked_at", "name", "digest"]})
    kept = ListChoice.objects.get()
    assert (kept.hidden, kept.added, kept.order) == (
        ["user"],
        ["revoked_at"],
        ["expires_at", "revoked_at", "name"],
    )
    heads = client.get("/toy-tokens").content.decode().split("<thead>")[1].split("</thead>")[0]
    assert [heads.find(word) > 0 for word in ("Expires", "Revoked", "Name", "User")] == [
        True,
        True,
        True,
        False,
    ]
    client.post("/toy-tokens/arrange", {"reset": "1"})
    assert not ListChoice.objects.exists()


def test_a_form_creates_once_however_often_it_is_sent(alice):
    client = client_of(alice)
    body = client.get("/toy-groups/new").content.decode()
    key = body.split('name="idempotency" value="')[1].split('"')[0]
    answers = [
        client.post("/toy-groups/new", {"name": "Wholesale", "idempotency": key}) for _click in range(2)
    ]
    made = AccessGroup.objects.get(name="Wholesale")
    assert {each["Location"] for each in answers} == {f"/toy-groups/{made.pk}"}


def test_errors_stand_beside_their_fields_and_what_was_typed_stays(alice):
    answer = client_of(alice).post(
        "/toy-tokens/new", {"name": "", "user": str(alice.pk), "expires_at": "never"}
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="e-name"' in body
    assert 'id="e-expires_at"' in body
    assert 'value="never"' in body
    assert f'<option value="{alice.pk}" selected>Alice Lee</option>' in body
    assert not Token.objects.exists()


def test_saving_through_htmx_leaves_the_page_and_forgets_the_draft(alice):
    answer = client_of(alice).post("/toy-groups/new", {"name": "Wholesale"}, headers=HTMX)
    group = AccessGroup.objects.get(name="Wholesale")
    assert answer["HX-Redirect"] == f"/toy-groups/{group.pk}"
    assert json.loads(answer["HX-Trigger"]) == {"artel:saved": {"draft": "toy-groups/new"}}


def test_a_lost_race_shows_both_values_and_saves_nothing_until_chosen(alice):
    group = GROUPS.add(HOUSE, name="First")
    client = client_of(alice)
    GROUPS.change(HOUSE, group, name="Theirs")
    answer = client.post(f"/toy-groups/{group.pk}/edit", {"name": "Mine", "version": "1"})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in body
    assert 'value="Mine"' in body
    assert 'name="version" value="2"' in body
    assert AccessGroup.objects.get(pk=group.pk).name == "Theirs"
    assert client.post(f"/toy-groups/{group.pk}/edit", {"name": "Mine", "version": "2"}).status_code == 302
    assert AccessGroup.objects.get(pk=group.pk).name == "Mine"


def test_a_reference_created_in_place_comes_back_to_its_field(alice):
    shown = (
        client_of(alice)
        .get("/toy-groups/new?in_place=access_group&name=Retail", headers=HTMX)
        .content.decode()
    )
    assert 'value="Retail"' in shown
    assert "<html" not in shown
    answer = client_of(alice).post(
        "/toy-groups/new", {"name": "Retail", "in_place": "access_group"}, headers=HTMX
    )
    events = json.loads(answer["HX-Trigger"])
    assert events["artel:created"] == {
        "field": "access_group",
        "value": str(AccessGroup.objects.get(name="Retail").pk),
        "text": "Retail",
    }


def test_a_refused_act_asks_for_what_is_missing_and_sends_both_at_once(alice):
    one = token(alice, "one")
    client = client_of(alice)
    address = f"/toy-tokens/{one.pk}/act/revoke_toy"
    assert "Say first when" not in client.get(address, headers=HTMX).content.decode()
    refused = client.post(address, {"why": "lost"}, headers=HTMX)
    body = refused.content.decode()
    assert refused.status_code == 422
    assert "Say first when it ends." in body
    assert 'name="expires_at"' in body
    assert 'value="lost"' in body
    again = client.post(
        address, {"why": "lost", "needs": "expires_at", "expires_at": "nonsense"}, headers=HTMX
    )
    assert again.status_code == 422
    assert 'id="e-expires_at"' in again.content.decode()
    assert Token.objects.get().name == "one"
    done = client.post(
        address, {"why": "lost", "needs": "expires_at", "expires_at": "2026-12-31"}, headers=HTMX
    )
    assert done["HX-Redirect"] == f"/toy-tokens/{one.pk}"
    fresh = Token.objects.get()
    assert (fresh.name, fresh.expires_at is not None, fresh.revoked_at is not None) == ("lost", True, True)


def test_a_selection_is_done_and_its_refused_ones_are_named(alice):
    keys = [
        token(alice, "endless").pk,
        token(alice, "ends", expires_at=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))).pk,
    ]
    client = client_of(alice)
    asked = client.get(
        "/toy-tokens/act/revoke_toy", {"key": [str(key) for key in keys]}, headers=HTMX
    ).content.decode()
    assert "2 records" in asked
    answer = client.post("/toy-tokens/act/revoke_toy", {"key": keys, "why": "lost"}, headers=HTMX)
    body = answer.content.decode()
    assert "Revoke: 1 record" in body
    assert "endless" in body
    assert "Say first when it ends." in body


def test_an_act_that_makes_no_sense_is_offered_nowhere_and_says_why(alice):
    now = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
    live = token(alice, "live", expires_at=now)
    dead = token(alice, "dead", expires_at=now, revoked_at=now)
    client = client_of(alice)
    assert "act/revoke_toy" in client.get(f"/toy-tokens/{live.pk}").content.decode()
    assert "act/revoke_toy" not in client.get(f"/toy-tokens/{dead.pk}").content.decode()
    rows = client.get("/toy-tokens").content.decode().partition("<tbody")[2].split("<tr")[1:]
    assert [("dead" in row, 'data-refuses="revoke_toy"' in row) for row in rows] == [
        (True, True),
        (False, False),
    ]
    address = f"/toy-tokens/{dead.pk}/act/revoke_toy"
    asked = client.get(address, headers=HTMX).content.decode()
    assert "It is revoked already." in asked
    assert 'type="submit"' not in asked
    refused = client.post(address, {"why": "lost"}, headers=HTMX)
    assert refused.status_code == 422
    assert "It is revoked already." in refused.content.decode()


def test_a_card_says_why_it_is_seen_and_by_whom(alice, bob, charlie):
    one, other = token(alice, "one"), token(bob, "other")
    client = client_of(alice)
    own = client.get(f"/toy-tokens/{one.pk}/why", headers=HTMX).content.decode()
    assert "Visible, and may be changed." in own
    assert "Reach: all records" in own
    of_bob = client.get(f"/toy-tokens/{one.pk}/why?user={bob.pk}", headers=HTMX).content.decode()
    assert "Not visible" in of_bob
    assert "Reach: own records" in of_bob
    assert "Visible, and" in client.get(f"/toy-tokens/{other.pk}/why?user={bob.pk}").content.decode()
    assert "no role at all" in client.get(f"/toy-tokens/{one.pk}/why?user={charlie.pk}").content.decode()
    asked = client_of(bob).get(f"/toy-tokens/{other.pk}/why?user={alice.pk}").content.decode()
    assert "Alice" not in asked
    assert 'name="user"' not in asked
    for word in ("why", "used"):
        assert client_of(bob).get(f"/toy-tokens/{one.pk}/{word}").status_code == 404


def test_a_record_says_where_it_is_used_and_counts_what_is_closed(alice, bob):
    mine, _his = token(alice, "mine"), token(alice, "his")
    body = client_of(alice).get(f"/toy-users/{alice.pk}/used").content.decode()
    assert f"/toy-tokens/{mine.pk}" in body
    asked = client_of(bob).get(f"/toy-users/{alice.pk}/used").content.decode()
    assert "mine" not in asked
    assert "2 more are closed to you" in asked


def test_a_card_knows_its_neighbours_in_the_list_it_came_from(alice, bob, five):
    a, b, c, _d, e = five
    body = client_of(alice).get(f"/toy-tokens/{c.pk}?list=user%3Dme").content.decode()
    assert f'href="/toy-tokens/{a.pk}?list=user%3Dme"' in body
    assert f'href="/toy-tokens/{e.pk}?list=user%3Dme"' in body
    assert str(b.pk) not in body
    assert 'href="/toy-tokens?user=me"' in body


def test_related_lists_show_only_what_is_visible(alice, bob, five):
    body = client_of(bob).get(f"/toy-users/{alice.pk}").content.decode()
    assert "Alice Lee" in body
    assert str(five[0].pk) not in body
    assert str(five[0].pk) in client_of(alice).get(f"/toy-users/{alice.pk}").content.decode()


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/toy-tokens", 7),
        ("/toy-tokens?user=me&sort=-created_at", 7),
        ("card", 9),
        ("card-in-list", 11),
        ("edit", 7),
    ],
)
def test_query_counts_are_pinned(alice, five, django_assert_max_num_queries, address, most):
    card = f"/toy-tokens/{five[0].pk}"
    address = {"card": card, "card-in-list": f"{card}?list=", "edit": f"{card}/edit"}.get(address, address)
    client = client_of(alice)
    client.get(address)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200
