"""Natural persons, legal entities, regions and relations."""

import pytest

from artel.domains.company.factories import person
from artel.domains.partners.commands import (
    contact_roles,
    legal_entities,
    link_legal_entity,
    partner_points,
    people,
    positions,
    regions,
    relation_kinds,
    relations,
    unlink_legal_entity,
)
from artel.domains.partners.factories import HOUSE, contact, partner
from artel.domains.partners.models import BusinessRegion, ContactRole, Partner, Person
from artel.kernel.contact_points import ContactKind
from artel.kernel.refusals import Refused
from artel.kernel.roles import Reach

pytestmark = pytest.mark.django_db
SBER = "7707083893"


@pytest.fixture
def volga():
    return partner("Волга")


def test_a_person_has_a_full_name_a_role_and_a_phone(volga):
    buyer = positions.add(HOUSE, name="Закупщик")
    made = contact(
        volga, "Орлова", first_name="Нина", middle_name="Сергеевна", position=buyer, phone="8 846 000 14 27"
    )
    assert made.name == "Орлова Нина Сергеевна"
    assert made.contact_roles.get().position == buyer
    assert made.points.get().key == "8460001427"


def test_a_person_comes_with_a_partner():
    with pytest.raises(Refused) as caught:
        people.add(HOUSE, last_name="Орлова")
    assert list(caught.value.fields) == ["partner"]


def test_a_changed_part_changes_the_full_name(volga):
    made = contact(volga, "Орлова", first_name="Нина")
    people.change(HOUSE, made, last_name="Белова")
    assert Person.objects.get().name == "Белова Нина"


def test_a_changed_position_is_of_the_only_role(volga):
    made = contact(volga, "Орлова")
    people.change(HOUSE, made, position=positions.add(HOUSE, name="Директор"))
    assert str(ContactRole.objects.get().position) == "Директор"


def test_of_several_roles_one_must_be_named(volga):
    made = contact(volga, "Орлова")
    kama = partner("Кама")
    contact_roles.add(HOUSE, partner=kama, person=made)
    director = positions.add(HOUSE, name="Директор")
    with pytest.raises(Refused) as caught:
        people.change(HOUSE, made, position=director)
    assert caught.value.needs == ("partner",)
    people.change(HOUSE, made, partner=kama, position=director)
    assert ContactRole.objects.get(partner=kama).position == director


def test_a_role_ends_after_it_began(volga):
    made = contact(volga, "Орлова")
    with pytest.raises(Refused) as caught:
        contact_roles.change(HOUSE, made.contact_roles.get(), started_on="2026-02-01", ended_on="2026-01-01")
    assert list(caught.value.fields) == ["ended_on"]


def test_a_known_legal_entity_is_linked_not_made_twice(volga):
    first = legal_entities.add(HOUSE, partner=volga, name="ООО «Волга»", inn=SBER, kpp="773601001")
    kama = partner("Кама")
    second = legal_entities.add(HOUSE, partner=kama, name="Другое имя", inn=SBER, kpp="773601001")
    assert second.pk == first.pk
    branch = legal_entities.add(HOUSE, partner=kama, name="Филиал", inn=SBER, kpp="773602001")
    assert branch.pk != first.pk
    assert [link.is_main for link in kama.legal_links.order_by("id")] == [True, False]


def test_a_legal_entity_is_linked_and_unlinked(volga):
    kama = partner("Кама", inn=SBER)
    entity = kama.legal_links.get().legal_entity
    link_legal_entity(HOUSE, volga, legal_entity=entity)
    assert volga.legal_links.get().is_main
    unlink_legal_entity(HOUSE, volga.legal_links.get())
    assert not volga.legal_links.present().exists()


def test_a_second_phone_is_not_the_main_one(volga):
    phone = ContactKind.objects.get(code="phone")
    first = partner_points.add(HOUSE, owner=volga, kind=phone, value="84957874008")
    second = partner_points.add(HOUSE, owner=volga, kind=phone, value="84957874009")
    assert (first.is_main, second.is_main) == (True, False)
    partner_points.change(HOUSE, second, is_main=True)
    first.refresh_from_db()
    assert not first.is_main


def test_a_region_moves_with_everything_below():
    russia, volga, samara = (regions.add(HOUSE, name=name) for name in ("Россия", "Волга", "Самара"))
    regions.change(HOUSE, samara, parent=volga)
    made = partner("Самарский", region=samara)
    regions.change(HOUSE, volga, parent=russia)
    assert Partner.objects.in_region(russia.pk).get() == made
    assert BusinessRegion.objects.get(pk=samara.pk).depth == 2
    regions.change(HOUSE, volga, parent=None)
    assert not Partner.objects.in_region(russia.pk).exists()
    assert Partner.objects.in_region(volga.pk).get() == made


def test_a_region_is_not_below_itself():
    top = regions.add(HOUSE, name="Россия")
    below = regions.add(HOUSE, name="Волга", parent=top)
    with pytest.raises(Refused) as caught:
        regions.change(HOUSE, top, parent=below)
    assert caught.value.code == "circle"


def test_a_name_is_used_once_among_the_children_of_a_region():
    top = regions.add(HOUSE, name="Россия")
    regions.add(HOUSE, name="Центр")
    regions.add(HOUSE, name="Центр", parent=top)
    for parent in (None, top):
        with pytest.raises(Refused) as caught:
            regions.add(HOUSE, name="ЦЕНТР", parent=parent)
        assert caught.value.code == "already_exists"
        assert "name" in caught.value.fields


def test_a_relation_is_of_two_partners(volga):
    owns = relation_kinds.add(HOUSE, name="Владеет")
    made = relations.add(HOUSE, first=volga, second=partner("Кама"), kind=owns)
    assert made.kind == owns
    with pytest.raises(Refused) as caught:
        relations.add(HOUSE, first=volga, second=volga, kind=owns)
    assert list(caught.value.fields) == ["second"]


def test_a_person_is_marked_with_what_he_is_to_partners(volga):
    alice = person("alice", "sales_manager", reach=Reach.ALL)
    made = contact(volga, "Орлова")
    people.mark(alice, made)
    assert not ContactRole.objects.present().exists()
    assert Person.objects.visible_to(alice).get().is_deleted  # to be seen and taken back
    people.unmark(alice, Person.objects.get())
    assert ContactRole.objects.present().get().partner == volga
