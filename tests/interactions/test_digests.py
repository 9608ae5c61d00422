"""Counters of the unreviewed, the last and the next interaction: kept with every write, undo and marks included."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artel.domains.interactions import commands
from artel.domains.interactions.digests import wrong_digests
from artel.domains.interactions.models import TalkDigest
from artel.domains.partners.factories import partner
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.undoing import undo_change_set

from .office import digest, in_days


@pytest.fixture(autouse=True)
def _digests_are_right(db):
    yield
    assert list(wrong_digests()) == []


def test_a_fresh_one_counts_with_its_client_its_person_and_its_subject(office):
    call = office.call(direction="in", subject=office.deal.code)
    for record in (office.volga, office.orlova, office.deal):
        assert digest(record) == (1, call.started_at, None)
    commands.review_interaction(office.alice, call)
    for record in (office.volga, office.orlova, office.deal):
        assert digest(record) == (0, call.started_at, None)


def test_the_nearest_plan_is_the_next_step(office):
    late = office.plan(days=9, subject=office.deal.code)
    soon = office.plan(days=2, subject=office.deal.code)
    assert digest(office.deal) == digest(office.volga) == (0, None, soon.started_at)
    assert TalkDigest.objects.get(pk=office.deal.pk).next_id == soon.pk
    commands.cancel_interaction(office.alice, soon, reason="Отпуск")
    assert digest(office.deal) == (0, None, late.started_at)
    commands.finish_interaction(office.alice, late)
    late.refresh_from_db()
    assert digest(office.deal) == (0, late.started_at, None)


def test_notes_private_and_marked_ones_do_not_count(office):
    commands.record_note(office.alice, text="Заметка", client=office.volga)
    commands.record_interaction(
        office.alice, kind="call", text="Тихо", contact=office.orlova, direction="in", is_private=True
    )
    assert digest(office.volga) == (0, None, None)
    call = office.call(direction="in")
    commands.mark_interaction(office.alice, call)
    assert digest(office.volga) == (0, None, None)
    commands.unmark_interaction(office.alice, call)
    assert digest(office.volga) == (1, call.started_at, None)


def test_an_undo_counts_back(office):
    first = office.call(started_at=in_days(-3))
    office.call(direction="in")
    undo_change_set(office.alice, ChangeSet.objects.latest("pk").pk)
    assert digest(office.volga) == (0, first.started_at, None)


def test_another_client_and_another_subject_count_on_both_sides(office):
    call = office.call(office.head, direction="in", responsible=office.head.user, subject=office.deal.code)
    commands.change_interaction(office.head, call, client=office.kama, contact=None)
    commands.set_subject(office.head, call, subject="")
    assert digest(office.volga) == digest(office.orlova) == digest(office.deal) == (0, None, None)
    assert digest(office.kama) == (1, call.started_at, None)


def test_a_write_past_the_commands_is_counted_too(office):
    call = office.call()
    with system_set("test.raw"):
        type(call).objects.filter(pk=call.pk).update(started_at=in_days(-30), is_reviewed=False)
    assert digest(office.volga)[0] == 1
    assert digest(office.volga)[1] < in_days(-29)


def test_many_interactions_of_one_client_cost_no_more_statements_than_one(office):
    def statements(count):
        lines = [Line(Values(kind="call", text=str(number), client=office.volga)) for number in range(count)]
        with CaptureQueriesContext(connection) as asked:
            commands.record_interaction.run(office.alice, lines)
        return len(asked)

    statements(1)
    assert statements(20) <= statements(1) + 2


def test_deals_without_a_next_step_are_a_query_set(office):
    from artel.domains.deals.models import Deal

    without = Deal.objects.exclude(pk__in=TalkDigest.objects.with_next_step().keys())
    assert set(without) == {office.deal}
    office.plan(subject=office.deal.code)
    assert set(without.all()) == set()


def test_the_doctor_finds_a_wrong_digest(office):
    from artel.domains.interactions.doctor import findings

    call = office.call()
    TalkDigest.objects.filter(pk=office.volga.pk).update(unreviewed_count=7)
    assert len(list(findings())) == 1
    TalkDigest.objects.filter(pk=office.volga.pk).update(unreviewed_count=0)
    TalkDigest.objects.filter(pk=office.orlova.pk).delete()
    assert len(list(findings())) == 1
    commands.unreview_interaction(office.alice, call)
    partner("Без бесед")
