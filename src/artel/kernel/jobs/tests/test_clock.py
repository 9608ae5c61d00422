"""A clock that is set forward or back: who is silent, who leads, what is tried again and what is rung."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from artel.kernel.jobs import cron, job, schedule
from artel.kernel.jobs.models import CronMark, Job, Lease, State
from artel.kernel.jobs.run import BEAT_SECONDS, LEASE, Run, Worker, perform, start
from artel.kernel.jobs.worker import serve

HOUR = timedelta(hours=1)


@cron("30 * * * *")
@job("tests.half_past")
def half_past(run: Run) -> None:
    pass


@job("tests.fails_once")
def fails_once(run: Run) -> None:
    if not run.job.failures:
        raise RuntimeError


class Steady:
    """The clock that nobody can set, in the test's hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> Steady:
    made = Steady()
    monkeypatch.setattr(schedule, "monotonic", made)
    monkeypatch.setattr(schedule, "_seen", {})
    return made


def running(until: datetime) -> Job:
    owed = half_past.enqueue()
    assert start(owed.pk, Worker("somebody"))
    Job.objects.filter(pk=owed.pk).update(lease_until=until)
    return owed


def state_of(owed: Job) -> tuple[str, int]:
    owed.refresh_from_db()
    return owed.state, owed.crashes


@pytest.mark.django_db
def test_a_clock_set_forward_takes_no_work_from_who_is_at_it(steady: Steady) -> None:
    now = timezone.now()
    owed = running(now + LEASE)
    for beat in range(10):
        assert schedule.watch(now + HOUR) == 0
        steady.go(BEAT_SECONDS)
        if beat % 2:  # every second beat is late
            Job.objects.filter(pk=owed.pk).update(lease_until=now + HOUR + LEASE + timedelta(seconds=beat))
    assert state_of(owed) == (State.RUNNING, 0)


@pytest.mark.django_db
def test_a_clock_set_back_leaves_no_work_with_who_is_gone(steady: Steady) -> None:
    now = timezone.now()
    owed = running(now + HOUR + LEASE)
    assert schedule.watch(now) == 0
    steady.go(LEASE.total_seconds() - 1)
    assert schedule.watch(now) == 0
    steady.go(1)
    assert schedule.watch(now) == 1
    assert state_of(owed) == (State.WAITING, 1)


@pytest.mark.django_db
def test_who_is_long_gone_is_soon_replaced(steady: Steady) -> None:
    owed = running(timezone.now() - HOUR)
    assert schedule.watch(timezone.now()) == 0
    steady.go(schedule.MISSED_SECONDS)
    assert schedule.watch(timezone.now()) == 1
    assert state_of(owed) == (State.WAITING, 1)


@pytest.mark.django_db
def test_who_led_by_a_later_clock_and_died_leads_no_more() -> None:
    now = timezone.now()
    assert schedule.tick("dead", now + HOUR)
    assert schedule.tick("next", now)
    assert schedule.tick("next", now + timedelta(seconds=1))
    assert Lease.objects.get().until == now + schedule.LEADS_FOR
    assert not schedule.tick("other", now)


@pytest.mark.django_db(transaction=True)
def test_what_was_to_be_tried_again_in_an_hour_that_comes_twice_is_tried_now() -> None:
    now = timezone.now()
    CronMark.objects.create(name="tests.half_past", last_at=now + HOUR)
    owed = fails_once.enqueue()
    perform(owed.pk)
    Job.objects.filter(pk=owed.pk).update(due_at=now + HOUR)
    DBTaskResult.objects.update(run_after=now + HOUR)
    schedule.ring(now)
    assert serve(Worker(), "default")
    assert state_of(owed) == (State.DONE, 0)


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_sent_when_the_clock_was_set_back_is_sent_at_the_next_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = timezone.now()
    CronMark.objects.create(name="tests.half_past", last_at=now + HOUR)
    owed = [fails_once.enqueue() for _one in range(3)]
    for one in owed:
        perform(one.pk)
    Job.objects.update(due_at=now + HOUR)

    def busy(_jobs: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(schedule, "AT_ONCE", 2)
    with monkeypatch.context() as moment:
        moment.setattr(schedule, "send", busy)
        with pytest.raises(OperationalError):
            schedule.ring(now)
    assert not Job.objects.filter(due_at__lte=now).exists()
    schedule.ring(now)
    assert Job.objects.filter(due_at=now).count() == len(owed)
    assert not CronMark.objects.filter(last_at__gt=now).exists()


@pytest.mark.django_db
def test_what_was_rung_in_an_hour_that_comes_twice_is_not_rung_twice_and_the_next_is() -> None:
    begun = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.get_default_timezone())
    rung = Job.objects.filter(name="tests.half_past")
    for minutes, count in ((0, 0), (35, 1), (95, 2), (35, 2), (55, 2), (95, 2), (155, 3)):
        schedule.ring(begun + timedelta(minutes=minutes))
        assert rung.count() == count, minutes


@pytest.mark.django_db
def test_clocks_that_are_a_little_apart_change_nothing() -> None:
    now = timezone.now()
    CronMark.objects.create(name="tests.half_past", last_at=now + schedule.APART / 2)
    owed = fails_once.enqueue()
    perform(owed.pk)
    schedule.ring(now)
    assert Job.objects.get(pk=owed.pk).due_at > now
