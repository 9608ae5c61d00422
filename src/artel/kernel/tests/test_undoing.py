"""Who may put what back (house: undo needs the right to change every row it touches)."""

import pytest
from django.db import transaction

from artel.kernel.actors import Actor
from artel.kernel.commands import find, stamp_of
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import change_set
from artel.kernel.models import AccessGroup, Grant, Role, User
from artel.kernel.refusals import NotThere
from artel.kernel.roles import Reach
from artel.kernel.undoing import undo_change_set

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = Actor.system()


def person(login, *permissions):
    with transaction.atomic(), change_set(stamp_of(HOUSE), command="test.people"):
        user = User.objects.create(login=login, name=login.title())
        role = Role.objects.create(name=login, added=list(permissions))
        Grant.objects.create(user=user, role=role, reach=Reach.ALL)
    return Actor.person(user)


def last_set():
    return ChangeSet.objects.latest("id").pk


@pytest.fixture
def renamed():
    group = find("kernel.add_accessgroup")(HOUSE, name="Wholesale")
    find("kernel.change_accessgroup")(HOUSE, group, name="Retail")
    return last_set()


def test_the_house_puts_a_change_back_and_again(renamed):
    first = undo_change_set(HOUSE, renamed)
    assert first.set_id
    assert (first.restored, AccessGroup.objects.get(name="Wholesale").sort_name) == (1, "wholesale")
    undo_change_set(HOUSE, first.set_id)
    assert AccessGroup.objects.filter(name="Retail").exists()


def test_who_may_not_change_a_row_may_not_put_it_back(renamed):
    reader = person("reader", "kernel.view_accessgroup")
    result = undo_change_set(reader, renamed)
    assert (result.restored, [conflict.reason for conflict in result.conflicts]) == (0, ["forbidden"])
    assert AccessGroup.objects.filter(name="Retail").exists()


def test_a_stranger_is_told_that_there_is_no_such_change(renamed):
    with pytest.raises(NotThere):
        undo_change_set(person("charlie"), renamed)
    with pytest.raises(NotThere):
        undo_change_set(person("bob", "kernel.view_accessgroup"), 10**9)


def test_a_later_change_is_a_conflict_and_stays(renamed):
    group = AccessGroup.objects.get(name="Retail")
    find("kernel.change_accessgroup")(HOUSE, group, name="Export")
    result = undo_change_set(HOUSE, renamed, dry_run=True)
    assert {(one.field, one.ours, one.theirs) for one in result.conflicts} >= {("name", "Retail", "Export")}
    assert AccessGroup.objects.filter(name="Export").exists()


def test_the_value_of_a_hidden_field_is_not_told(renamed):
    group = AccessGroup.objects.get(name="Retail")
    find("kernel.change_accessgroup")(HOUSE, group, name="Export")
    bob = person("bob", "kernel.view_accessgroup", "kernel.change_accessgroup")
    role = Role.objects.get(name="bob")
    with transaction.atomic(), change_set(stamp_of(HOUSE), command="test.people"):
        Role.objects.filter(pk=role.pk).update(hidden_fields={"kernel.accessgroup": ["name"]})
    conflicts = undo_change_set(Actor.person(bob.user), renamed, dry_run=True).conflicts
    [name] = [one for one in conflicts if one.field == "name"]
    assert (name.ours, name.theirs) == (None, None)
