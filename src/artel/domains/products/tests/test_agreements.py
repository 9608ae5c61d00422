"""Sale terms: standard ones and clients' own."""

import pytest

from artel.domains.company.factories import person
from artel.domains.partners.factories import HOUSE, partner
from artel.domains.products.commands import agreements
from artel.domains.products.models import Agreement
from artel.kernel.refusals import Refused

pytestmark = pytest.mark.django_db


def sees(actor, model):
    return list(model.objects.visible_to(actor).values_list("pk", flat=True))


def test_a_standard_agreement_is_for_all_an_own_one_for_who_sees_the_client():
    alice, bob = person("alice", "sales_manager"), person("bob", "sales_manager")
    volga = partner("Волга", alice)
    own = agreements.add(HOUSE, name="Особое", client=volga)
    standard = agreements.add(HOUSE, name="Оптовое")
    assert set(sees(alice, Agreement)) == {own.pk, standard.pk}
    assert sees(bob, Agreement) == [standard.pk]


def test_without_a_client_it_is_a_standard_one():
    made = agreements.add(HOUSE, name="Оптовое")
    assert made.is_standard
    agreements.change(HOUSE, made, client=partner("Волга"))
    assert not Agreement.objects.get().is_standard


def test_only_a_client_has_an_agreement_of_its_own():
    rival = partner("Конкурент", is_client=False, is_competitor=True)
    with pytest.raises(Refused) as caught:
        agreements.add(HOUSE, name="Особое", client=rival)
    assert caught.value.code == "not_a_client"


def test_standard_agreements_have_different_names():
    agreements.add(HOUSE, name="Оптовое")
    with pytest.raises(Refused) as caught:
        agreements.add(HOUSE, name="оптовое")
    assert caught.value.code == "already_exists"
