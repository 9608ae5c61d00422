"""Who may ask: live tokens within their scopes, sessions with their CSRF token, nobody else."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from artel.domains.company.factories import person
from artel.kernel import standing
from artel.kernel.account_acts import change_user, revoke_token
from artel.kernel.actors import Actor, ActorKind
from artel.kernel.admission import digest_of, issue_token, new_secret, token_arguments
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Token
from artel.kernel.refusals import Refused

from .programs import Program, program
from .test_records import problem

pytestmark = pytest.mark.django_db
HOUSE = Actor.system("tests")


def test_only_a_hash_of_a_token_is_kept(people):
    secret = people.as_alice.headers["Authorization"].removeprefix("Bearer ")
    kept = Token.objects.get(user=people.alice.user)
    assert secret not in str(vars(kept))
    assert people.as_alice.get("users/me").status_code == 200


def test_a_token_stands_in_no_log_and_in_no_address(people, caplog):
    caplog.set_level(logging.DEBUG)
    secret = people.as_alice.headers["Authorization"].removeprefix("Bearer ")
    people.as_alice.get("users/me")
    people.as_alice.post("partners", {"nonsense": 1})
    problem(Program(f"{secret}x").get("users/me"), 401)
    problem(Program().get(f"users/me?token={secret}"), 401)
    assert secret not in caplog.text


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic {}", "{}", "bearer  {} x", "Token {}"])
def test_a_bad_header_is_nobodys(people, header):
    secret = people.as_alice.headers["Authorization"].removeprefix("Bearer ")
    answer = Client().get("/api/v1/users/me", headers={"Authorization": header.format(secret)})
    problem(answer, 401, "unauthorized")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_the_scheme_is_read_in_any_case(people):
    header = people.as_alice.headers["Authorization"].replace("Bearer", "bearer")
    assert Client().get("/api/v1/users/me", headers={"Authorization": header}).status_code == 200


def test_a_dead_token_is_nobodys(people):
    late = program(people.alice, expires_at=timezone.now() - timedelta(seconds=1))
    problem(late.get("users/me"), 401)
    for token in Token.objects.filter(user=people.alice.user):
        revoke_token(HOUSE, token)
    problem(people.as_alice.get("users/me"), 401)


def test_a_token_of_one_who_left_is_nobodys(people):
    change_user(HOUSE, people.alice.user, is_active=False)
    problem(people.as_alice.get("users/me"), 401)


def test_a_token_is_asked_for_once_and_dies_at_once(people):
    """Kept by the process while the base stands as it was; what any process revokes is gone with its commit."""
    secret = people.as_alice.headers["Authorization"].removeprefix("Bearer ")
    assert people.as_alice.get("users/me").status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert people.as_alice.get("users/me").status_code == 200
    assert [one["sql"] for one in queries] == ["SELECT value FROM kernel_epoch"]
    with system_set("tests.elsewhere"), connection.cursor() as other:
        revoked = [timezone.now().isoformat(), digest_of(secret)]
        other.execute("UPDATE kernel_token SET revoked_at = %s WHERE digest = %s", revoked)
    problem(people.as_alice.get("users/me"), 401)


def test_an_expired_token_is_nobodys_although_it_is_kept(people, monkeypatch):
    soon = program(people.alice, expires_at=timezone.now() + timedelta(minutes=1))
    assert soon.get("users/me").status_code == 200
    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr("artel.kernel.people.timezone.now", lambda: later)
    problem(soon.get("users/me"), 401)


def test_a_token_that_is_none_is_not_kept(people):
    kept = standing.latest()
    for number in range(3):
        problem(Program(f"artel_{number}").get("users/me"), 401)
    assert not any("token" in key for key in kept._kept if isinstance(key, tuple))


def test_a_token_does_no_more_than_its_scopes(people, firm):
    reader = program(people.alice, scopes=["partners.view_partner"])
    assert reader.get(f"partners/{firm.pk}").status_code == 200
    problem(reader.patch(f"partners/{firm.pk}", {"comment": "x"}), 403)
    narrow = program(people.alice, scopes=["deals.*"])
    problem(narrow.get(f"partners/{firm.pk}"), 404)


def test_a_bad_token_does_not_fall_back_to_the_session(people):
    browser = Client()
    browser.force_login(people.alice.user, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/api/v1/users/me").json()["kind"] == "person"
    problem(browser.get("/api/v1/users/me", headers={"Authorization": "Bearer x"}), 401)


def test_a_session_writes_only_with_its_csrf_token(people, firm):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.alice.user, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/api/v1/partners/{firm.pk}"
    problem(browser.patch(address, {"comment": "x"}, content_type="application/json"), 403, "csrf")
    browser.cookies["csrftoken"] = "a" * 32
    headers = {"X-CSRFToken": "a" * 32}
    done = browser.patch(address, {"comment": "x"}, content_type="application/json", headers=headers)
    assert done.status_code == 200, done.content


def test_reading_writes_nothing(people, firm):
    with CaptureQueriesContext(connection) as queries:
        people.as_alice.get(f"partners/{firm.pk}")
    assert all(one["sql"].startswith("SELECT") for one in queries)


def test_a_stranger_gets_the_document_alone():
    assert Program().get("openapi.json").json()["openapi"] == "3.1.0"
    problem(Program().get("partners"), 401)
    problem(Program().post("partners", {}), 401)
    problem(Program().get("search?q=x"), 401)


def test_a_token_issues_none_that_may_do_more(people):
    admin = person("root", "administrator")
    with pytest.raises(Refused) as caught:
        issued(admin, ["kernel.issue_token"], scopes=("kernel.*",))
    assert list(caught.value.fields) == ["scopes"]
    assert issued(admin, ["kernel.issue_token"]).scopes == ["kernel.issue_token"]
    assert issued(admin, ["kernel.*"], scopes=("kernel.view_user",)).scopes == ["kernel.view_user"]


def issued(owner, own, **more):
    """A token that a token with the scopes `own` issues for its person."""
    acting = Actor(ActorKind.TOKEN, "robot", owner.user, frozenset(own))
    return issue_token(acting, owner.user, **token_arguments(new_secret(), "second", **more))
