"""Edges of the rules of deals: half-given finished deals, sources one may not see, batches that name a thing twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DealFirstInterest, DealStage, DealType, Participant
from artel.domains.partners.commands import channels, partners, regions
from artel.domains.partners.models import Partner
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.models import AccessGroup
from artel.kernel.refusals import Refused
from artel.kernel.roles import Reach
from artel.kernel.where_used import uses_of

from .world import HOUSE, moment, person, written


@pytest.mark.parametrize("status", ["won", "lost"])
def test_a_finished_deal_known_only_by_its_end_began_then(world, status):
    deal = world.open(
        status=status, loss_reason=world.reason if status == "lost" else None, ended_at=moment(1)
    )
    assert (deal.started_at, deal.ended_at) == (moment(1), moment(1))
    assert {row.days for row in DealStage.objects.filter(deal=deal)} <= {0, None}


def test_a_deal_closed_before_it_starts_ends_when_it_starts(world):
    later = timezone.now() + timedelta(days=3)
    deal = world.open(started_at=later, is_closed=True)
    assert deal.ended_at == later
    deal = world.open(started_at=later)
    commands.close_deal(HOUSE, deal)
    assert Deal.objects.get(pk=deal.pk).ended_at == later


@pytest.mark.parametrize(
    "given", ["0001-01-01T00:00:00+03:00", "9999-12-31T23:59:59-03:00", "0001-01-01", "01.01.0001 00:00"]
)
def test_a_moment_at_the_edge_of_the_calendar_is_refused(given):
    with pytest.raises(Refused) as caught:
        commands.open_deal.read({"name": "Deal", "started_at": given}, HOUSE)
    assert "2200" in str(caught.value.fields["started_at"])


def test_a_source_that_the_editor_may_not_see_survives_his_form(world):
    secret = written(AccessGroup, name="Secret")
    hidden = written(Partner, name="Hidden", is_client=True, access_group=secret)
    deal = world.open(source_type="client", source=hidden.code)
    alice = person("alice", "deals.*", "partners.*", reach=Reach.ALL, only=[world.group])
    browser = Client()
    assert alice.user
    browser.force_login(alice.user, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.get(f"/deals/{deal.pk}/edit")
    assert "Hidden" not in page.content.decode()
    form = {
        "name": "Renamed",
        "kind": world.manual.pk,
        "source_type": "client",
        "source": "",
        "version": deal.version,
    }
    assert browser.post(f"/deals/{deal.pk}/edit", form).status_code in (200, 302, 303)
    assert Deal.objects.get(pk=deal.pk).name == "Renamed"
    assert DealFirstInterest.objects.get(deal=deal).source == hidden.pk


def test_another_channel_must_allow_the_source_that_stays(world):
    people, anything = (
        channels.add(HOUSE, name="People", source_types=["user"]),
        channels.add(HOUSE, name="Any"),
    )
    deal = world.open(source_type="client", source=world.client.code)
    with pytest.raises(Refused) as caught:
        commands.change_deal(HOUSE, deal, channel=people)
    assert list(caught.value.fields) == ["channel"]
    commands.change_deal(HOUSE, deal, channel=anything)
    assert DealFirstInterest.objects.get(deal=deal).source == world.client.pk


def test_a_moment_that_a_form_only_shows_keeps_its_seconds(world):
    exact = datetime(2026, 3, 5, 10, 20, 33, 456000, tzinfo=UTC)
    deal = world.open(started_at=exact)
    alice = person("alice", "*", reach=Reach.ALL)
    browser = Client()
    assert alice.user
    browser.force_login(alice.user, backend="django.contrib.auth.backends.ModelBackend")
    form = {"name": "Renamed", "kind": world.manual.pk, "version": deal.version}
    assert (
        browser.post(f"/deals/{deal.pk}/edit", {**form, "started_at": "05.03.2026 13:20"}).status_code != 422
    )
    assert Deal.objects.values_list("name", "started_at").get(pk=deal.pk) == ("Renamed", exact)


def test_a_currency_alone_changes_nothing_and_says_so(world):
    deal = world.open(potential=Decimal(10))
    with pytest.raises(Refused) as caught:
        commands.change_deal(HOUSE, deal, currency=written_currency())
    assert caught.value.needs == ("potential",)


def written_currency():
    from artel.domains.company.models import Currency

    return Currency.objects.first() or written(Currency, name="Ducat", code="DUC")


def test_potentials_of_many_deals_are_calculated_set_wise(world, django_assert_max_num_queries):
    deals = [world.open(name=str(n)) for n in range(6)]
    for deal in deals:
        commands.set_demand(HOUSE, deal, rows=[{"description": "Fans", "sum": "10", "satisfied_percent": 0}])
    with django_assert_max_num_queries(14):
        commands.calculate_potential.run(
            HOUSE, [Line(commands.calculate_potential.args(), deal) for deal in deals]
        )
    assert set(Deal.objects.values_list("potential", flat=True)) == {Decimal(10)}
    assert set(DealStage.objects.values_list("potential", flat=True)) == {Decimal(10)}


def test_two_winners_do_not_both_leave_in_one_batch(world):
    deal = world.open()
    commands.lose_deal(HOUSE, deal, loss_reason=world.to_competitor, winner=world.competitor)
    other = written(Partner, name="Other", is_competitor=True, access_group=world.group)
    commands.add_participant(HOUSE, deal, partner=other, is_winner=True)
    remove = commands.remove_participant
    outcome = remove.run(
        HOUSE, [Line(remove.args(participant=row), deal) for row in Participant.objects.filter(deal=deal)]
    )
    assert [line.is_open for line in outcome.lines] == [True, False]
    assert Participant.objects.filter(deal=deal, is_winner=True).count() == 1


def test_a_kind_without_stages_does_not_become_one_moved_by_hand(world):
    with pytest.raises(Refused) as caught:
        commands.kinds.change(HOUSE, world.plain, type=DealType.MANUAL)
    assert caught.value.code == "stages_needed"
    commands.kinds.change(HOUSE, world.plain, type=DealType.MANUAL, stages=world.stages[:2])


def test_of_two_lines_of_one_stage_the_last_one_holds_and_counts(world):
    deal = world.open()
    record = commands.record_stage_rows
    lines: list[Line[Any, Any]] = [
        Line(Values(deal=deal.pk, stage=world.stages[1].pk, started_at=moment(day))) for day in (2, 3)
    ]
    outcome = record.run(HOUSE, lines)
    assert [line.result.did for line in outcome.lines] == ["skipped", "created"]
    [row] = DealStage.objects.filter(deal=deal)
    assert row.started_at == moment(3)


def test_an_act_that_a_rule_refuses_by_now_answers_its_repeated_request_again(world):
    deal = world.open()
    win = commands.win_deal
    first = win.one(HOUSE, Line(win.args(), deal.pk), key="once")
    again = win.one(HOUSE, Line(win.args(), deal.pk), key="once")
    assert (again.repeated, again.change_set) == (True, first.change_set)
    with pytest.raises(Refused):
        win.one(HOUSE, Line(win.args(), deal.pk), key="twice")


def test_what_points_at_a_record_uses_it(world):
    deal = world.open(source_type="client", source=world.client.code)
    [told] = [
        use for use in uses_of(Partner, [world.client.pk])[world.client.pk] if use.relation.field == "source"
    ]
    assert told.count == 1
    assert [row.deal_id for row in told.rows(world.client.pk)] == [deal.pk]


def test_who_marks_a_used_record_hears_of_hidden_rows_only_that_they_are(world):
    secret = written(AccessGroup, name="Secret")
    hidden = written(Partner, name="Hidden", is_client=True, access_group=secret)
    region = regions.add(HOUSE, name="North")
    partners.change(HOUSE, hidden, region=region)
    partners.change(HOUSE, world.client, region=region)
    alice = person("alice", "deals.*", "partners.*", reach=Reach.ALL, only=[world.group])
    with pytest.raises(Refused) as caught:
        regions.mark(alice, region)
    assert ": 1" in str(caught.value.sentence)
    assert ": 2" not in str(caught.value.sentence)
