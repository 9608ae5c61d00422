"""Events become jobs of their subscribers: after the commit, once each, however the dispatcher dies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from artel.kernel.actors import Actor, ActorKind
from artel.kernel.commands import stamp_of
from artel.kernel.jobs import on
from artel.kernel.jobs.declare import Happened
from artel.kernel.jobs.dispatch import dispatch, undispatched
from artel.kernel.jobs.doctor import PATIENCE, findings
from artel.kernel.jobs.models import Job, State
from artel.kernel.jobs.queue import resend
from artel.kernel.jobs.run import Run
from artel.kernel.jobs.schedule import tick
from artel.kernel.jobs.worker import drain
from artel.kernel.journal.writing import change_set, publish, system_set
from artel.kernel.models import Counter, User

SEEN: list[Any] = []
PLACE = "kernel.DealWon"


@dataclass(frozen=True)
class DealWon:
    deal: str


@on(PLACE, name="tests.remember")
def remember(run: Run, event: Happened) -> None:
    Counter.objects.create(series=event["facts"]["deal"])


@on(PLACE, name="tests.congratulate", retries=0)
def congratulate(run: Run, event: Happened) -> None:
    SEEN.append((run, event))
    if event["facts"]["deal"] == "bad":
        raise RuntimeError("no")


@pytest.fixture(autouse=True)
def _clean() -> None:
    SEEN.clear()


def win(deal: str) -> int:
    with system_set("tests.win_deal") as opened:
        publish(opened, DealWon(deal))
    return opened.id


@pytest.mark.django_db
def test_every_subscriber_gets_its_job_and_one_failure_is_its_own() -> None:
    win("a")
    bad = win("bad")
    drain()
    assert set(Counter.objects.values_list("series", flat=True)) >= {"a", "bad"}
    assert [event["facts"]["deal"] for _run, event in SEEN] == ["a", "bad"]
    [dead] = Job.objects.dead()
    assert (dead.name, dead.cause["change_set"]) == ("tests.congratulate", bad)
    assert not undispatched().exists()


@pytest.mark.django_db
def test_a_rolled_back_act_tells_nobody() -> None:
    with transaction.atomic():
        win("a")
        transaction.set_rollback(True)
    drain()
    assert SEEN == []


@pytest.mark.django_db
def test_an_event_dispatched_again_makes_no_second_job() -> None:
    win("a")
    drain()
    undispatched().model.objects.update(dispatched_at=None)
    assert dispatch() == 1
    drain()
    assert len(SEEN) == 1
    assert Job.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_dispatcher_that_dies_midway_leaves_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    win("a")

    def dies(jobs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr("artel.kernel.jobs.dispatch.send_on_commit", dies)
        with pytest.raises(KeyboardInterrupt):
            dispatch()
    assert Job.objects.count() == 0
    assert undispatched().count() == 1

    with monkeypatch.context() as killed:
        killed.setattr("artel.kernel.jobs.queue.send", lambda jobs: None)
        assert dispatch() == 1
    assert set(Job.objects.values_list("delivery", flat=True)) == {""}
    assert resend(timezone.now() + timedelta(minutes=1)) == 2


@pytest.mark.django_db
def test_a_subscriber_acts_for_the_person_whose_act_it_was() -> None:
    with system_set("tests.people"):
        alice = User.objects.create(login="alice", name="Alice")
    with transaction.atomic(), change_set(stamp_of(Actor.person(alice)), command="tests.win_deal") as opened:
        publish(opened, DealWon("a"))
    win("b")
    drain()
    (hers, event), (house, _event) = SEEN
    assert (hers.actor.user, hers.actor.is_unbounded) == (alice, False)
    assert house.actor.is_unbounded
    assert hers.cause == {"change_set": opened.id, "event": int(event["id"]), "job": str(hers.job.pk)}
    assert event["change_set"] == opened.id


@pytest.mark.django_db
def test_a_subscriber_may_do_no_more_than_the_token_whose_act_it_was() -> None:
    with system_set("tests.people"):
        alice = User.objects.create(login="alice", name="Alice")
    token = Actor(ActorKind.TOKEN, "robot", alice, frozenset({"deals.*"}))
    with transaction.atomic(), change_set(stamp_of(token), command="tests.win_deal") as opened:
        publish(opened, DealWon("a"))
    drain()
    [(hers, _event)] = SEEN
    assert hers.actor.scopes == {"deals.*"}
    with transaction.atomic(), change_set(stamp_of(hers.actor), command="tests.win_deal") as opened:
        publish(opened, DealWon("b"))
    drain()
    assert SEEN[-1][0].actor.scopes == {"deals.*"}


@pytest.mark.django_db
def test_many_events_go_in_pieces_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artel.kernel.jobs.dispatch.AT_ONCE", 3)
    for number in range(8):
        win(f"deal {number}")
    assert dispatch() == 8
    drain()
    assert [event["facts"]["deal"] for _run, event in SEEN] == [f"deal {number}" for number in range(8)]


@pytest.mark.django_db
def test_an_idle_dispatcher_takes_no_lock(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert dispatch() == 0


@pytest.mark.django_db
def test_the_scheduler_dispatches_and_the_doctor_misses_it() -> None:
    win("a")
    later = timezone.now() + PATIENCE * 2
    assert len(findings(later)) == 1
    assert tick("tests")
    assert not undispatched().exists()
    assert Job.objects.filter(state=State.WAITING, name__startswith="tests.").count() == 2
