"""The doctor's round: each room finds what it exists to find, and says nothing of a sound base."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from artel.domains.deals import doctor as deals
from artel.domains.deals.commands import kinds, open_deal
from artel.domains.deals.models import Deal, DealKind, Stage
from artel.domains.partners.factories import HOUSE, partner
from artel.exchange import doctor as imports
from artel.exchange.models import ImportRun, RunState
from artel.kernel import doctor as records
from artel.kernel.admission import add_user
from artel.kernel.journal import doctor as journal
from artel.kernel.journal import triggers
from artel.kernel.journal.models import ChangeSet, State
from artel.kernel.journal.writing import ActorStamp, finish_parent, open_parent, system_set

pytestmark = pytest.mark.django_db


def findings():
    return [said for room in (records, journal, imports, deals) for said in room.findings()]


@pytest.fixture
def deal():
    kind = kinds.add(HOUSE, name="Проект", stage_list="Замер\nСдача")
    return open_deal(HOUSE, name="Дом", client=partner("Волга"), kind=kind)


def test_a_sound_base_has_no_findings(deal):
    finish_parent(open_parent(ActorStamp("system", None, "x"), command="x"), "done")
    assert findings() == []


def test_a_missing_trigger_and_a_wrong_count_are_found(deal):
    add_user(HOUSE, login="alice", name="Alice")
    ChangeSet.objects.filter(command="kernel.add_user").update(row_count=7)
    assert len(findings()) == 1
    triggers.remove()
    assert len(findings()) > 10


def test_work_left_half_done_is_found(deal):
    parent = open_parent(ActorStamp("system", None, "x"), command="x")
    run = ImportRun.objects.create(entity="deals", file="a.csv", plan="p", total=5, change_set=parent)
    assert findings() == []
    long_ago = timezone.now() - timedelta(days=2)
    ChangeSet.objects.filter(pk=parent).update(at=long_ago)
    ImportRun.objects.filter(pk=run.pk).update(started_at=long_ago, position=3)
    assert len(findings()) == 2
    ChangeSet.objects.filter(pk=parent).update(state=State.DONE, row_count=0)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.DONE)
    assert len(findings()) == 1


def test_columns_that_disagree_with_their_rows_are_found(deal):
    with system_set("test"):
        Deal.objects.filter(pk=deal.pk).update(stage=Stage.objects.get(name="Сдача"))
    assert len(findings()) == 1
    with system_set("test"):
        DealKind.objects.filter(pk=deal.kind_id).update(path=[])
    assert len(findings()) == 2


def test_a_derived_column_that_went_astray_is_found(deal):
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE deals_deal SET access_group_id = NULL")
    triggers.install()
    said, of_totals = findings()
    assert "artel migrate" in of_totals
    assert "deals.deal.access_group" in said
