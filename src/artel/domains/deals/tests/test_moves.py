"""Moving and finishing deals (rules §2.5, §2.7)."""

from decimal import Decimal
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DealStage, DissatisfactionReason, Participant
from artel.domains.deals.readings import stage_lists
from artel.kernel.refusals import Refused

from .world import HOUSE, moment, person, written


@pytest.fixture
def deal(world):
    return world.open(started_at=moment(1), potential=Decimal(100))


@pytest.fixture
def at():
    """Say when the next acts happen."""
    with mock.patch("artel.kernel.commands.timezone.now") as now:
        now.return_value = moment(10)
        yield now


def rows_of(deal):
    found = DealStage.objects.filter(deal=deal).order_by("order")
    return [(row.order, row.result, row.started_at, row.ended_at, row.days) for row in found]


def test_forward_over_several_passes_the_stages_between(world, deal, at):
    commands.move_deal(HOUSE, deal, stage=world.stages[2])
    assert rows_of(deal) == [
        (1, "won", moment(1), moment(10), 9),
        (2, "won", moment(10), moment(10), 0),
        (3, "in_work", moment(10), None, None),
    ]
    deal.refresh_from_db()
    assert (deal.stage, deal.stage_order) == (world.stages[2], 3)


def test_back_removes_what_came_after(world, deal, at):
    alice = person("alice", "deals.*", "partners.*")
    commands.reassign_deal(HOUSE, deal, responsible=alice.user)
    commands.move_deal(HOUSE, deal, stage=world.stages[3])
    commands.move_deal(alice, deal, stage=world.stages[1])
    assert rows_of(deal) == [
        (1, "won", moment(1), moment(10), 9),
        (2, "in_work", moment(10), None, None),
    ]
    assert DealStage.objects.get(deal=deal, order=2).responsible == alice.user


def test_a_stage_of_another_kind_is_refused(world, deal):
    with pytest.raises(Refused) as no:
        commands.move_deal(HOUSE, deal, stage=world.stages[6])
    assert no.value.code == "not_on_path"
    with pytest.raises(Refused) as no:
        commands.move_deal(HOUSE, deal, stage=world.stages[0])
    assert no.value.code == "same_stage"
    with pytest.raises(Refused) as no:
        commands.move_deal(HOUSE, world.open(kind=world.plain), stage=world.stages[0])
    assert no.value.code == "no_rows"


def test_the_end_of_the_stage_before_follows_a_changed_start(world, deal, at):
    commands.move_deal(HOUSE, deal, stage=world.stages[1])
    commands.restart_stage(HOUSE, deal, started_at=moment(4))
    assert rows_of(deal) == [(1, "won", moment(1), moment(4), 3), (2, "in_work", moment(4), None, None)]
    with pytest.raises(Refused) as no:
        commands.restart_stage(HOUSE, deal, started_at=moment(25, month=2))
    assert no.value.code == "before_start"


def test_a_won_deal_closes_its_stage_as_passed(world, deal, at):
    commands.win_deal(HOUSE, deal)
    assert rows_of(deal) == [(1, "won", moment(1), moment(10), 9)]
    deal.refresh_from_db()
    assert (deal.status, deal.is_closed, deal.ended_at, deal.stage_order) == ("won", False, None, 1)
    with pytest.raises(Refused) as no:
        commands.move_deal(HOUSE, deal, stage=world.stages[1])
    assert no.value.code == "not_in_work"
    commands.close_deal(HOUSE, deal)
    deal.refresh_from_db()
    assert (deal.is_closed, deal.ended_at) == (True, moment(10))


def test_a_loss_has_a_reason_and_its_row_no_duration(world, deal, at):
    with pytest.raises(Refused) as no:
        commands.lose_deal(HOUSE, deal)
    assert no.value.needs == ("loss_reason",)
    commands.lose_deal(HOUSE, deal, loss_reason=world.reason, close=True)
    assert rows_of(deal) == [(1, "lost", moment(1), moment(10), None)]
    deal.refresh_from_db()
    assert (deal.status, deal.loss_reason, deal.is_closed) == ("lost", world.reason, True)


def test_a_loss_to_a_competitor_says_to_which(world, deal):
    with pytest.raises(Refused) as no:
        commands.lose_deal(HOUSE, deal, loss_reason=world.to_competitor)
    assert no.value.needs == ("winner",)
    commands.lose_deal(HOUSE, deal, loss_reason=world.to_competitor, winner=world.competitor)
    row = Participant.objects.get(deal=deal)
    assert (row.partner, str(row.role), row.is_winner) == (world.competitor, "Конкурент", True)
    for act in (commands.remove_participant, commands.change_participant):
        with pytest.raises(Refused) as no:
            act(HOUSE, deal, participant=row)
        assert no.value.code == "winner_needed"


