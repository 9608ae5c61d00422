"""How sessions end, who is told to have tried to sign in, and from where."""

from __future__ import annotations

import logging
from time import time
from uuid import UUID

import pytest
from django.conf import settings as house
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core import signing
from django.test import Client, RequestFactory
from django.urls import reverse

from artel.kernel import standing
from artel.web import sessions
from artel.web.callers import address_of, counted_as
from artel.web.models import EndedSession

from .toys import PASSWORD

SALT = "django.contrib.sessions.backends.signed_cookies"
WRONG = "a wrong secret 77"


def signed_in(login="alice", **headers):
    client = Client(headers=headers)
    assert client.post(reverse("web:sign_in"), {"login": login, "password": PASSWORD}).status_code == 302
    return client


def copy_of(client):
    other = Client()
    other.cookies[house.SESSION_COOKIE_NAME] = client.cookies[house.SESSION_COOKIE_NAME].value
    return other


def with_session(client, **changed):
    """The same session as the house would have signed it, with other moments in it."""
    kept = signing.loads(client.cookies[house.SESSION_COOKIE_NAME].value, salt=SALT)
    client.cookies[house.SESSION_COOKIE_NAME] = signing.dumps({**kept, **changed}, salt=SALT, compress=True)
    return client


def test_signing_out_ends_every_copy_of_the_cookie_and_no_other_session(alice):
    here, elsewhere = signed_in(), signed_in()
    stolen = copy_of(here)
    assert stolen.get("/").status_code == stolen.get("/api/v1/users/me").status_code == 200
    here.post(reverse("web:sign_out"))
    assert stolen.get("/").status_code == 302
    assert stolen.get("/api/v1/users/me").status_code == 401
    assert elsewhere.get("/").status_code == 200


def test_what_was_ended_is_forgotten_when_its_cookie_is_of_no_use(alice, settings):
    old = UUID(int=7)
    EndedSession.objects.create(id=old)
    settings.SESSION_COOKIE_AGE = -2 * 24 * 3600
    session = SessionStore()
    session[sessions.ID] = str(UUID(int=8))
    sessions.end(session)
    assert list(EndedSession.objects.values_list("pk", flat=True)) == [UUID(int=8)]


def test_a_session_ends_unused_and_after_days_however_much_used(alice, settings):
    client = signed_in()
    age = settings.SESSION_COOKIE_AGE
    settings.SESSION_COOKIE_AGE = -1
    assert copy_of(client).get("/").status_code == 302
    settings.SESSION_COOKIE_AGE = age
    begun = int(time()) - settings.SESSION_DAYS * 24 * 3600
    assert with_session(client, begun=begun + 60).get("/").status_code == 200
    assert with_session(client, begun=begun - 60).get("/").status_code == 302


def test_work_renews_a_session_and_a_page_left_open_does_not(alice):
    before = int(time()) - sessions.RENEWED_AFTER - 60
    client = with_session(signed_in(), seen=before)
    assert house.SESSION_COOKIE_NAME not in client.get("/live").cookies
    assert house.SESSION_COOKIE_NAME in client.get("/").cookies
    assert house.SESSION_COOKIE_NAME not in client.get("/").cookies


def test_an_ended_session_costs_other_pages_one_query_a_change(alice, django_assert_num_queries):
    client = signed_in()
    client.get("/")
    kept = standing.latest()
    assert kept
    with django_assert_num_queries(0):
        assert not sessions.is_over(client.session, kept)


def test_the_log_tells_who_tried_and_from_where_and_never_what_was_typed(alice, caplog, settings):
    settings.AXES_FAILURE_LIMIT = 2
    caplog.set_level(logging.DEBUG)
    client = signed_in()
    client.post(reverse("web:sign_out"))
    for login in ("alice", WRONG, "alice", "alice"):
        client.post(reverse("web:sign_in"), {"login": login, "password": WRONG})
    told = [each.getMessage() for each in caplog.records if each.name == "artel.sign_in"]
    assert told == [
        "'alice' from 127.0.0.1: signed in",
        "'alice' from 127.0.0.1: signed out",
        "'alice' from 127.0.0.1: refused: a wrong password",
        "somebody unknown from 127.0.0.1: refused: a wrong password",
        "'alice' from 127.0.0.1: refused: too many attempts",
        "'alice' from 127.0.0.1: refused: too many attempts",
    ]
    assert WRONG not in caplog.text
    assert PASSWORD not in caplog.text


