"""Opening, changing and copying deals (rules §2.5)."""

from decimal import Decimal
from typing import Any

import pytest

from artel.domains.company.factories import department
from artel.domains.company.factories import person as in_house
from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DealStage, DealStatus, DemandRow, Participant
from artel.domains.partners.factories import contact
from artel.domains.partners.models import Partner
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.journal.models import Event
from artel.kernel.models import AccessGroup
from artel.kernel.refusals import NotThere, Refused
from artel.kernel.roles import Reach
from artel.reports.composing import run

from .world import HOUSE, moment, person, written


def test_a_new_deal_is_the_acting_persons_in_work_at_the_first_stage(world):
    alice = person("alice")
    deal = commands.open_deal(
        alice, name="Fans", client=world.client, kind=world.manual, potential=Decimal("884.70")
    )
    deal = Deal.objects.get(pk=deal.pk)
    assert (deal.responsible, deal.status, deal.is_closed) == (alice.user, DealStatus.IN_WORK, False)
    assert deal.code == "00-00000001"
    assert (deal.stage, deal.stage_order) == (world.stages[0], 1)
    assert deal.access_group_id == world.group.pk
    [row] = DealStage.objects.filter(deal=deal)
    assert (row.stage, row.result, row.started_at, row.potential) == (
        world.stages[0],
        "in_work",
        deal.started_at,
        Decimal("884.70"),
    )
    assert Event.objects.filter(name="deals.DealOpened", payload__deal_id=str(deal.pk)).exists()


def test_a_kind_without_process_has_no_rows(world):
    deal = world.open(kind=world.plain)
    assert deal.stage is None
    assert not DealStage.objects.exists()


def test_only_a_client_has_deals(world):
    with pytest.raises(Refused) as no:
        world.open(client=world.competitor)
    assert no.value.code == "not_a_client"
    assert "client" in no.value.fields


def test_a_standard_sale_needs_somebody_responsible(world):
    with pytest.raises(Refused) as no:
        world.open(kind=world.standard)
    assert no.value.needs == ("responsible",)
    alice = person("alice")
    deal = world.open(alice, kind=world.standard)
    assert DealStage.objects.get(deal=deal).stage == world.stages[0]
    with pytest.raises(Refused) as no:
        commands.change_deal(HOUSE, deal, responsible=None)
    assert no.value.code == "responsible_needed"
    commands.change_deal(HOUSE, world.open(alice), responsible=None)


def test_a_kind_that_is_not_allowed_takes_no_new_deals(world):
    old = world.open()
    commands.kinds.change(HOUSE, world.manual, is_allowed=False)
    with pytest.raises(Refused) as no:
        world.open(kind=world.manual.pk)
    assert no.value.code == "kind_not_allowed"
    commands.change_deal(HOUSE, old, name="Still changes", kind=world.manual)


def test_a_changed_potential_reaches_the_stage_rows(world):
    deal = world.open(potential=Decimal(10))
    commands.move_deal(HOUSE, deal, stage=world.stages[2])
    commands.change_deal(HOUSE, deal, potential=Decimal("12.50"))
    assert set(DealStage.objects.values_list("potential", flat=True)) == {Decimal("12.50")}


def test_another_kind_keeps_shared_stages_or_begins_anew(world):
    deal = world.open(person("alice"), potential=Decimal(5))
    commands.move_deal(HOUSE, deal, stage=world.stages[3])
    commands.change_deal(HOUSE, deal, kind=world.standard)
    deal.refresh_from_db()
    assert (deal.kind, deal.stage, deal.stage_order) == (world.standard, world.stages[3], 4)
    commands.change_deal(HOUSE, deal, kind=world.plain)
    deal.refresh_from_db()
    assert (deal.stage, DealStage.objects.count()) == (None, 0)
    commands.change_deal(HOUSE, deal, kind=world.manual, potential=Decimal(7))
    deal.refresh_from_db()
    assert (deal.stage_order, DealStage.objects.get().potential) == (1, Decimal(7))


