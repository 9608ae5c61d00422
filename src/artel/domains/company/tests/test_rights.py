"""Composing roles on their card: rights given and taken, fields closed and opened."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client

from artel.domains.company.closed_fields import close_field, closed_of, offered, open_field
from artel.domains.company.factories import person
from artel.domains.company.panels import rights
from artel.kernel import permissions
from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.models import AccessGroup, Role, User
from artel.kernel.permission_words import words_of
from artel.kernel.refusals import Refused
from artel.kernel.rights_acts import give_right, roles, take_right

pytestmark = pytest.mark.django_db
HOUSE = Actor.system()


def holds(role, permission):
    role.refresh_from_db()
    return permissions.effective(role.code, role.added, role.withdrawn).covers(permission)


def test_a_right_is_given_and_taken_as_a_difference_from_what_ships():
    manager = Role.objects.get(code="sales_manager")
    shipped, other = "company.view_department", "company.change_department"
    assert (holds(manager, shipped), holds(manager, other)) == (True, False)
    take_right(HOUSE, manager, permission=shipped)
    give_right(HOUSE, manager, permission=other)
    assert (holds(manager, shipped), holds(manager, other)) == (False, True)
    assert (manager.added, manager.withdrawn) == ([other], [shipped])
    give_right(HOUSE, manager, permission=shipped)
    take_right(HOUSE, manager, permission=other)
    assert (holds(manager, shipped), holds(manager, other)) == (True, False)
    assert (manager.added, manager.withdrawn) == ([], [])


def test_a_right_of_a_whole_room_is_taken_back_in_one_place():
    head = roles.add(HOUSE, name="Глава", added=["company.*"])
    take_right(HOUSE, head, permission="company.delete_employee")
    assert not holds(head, "company.delete_employee")
    assert holds(head, "company.change_employee")


def test_the_card_shows_every_permission_in_words():
    manager = Role.objects.get(code="sales_manager")
    shown = rights(HOUSE, manager)
    cells = [cell for line in shown.lines for cell in line.cells if cell] + list(shown.apart)
    rooms = {one.label for one in apps.get_app_configs()}
    known = {one for one in permissions.known() if one.partition(".")[0] in rooms}
    assert {cell.permission for cell in cells} >= known
    assert not [cell.permission for cell in cells if "_" in words_of(cell.permission)]


def test_a_closed_field_is_seen_no_more_and_opened_again():
    actor = person("olga", "sales_manager")
    role = Role.objects.get(code="sales_manager")
    keys = [one for one, _words, _names in offered()]
    assert len(keys) == len(set(keys))
    key = next(one for one in keys if one.endswith(":kpp"))
    model = key.partition(":")[0]
    close_field(HOUSE, role, field=key)
    role.refresh_from_db()
    assert [one for one, _words in closed_of(role)] == [key]
    assert role.hidden_fields == {model: ["kpp"]}
    open_field(HOUSE, role, field=key)
    role.refresh_from_db()
    assert (closed_of(role), role.hidden_fields) == ([], {})
    assert "email" in fields_visible_to(actor, User)
    with pytest.raises(Refused):
        close_field.read({"field": "no:such"}, HOUSE)


def test_only_who_may_change_roles_changes_them_on_the_card():
    administrator, marketer = person("nina", "administrator"), person("marina", "marketer")
    role = Role.objects.get(code="marketer")
    for actor, may in ((administrator, True), (marketer, False)):
        client = Client()
        assert actor.user
        client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
        card = client.get(f"/roles/{role.pk}")
        assert card.status_code == (200 if may else 404)
        answer = client.post(f"/roles/{role.pk}/act/give_right", {"permission": "kernel.add_accessgroup"})
        assert answer.status_code == (302 if may else 404)
        role.refresh_from_db()
        assert role.added == ["kernel.add_accessgroup"]
    assert AccessGroup.objects.exists()
