"""Retries, keys, progress, wishes, leases and dead letters, in one process."""

from __future__ import annotations

import errno
import os
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from artel.kernel.actors import Actor, ActorKind
from artel.kernel.jobs import Stopped, declare, job
from artel.kernel.jobs.declare import JobKind
from artel.kernel.jobs.models import Job, State, Wish
from artel.kernel.jobs.queue import UNSENT_AFTER, resend
from artel.kernel.jobs.run import LEASE, Run, Worker, fail, here, perform, start
from artel.kernel.jobs.schedule import MOST_CRASHES, reap
from artel.kernel.jobs.worker import claim, drain, serve
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Counter, User
from artel.kernel.outages import FULL
from artel.kernel.refusals import Refused

SEEN: list[Any] = []


@job("tests.note", backoff=timedelta(seconds=10), longest_wait=timedelta(seconds=35))
def note(run: Run, *, text: str, fail_times: int = 0) -> str:
    SEEN.append(text)
    if run.job.failures < fail_times:
        raise RuntimeError(f"not yet: {text}")
    return text.upper()


@job("tests.refuse")
def refuse(run: Run) -> None:
    raise Refused("closed", "The month is closed.")


@job("tests.keyed", key=lambda *, text: text)
def keyed(run: Run, *, text: str) -> None:
    SEEN.append(text)


@job("tests.atomic", atomic=True, retries=0)
def atomic_note(run: Run, *, text: str, fail: bool) -> None:
    Counter.objects.create(series=text)
    if fail:
        raise RuntimeError("after the write")


@job("tests.chunks")
def chunks(run: Run, *, ask: str = "", at: int = -1) -> int:
    for number in range(run.reached.get("next", 0), 5):
        run.obey()
        with transaction.atomic():
            SEEN.append(number)
            run.checkpoint({"next": number + 1}, done=number + 1, total=5)
        if number == at:
            Job.objects.filter(pk=run.job.pk).update(wish=ask)
    return 5


@job("tests.who")
def who(run: Run) -> None:
    SEEN.append(run.actor)


@pytest.fixture(autouse=True)
def _clean() -> None:
    SEEN.clear()


def in_time(wanted: Job) -> Job:
    wanted.refresh_from_db()
    return wanted