def test_a_caller_is_known_by_what_our_own_proxies_say_alone(settings):
    def seen(proxies, told, address="10.0.0.1"):
        settings.PROXIES = proxies
        return address_of(RequestFactory().get("/", headers={"X-Forwarded-For": told}, REMOTE_ADDR=address))

    assert seen(0, "203.0.113.9") == "10.0.0.1"
    assert seen(1, "198.51.100.1, 203.0.113.9") == "203.0.113.9"
    assert seen(2, "198.51.100.1, 203.0.113.9, 10.0.0.2") == "203.0.113.9"
    assert seen(1, "nonsense") == seen(3, "203.0.113.9") == "10.0.0.1"
    assert seen(0, "", "") is None


def test_behind_a_proxy_one_who_guesses_locks_out_nobody_else(alice, settings):
    settings.PROXIES, settings.AXES_FAILURE_LIMIT = 1, 2
    stranger = Client(headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    answers = [
        stranger.post(reverse("web:sign_in"), {"login": "alice", "password": WRONG}).status_code
        for _attempt in range(2)
    ]
    assert answers == [422, 429]
    elsewhere = Client(headers={"X-Forwarded-For": "203.0.113.9, 203.0.113.10"})
    assert elsewhere.post(reverse("web:sign_in"), {"login": "alice", "password": PASSWORD}).status_code == 302
    spoofing = Client(headers={"X-Forwarded-For": "192.0.2.77, 203.0.113.9"})
    assert spoofing.post(reverse("web:sign_in"), {"login": "alice", "password": PASSWORD}).status_code == 429


def test_one_address_fails_at_many_names_only_so_often(alice, settings):
    settings.PROXIES, settings.FAILURES_OF_ADDRESS = 1, 3

    def attempt(address, login, password=WRONG):
        client = Client(headers={"X-Forwarded-For": address})
        return client.post(reverse("web:sign_in"), {"login": login, "password": password}).status_code

    network = "2001:4860:4860:7::"
    assert [attempt(f"{network}{number}", f"guess{number}") for number in range(1, 5)] == [422, 422, 422, 429]
    assert attempt(f"{network}9", "alice", PASSWORD) == 429
    assert attempt("2001:4860:4860:8::1", "alice", PASSWORD) == 302
    assert [attempt("10.0.0.1", f"guess{number}") for number in range(5)] == [422] * 5


def test_addresses_of_one_network_of_ipv6_count_as_one(settings):
    def counted(address):
        return counted_as(RequestFactory().get("/", REMOTE_ADDR=address))

    assert counted("2001:db8:1:2:3:4:5:6") == counted("2001:db8:1:2::9") == "2001:db8:1:2::"
    assert (counted("::ffff:192.0.2.7"), counted("192.0.2.7"), counted("")) == (
        "192.0.2.7",
        "192.0.2.7",
        None,
    )


def test_the_present_password_is_no_way_to_guess_it(alice, settings):
    settings.AXES_FAILURE_LIMIT = 2
    client = signed_in()
    new = "three tall silver birches"
    answers = [
        client.post(reverse("web:password"), {"old": old, "new": new, "again": new}).status_code
        for old in (WRONG, WRONG, PASSWORD)
    ]
    assert answers == [422, 429, 429]
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("login", ["a\0b", "\0", "a\nb", "\ud800", "x" * 100_000])
def test_a_login_that_no_database_holds_is_a_wrong_one(alice, login):
    answer = Client().post(
        reverse("web:sign_in"),
        f"login={''.join(f'%{byte:02x}' for byte in login.encode(errors='surrogatepass'))}&password=x",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422
