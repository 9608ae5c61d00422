"""Finishing, cancelling, putting off, reviewing (rules §2.21)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from artel.domains.interactions import commands
from artel.domains.interactions.models import Interaction
from artel.kernel.refusals import Refused

from .office import in_days


def anew(one):
    return Interaction.objects.get(pk=one.pk)


def test_a_finished_plan_took_place_now_and_is_reviewed(office):
    plan = office.plan(days=3)
    commands.finish_interaction(office.alice, plan, result="Договорились", kind="call")
    plan = anew(plan)
    assert (plan.state, plan.kind, plan.is_reviewed, plan.result) == ("done", "call", True, "Договорились")
    assert plan.started_at <= timezone.now()


def test_what_was_to_happen_earlier_keeps_its_moment(office):
    plan = office.plan(days=-2, state="planned")
    commands.finish_interaction(office.alice, plan)
    assert plan.started_at < timezone.now() - timedelta(days=1)


def test_finishing_plans_the_next_contact_with_the_same_people_about_the_same(office):
    plan = office.plan(contact=office.orlova, subject=f"deal:{office.deal.code}")
    commands.finish_interaction(office.alice, plan, next_at=in_days(7), next_text="Спросить об оплате")
    following = Interaction.objects.get(based_on=plan)
    assert (following.kind, following.name, following.state) == ("plan", "Спросить об оплате", "planned")
    assert (following.contact, following.client, following.subject_id) == (
        office.orlova,
        office.volga,
        office.deal.pk,
    )
    assert following.root == plan.pk


def test_the_next_contact_lies_ahead(office):
    with pytest.raises(Refused) as no:
        commands.finish_interaction(office.alice, office.plan(), next_at=in_days(-1))
    assert no.value.fields.keys() == {"next_at"}
    assert not Interaction.objects.exclude(state="planned").exists()


def test_cancelling_needs_a_reason(office):
    plan = office.plan()
    with pytest.raises(Refused):
        commands.cancel_interaction(office.alice, plan, reason=" ")
    commands.cancel_interaction(office.alice, plan, reason="Клиент в отпуске")
    plan = anew(plan)
    assert (plan.state, plan.cancel_reason, plan.is_ahead) == ("cancelled", "Клиент в отпуске", False)


def test_what_is_done_is_neither_finished_nor_cancelled_again(office):
    done = office.call()
    for command, values in (
        (commands.finish_interaction, {}),
        (commands.cancel_interaction, {"reason": "?"}),
        (commands.postpone_interaction, {"started_at": in_days(1)}),
        (commands.start_interaction, {}),
    ):
        with pytest.raises(Refused):
            command(office.alice, done, **values)


def test_a_planned_one_is_taken_up_and_moved(office):
    plan = office.plan(ended_at=in_days(1) + timedelta(hours=1))
    length = plan.ended_at - plan.started_at
    commands.start_interaction(office.alice, plan)
    assert (anew(plan).state, anew(plan).is_ahead) == ("in_work", True)
    commands.postpone_interaction(office.alice, plan, started_at=in_days(5))
    plan = anew(plan)
    assert plan.ended_at - plan.started_at == length


def test_reviewing_and_putting_off(office):
    fresh = office.call(direction="in")
    waiting = lambda: set(Interaction.objects.unreviewed(timezone.now()))  # noqa: E731
    assert waiting() == {fresh}
    commands.review_interaction_later(office.alice, fresh, put_off="30m")
    assert waiting() == set()
    assert set(Interaction.objects.unreviewed(timezone.now() + timedelta(minutes=31))) == {fresh}
    commands.review_interaction(office.alice, fresh)
    assert (anew(fresh).is_reviewed, anew(fresh).review_after) == (True, None)
    commands.unreview_interaction(office.alice, fresh)
    assert waiting() == {fresh}


def test_until_tomorrow_means_its_morning(office):
    fresh = office.call(direction="in")
    commands.review_interaction_later(office.alice, fresh, put_off="tomorrow")
    morning = timezone.localtime(anew(fresh).review_after)
    assert morning.date() == timezone.localdate() + timedelta(days=1)
    assert (morning.hour, morning.minute) == (9, 0)


def test_until_a_moment_needs_one_to_come(office):
    fresh = office.call(direction="in")
    for moment in (None, in_days(-1)):
        with pytest.raises(Refused):
            commands.review_interaction_later(office.alice, fresh, put_off="date", moment=moment)
    commands.review_interaction_later(office.alice, fresh, put_off="date", moment=in_days(2))
    assert anew(fresh).review_after > timezone.now()