def test_the_kind_of_a_finished_deal_stays(world):
    deal = world.open()
    commands.win_deal(HOUSE, deal)
    with pytest.raises(Refused) as no:
        commands.change_deal(HOUSE, deal, kind=world.plain)
    assert no.value.code == "finished_kind"


def test_demand_goes_when_the_kind_does_not_record_it(world):
    deal = world.open()
    commands.set_demand(HOUSE, deal, rows=[{"description": "Fans", "sum": "100"}])
    commands.change_deal(HOUSE, deal, kind=world.plain)
    assert not DemandRow.objects.exists()
    with pytest.raises(Refused) as no:
        commands.add_demand_row(HOUSE, deal, description="Fans", sum=Decimal(1))
    assert no.value.code == "demand_not_recorded"


def test_demand_goes_with_the_next_save_after_its_kind_stopped_recording_it(world):
    deal = world.open()
    commands.set_demand(HOUSE, deal, rows=[{"description": "Fans", "sum": "100"}])
    commands.kinds.change(HOUSE, world.manual, records_demand=False)
    commands.win_deal(HOUSE, deal)  # what is no longer recorded needs no reason
    assert not DemandRow.objects.filter(deal=commands.copy_deal(HOUSE, deal)).exists()
    commands.change_deal(HOUSE, deal, name="Fans", kind=world.manual.pk)
    assert not DemandRow.objects.exists()


def test_a_contact_person_joins_the_row_of_the_client_whoever_else_takes_part(world):
    deal = world.open()
    commands.add_participant(HOUSE, deal, partner=world.client)
    commands.add_participant(HOUSE, deal, partner=world.competitor)
    orlov = contact(world.client, "Orlov")
    commands.change_deal(HOUSE, deal, contact=orlov)
    rows = Participant.objects.filter(deal=deal)
    assert {(row.partner, row.person) for row in rows} == {(world.client, orlov), (world.competitor, None)}
    assert rows.count() == 2


def test_a_copy_begins_anew(world):
    deal = world.open(name="First", potential=Decimal(3), probability=80)
    commands.add_participant(HOUSE, deal, partner=world.competitor, comment="threat")
    commands.set_demand(HOUSE, deal, rows=[{"description": "Fans", "sum": "100", "satisfied_percent": 100}])
    commands.lose_deal(HOUSE, deal, loss_reason=world.to_competitor, winner=world.competitor, close=True)
    copy = commands.copy_deal(HOUSE, deal)
    copy = Deal.objects.get(pk=copy.pk)
    assert copy.code != deal.code
    assert (copy.status, copy.is_closed, copy.ended_at, copy.loss_reason) == ("in_work", False, None, None)
    assert (copy.name, copy.potential, copy.probability, copy.stage_order) == ("First", Decimal(3), 80, 1)
    [row] = Participant.objects.filter(deal=copy)
    assert (row.partner, row.comment, row.is_winner) == (world.competitor, "threat", False)
    assert DemandRow.objects.get(deal=copy).sum == 100


@pytest.mark.parametrize(("given", "kept"), [({}, True), ({"separate_accounting": "false"}, False)])
def test_separate_accounting_is_as_the_kind_says_unless_somebody_says_otherwise(world, given, kept):
    commands.kinds.change(HOUSE, world.manual, separate_accounting=True)
    raw = {"name": "Fans", "kind": str(world.manual.pk), **given}
    [deal] = commands.open_deal.run(HOUSE, [Line(commands.open_deal.read(raw, HOUSE))]).results
    assert Deal.objects.get(pk=deal.pk).separate_accounting is kept
    commands.change_deal(HOUSE, deal, name="Other fans")
    assert Deal.objects.get(pk=deal.pk).separate_accounting is kept


