"""A reference is offered what its act takes, in forms, dialogs and to programs alike, and never more than one may see."""

import json
import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.test import Client

from artel.domains.company.commands import departments
from artel.domains.company.factories import person
from artel.domains.company.models import Department
from artel.domains.deals import commands as deals
from artel.domains.deals.models import Deal, DealKind, DealType, ParticipantRole, Stage
from artel.domains.partners.commands import partners, regions
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.kernel.account_acts import change_user
from artel.kernel.actors import Actor
from artel.kernel.roles import Reach

from .programs import program

HOUSE = Actor.system("tests")


@pytest.fixture
def house(db):
    alice = person("alice", "sales_manager", reach=Reach.ALL)
    firm = partner("Заря: клиент", alice)
    rival = partner("Заря: конкурент", alice)
    partners.change(HOUSE, rival, is_client=False, is_competitor=True)
    stages = list(Stage.objects.exclude(code=""))[:4]
    kind = deals.kinds.add(HOUSE, name="Manual", type=DealType.MANUAL, stages=stages[:3])
    return SimpleNamespace(alice=alice, firm=firm, rival=rival, stages=stages, kind=kind)


def browser(actor):
    made = Client()
    made.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return made


def offers(actor, page, name, words=""):
    """What the field of a page offers, asked as the page asks."""
    shown = browser(actor).get(page, headers={"HX-Request": "true"} if "/act/" in page else {})
    assert shown.status_code == 200
    fields = re.findall(
        r'<ref-pick data-src="([^"]*)".*?<select[^>]*name="([^"]*)"', shown.content.decode(), re.DOTALL
    )
    [address] = [unescape(src) for src, field in fields if field == name]
    answer = browser(actor).get(f"{address}{'&' if '?' in address else '?'}q={words}")
    return {each["text"] for each in json.loads(answer.content)["results"]}


def opened(house, **values):
    return deals.open_deal(house.alice, name="Deal", client=house.firm, kind=house.kind, **values)


def test_a_client_is_chosen_among_clients(house):
    for page in ("/deals/new", f"/deals/{opened(house).pk}/edit"):
        assert offers(house.alice, page, "client") == {house.firm.name}
        assert offers(house.alice, page, "client", "заря") == {house.firm.name}
    assert offers(person("ada", "administrator"), "/agreements/new", "client") == {house.firm.name}


def test_who_won_is_chosen_among_competitors(house):
    page = f"/deals/{opened(house).pk}/act/lose_deal"
    assert offers(house.alice, page, "winner", "заря") == {house.rival.name}


def test_marked_archived_and_forbidden_ones_are_not_offered(house):
    kinds = {
        name: deals.kinds.add(HOUSE, name=name, type=DealType.MANUAL) for name in ("Gone", "Old", "No", "Yes")
    }
    deals.kinds.mark(HOUSE, kinds["Gone"])
    deals.kinds.change(HOUSE, kinds["Old"], is_archived=True)
    deals.kinds.change(HOUSE, kinds["No"], is_allowed=False)
    found = offers(house.alice, "/deals/new", "kind")
    assert {"Manual", "Yes"} <= found
    assert not {"Gone", "Old", "No"} & found
    assert found == {
        str(one) for one in DealKind.objects.filter(is_allowed=True, is_deleted=False, is_archived=False)
    }


def test_a_deal_is_moved_among_the_other_stages_of_its_kind(house):
    deal = opened(house)
    page = f"/deals/{deal.pk}/act/move_deal"
    assert offers(house.alice, page, "stage") == {str(one) for one in house.stages[1:3]}
    deals.move_deal(HOUSE, deal, stage=house.stages[1])
    reason = deals.loss_reasons.add(HOUSE, name="Too dear")
    deals.lose_deal(HOUSE, deal, loss_reason=reason)
    assert offers(house.alice, page, "stage") == {str(house.stages[0])}
    deals.move_deal(HOUSE, deal, stage=house.stages[0])
    assert not deals.move_deal.applies_to(Deal.objects.get(pk=deal.pk))


