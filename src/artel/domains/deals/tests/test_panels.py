"""What the card of a deal shows (rules §1.C C8, C15–C17)."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artel.domains.company.factories import person as in_house
from artel.domains.deals import commands
from artel.domains.deals.models import DemandRow
from artel.domains.deals.panels import (
    days_in_stage,
    deal_of_partner,
    deal_of_person,
    demand,
    first_interest,
    participants,
    route,
    stages_of_kind,
    weighted,
)
from artel.domains.partners.commands import contact_roles, people
from artel.domains.partners.models import Channel, Partner
from artel.kernel.models import AccessGroup
from artel.kernel.ready import Ready
from artel.kernel.refusals import Refused
from artel.kernel.roles import Reach

from .world import HOUSE, person, written


def test_the_route_says_what_was_passed_and_what_comes(world):
    deal = world.open()
    commands.move_deal(HOUSE, deal, stage=world.stages[2])
    deal.refresh_from_db()
    shown = route(HOUSE, deal)
    assert shown is not None
    assert [step.mark for step in shown.steps] == ["done", "done", "now", "next"]
    assert shown.may_move
    commands.lose_deal(HOUSE, deal, loss_reason=world.reason)
    deal.refresh_from_db()
    lost = route(HOUSE, deal)
    assert lost is not None
    assert (lost.steps[2].mark, lost.may_move) == ("lost", False)
    assert route(HOUSE, world.open(kind=world.plain)) is None


def test_acts_are_offered_only_where_they_make_sense(world):
    """The potential is calculated from rows of demand; a finished deal is not moved along its stages (rules §2.7)."""
    admin = in_house("admin", "administrator")
    deal = world.open(admin)
    browser = Client()
    assert admin.user
    browser.force_login(admin.user, backend="django.contrib.auth.backends.ModelBackend")

    def offered(name):
        return f"/act/{name}?" in browser.get(f"/deals/{deal.pk}").content.decode()

    assert (offered("calculate_potential"), offered("move_deal")) == (False, True)
    commands.add_demand_row(HOUSE, deal, description="Crates", sum=Decimal(10), satisfied_percent=100)
    assert offered("calculate_potential")
    commands.move_deal(HOUSE, deal, stage=world.stages[1])
    commands.win_deal(HOUSE, deal)
    assert not offered("move_deal")
    with pytest.raises(Refused) as no:
        commands.move_deal(HOUSE, deal, stage=world.stages[0])
    assert no.value.code == "not_in_work"
    commands.reopen_deal(HOUSE, deal)
    commands.lose_deal(HOUSE, deal, loss_reason=world.reason)
    assert offered("move_deal")
    commands.move_deal(HOUSE, deal, stage=world.stages[0])
    assert not offered("move_deal")


def test_a_stage_that_left_the_list_stays_on_the_route(world):
    deal = world.open()
    commands.unlist_stage(HOUSE, world.manual, stage=world.stages[0])
    deal.refresh_from_db()
    shown = route(HOUSE, deal)
    assert shown is not None
    assert [step.key for step in shown.steps] == [stage.pk for stage in world.stages[:4]]
    commands.list_stage(HOUSE, world.manual, stage=world.stages[0], order=1)
    assert [place.stage for place in stages_of_kind(HOUSE, world.manual) or ()] == world.stages[:4]


def test_participants_begin_with_the_client_and_hide_whom_one_may_not_see(world):
    alice = person("alice", "deals.*", "partners.*", reach=Reach.ALL)
    deal = world.open(alice)
    closed = written(AccessGroup, name="Closed")
    secret = written(Partner, name="Secret", is_competitor=True, access_group=closed)
    commands.add_participant(HOUSE, deal, partner=secret, comment="cheaper")
    bob = person("bob", "deals.*", "partners.*", reach=Reach.ALL, only=[world.group])
    client, hidden = participants(bob, deal)
    assert client.partner is not None
    assert (client.partner.pk, str(client.partner), client.role) == (world.client.pk, "Protos", "Клиент")
    assert (hidden.partner, hidden.is_hidden, hidden.comment) == (None, True, "cheaper")
    shown = participants(alice, deal)[1].partner
    assert shown is not None
    assert shown.pk == secret.pk


def test_demand_is_summed_by_satisfaction(world):
    deal = world.open()
    rows = [
        {"description": "Fans", "sum": "900", "satisfied_percent": 100},
        {"description": "Work", "sum": "100", "satisfied_percent": 5},
    ]
    commands.set_demand(HOUSE, deal, rows=rows)
    shown = demand(HOUSE, deal)
    assert shown is not None
    assert (shown.total, shown.satisfied_percent) == (Decimal(1000), 91)
    assert demand(HOUSE, world.open(kind=world.plain)) is None


def test_where_a_deal_came_from(world):
    channel = written(Channel, name="Shops")
    deal = world.open(channel=channel, source_type="client", source=world.client.code)
    shown = first_interest(HOUSE, deal)
    assert shown is not None
    assert (shown.channel, shown.source) == ("Shops", "Protos")
    assert first_interest(HOUSE, world.open()) is None


def test_figures_of_a_page(world):
    deal = world.open(potential=Decimal("0.15"), probability=10)
    assert weighted(HOUSE, [deal]) == {deal.pk: Decimal("0.02")}
    assert days_in_stage(HOUSE, [deal]) == {deal.pk: 0}


def test_a_deal_is_begun_from_a_client_and_from_his_people(world):
    assert deal_of_partner(world.client) == {"client": world.client}
    assert deal_of_partner(world.competitor) is None
    buyer = people.add(HOUSE, partner=world.client, last_name="Buyer")
    assert deal_of_person(buyer) == {"client": world.client}
    contact_roles.change(HOUSE, buyer.contact_roles.get(), ended_on=date(2026, 1, 1))
    assert deal_of_person(buyer) is None
    assert deal_of_person(people.add(HOUSE, partner=world.competitor, last_name="Spy")) is None


def test_a_row_of_a_panel_is_told_in_its_act_and_not_chosen_again(world):
    deal = world.open()
    commands.set_demand(HOUSE, deal, rows=[{"description": "Fans", "sum": "10", "satisfied_percent": 90}])
    alice = person("alice", "*", reach=Reach.ALL)
    assert alice.user
    client = Client()
    client.force_login(alice.user, backend="django.contrib.auth.backends.ModelBackend")
    card = client.get(f"/deals/{deal.pk}").content.decode()
    found = re.search(r'href="(/deals/[^"]*/act/change_demand_row[^"]*)"', card)
    assert found
    asked = client.get(found[1].replace("&amp;", "&")).content.decode()
    row = DemandRow.objects.get()
    assert f'<input type="hidden" name="row" value="{row.pk}">' in asked
    assert 'name="description" type="text" value="Fans"' in asked
    values = {"row": str(row.pk), "description": "Fans, 2", "sum": "12", "satisfied_percent": "101"}
    address = f"/deals/{deal.pk}/act/change_demand_row"
    refused = client.post(address, values)
    assert refused.status_code == 422
    assert f'<input type="hidden" name="row" value="{row.pk}">' in refused.content.decode()
    assert client.post(address, {**values, "satisfied_percent": "100"}).status_code == 302
    row.refresh_from_db()
    assert (row.description, row.satisfied_percent) == ("Fans, 2", 100)


def test_a_card_asks_little_and_shows_nothing_of_a_hidden_deal(world, monkeypatch):
    """Eight statements; on PostgreSQL those by the deal's key are one journey, and a stranger reads none of it."""
    alice = person("alice", "deals.*", "partners.*", reach=Reach.ALL)
    deal = world.open(alice)
    commands.set_demand(HOUSE, deal, rows=[{"description": "Fans", "sum": "900", "satisfied_percent": 100}])
    stranger = person("bob", "deals.*", "partners.*", reach=Reach.OWN)
    sees, sees_not = Client(), Client()
    for client, actor in ((sees, alice), (sees_not, stranger)):
        assert actor.user
        client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/deals/{deal.pk}"
    assert "Fans" in sees.get(address).content.decode()
    with CaptureQueriesContext(connection) as queries:
        sees.get(address)
    assert len(queries) <= 8
    alone, ask = [], Ready._ask

    def counted(self, base, given):
        alone.append(self)
        return ask(self, base, given)

    monkeypatch.setattr(Ready, "_ask", counted)
    body = sees.get(address).content.decode()
    assert "Fans" in body
    assert len(alone) == (1 if connection.vendor == "postgresql" else 7)
    hidden = sees_not.get(address)
    assert hidden.status_code == 404
    assert "Fans" not in hidden.content.decode()
