"""Roles given within several access groups: on forms, on the card of a grant, and in what the person sees."""

import re

import pytest
from django.test import Client

from artel.domains.company.factories import HOUSE, person
from artel.domains.company.granting import add_grant_group, change_role_grant, grant_role, remove_grant_group
from artel.kernel.admission import add_user
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.people import User
from artel.kernel.refusals import Forbidden, Refused
from artel.kernel.rights_acts import access_groups
from artel.kernel.roles import Grant, GroupMode, Reach, Role
from artel.kernel.undoing import undo_change_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups():
    return [access_groups.add(HOUSE, name=name) for name in ("Retail", "Wholesale", "Export")]


@pytest.fixture
def grant(groups):
    """A role for bob, within the first group."""
    bob = add_user(HOUSE, login="bob", name="Bob")
    role = Role.objects.get(code="sales_manager")
    return grant_role(HOUSE, user=bob, role=role, reach=Reach.ALL, access_group=groups[0])


def listed(grant):
    """How it is restricted, and by which groups."""
    again = Grant.objects.get(pk=grant.pk)
    rows = again.groups.filter(is_deleted=False).order_by("access_group__sort_name")
    return again.group_mode, [row.access_group.name for row in rows]


def test_groups_are_added_and_taken_one_by_one(grant, groups):
    assert listed(grant) == ("only", ["Retail"])
    add_grant_group(HOUSE, grant, access_group=groups[1])
    add_grant_group(HOUSE, grant, access_group=groups[1])
    assert listed(grant) == ("only", ["Retail", "Wholesale"])
    remove_grant_group(HOUSE, grant, access_group=groups[0])
    assert listed(grant) == ("only", ["Wholesale"])
    undo_change_set(HOUSE, ChangeSet.objects.latest("pk").pk)
    assert listed(grant) == ("only", ["Retail", "Wholesale"])


def test_the_last_group_of_a_restricted_grant_stays(grant, groups):
    with pytest.raises(Refused) as caught:
        remove_grant_group(HOUSE, grant, access_group=groups[0])
    assert "groups" in caught.value.fields
    assert listed(grant) == ("only", ["Retail"])


def test_a_grant_leaves_groups_out_or_reaches_all_of_them(grant, groups):
    change_role_grant(HOUSE, grant, reach=Reach.ALL, group_mode=GroupMode.EXCEPT)
    assert listed(grant) == ("except", ["Retail"])
    add_grant_group(HOUSE, grant, access_group=groups[2])
    assert listed(grant) == ("except", ["Export", "Retail"])
    change_role_grant(HOUSE, grant, reach=Reach.OWN)
    assert listed(grant) == ("except", ["Export", "Retail"])
    change_role_grant(HOUSE, grant, reach=Reach.ALL, group_mode=GroupMode.ALL)
    assert listed(grant) == ("all", [])
    with pytest.raises(Refused):
        change_role_grant(HOUSE, grant, reach=Reach.ALL, group_mode=GroupMode.ONLY)
    add_grant_group(HOUSE, grant, access_group=groups[1])
    assert listed(grant) == ("only", ["Wholesale"])


def test_who_may_not_change_grants_adds_no_group(grant, groups):
    alice = person("alice", "sales_manager")
    with pytest.raises(Forbidden):
        add_grant_group(alice, grant, access_group=groups[1])


def test_the_card_of_a_grant_lists_its_groups(grant, groups):
    person("root", "administrator", reach=Reach.ALL)
    browser = Client()
    browser.force_login(User.objects.get(login="root"), backend="django.contrib.auth.backends.ModelBackend")
    add_grant_group(HOUSE, grant, access_group=groups[1])
    page = browser.get(f"/grants/{grant.pk}").content.decode()
    assert "Retail" in page
    assert "Wholesale" in page
    assert "act/add_grant_group" in page
    assert re.search(rf"remove_grant_group\?[^\"]*access_group={groups[0].pk}", page)
    form = {"user": str(User.objects.get(login="bob").pk), "reach": "all", "group_mode": "except"}
    assert browser.post(f"/grants/{grant.pk}/edit", form).status_code == 302
    assert listed(grant) == ("except", ["Retail", "Wholesale"])


@pytest.mark.parametrize("closed", ["view_accessgroup", "view_grantgroup", "access_group", "group_mode"])
def test_the_card_of_a_grant_names_no_group_to_who_may_not_see_it(grant, closed):
    person("root", "administrator", reach=Reach.ALL)
    browser = Client()
    browser.force_login(User.objects.get(login="root"), backend="django.contrib.auth.backends.ModelBackend")
    assert "Retail" in browser.get(f"/grants/{grant.pk}").content.decode()
    hidden = {"access_group": "kernel.grantgroup", "group_mode": "kernel.grant"}
    with system_set("tests.close"):
        role = Role.objects.filter(code="administrator")
        if closed in hidden:
            role.update(hidden_fields={hidden[closed]: [closed]})
        else:
            role.update(withdrawn=[f"kernel.{closed}"])
    assert "Retail" not in browser.get(f"/grants/{grant.pk}").content.decode()