def test_a_batch_refuses_its_bad_lines_only(world):
    lines: list[Line[Any, Values]] = [
        Line(Values(name="Good", kind=world.manual.pk, client=world.client.pk)),
        Line(Values(name="", kind=world.manual.pk)),
        Line(Values(name="Bad client", kind=world.plain.pk, client=world.competitor.pk)),
        Line(Values(name="No client", kind=world.plain.pk)),
    ]
    outcome = commands.open_deal.run(HOUSE, lines)
    assert [bool(line.refusal) for line in outcome.lines] == [False, True, True, False]
    assert sorted(Deal.objects.values_list("name", flat=True)) == ["Good", "No client"]


def test_values_may_name_references_by_key(world):
    deal, alice = world.open(), person("alice")
    commands.change_deal(HOUSE, deal, responsible=alice.user_id, client=world.client.pk)
    assert Deal.objects.get().responsible == alice.user


def test_the_client_decides_who_sees_a_deal(world):
    deal = world.open()
    other = written(AccessGroup, name="Retail")
    stranger = written(Partner, name="Shop", is_client=True, access_group=other)
    commands.change_deal(HOUSE, deal, client=stranger)
    deal.refresh_from_db()
    assert deal.access_group_id == other.pk


def test_a_deal_without_a_client_is_its_responsibles_not_everybodys(world):
    alice = person("alice")
    bob = person("bob", "deals.*", "partners.*", reach=Reach.ALL)
    mine = world.open(alice, client=None)
    shared = world.open(alice)
    assert set(Deal.objects.visible_to(alice)) == {mine, shared}
    assert set(Deal.objects.visible_to(bob)) == {shared}
    assert set(DealStage.objects.visible_to(bob)) == set(DealStage.objects.filter(deal=shared))
    with pytest.raises(NotThere):
        commands.win_deal(bob, mine)
    owner = person("carol", "deals.*", "kernel.administer", reach=Reach.ALL)
    assert mine in Deal.objects.visible_to(owner)


def test_a_deal_without_a_client_is_seen_by_those_above_its_responsible(world):
    sales = department("Sales")
    north = department("North", sales)
    alice = in_house("alice", "sales_manager", department=north)
    helen, hugo = (
        in_house("helen", "head", department=sales),
        in_house("hugo", "head", department=department("Depot")),
    )
    bob = in_house("bob", "sales_manager", department=north)
    deal = world.open(alice, client=None)
    assert [Deal.objects.visible_to(one).count() for one in (alice, helen, bob, hugo)] == [1, 1, 0, 0]
    reports = [run(one, "deal-effectiveness", {}).totals[1] for one in (alice, helen, bob, hugo)]
    assert reports == [1, 1, 0, 0]
    commands.win_deal(helen, deal)


def test_giving_a_deal_to_another(world):
    alice, bob = person("alice"), person("bob")
    deal = world.open(alice)
    commands.reassign_deal(alice, deal, responsible=bob.user)
    assert list(Deal.objects.visible_to(bob)) == [deal]
    assert not Deal.objects.visible_to(alice).exists()


def test_a_deal_is_marked_and_unmarked(world):
    deal = world.open()
    commands.mark_deal(HOUSE, deal)
    assert not Deal.objects.present().exists()
    commands.unmark_deal(HOUSE, deal)
    assert Deal.objects.present().exists()


def test_potential_from_demand(world):
    deal = world.open(potential=Decimal(1))
    with pytest.raises(Refused) as no:
        commands.calculate_potential(HOUSE, deal)
    assert no.value.code == "no_demand"
    commands.set_demand(
        HOUSE,
        deal,
        rows=[{"description": "Fans", "sum": "684 000,00"}, {"description": "Work", "sum": "0.5"}],
    )
    commands.calculate_potential(HOUSE, deal)
    deal.refresh_from_db()
    assert deal.potential == Decimal("684000.50") == DealStage.objects.get().potential


def test_the_start_may_be_given(world):
    deal = world.open(started_at=moment(3))
    assert DealStage.objects.get(deal=deal).started_at == moment(3)