def test_a_stage_is_listed_once_and_unlisted_where_it_stands(house):
    admin = person("ada", "administrator")
    page = f"/deal-kinds/{house.kind.pk}/act"
    assert str(house.stages[0]) not in offers(admin, f"{page}/list_stage", "stage")
    assert offers(admin, f"{page}/unlist_stage", "stage") == {str(one) for one in house.stages[:3]}


def test_the_role_of_the_client_and_rows_of_other_deals_are_not_offered(house):
    deal, other = opened(house), opened(house)
    deals.add_participant(HOUSE, other, partner=house.rival)
    role = str(ParticipantRole.objects.get(code=ParticipantRole.CLIENT))
    assert role not in offers(house.alice, f"/deals/{deal.pk}/act/add_participant", "role")
    assert offers(house.alice, f"/deals/{deal.pk}/act/remove_participant", "participant") == set()


def test_nothing_is_put_inside_itself(house):
    admin = person("ada", "administrator")
    head = partners.change(HOUSE, house.rival, head=house.firm)
    assert offers(admin, f"/partners/{house.firm.pk}/edit", "head") == set()
    assert house.firm.name in offers(admin, f"/partners/{head.pk}/edit", "head")
    above = regions.add(HOUSE, name="Above")
    below = regions.add(HOUSE, name="Below", parent=above)
    assert offers(admin, f"/regions/{above.pk}/edit", "parent") == set()
    assert offers(admin, f"/regions/{below.pk}/edit", "parent") == {"Above"}
    whole = departments.add(HOUSE, name="Whole")
    departments.add(HOUSE, name="Part", parent=whole)
    found = offers(admin, f"/departments/{whole.pk}/edit", "parent")
    assert found == {str(one) for one in Department.objects.exclude(name__in=["Whole", "Part"])}


def test_a_partner_is_handed_over_to_who_signs_in(house):
    left = person("bob", "sales_manager")
    change_user(HOUSE, left.user, is_active=False)
    found = offers(house.alice, f"/partners/{house.firm.pk}/act/hand_over", "manager")
    assert str(house.alice.user) in found
    assert str(left.user) not in found


def test_programs_are_offered_the_same(house):
    api, deal = program(house.alice), opened(house)

    def found(query, by=api):
        return {each["name"] for each in by.get(f"search?{query}").json()["items"]}

    assert found("q=заря") == {house.firm.name, house.rival.name}
    assert found("q=заря&act=deals.open_deal&argument=client") == {house.firm.name}
    assert found("q=заря&act=deals.lose_deal&argument=winner") == {house.rival.name}
    assert found(f"act=deals.move_deal&argument=stage&of={deal.pk}") == {
        str(one) for one in house.stages[1:3]
    }
    for unknown in ("act=deals.open_deal&argument=name", "act=deals.fly&argument=client", "argument=client"):
        assert api.get(f"search?q=заря&{unknown}").status_code == 400


def test_what_one_may_not_see_is_offered_to_nobody_and_a_closed_record_narrows_nothing(house):
    bob = person("bob", "sales_manager", reach=Reach.OWN)
    deal = opened(house)
    assert offers(bob, "/deals/new", "client", "заря") == set()
    api = program(bob)
    assert api.get("search?q=заря&act=deals.open_deal&argument=client").json()["items"] == []
    closed = api.get(f"search?act=deals.move_deal&argument=stage&of={deal.pk}").json()
    missing = api.get(
        "search?act=deals.move_deal&argument=stage&of=00000000-0000-7000-8000-000000000000"
    ).json()
    assert closed == missing
    nobody = program(person("nemo"))
    assert nobody.get("search?q=заря&act=deals.open_deal&argument=client").status_code == 400


def test_the_command_still_refuses_what_no_look_up_offers(house):
    answer = program(house.alice).post(
        "deals", {"name": "Deal", "client": str(house.rival.pk), "kind": house.kind.name}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_client")
    assert Partner.objects.clients().count() == 1
