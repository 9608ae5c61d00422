"""Totals of deals: kept by the database with every write, put together by a job, told instead of the rows where they can be."""

from __future__ import annotations

import re
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from artel.domains.company.commands import employees
from artel.domains.company.factories import department
from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DealTotals
from artel.domains.partners.commands import partners
from artel.domains.partners.models import Partner
from artel.kernel import doctor, totals
from artel.kernel.actors import Actor
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.models import AccessGroup, Grant, User
from artel.kernel.roles import Reach
from artel.kernel.undoing import undo_change_set

from .test_board import browser_of, lanes_of
from .world import HOUSE, made_world, person, written


def of(deals=None):
    """What the totals tell: rows, money, money times percents."""
    told = totals.told_by(Deal, deals or Q(is_deleted=False))
    assert told is not None
    rows = list(told.values_list("counted", "potential", "weighed"))
    return tuple(sum(column) for column in zip(*rows, strict=True)) or (0, 0, 0)


def other(world):
    return written(Partner, name="Other", is_client=True, access_group=world.group)


def acts(world):
    """Everything that is done to a deal, one after another."""
    deal = world.open(name="A", potential=Decimal("100.01"), probability=50)
    fresh = lambda: Deal.objects.get(pk=deal.pk)  # noqa: E731
    yield deal
    yield commands.change_deal(HOUSE, fresh(), potential=Decimal("250.5"), probability=30)
    yield commands.move_deal(HOUSE, fresh(), stage=world.stages[2])
    yield commands.change_deal(HOUSE, fresh(), responsible=person("olga").user)
    elsewhere = written(AccessGroup, name="Elsewhere")
    yield partners.change(HOUSE, Partner.objects.get(pk=world.client.pk), access_group=elsewhere)
    yield commands.change_deal(HOUSE, fresh(), client=other(world))
    yield commands.win_deal(HOUSE, fresh())
    yield commands.resume_deal(HOUSE, fresh(), stage=world.stages[1])
    yield commands.lose_deal(HOUSE, fresh(), loss_reason=world.reason)


@pytest.mark.django_db
def test_totals_follow_every_act_and_its_undo(world):
    before = ChangeSet.objects.latest("pk").pk
    for _done in acts(world):
        assert not totals.differs(DealTotals)
    assert of() == (1, Decimal("250.5"), Decimal(7515))
    done = ChangeSet.objects.filter(pk__gt=before, command__regex=r"^(deals|partners)\.").order_by("-pk")
    for number in list(done.values_list("pk", flat=True)):
        undo_change_set(HOUSE, number)
        assert not totals.differs(DealTotals)
    assert of()[0] == 0


@pytest.mark.django_db
def test_rows_with_the_same_values_are_put_together(world, monkeypatch):
    monkeypatch.setattr(totals, "FEW", 0)
    for number in range(5):
        deal = world.open(name=str(number), potential=Decimal("0.1"), probability=number)
        commands.move_deal(HOUSE, deal, stage=world.stages[1])
    told = of()
    assert totals.fold() == (connection.vendor == "postgresql")  # with one writer at a time they always are
    assert DealTotals.objects.exclude(counted=0).count() == 1
    assert of() == told == (5, Decimal("0.5"), Decimal(1))
    assert not totals.differs(DealTotals)
    assert totals.fold() == 0


@pytest.mark.only_on("postgres", "SQLite lets one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_totals_are_put_together_is_not_lost(monkeypatch):
    monkeypatch.setattr(totals, "FEW", 0)
    world = made_world()
    for number in range(4):
        world.open(name=str(number))
    begun, folded = Event(), Event()

    def write():
        try:
            with transaction.atomic():
                world.open(name="Late", potential=Decimal(7))
                begun.set()
                assert folded.wait(20)
        finally:
            connection.close()

    writer = Thread(target=write)
    writer.start()
    assert begun.wait(20)
    assert totals.fold() == 1
    folded.set()
    writer.join()
    assert of()[:2] == (5, Decimal(7))
    assert not totals.differs(DealTotals)


@pytest.mark.django_db
def test_the_doctor_finds_wrong_totals_and_migrate_mends_them(world):
    world.open(name="A", potential=Decimal(5))
    assert not list(totals.findings())
    DealTotals.objects.update(potential=Decimal(6))
    [said] = [one for one in doctor.findings() if "artel migrate" in one]
    assert said
    totals.mend()
    assert of() == (1, Decimal(5), Decimal(0))
    assert not list(totals.findings())


def test_what_totals_do_not_tell_apart_is_asked_of_the_rows():
    tells = lambda condition: totals.tells(DealTotals, condition)  # noqa: E731
    assert tells(Q(status="won") & ~Q(responsible__in=[1]) | Q(access_group_id=None))
    assert tells(Q())
    assert not tells(Q(status="won") & Q(name="A"))
    assert not tells(Q(pk__in=[]))
    assert not tells(Q(responsible=F("author")))
    assert totals.told_by(Partner, Q()) is None


@pytest.fixture
def many(world):
    """Deals of two people in two access groups, at several stages."""
    elsewhere = written(AccessGroup, name="Elsewhere")
    other = written(Partner, name="Other", is_client=True, access_group=elsewhere)
    for number in range(12):
        deal = world.open(
            name=f"Deal {number}",
            client=other if number % 3 else world.client,
            responsible=person(f"seller{number}").user if number % 2 else None,
            potential=Decimal(number) * Decimal("10.01"),
            probability=number * 5,
        )
        if number % 4:
            commands.move_deal(HOUSE, deal, stage=world.stages[number % 4])
        if number % 5 == 4:
            commands.win_deal(HOUSE, Deal.objects.get(pk=deal.pk))
    with system_set("tests.mark"):
        Deal.objects.filter(name="Deal 7").update(is_deleted=True)
    return elsewhere


def head_of_a_department(_group):
    """He reaches what his people are responsible for."""
    unit = department("Sales")
    head = person("reader", "deals.*", "partners.*", reach=Reach.DEPARTMENT)
    mine: Any = head.user
    for user in (mine, User.objects.get(login="seller5")):
        employees.add(HOUSE, name=user.name, user=user, department=unit)
    with system_set("tests.unit"):
        Grant.objects.filter(user=mine).update(unit=unit.pk)
    return Actor.person(mine)


READERS = {
    "everything": lambda _group: person("reader", "*", reach=Reach.ALL),
    "one group": lambda group: person("reader", "deals.*", "partners.*", reach=Reach.ALL, only=[group]),
    "a department": head_of_a_department,
    "his own": lambda _group: person("reader", "deals.*", "partners.*"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("query", ["", "&potential=10", "&q=Deal", "&marked=1", "&responsible=me"])
def test_a_board_tells_the_same_by_its_totals_as_by_its_rows(world, many, monkeypatch, reader, query):
    actor = READERS[reader](many)
    with system_set("tests.own"):
        Deal.objects.filter(name__in=["Deal 1", "Deal 2", "Deal 8"]).update(responsible=actor.user)
    browser, address = browser_of(actor), f"/deals?look=board&deck={world.manual.pk}{query}"
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        told = lanes_of(browser.get(address))
    grouped = [one["sql"] for one in asked if re.search(r"SUM\(.*GROUP BY", one["sql"])]
    assert len(grouped) == 1
    by_totals = query in {"", "&marked=1", "&responsible=me"}
    assert ("deals_dealtotals" in grouped[0]) is by_totals
    monkeypatch.setattr(totals, "told_by", lambda *_given: None)
    assert lanes_of(browser.get(address)) == told
    assert sum(lane[0] for lane in told.values()) > 0 or query in {"&potential=10", "&marked=1"}
