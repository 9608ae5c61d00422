"""Who sees which partners and what belongs to them: alice owns, bob is a colleague, charlie a stranger, helen the head."""

from typing import Any

import pytest

from artel.domains.company.factories import department, give, person
from artel.domains.partners.commands import (
    contact_roles,
    link_legal_entity,
    partners,
    relation_kinds,
    relations,
)
from artel.domains.partners.factories import HOUSE, contact, partner
from artel.domains.partners.models import (
    LegalEntity,
    Partner,
    PartnerContactPoint,
    PartnerFirstInterest,
    PartnerLegalEntity,
    PartnerRelation,
    Person,
    PersonContactPoint,
)
from artel.kernel.access import can, view_permission, why
from artel.kernel.refusals import Forbidden, NotThere
from artel.kernel.rights_acts import access_groups
from artel.kernel.roles import Reach

pytestmark = pytest.mark.django_db
SBER = "7707083893"


@pytest.fixture
def house():
    sales = department("Продажи")
    north = department("Север", sales)
    return sales, north


@pytest.fixture
def alice(house):
    return person("alice", "sales_manager", department=house[1])


@pytest.fixture
def bob(house):
    return person("bob", "sales_manager", department=house[1])


@pytest.fixture
def helen(house):
    return person("helen", "head", department=house[0])


@pytest.fixture
def volga(alice):
    return partner("Волга", alice, inn=SBER, phone="84957874008", source_type="user", source="alice")


def sees(actor, model):
    return list(model.objects.visible_to(actor).values_list("pk", flat=True))


def test_the_owner_sees_a_colleague_does_not_the_head_does(volga, alice, bob, helen):
    assert sees(alice, Partner) == [volga.pk]
    assert sees(bob, Partner) == []
    assert sees(helen, Partner) == [volga.pk]


def test_a_head_of_another_department_does_not(volga):
    stranger = person("ivan", "head", department=department("Закупки"))
    assert sees(stranger, Partner) == []


def test_who_has_no_role_sees_nothing(volga):
    charlie = person("charlie")
    for model in (Partner, LegalEntity, Person, PartnerContactPoint, PartnerFirstInterest):
        assert sees(charlie, model) == []


def test_parts_are_seen_with_the_partner(volga, alice, bob):
    contact(volga, "Орлова", alice, email="o@volga.example")
    for model in (
        LegalEntity, PartnerLegalEntity, Person, PersonContactPoint, PartnerContactPoint, PartnerFirstInterest,
    ):  # fmt: skip
        assert len(sees(alice, model)) == 1, model
        assert sees(bob, model) == [], model


def test_a_person_of_two_partners_is_seen_by_both_managers(volga, alice, bob):
    made = contact(volga, "Орлова", alice)
    kama = partner("Кама", bob)
    assert sees(bob, Person) == []
    role = contact_roles.add(HOUSE, partner=kama, person=made)
    assert sees(bob, Person) == [made.pk]
    contact_roles.mark(HOUSE, role)
    assert sees(bob, Person) == []


def test_a_hidden_legal_entity_is_not_linked_by_its_inn(volga, bob):
    kama = partner("Кама", bob, inn=SBER)
    assert LegalEntity.objects.filter(inn=SBER).count() == 2
    assert sees(bob, LegalEntity) == [kama.legal_links.get().legal_entity_id]


def test_a_shared_legal_entity_is_seen_with_any_of_its_partners(volga, bob):
    kama = partner("Кама", bob)
    entity = volga.legal_links.get().legal_entity
    link_legal_entity(HOUSE, kama, legal_entity=entity)
    assert sees(bob, LegalEntity) == [entity.pk]


def test_a_relation_is_seen_from_either_side(volga, alice, bob):
    kama = partner("Кама", bob)
    made = relations.add(HOUSE, first=volga, second=kama, kind=relation_kinds.add(HOUSE, name="Владеет"))
    assert sees(alice, PartnerRelation) == sees(bob, PartnerRelation) == [made.pk]
    assert sees(person("charlie", "sales_manager"), PartnerRelation) == []


def test_inside_a_grant_reach_and_group_must_both_allow(volga):
    vip = access_groups.add(HOUSE, name="Особые")
    other = access_groups.add(HOUSE, name="Прочие")
    partners.change(HOUSE, volga, access_group=vip)
    assert sees(person("d", "head", reach=Reach.ALL, only=[vip]), Partner) == [volga.pk]
    assert sees(person("e", "head", reach=Reach.ALL, only=[other]), Partner) == []
    assert sees(person("f", "head", reach=Reach.OWN, only=[vip]), Partner) == []


def test_grants_of_one_person_unite(volga, house):
    vip = access_groups.add(HOUSE, name="Особые")
    bob = person("bob", "sales_manager")
    assert bob.user
    assert sees(bob, Partner) == []
    give(bob.user, "head", reach=Reach.ALL, only=[vip])
    partners.change(HOUSE, volga, access_group=vip)
    again = type(bob).person(bob.user)
    assert sees(again, Partner) == [volga.pk]


def test_a_hidden_partner_answers_as_a_missing_one(volga, bob):
    ghost = Partner(name="ghost")
    sentences = []
    for one in (volga, ghost):
        with pytest.raises(NotThere) as caught:
            partners.change(bob, one, name="Мой")
        sentences.append(str(caught.value))
    assert sentences[0] == sentences[1]


def test_who_may_only_look_is_told_so(volga):
    reader = person("marina", "marketer")
    assert sees(reader, Partner) == [volga.pk]
    assert not can(reader, "partners.change_partner", volga)
    with pytest.raises(Forbidden):
        partners.change(reader, volga, name="Мой")


def test_handing_over_takes_the_sight_along(volga, alice, bob):
    partners.change(HOUSE, volga, manager=bob.user)
    assert sees(alice, Partner) == sees(alice, LegalEntity) == []
    assert sees(bob, Partner) == [volga.pk]


def test_why_has_an_answer(volga, bob):
    [reason] = why(bob, volga)
    assert (reason.holds_permission, reason.reaches, reason.in_groups) == (True, False, True)


def test_why_says_of_every_record_what_is_so(volga, alice, bob):
    kinds = partners.add(HOUSE, name="Ока")
    links = Person.objects.first()
    records = [volga, kinds, volga.access_group, alice.user, *([links] if links else [])]
    for actor in (alice, bob, person("marina", "marketer"), person("nina", "administrator")):
        for record in records:
            model: Any = type(record)
            for permission in (view_permission(model), "partners.change_partner"):
                said = any(one.lets for one in why(actor, record, permission))
                assert said == can(actor, permission, record), (actor, record, permission)


def test_sight_is_one_statement(volga, alice, django_assert_num_queries):
    assert alice.grants
    for model in (Partner, LegalEntity, Person, PersonContactPoint):
        with django_assert_num_queries(1):
            list(model.objects.visible_to(alice)[:50])
