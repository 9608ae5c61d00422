"""Ready queries answer what the query set would, alone or asked together, and nobody else."""

from __future__ import annotations

import pytest
from django.db import connection

from artel.kernel import standing
from artel.kernel.access import asking_for, one_seen
from artel.kernel.actors import Actor
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Grant, Role, Token, User
from artel.kernel.ready import Among, Given, Ready, ask_together
from artel.kernel.roles import Reach
from artel.lib.uuid7 import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    with system_set("tests"):
        return User.objects.create(login="alice", name="Alice Lee")


@pytest.fixture
def bob():
    """He sees his own tokens."""
    with system_set("tests"):
        made = User.objects.create(login="bob", name="Bob Reed")
        role = Role.objects.create(name="Role of Bob", added=["kernel.view_token"])
        Grant.objects.create(user=made, role=role, reach=Reach.OWN)
    return made


@pytest.fixture
def key(alice):
    with system_set("tests"):
        return Token.objects.create(user=alice, name="of Alice", digest="x", scopes=["a.b"]).pk


@pytest.fixture
def journeys(monkeypatch):
    """How many ready queries were asked alone."""
    alone, ask = [], Ready._ask

    def counted(self, base, given):
        alone.append(self)
        return ask(self, base, given)

    monkeypatch.setattr(Ready, "_ask", counted)
    return alone


def tokens():
    return Ready(Token.objects.filter(pk=Given("key")).select_related("user"))


def test_any_number_of_keys_is_given_at_once(key):
    ready = Ready(Token.objects.filter(Among("keys")))
    assert [made.pk for made in ready.rows(keys=(key, uuid7()))] == [key]
    assert [made.name for made in ready.rows(keys=(key,))] == ["of Alice"]
    assert ready.rows(keys=()) == ready.rows(keys=(uuid7(),)) == []


def test_a_ready_query_makes_the_records_that_the_query_set_makes(key):
    [made] = tokens().rows(key=key)
    usual = Token.objects.select_related("user").get(pk=key)
    for one, other in ((made, usual), (made.user, usual.user)):
        assert [getattr(one, each.attname) for each in one._meta.concrete_fields] == [
            getattr(other, each.attname) for each in other._meta.concrete_fields
        ]
        assert (one._state.adding, one._state.db) == (False, "default")


def test_a_record_of_some_columns_reads_the_others_when_asked(key, django_assert_num_queries):
    [made] = Ready(Token.objects.filter(pk=Given("key")).only("name")).rows(key=key)
    assert made.get_deferred_fields() >= {"digest", "user_id"}
    with django_assert_num_queries(1):
        assert made.digest == "x"


def test_what_was_asked_together_is_found_once(key, alice, journeys):
    one, other = tokens(), Ready(User.objects.filter(pk=Given("key")))
    with standing.read_once():
        ask_together([one.asking(key=key), other.asking(key=alice.pk)])
        assert [each.name for each in one.rows(key=key)] == ["of Alice"]
        assert [each.name for each in other.rows(key=alice.pk)] == ["Alice Lee"]
        assert len(journeys) == (0 if connection.vendor == "postgresql" else 2)
        with system_set("tests"):
            Token.objects.filter(pk=key).update(name="renamed")
        assert [each.name for each in one.rows(key=key)] == ["renamed"]


def test_another_key_finds_nothing_of_what_was_asked(key, alice, journeys):
    one, other = tokens(), Ready(User.objects.filter(pk=Given("key")))
    with standing.read_once():
        ask_together([one.asking(key=key), other.asking(key=alice.pk)])
        assert one.rows(key=alice.pk) == []
        assert journeys == [one] if connection.vendor == "postgresql" else journeys


def test_nothing_is_asked_ahead_outside_of_a_page_and_while_acting(key, alice, journeys):
    one, other = tokens(), Ready(User.objects.filter(pk=Given("key")))
    questions = [one.asking(key=key), other.asking(key=alice.pk)]
    ask_together(questions)
    with standing.read_once(acts=True):
        ask_together(questions)
        one.rows(key=key)
    one.rows(key=key)
    assert journeys == [one, one]


def test_one_persons_answer_is_not_another_ones(key, alice, bob):
    """Both ask for the same record while one page's answers are there."""
    house, he = Actor.system(), Actor.person(bob)
    with standing.read_once():
        ask_together([asking_for(house, Token, key), asking_for(he, Token, key)])
        assert one_seen(he, Token, key) is None
        assert one_seen(house, Token, key).pk == key
