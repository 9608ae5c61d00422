"""What processes keep in memory is never older than what the base says."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from artel.kernel import options, standing
from artel.kernel.access import grants_of, seen_by_key
from artel.kernel.actors import Actor
from artel.kernel.journal.writing import system_set
from artel.kernel.models import AccessGroup, Epoch, Grant, Role, Token, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    with system_set("tests"):
        return User.objects.create(login="alice", name="Alice Lee")


def test_what_was_read_once_is_not_read_again(alice):
    with standing.read_once():
        seen_by_key(Actor.system(), User, [alice.pk])
        grants_of(alice)
    with CaptureQueriesContext(connection) as asked, standing.read_once():
        assert seen_by_key(Actor.system(), User, [alice.pk])[alice.pk].name == "Alice Lee"
        assert grants_of(alice) == []
    assert len(asked) == 1


@pytest.mark.parametrize("model", [User, Role, Grant, AccessGroup, Token])
def test_every_write_to_what_stands_begins_an_epoch(model, alice):
    with system_set("tests"):
        role = Role.objects.create(name="Role", code="of-tests")
        Grant.objects.create(user=alice, role=role)
        AccessGroup.objects.create(name="Group")
        Token.objects.create(user=alice, name="program", digest="0" * 64, prefix="artel_")
    before = standing.latest()
    with system_set("tests"):
        model.objects.update(changed_at="2026-01-01T00:00:00Z")
    assert standing.latest() is not before


def test_a_right_that_was_taken_away_is_gone_at_once(alice):
    with system_set("tests"):
        grant = Grant.objects.create(user=alice, role=Role.objects.create(name="Role", code="of-tests"))
    with standing.read_once():
        assert len(grants_of(alice)) == 1
    with system_set("tests"):
        Grant.objects.filter(pk=grant.pk).update(is_deleted=True)
    with standing.read_once():
        assert grants_of(alice) == []


def test_what_was_rolled_back_is_not_kept(alice):
    with transaction.atomic():
        with system_set("tests"):
            User.objects.filter(pk=alice.pk).update(name="Somebody Else")
        with standing.read_once():
            assert seen_by_key(Actor.system(), User, [alice.pk])[alice.pk].name == "Somebody Else"
        transaction.set_rollback(True)
    with standing.read_once():
        assert seen_by_key(Actor.system(), User, [alice.pk])[alice.pk].name == "Alice Lee"


def test_outside_of_a_page_and_without_an_epoch_the_base_is_asked(alice):
    with CaptureQueriesContext(connection) as asked:
        options.switched()
        options.switched()
    assert len(asked) == 2
    Epoch.objects.all().delete()
    with standing.read_once():
        assert standing.present() is None
