"""A page that is open is told what happens to what it watches, and nothing that its person may not see."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from artel.kernel.actors import Actor
from artel.kernel.jobs.models import Job, State
from artel.kernel.journal.following import place_now
from artel.kernel.models import Grant, Token
from artel.web.live.follower import MOST_OF_ONE, Follower, Full
from artel.web.live.stream import WAITING, Stream
from artel.web.live.viewer import Viewer
from artel.web.live.watches import Watches
from artel.web.pages import live as page

from .toys import TOKENS, client_of, seeding, token

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.only_on(
        "sqlite",
        "streams are the same; how news comes is tried on both by the bell, and on servers of the other",
    ),
]


def told(raw: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream, but the greeting."""
    found = []
    for block in raw.decode().split("\n\n")[:-1]:
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append((lines["event"], json.loads(lines["data"])))
    return [(name, about) for name, about in found if name != "hello"]


def ask(client: Client, **query: Any) -> list[tuple[str, dict[str, Any]]]:
    answer: Any = client.get("/live", query)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/event-stream")
    assert answer["X-Accel-Buffering"] == "no"
    assert "no-store" in answer["Cache-Control"]
    return told(b"".join(answer.streaming_content))


def watching(user: Any, follower: Follower, **query: Any) -> Stream:
    """A stream as the server holds it, without the thread that would look by itself."""
    actor = Actor.person(user)
    asked = {name: value if isinstance(value, list) else [value] for name, value in query.items()}
    stream = Stream(Viewer(actor, user.get_session_auth_hash()), Watches.read(asked, actor), place_now())
    follower.join(stream)
    return stream


def held(user: Any) -> Any:
    """The answer of a server that keeps streams open."""
    environment: dict[str, Any] = {page.HOLDS: True}
    return client_of(user).get("/live", **environment)


@pytest.fixture
def follower(monkeypatch: pytest.MonkeyPatch) -> Follower:
    monkeypatch.setattr(Follower, "_begin", lambda self: None)
    return Follower()


def record(one: Any, version: int | None = None) -> str:
    return f"toy-tokens/{one.pk}/{one.version if version is None else version}"


def rename(user: Any, one: Any, name: str) -> None:
    TOKENS.change(Actor.person(user), one, name=name)


def test_a_stranger_gets_no_stream_and_nobody_that_of_another(alice, bob) -> None:
    assert Client().get("/live").status_code == 401
    assert client_of(alice).get("/live", {"as": str(bob.pk)}).status_code == 401
    assert client_of(alice).get("/live", {"as": str(alice.pk)}).status_code == 200
    assert client_of(alice).post("/live").status_code == 405


def test_who_looks_at_a_record_is_told_who_changed_it(alice, bob, follower) -> None:
    one = token(bob, "one")
    stream = watching(alice, follower, record=record(one))
    follower.look()
    assert told(stream.take()) == []
    rename(bob, one, "two")
    follower.look()
    [(name, about)] = told(stream.take())
    assert name == "changed"
    assert (about["entity"], about["id"], about["version"]) == ("toy-tokens", str(one.pk), 2)
    assert (about["who"], about["mine"], about["marked"], about["parts"]) == ("Bob Reed", False, False, False)
    assert "two" not in json.dumps(about)
    follower.look()
    assert told(stream.take()) == []


def test_ones_own_change_is_told_as_ones_own(alice, follower) -> None:
    one = token(alice, "one")
    stream = watching(alice, follower, record=record(one), list="toy-tokens?")
    rename(alice, one, "two")
    follower.look()
    assert [about["mine"] for _name, about in told(stream.take())] == [True, True]


def test_a_mark_and_a_missing_record_are_told(alice, bob, follower) -> None:
    one, two = token(bob, "one"), token(bob, "two")
    stream = watching(alice, follower, record=[record(one), record(two)])
    TOKENS.mark(Actor.person(bob), one)
    with seeding():
        Token.objects.filter(pk=two.pk).delete()
    follower.look()
    changed, gone = sorted(told(stream.take()))
    assert changed[0] == "changed"
    assert changed[1]["marked"]
    assert gone == ("gone", {"entity": "toy-tokens", "id": str(two.pk)})


def test_a_hidden_record_is_told_of_as_a_missing_one(alice, bob, charlie, follower) -> None:
    hidden = token(alice, "secret")
    for user in (bob, charlie):
        client = client_of(user)
        there = ask(client, record=record(hidden), since="0")
        missing = ask(client, record=f"toy-tokens/{uuid4()}/1", since="0")
        assert [name for name, _about in there] == [name for name, _about in missing] == ["gone"]
        assert [sorted(about) for _name, about in there] == [sorted(about) for _name, about in missing]
        stream = watching(user, follower, record=record(hidden), list="toy-tokens?")
        rename(alice, hidden, f"not for {user.login}")
        follower.look()
        heard = told(stream.take())
        assert [name for name, _about in heard] == ["gone"]
        rename(alice, hidden, f"nor this for {user.login}")
        follower.look()
        assert told(stream.take()) == []


