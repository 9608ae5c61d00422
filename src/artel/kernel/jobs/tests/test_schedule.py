"""The clock and the scheduler's role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from artel.kernel.jobs import cron, declare, job, schedule
from artel.kernel.jobs.models import CronMark, Job, Lease, State
from artel.kernel.jobs.run import Run, Worker
from artel.kernel.jobs.upkeep import DELIVERIES_KEPT, KEPT, purge

NIGHT = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)


@cron("30 3 * * *")
@job("tests.nightly")
def nightly(run: Run) -> None: ...


@pytest.fixture
def _only_nightly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "cron_lines", {"tests.nightly": declare.cron_lines["tests.nightly"]})


@pytest.mark.django_db
@pytest.mark.usefixtures("_only_nightly")
@override_settings(TIME_ZONE="Europe/Moscow")
def test_a_line_rings_once_at_its_time_in_the_companys_zone() -> None:
    assert schedule.ring(NIGHT) == 0
    assert schedule.ring(NIGHT + timedelta(minutes=29)) == 0
    assert schedule.ring(NIGHT + timedelta(minutes=30)) == 1
    assert schedule.ring(NIGHT + timedelta(minutes=30)) == 0
    assert CronMark.objects.get(name="tests.nightly").last_at == datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
    assert Job.objects.get().cause == {"cron": "30 3 * * *"}


@pytest.mark.django_db
@pytest.mark.usefixtures("_only_nightly")
def test_missed_times_are_made_up_for_by_one_run() -> None:
    schedule.ring(NIGHT)
    assert schedule.ring(NIGHT + timedelta(days=9)) == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("_only_nightly")
def test_two_schedulers_that_look_at_once_ring_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second reads the mark before the first moves it: the race itself, not its luck."""
    schedule.ring(NIGHT)
    due = NIGHT + timedelta(days=1)
    latest = schedule.latest
    raced: list[bool] = []

    def overtaken(when: str, now: datetime) -> datetime:
        if not raced:
            raced.append(True)
            assert schedule.ring(due) == 1
        return latest(when, now)

    monkeypatch.setattr(schedule, "latest", overtaken)
    assert schedule.ring(due) == 0
    assert Job.objects.count() == 1


@override_settings(TIME_ZONE="Europe/Berlin")
def test_a_night_that_has_no_three_o_clock_is_not_skipped() -> None:
    before, after = datetime(2026, 3, 29, 0, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    assert before < schedule.latest("30 2 * * *", after) <= after


def test_only_five_fields_are_a_time() -> None:
    for wrong in ("", "61 * * * *", "@reboot", "* * * * * *"):
        with pytest.raises(ValueError, match="cron"):
            cron(wrong)


@pytest.mark.django_db
def test_one_process_at_a_time_is_the_scheduler() -> None:
    now = timezone.now()
    assert schedule.tick("first", now)
    assert not schedule.tick("second", now + schedule.LEADS_FOR / 2)
    assert schedule.tick("first", now + schedule.LEADS_FOR / 2)
    assert schedule.tick("second", now + schedule.LEADS_FOR * 2)
    assert not schedule.tick("first", now + schedule.LEADS_FOR * 2)
    schedule.yield_role(schedule.LEADER, "second")
    assert schedule.tick("first", now + schedule.LEADS_FOR * 2)
    assert Lease.objects.get().holder == "first"


@pytest.mark.django_db
def test_a_step_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(now: datetime) -> int:
        raise RuntimeError

    rung: list[datetime] = []
    monkeypatch.setattr(schedule, "watch", broken)
    monkeypatch.setattr(schedule, "ring", rung.append)
    assert schedule.tick("first")
    assert len(rung) == 1


@pytest.mark.django_db
def test_finished_jobs_and_spent_deliveries_go_the_dead_stay() -> None:
    now = timezone.now()
    old = now - KEPT - timedelta(days=1)
    rows = {state: Job.objects.create(name="tests.nightly", state=state, finished_at=old) for state in State}
    fresh = Job.objects.create(name="tests.nightly", state=State.DONE, finished_at=now)
    spent = now - DELIVERIES_KEPT - timedelta(hours=1)
    for status, at in (("SUCCESSFUL", spent), ("RUNNING", spent), ("RUNNING", now), ("READY", None)):
        DBTaskResult.objects.create(
            status=status, started_at=at, args_kwargs={}, task_path="x", run_after=now
        )
    run = purge.enqueue()
    purge.body(Run(run, purge, Worker("tests")))
    kept = set(Job.objects.values_list("pk", flat=True))
    gone = {rows[State.DONE].pk, rows[State.CANCELLED].pk}
    assert kept == {row.pk for row in rows.values()} - gone | {fresh.pk, run.pk}
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["READY", "RUNNING"]
