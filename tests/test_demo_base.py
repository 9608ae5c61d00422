"""The demo's base is what its rooms say it is, the same at every start."""

from typing import Any

import pytest

from artel.domains.company import demo as company
from artel.domains.company.models import Employee
from artel.domains.deals import demo as deals
from artel.domains.marketing import demo as marketing
from artel.domains.partners import demo as partners
from artel.domains.partners.demo_data import CLIENTS_OF_2015
from artel.domains.partners.models import LegalEntity, Partner, PartnerFirstInterest, Person
from artel.domains.products import demo as products
from artel.kernel.actors import Actor
from artel.kernel.admission import add_user, give_role

pytestmark = pytest.mark.django_db
HOUSE = Actor.system("demo")


@pytest.fixture(autouse=True)
def filled() -> None:
    for login in company.PLACES:
        add_user(HOUSE, login=login, name=login.title())
    for room in (company, partners, products, deals, marketing):
        room.fill(HOUSE)


def test_there_is_a_lively_client_base() -> None:
    assert Partner.objects.count() == 62
    assert Person.objects.count() > 60
    assert LegalEntity.objects.count() == 55  # the five shops of a chain share one
    assert Employee.objects.count() == 8
    assert (
        PartnerFirstInterest.objects.filter(source_type="marketing_event", source__isnull=False).count() > 15
    )


def test_the_year_2015_belongs_to_its_seven_deals() -> None:
    names = [name for name, _city in CLIENTS_OF_2015]
    clients: Any = Partner.objects.filter(name__in=names)
    assert clients.count() == len(names)
    assert not PartnerFirstInterest.objects.filter(partner__in=clients).exists()
    others = Partner.objects.filter(registered_on__year=2015).exclude(name__in=names)
    assert not PartnerFirstInterest.objects.filter(partner__in=others).exists()


def test_a_manager_sees_a_part_and_the_head_of_the_department_more() -> None:
    from artel.kernel.people import User

    seen = {}
    for login, role in (("manager", "sales_manager"), ("head", "head"), ("admin", "administrator")):
        user = User.objects.get(login=login)
        unit = Employee.objects.get(user=user).department_id if role == "head" else None
        give_role(HOUSE, user, role=role, unit=unit)
        seen[login] = Partner.objects.visible_to(Actor.person(user)).count()
    assert 0 < seen["manager"] < seen["head"] <= seen["admin"] == 62