def test_a_record_given_to_somebody_else_is_gone_and_nothing_more_is_told(alice, bob, follower) -> None:
    one = token(bob, "one")
    stream = watching(bob, follower, record=record(one), list="toy-tokens?")
    rename(alice, one, "two")
    follower.look()
    assert [name for name, _about in told(stream.take())] == ["changed", "list"]
    TOKENS.change(Actor.person(alice), one, user=alice)
    rename(alice, one, "three")
    follower.look()
    assert told(stream.take()) == [("gone", {"entity": "toy-tokens", "id": str(one.pk)})]
    rename(alice, one, "four")
    follower.look()
    assert told(stream.take()) == []


def test_a_list_is_told_of_the_rows_that_belong_into_it(alice, bob, follower) -> None:
    ours, theirs = token(alice, "ours"), token(bob, "theirs")
    stream = watching(alice, follower, list=f"toy-tokens?user={alice.pk}")
    rename(bob, theirs, "theirs too")
    rename(alice, ours, "ours too")
    new = token(alice, "new")
    follower.look()
    [(name, about)] = told(stream.take())
    assert name == "list"
    assert sorted(about["ids"]) == sorted([str(ours.pk), str(new.pk)])
    assert about["left"] == [str(theirs.pk)]
    assert not about["more"]


def test_a_list_of_what_one_does_not_reach_is_silent(alice, bob, charlie, follower) -> None:
    streams = [watching(user, follower, list="toy-tokens?") for user in (bob, charlie)]
    token(alice, "secret")
    follower.look()
    assert [told(stream.take()) for stream in streams] == [[], []]


def test_an_absence_is_caught_up_with_and_a_long_one_is_called_so(alice, bob, monkeypatch) -> None:
    one = token(bob, "one")
    place = place_now()
    client = client_of(alice)
    assert ask(client, record=record(one), since=str(place)) == []
    rename(bob, one, "two")
    [(name, about)] = ask(client, record=record(one, 1), since=str(place))
    assert (name, about["who"], about["version"]) == ("changed", "Bob Reed", 2)
    [(name, about)] = ask(client, record=record(one, 1))  # an older page without a place: its version tells
    assert (name, about["who"], about["version"], len(about["sets"])) == ("changed", "Bob Reed", 2, 1)
    assert ask(client, record=record(one, 2)) == []
    answer: Any = client.get("/live", {"record": record(one, 2)}, headers={"Last-Event-ID": str(place)})
    assert [name for name, _about in told(b"".join(answer.streaming_content))] == ["changed"]
    monkeypatch.setattr(page, "GAP", 1)
    assert ask(client, record=record(one, 2), since=str(place)) == [("stale", {})]
    assert ask(client, record=record(one, 2), since=str(place_now() + 1_000_000)) == [("stale", {})]


def test_a_job_is_followed_by_its_person_and_by_nobody_below(alice, bob, charlie, follower) -> None:
    job = Job.objects.create(name="kernel.nothing", user=bob, state=State.RUNNING, total=10, done=1)
    mine, other = (watching(user, follower, run=str(job.pk)) for user in (bob, charlie))
    follower.look()
    for done in (2, 2, 3):
        Job.objects.filter(pk=job.pk).update(done=done)
        follower.look()
    Job.objects.filter(pk=job.pk).update(state=State.DONE)
    follower.look()
    Job.objects.filter(pk=job.pk).update(sentence="never heard")
    follower.look()
    heard = told(mine.take())
    assert [(about["done"], about["ended"]) for _name, about in heard] == [
        (1, False),
        (2, False),
        (3, False),
        (3, True),
    ]
    assert heard[-1][1]["address"] == f"/runs/{job.pk}"
    assert told(other.take()) == []


def test_who_loses_his_rights_hears_that_and_nothing_else(alice, bob, follower) -> None:
    one = token(bob, "one")
    stream = watching(bob, follower, record=record(one))
    follower.look()
    with seeding():
        Grant.objects.filter(user=bob).update(is_deleted=True)
    rename(alice, one, "two")
    follower.look()
    assert told(stream.take()) == [
        ("epoch", {"why": "rights"}),
        ("gone", {"entity": "toy-tokens", "id": str(one.pk)}),
    ]


def test_other_changes_of_what_stands_advise_nothing(alice, bob, follower) -> None:
    stream = watching(bob, follower)
    follower.look()
    with seeding():
        Grant.objects.filter(user=alice).update(is_deleted=True)
    follower.look()
    assert told(stream.take()) == []
    assert not stream.is_closed


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}])
def test_who_may_not_sign_in_any_more_is_told_nothing_more(bob, follower, change) -> None:
    stream = watching(bob, follower)
    follower.look()
    with seeding():
        type(bob).objects.filter(pk=bob.pk).update(**change)
    follower.look()
    assert told(stream.take()) == [("bye", {"why": "out"})]
    assert stream.is_closed
    assert not follower.streams