@pytest.mark.django_db(transaction=True)
def test_the_queue_hears_of_a_job_only_after_the_commit() -> None:
    with transaction.atomic():
        owed = note.enqueue(text="a")
        assert not DBTaskResult.objects.exists()
    assert in_time(owed).delivery == str(DBTaskResult.objects.get().pk)
    with transaction.atomic():
        note.enqueue(text="b")
        transaction.set_rollback(True)
    assert Job.objects.count() == DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_delivery_performs_its_job_once_however_often_it_comes() -> None:
    owed = note.enqueue(text="a")
    resend(timezone.now())
    assert serve(Worker(), "default")
    assert in_time(owed).state == State.DONE
    assert owed.result == "A"
    assert not perform(owed.pk)
    assert SEEN == ["a"]


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_but_never_sent_is_sent_later(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crash:
        crash.setattr("artel.kernel.jobs.queue.send", lambda jobs: None)
        owed = note.enqueue(text="a")
    now = timezone.now()
    assert claim(Worker(), "default") is None
    assert resend(now) == 0
    assert resend(now + UNSENT_AFTER + timedelta(seconds=1)) == 1
    assert serve(Worker(), "default")
    assert in_time(owed).state == State.DONE


@pytest.mark.django_db
def test_failures_wait_longer_each_time_and_end_as_a_dead_letter() -> None:
    owed = note.enqueue(text="a", fail_times=99)
    waits = []
    for _attempt in range(3):
        before = timezone.now()
        assert perform(owed.pk)
        assert in_time(owed).state == State.WAITING
        waits.append(round((owed.due_at - before).total_seconds()))
    assert waits == [10, 20, 35]
    perform(owed.pk)
    assert in_time(owed).state == State.DEAD
    assert (owed.failures, owed.attempt) == (4, 4)
    assert owed.error == "not yet: a"
    assert "RuntimeError" in owed.traceback
    assert list(Job.objects.dead()) == [owed]


@pytest.mark.django_db(transaction=True)
def test_a_retry_travels_through_the_queue_and_not_before_its_time() -> None:
    owed = note.enqueue(text="a", fail_times=1)
    assert serve(Worker(), "default")
    assert in_time(owed).state == State.WAITING
    assert claim(Worker(), "default") is None
    DBTaskResult.objects.filter(pk=owed.delivery).update(run_after=timezone.now())
    assert serve(Worker(), "default")
    assert in_time(owed).state == State.DONE
    assert (owed.error, owed.traceback) == ("", "")


@pytest.mark.django_db
def test_a_full_disk_is_no_failure_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(run: Run, /, **arguments: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    owed = note.enqueue(text="a")
    with monkeypatch.context() as moment:
        moment.setitem(declare.kinds, "tests.note", JobKind(name="tests.note", body=full, retries=0))
        for _attempt in range(3):
            assert perform(owed.pk)
    assert (in_time(owed).state, owed.failures, owed.error) == (State.WAITING, 0, str(FULL.at_work))
    perform(owed.pk)
    assert in_time(owed).state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_an_ending_that_the_base_does_not_take_is_written_when_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[int] = []

    def full_twice(*given: Any) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("database or disk is full")
        fail(*given)

    monkeypatch.setattr("artel.kernel.jobs.run.AGAIN_SECONDS", 0)
    monkeypatch.setattr("artel.kernel.jobs.run.fail", full_twice)
    owed = note.enqueue(text="a", fail_times=1)
    perform(owed.pk)
    assert (in_time(owed).state, owed.failures, len(tries)) == (State.WAITING, 1, 3)


@pytest.mark.django_db
def test_a_refusal_is_not_retried() -> None:
    owed = refuse.enqueue()
    perform(owed.pk)
    assert in_time(owed).state == State.DEAD
    assert (owed.attempt, owed.error) == (1, "The month is closed.")


@pytest.mark.django_db
def test_the_same_key_is_accepted_once_also_after_the_work_is_done() -> None:
    first = keyed.enqueue(text="k")
    assert keyed.enqueue(text="k") == first
    drain()
    assert keyed.using(key="k").enqueue(text="other") == first
    assert keyed.using(key="k2").enqueue(text="k") != first
    drain()
    assert SEEN == ["k", "k"]


@pytest.mark.django_db
def test_arguments_that_are_not_plain_json_are_refused_by_the_one_who_enqueues() -> None:
    with pytest.raises(TypeError):
        note.enqueue(text=timezone.now())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        note.enqueue("a")  # type: ignore[call-arg]
    assert not Job.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("fail", [False, True])
def test_an_atomic_job_and_its_mark_are_one_transaction(fail: bool) -> None:
    owed = atomic_note.enqueue(text="x", fail=fail)
    perform(owed.pk)
    assert in_time(owed).state == (State.DEAD if fail else State.DONE)
    assert Counter.objects.filter(series="x").exists() is not fail


@pytest.mark.django_db
def test_an_atomic_job_that_lost_its_lease_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    owed = atomic_note.enqueue(text="x", fail=False)
    body = atomic_note.body

    def replaced(run: Run, /, **arguments: Any) -> None:
        body(run, **arguments)
        reap(timezone.now() + LEASE * 2)
        assert start(owed.pk, Worker("another")) is not None

    kind = JobKind(name="tests.atomic", body=replaced, atomic=True)
    monkeypatch.setitem(declare.kinds, "tests.atomic", kind)
    perform(owed.pk)
    assert not Counter.objects.filter(series="x").exists()


@pytest.mark.django_db
def test_a_job_resumes_from_its_checkpoint() -> None:
    owed = chunks.enqueue()
    Job.objects.filter(pk=owed.pk).update(checkpoint={"next": 3})
    perform(owed.pk)
    assert SEEN == [3, 4]
    assert in_time(owed).done_share == 1.0


@pytest.mark.django_db
@pytest.mark.parametrize(("ask", "ends"), [(Wish.PAUSE, State.PAUSED), (Wish.CANCEL, State.CANCELLED)])
def test_a_running_job_obeys_at_its_next_piece(ask: Wish, ends: State) -> None:
    owed = chunks.enqueue(ask=ask, at=1)
    perform(owed.pk)
    assert in_time(owed).state == ends
    assert SEEN == [0, 1]
    assert owed.checkpoint == {"next": 2}
    assert owed.wish == Wish.NOTHING


@pytest.mark.django_db
def test_a_worker_that_is_going_down_hands_the_job_on_at_once() -> None:
    stopping = threading.Event()
    stopping.set()
    owed = chunks.enqueue()
    token = here.set(Worker("leaving", stopping))
    perform(owed.pk)
    here.reset(token)
    assert in_time(owed).state == State.WAITING
    assert (owed.failures, owed.crashes) == (0, 0)
    drain()
    assert SEEN == [0, 1, 2, 3, 4]


@pytest.mark.django_db
def test_the_job_of_a_silent_worker_runs_again_and_the_silent_one_can_write_nothing() -> None:
    owed = note.enqueue(text="a")
    job_row = start(owed.pk, Worker("silent"))
    assert job_row is not None
    lost = Run(job_row, note, Worker("silent"))
    assert reap(timezone.now()) == 0
    assert reap(timezone.now() + LEASE + timedelta(seconds=1)) == 1
    assert in_time(owed).crashes == 1
    drain()
    assert in_time(owed).state == State.DONE
    with pytest.raises(Stopped):
        lost.checkpoint({"next": 1})
    assert in_time(owed).checkpoint == {}


@pytest.mark.django_db
def test_a_job_that_outlives_its_workers_too_often_is_dead() -> None:
    owed = note.enqueue(text="a")
    for _crash in range(MOST_CRASHES):
        assert start(owed.pk, Worker("dies")) is not None
        reap(timezone.now() + LEASE * 2)
    assert in_time(owed).state == State.DEAD
    assert owed.crashes == MOST_CRASHES
    assert SEEN == []


@pytest.mark.django_db
def test_a_name_nobody_declares_is_a_dead_letter() -> None:
    owed = Job.objects.create(name="tests.gone")
    perform(owed.pk)
    assert in_time(owed).state == State.DEAD
    assert "tests.gone" in owed.error


@pytest.mark.django_db
def test_a_job_acts_for_its_user_within_the_scopes_of_the_token_that_caused_it() -> None:
    with system_set("tests.people"):
        alice = User.objects.create(login="alice", name="Alice")
    token = Actor(ActorKind.TOKEN, "integration", alice, frozenset({"deals.view_deal"}))
    who.using(actor=token).enqueue()
    who.using(actor=Actor.person(alice)).enqueue()
    who.enqueue()
    drain()
    narrowed, whole, house = SEEN
    assert (narrowed.kind, narrowed.user, narrowed.scopes) == (ActorKind.JOB, alice, {"deals.view_deal"})
    assert (whole.user, whole.scopes, whole.is_unbounded) == (alice, None, False)
    assert house.is_unbounded


def test_two_jobs_may_not_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"tests\.note"):

        @job("tests.note")
        def other(run: Run) -> None: ...


@pytest.mark.django_db
def test_an_idle_lane_takes_no_lock(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as queries:
        assert claim(Worker(), "default") is None
    assert "UPDATE" not in queries.captured_queries[0]["sql"]