def test_a_deal_that_comes_lost_has_a_reason_but_may_not_know_the_winner(world):
    with pytest.raises(Refused) as no:
        world.open(status="lost")
    assert no.value.needs == ("loss_reason",)
    deal = world.open(
        status="lost", loss_reason=world.to_competitor, started_at=moment(1), ended_at=moment(3)
    )
    assert rows_of(deal) == [(1, "lost", moment(1), moment(3), None)]
    with pytest.raises(Refused) as no:
        commands.change_deal(HOUSE, deal, loss_reason=world.to_competitor)
    assert no.value.needs == ("winner",)
    commands.change_deal(HOUSE, deal, winner=world.competitor)
    assert Participant.objects.get(deal=deal).is_winner


def test_a_changed_status_follows_the_same_rules(world, deal, at):
    with pytest.raises(Refused) as no:
        commands.change_deal(HOUSE, deal, status="lost")
    assert no.value.needs == ("loss_reason",)
    commands.change_deal(HOUSE, deal, status="won", ended_at=moment(5), is_closed=True, potential=Decimal(7))
    assert rows_of(deal) == [(1, "won", moment(1), moment(5), 4)]
    deal.refresh_from_db()
    assert (deal.status, deal.is_closed, deal.ended_at) == ("won", True, moment(5))
    assert DealStage.objects.get(deal=deal).potential == 7
    with pytest.raises(Refused) as no:
        commands.change_deal(HOUSE, deal, loss_reason=world.reason)
    assert no.value.code == "only_lost"


def test_a_known_participant_is_marked_as_the_winner(world, deal):
    commands.add_participant(HOUSE, deal, partner=world.competitor)
    commands.lose_deal(HOUSE, deal, loss_reason=world.to_competitor, winner=world.competitor)
    assert Participant.objects.get(deal=deal).is_winner


def test_a_reopened_deal_is_as_before(world, deal, at):
    before = rows_of(deal)
    commands.lose_deal(HOUSE, deal, loss_reason=world.to_competitor, winner=world.competitor, close=True)
    commands.reopen_deal(HOUSE, deal)
    deal.refresh_from_db()
    assert (deal.status, deal.loss_reason, deal.is_closed, deal.ended_at) == ("in_work", None, False, None)
    assert rows_of(deal) == before
    assert not Participant.objects.filter(deal=deal, is_winner=True).exists()
    with pytest.raises(Refused) as no:
        commands.reopen_deal(HOUSE, deal)
    assert no.value.code == "same_status"


def test_a_closed_deal_in_work_is_opened_again(world, deal, at):
    commands.close_deal(HOUSE, deal)
    deal.refresh_from_db()
    assert (deal.status, deal.is_closed, deal.ended_at) == ("in_work", True, moment(10))
    commands.reopen_deal(HOUSE, deal)
    deal.refresh_from_db()
    assert (deal.status, deal.is_closed, deal.ended_at) == ("in_work", False, None)
    assert rows_of(deal) == [(1, "in_work", moment(1), None, None)]


def test_a_known_end_stays_when_the_deal_is_closed(world, deal, at):
    commands.win_deal(HOUSE, deal)
    commands.change_deal(HOUSE, deal, ended_at=moment(5))
    commands.close_deal(HOUSE, deal)
    deal.refresh_from_db()
    assert (deal.is_closed, deal.ended_at) == (True, moment(5))


def test_a_lost_deal_may_be_won_after_all(world, deal):
    commands.lose_deal(HOUSE, deal, loss_reason=world.to_competitor, winner=world.competitor)
    commands.win_deal(HOUSE, deal)
    deal.refresh_from_db()
    assert (deal.status, deal.loss_reason) == ("won", None)
    assert not Participant.objects.filter(deal=deal, is_winner=True).exists()


def test_a_deal_without_process_is_won_and_lost_without_rows(world):
    deal = world.open(kind=world.plain)
    commands.win_deal(HOUSE, deal)
    commands.lose_deal(HOUSE, deal, loss_reason=world.reason)
    commands.reopen_deal(HOUSE, deal)
    assert not DealStage.objects.exists()


def test_unmet_demand_is_explained_before_the_end(world, deal):
    commands.set_demand(HOUSE, deal, rows=[{"description": "Fans", "sum": "10", "satisfied_percent": 90}])
    for act in (commands.win_deal, lambda *who: commands.lose_deal(*who, loss_reason=world.reason)):
        with pytest.raises(Refused) as no:
            act(HOUSE, deal)
        assert no.value.code == "demand_unexplained"
    row = deal.demand_rows.get()
    reason = written(DissatisfactionReason, name="Out of stock")
    commands.change_demand_row(
        HOUSE, deal, row=row, description="Fans", sum=Decimal(10), satisfied_percent=90, reason=reason
    )
    commands.win_deal(HOUSE, deal)
    with pytest.raises(Refused) as no:
        commands.add_demand_row(HOUSE, deal, description="More", sum=Decimal(1))
    assert no.value.needs == ("reason",)


