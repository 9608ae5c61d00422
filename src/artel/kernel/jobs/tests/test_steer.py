"""What people do to jobs, and what the doctor says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from artel.kernel.actors import Actor
from artel.kernel.jobs import commands, job, steer
from artel.kernel.jobs.doctor import PATIENCE, findings
from artel.kernel.jobs.models import Job, State, Wish
from artel.kernel.jobs.run import Run, Worker, perform, start
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Grant, Role, User
from artel.kernel.refusals import Forbidden, NotThere, Refused
from artel.kernel.roles import Reach

HOUSE = Actor.system()


@job("tests.steered")
def steered(run: Run) -> None: ...


def person(login: str, *permissions: str) -> Actor:
    """Somebody whose grants reach his own records."""
    with system_set("tests.people"):
        user = User.objects.create(login=login, name=login.title())
        role = Role.objects.create(name=login, added=list(permissions))
        Grant.objects.create(user=user, role=role, reach=Reach.OWN)
    return Actor.person(user)


def in_state(state: State) -> Job:
    made: Job = Job.objects.create(name="tests.steered", state=state, failures=4, checkpoint={"next": 2})
    return made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act", "goes"),
    [
        (steer.pause, {State.WAITING: State.PAUSED}),
        (steer.cancel, {State.WAITING: State.CANCELLED, State.PAUSED: State.CANCELLED}),
        (steer.drop, {State.DEAD: State.CANCELLED}),
        (steer.resume, {State.PAUSED: State.WAITING}),
        (steer.retry, {State.DEAD: State.WAITING}),
    ],
)
def test_an_act_moves_the_jobs_it_is_for_and_no_others(act: object, goes: dict[State, State]) -> None:
    jobs = {state: in_state(state) for state in State}
    act([row.pk for row in jobs.values()])  # type: ignore[operator]
    for state, row in jobs.items():
        row.refresh_from_db()
        assert row.state == goes.get(state, state)
        assert row.checkpoint == {"next": 2}


@pytest.mark.django_db
def test_a_running_job_is_only_asked() -> None:
    row = steered.enqueue()
    start(row.pk, Worker())
    steer.pause([row.pk])
    row.refresh_from_db()
    assert (row.state, row.wish) == (State.RUNNING, Wish.PAUSE)
    steer.cancel([row.pk])
    row.refresh_from_db()
    assert (row.state, row.wish) == (State.RUNNING, Wish.CANCEL)


ended: list[Job] = []


@job("tests.told", cancelled=ended.append)
def told_of_its_end(run: Run) -> None: ...


@pytest.mark.django_db
def test_a_job_that_nobody_performs_any_more_says_so_once() -> None:
    ended.clear()
    waiting, paused, dead, running, done = (told_of_its_end.enqueue() for _ in range(5))
    for row, state in ((paused, State.PAUSED), (dead, State.DEAD), (done, State.DONE)):
        Job.objects.filter(pk=row.pk).update(state=state)
    start(running.pk, Worker())
    keys = [row.pk for row in (waiting, paused, dead, running, done)]
    steer.cancel(keys)
    steer.cancel(keys)
    assert {row.pk for row in ended} == {waiting.pk, paused.pk}
    steer.drop(keys)
    assert {row.pk for row in ended} == {waiting.pk, paused.pk, dead.pk}
    Job.objects.filter(pk=running.pk).update(state=State.WAITING)
    perform(running.pk)
    assert (len(ended), ended[-1].pk) == (4, running.pk)


@pytest.mark.django_db(transaction=True)
def test_a_dead_letter_tried_again_has_all_its_retries_and_goes_to_the_queue() -> None:
    row = in_state(State.DEAD)
    steer.retry([row.pk])
    row.refresh_from_db()
    assert (row.failures, row.crashes) == (0, 0)
    assert row.delivery == str(DBTaskResult.objects.get().pk)


@pytest.mark.django_db
def test_one_sees_ones_own_jobs_only() -> None:
    alice, charlie = person("alice"), person("charlie")
    steered.using(actor=alice).enqueue()
    assert Job.objects.visible_to(alice).count() == 1
    assert not Job.objects.visible_to(charlie).exists()
    assert not Job.objects.visible_to(replace(alice, scopes=frozenset({"deals.view_deal"}))).exists()
    assert Job.objects.visible_to(HOUSE).count() == 1


@pytest.mark.django_db
def test_people_steer_what_their_grants_reach_and_a_strangers_job_is_not_there() -> None:
    alice, bob = person("alice", commands.STEER, commands.VIEW), person("bob", commands.STEER, commands.VIEW)
    row = steered.using(actor=alice).enqueue()
    with pytest.raises(NotThere):
        commands.cancel_job(bob, row)
    with pytest.raises(Forbidden):
        commands.cancel_job(person("charlie"), row)
    commands.pause_job(alice, row)
    with pytest.raises(Refused) as refused:
        commands.pause_job(alice, row)
    assert refused.value.code == "wrong_state"
    commands.resume_job(alice, row)
    commands.cancel_job(HOUSE, row)
    row.refresh_from_db()
    assert row.state == State.CANCELLED


@pytest.mark.django_db
def test_dead_letters_are_tried_again_or_dropped() -> None:
    first, second = in_state(State.DEAD), in_state(State.DEAD)
    commands.retry_job(HOUSE, first)
    commands.drop_job(HOUSE, second)
    assert [Job.objects.get(pk=row.pk).state for row in (first, second)] == [State.WAITING, State.CANCELLED]
    with pytest.raises(Refused):
        commands.drop_job(HOUSE, first)


@pytest.mark.django_db
def test_the_doctor_names_what_nobody_takes_care_of() -> None:
    now = timezone.now()
    steered.enqueue()
    assert findings(now) == []
    in_state(State.DEAD)
    started = steered.enqueue()
    start(started.pk, Worker())
    with translation.override("ru"):
        told = findings(now + PATIENCE + timedelta(minutes=5))
    assert [sentence[:9] for sentence in told] == ["1 задание"] * 3
    assert "ждёт решения" in told[2]