def test_signing_out_ends_the_streams_of_the_person(alice, bob, monkeypatch, follower) -> None:
    monkeypatch.setattr("artel.web.live.follower.follower", follower)
    his, hers = watching(bob, follower), watching(alice, follower)
    client_of(bob).post("/sign-out")
    assert told(his.take()) == [("bye", {"why": "again"})]
    assert his.is_closed
    assert not hers.is_closed


def test_one_person_holds_so_many_streams_and_no_more(alice, bob, follower, monkeypatch) -> None:
    monkeypatch.setattr(page, "follower", follower)
    for _each in range(MOST_OF_ONE):
        watching(alice, follower)
    with pytest.raises(Full):
        watching(alice, follower)
    answer = held(alice)
    assert (answer.status_code, answer["Retry-After"]) == (429, page.WAIT_SECONDS)
    assert held(bob).status_code == 200


def test_a_browser_that_does_not_listen_is_told_to_read_its_page_again(alice, follower) -> None:
    stream = watching(alice, follower)
    for _each in range(WAITING + 5):
        stream.say("ping")
    heard = told(stream.take())
    assert len(heard) < WAITING
    assert heard[0][0] == "stale"


def test_an_old_stream_begins_anew_and_one_without_news_is_not_called_alive(
    alice, follower, monkeypatch
) -> None:
    stream = watching(alice, follower)
    stream.ping()
    assert told(stream.take()) == []  # nobody has looked yet
    follower.look()
    stream.ping()
    assert [name for name, _about in told(stream.take())] == ["ping"]
    monkeypatch.setattr("artel.web.live.stream.monotonic", lambda: 1e12)
    stream.ping()
    assert told(stream.take()) == [("bye", {"why": "again"})]
    assert stream.is_closed


def test_nobody_listening_costs_nothing_and_somebody_two_statements_a_look(
    alice, bob, follower, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        follower.look()
    one = token(bob, "one")
    for user in (alice, bob):
        watching(user, follower, record=record(one), list="toy-tokens?")
    follower.look()
    with django_assert_num_queries(2):
        follower.look()
    rename(bob, one, "one and a half")
    follower.look()
    rename(bob, one, "two")
    # The epoch, the news, their sets, their rows; then for each person the record, the list, and what belongs into it.
    told = 4 + 2 * 3
    # Tokens stand: each person and his grants are read anew, and the number of the table.
    judged = 2 * 2 + 1
    with django_assert_num_queries(told + judged):
        follower.look()


def test_a_stream_that_comes_between_is_told_nothing_twice(alice, bob, follower) -> None:
    one = token(bob, "one")
    early = watching(alice, follower, record=record(one))
    rename(bob, one, "two")
    late = watching(alice, follower, record=record(one))
    rename(bob, one, "three")
    follower.look()
    assert [about["version"] for _name, about in told(early.take())] == [3]
    assert [len(about["sets"]) for _name, about in told(late.take())] == [1]
    slow = Stream(
        Viewer(Actor.person(alice), ""),
        Watches.read({"record": [record(one)]}, Actor.person(alice)),
        late.place,
    )
    rename(bob, one, "four")
    follower.look()
    follower.join(slow)  # its page looked at the journal before that look
    follower.look()
    assert [len(about["sets"]) for _name, about in told(early.take())] == [1]
    assert [len(about["sets"]) for _name, about in told(slow.take())] == [1]


def test_what_was_changed_is_shown_on_demand(alice, bob) -> None:
    one = token(bob, "one")
    rename(bob, one, "two")
    rename(bob, one, "three")
    [(_name, about)] = ask(client_of(alice), record=record(one, 2))
    answer = client_of(alice).get(
        f"/toy-tokens/{one.pk}/changes", {"set": about["sets"]}, headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert "three" in text
    assert "<del>one</del>" not in text
    assert client_of(bob).get(f"/toy-tokens/{token(alice, 'secret').pk}/changes").status_code == 404


def test_a_page_says_since_when_it_is_to_be_told(alice, follower, monkeypatch) -> None:
    one = token(alice, "one")
    card = f"/toy-tokens/{one.pk}"
    monkeypatch.setattr("artel.web.live.moment.follower", follower)
    assert 'data-since=""' in client_of(alice).get(card).content.decode()
    watching(alice, follower)
    follower.look()
    text = client_of(alice).get(card).content.decode()
    assert f'data-since="{place_now()}"' in text
    assert f'data-person="{alice.pk}"' in text
    fresh = client_of(alice).get(card, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fresh
    assert 'id="page-title" hx-swap-oob' in fresh


def test_a_waiting_note_is_left_to_the_page_that_it_is_for(alice) -> None:
    """A card that is read again quietly in another tab must not use up what this person is about to be told."""
    client = client_of(alice)
    one = token(alice, "one", expires_at=timezone.now() + timedelta(days=1))
    client.post(f"/toy-tokens/{one.pk}/act/revoke_toy", {"why": "lost"}, headers={"HX-Request": "true"})
    client.get(f"/toy-tokens/{one.pk}", headers={"HX-Request": "true"})
    assert client.get(f"/toy-tokens/{one.pk}").content.decode().count("<toast-note") == 1