def test_the_clients_role_is_given_by_itself(world, deal):
    commands.add_participant(HOUSE, deal, partner=world.client, comment="asks")
    row = Participant.objects.get(deal=deal)
    assert str(row.role) == "Клиент"
    with pytest.raises(Refused) as no:
        commands.add_participant(HOUSE, deal, partner=world.competitor, role=row.role)
    assert no.value.code == "client_role"
    with pytest.raises(Refused) as no:
        commands.add_participant(HOUSE, deal, partner=world.competitor, is_winner=True)
    assert no.value.code == "only_lost"
    commands.change_deal(HOUSE, deal, client=None)
    row.refresh_from_db()
    assert row.role is None


def test_rows_of_another_deal_are_not_touched(world, deal):
    other = world.open()
    commands.add_participant(HOUSE, other, partner=world.competitor)
    with pytest.raises(Refused) as no:
        commands.remove_participant(HOUSE, deal, participant=other.participants.get())
    assert no.value.code == "not_of_deal"


def test_a_longer_list_of_stages_renumbers_rows_and_current_stages(world, deal):
    commands.move_deal(HOUSE, deal, stage=world.stages[1])
    new = [world.stages[6], world.stages[0], world.stages[1]]
    commands.kinds.change(HOUSE, world.manual, stages=new)
    deal.refresh_from_db()
    assert (deal.stage, deal.stage_order) == (world.stages[1], 3)
    commands.kinds.change(HOUSE, world.manual, stages=[world.stages[2]])
    deal.refresh_from_db()
    assert (deal.stage, deal.stage_order) == (world.stages[1], 0)
    with pytest.raises(Refused) as no:
        commands.kinds.change(HOUSE, world.manual, stages=[])
    assert no.value.code == "stages_needed"


def test_a_kind_moved_by_hand_names_its_stages_in_the_form(world):
    with pytest.raises(Refused) as no:
        commands.kinds.add(HOUSE, name="Turnkey", type="manual", stage_list=" \n")
    assert (no.value.code, "stage_list" in no.value.fields) == ("stages_needed", True)
    kind = commands.kinds.add(HOUSE, name="Turnkey", type="manual", stage_list="Measure\n\n  Mount \nmeasure")
    assert stage_lists(HOUSE, [kind]) == {kind.pk: "Measure\nMount"}
    deal = world.open(kind=kind)
    commands.kinds.change(HOUSE, kind, stage_list="Mount\nMeasure\nHand over")
    deal.refresh_from_db()
    assert (str(deal.stage), deal.stage_order) == ("Measure", 2)
    commands.kinds.change(HOUSE, kind, type="none", stage_list="")
    assert len(commands.kinds.add(HOUSE, name="Usual", type="standard", stage_list="").stage_keys) == 7


def statements(captured):
    outside = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return [query["sql"] for query in captured if not query["sql"].startswith(outside)]


def test_what_the_hot_acts_cost(world):
    alice = person("alice", "deals.*", "partners.*")
    assert alice.grants
    commands.open_deal(
        alice, name="First", kind=world.manual
    )  # the numbers of the journal's tables are read once a process
    with CaptureQueriesContext(connection) as captured:
        deal = commands.open_deal(
            alice, name="Fans", client=world.client, kind=world.manual, potential=Decimal(1)
        )
    assert len(statements(captured)) <= 9, statements(captured)
    with CaptureQueriesContext(connection) as captured:
        commands.move_deal(alice, deal, stage=world.stages[1])
    assert len(statements(captured)) <= 9, statements(captured)
    assert Deal.objects.get(pk=deal.pk).stage_order == 2


def offered(deal):
    acts = (
        commands.win_deal,
        commands.lose_deal,
        commands.reopen_deal,
        commands.move_deal,
        commands.restart_stage,
        commands.close_deal,
    )
    return {act.short_name for act in acts if act.applies_to(deal)}


def test_acts_are_offered_exactly_while_they_are_not_refused(world):
    deal = world.open()
    assert offered(deal) == {"move_deal", "restart_stage", "win_deal", "lose_deal", "close_deal"}
    commands.lose_deal(HOUSE, deal, loss_reason=world.reason, close=True)
    deal.refresh_from_db()
    assert offered(deal) == {"restart_stage", "win_deal", "reopen_deal"}
    for act, values in (
        (commands.lose_deal, {"loss_reason": world.reason}),
        (commands.close_deal, {}),
        (commands.move_deal, {"stage": world.stages[1]}),
    ):
        with pytest.raises(Refused) as no:
            act(HOUSE, deal, **values)
        assert no.value.code in {"same_status", "closed_already", "not_in_work"}
    commands.win_deal(HOUSE, deal)
    deal.refresh_from_db()
    assert offered(deal) == {"restart_stage", "lose_deal", "reopen_deal"}
    assert offered(world.open(kind=world.plain)) == {"win_deal", "lose_deal", "close_deal"}
