"""Old sets go to the file of their month, whole and without personal values, and not before everybody has read them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from artel.kernel.actors import Actor
from artel.kernel.dialect import dialect_of
from artel.kernel.journal.archiving import archive, sets_of
from artel.kernel.journal.models import ChangeSet, Event, JournalReader, RowChange
from artel.kernel.journal.reading import read_new
from artel.kernel.journal.staging import query
from artel.kernel.journal.tests.samples.models import Sample
from artel.kernel.journal.undo import undo
from artel.kernel.journal.values import ERASED
from artel.kernel.journal.writing import ActorStamp, change_set, finish_parent, open_parent
from artel.kernel.refusals import NotThere
from artel.kernel.undoing import undo_change_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]
ALICE = ActorStamp("person", None, "Alice")
THEN = datetime(2025, 11, 5, tzinfo=UTC)
TERM = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    ChangeSet.objects.update(at=timezone.now())


@contextmanager
def by(**more):
    with transaction.atomic(), change_set(ALICE, command="test", **more) as opened:
        yield opened


def old(*ids: int) -> None:
    ChangeSet.objects.filter(pk__in=ids).update(at=THEN)


@pytest.fixture
def changed():
    with by():
        sample = Sample.objects.create(char="a", text="Орлова")
    with by() as opened:
        Sample.objects.filter(pk=sample.pk).update(char="b", text="Белова")
    old(opened.id)
    return opened.id


def test_an_old_set_goes_into_the_file_of_its_month(changed):
    rows = RowChange.objects.count()
    assert archive(TERM) == 1
    assert (ChangeSet.objects.filter(pk=changed).exists(), RowChange.objects.count()) == (False, rows - 1)
    [one] = sets_of("2025-11")
    [change] = one["changes"]
    assert (one["id"], one["command"], change["entity"]) == (changed, "test", "samples.sample")
    assert (change["before"], change["after"]) == (
        {"char": "a", "text": {ERASED: True}},
        {"char": "b", "text": {ERASED: True}},
    )


def test_what_has_gone_cannot_be_taken_back_and_says_so(changed):
    archive(TERM)
    for back in (
        lambda: undo(changed, ALICE, may_change=lambda *_: ()),
        lambda: undo_change_set(Actor.system(), changed),
    ):
        with pytest.raises(NotThere) as refused:
            back()
        assert refused.value.code == "archived"
    with pytest.raises(NotThere) as refused:
        undo_change_set(Actor.system(), 10**9)
    assert refused.value.code == "not_found"


def test_a_reader_that_is_behind_holds_sets_back(changed):
    JournalReader.objects.create(name="slow")
    assert archive(TERM) == 0
    [(place,)] = query(
        f"SELECT {dialect_of(connection).place_of_set()} FROM journal_changeset WHERE id = {changed}"
    )
    JournalReader.objects.filter(name="slow").update(position=str(place - 1))
    assert archive(TERM) == 0
    JournalReader.objects.filter(name="slow").update(position=str(place))
    assert archive(TERM) == 1
    with read_new("slow") as sets:
        assert changed not in {one.pk for one in sets}


def test_an_event_not_yet_told_holds_its_set_back(changed):
    event = Event.objects.create(set_id=changed, name="test.Event")
    assert archive(TERM) == 0
    Event.objects.filter(pk=event.pk).update(dispatched_at=timezone.now())
    assert archive(TERM) == 1
    assert not Event.objects.filter(pk=event.pk).exists()


def test_a_job_goes_whole_or_not_at_all():
    parent = open_parent(ALICE, command="test.import")
    children = []
    for _ in range(2):
        with by(parent=parent) as opened:
            Sample.objects.create()
        children.append(opened.id)
    old(parent, children[0])
    assert archive(TERM) == 0
    old(children[1])
    assert archive(TERM) == 0  # it is still running
    finish_parent(parent, "done")
    assert archive(TERM) == 3
    assert archive(TERM + timedelta(days=1)) == 0


def test_a_set_written_twice_is_told_once(changed, monkeypatch):
    from artel.kernel.journal import archiving

    with monkeypatch.context() as patched:
        patched.setattr(archiving, "_forget", fail)
        with pytest.raises(RuntimeError):
            archive(TERM)
    assert ChangeSet.objects.filter(pk=changed).exists()
    archive(TERM)
    [one] = sets_of("2025-11")
    assert len({change["id"] for change in one["changes"]}) == len(one["changes"]) == 1


def fail(*_):
    raise RuntimeError("the light went out")
