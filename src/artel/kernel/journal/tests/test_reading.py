"""Readers lose nothing and read nothing twice; a record's history holds its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection, transaction

from artel.kernel.journal.models import ChangeSet, Event, JournalReader
from artel.kernel.journal.reading import FieldChange, changes_of, history, read_new
from artel.kernel.journal.tests.samples.models import Ground, Part, Sample
from artel.kernel.journal.writing import (
    ActorStamp,
    change_set,
    finish_parent,
    open_parent,
    publish,
    system_set,
)

pytestmark = [pytest.mark.usefixtures("samples")]


@dataclass(frozen=True)
class Grown:
    key: UUID
    share: Decimal
    at: datetime


def names(reader, **how):
    with read_new(reader, **how) as sets:
        return [one.command for one in sets]


def fail(sets):
    assert [one.command for one in sets] == ["a"]
    raise ZeroDivisionError


def act(name):
    with system_set(name):
        Ground.objects.create()


@pytest.mark.django_db(transaction=True)
def test_a_reader_reads_each_set_once_and_each_reader_all() -> None:
    for reader in ("one", "two"):
        names(reader)
    for name in ("a", "b", "c"):
        act(name)
    assert names("one", limit=2) == ["a", "b"]
    assert names("one") == ["c"]
    assert names("one") == []
    assert names("two") == ["a", "b", "c"]


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_fails_reads_again() -> None:
    names("one")
    act("a")
    with pytest.raises(ZeroDivisionError), read_new("one") as sets:
        fail(sets)
    assert names("one") == ["a"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_on("postgres", "SQLite has one writer at a time")
def test_a_set_committed_before_an_older_one_is_read_after_it() -> None:
    from threading import Event as Flag
    from threading import Thread

    names("one")
    began, end = Flag(), Flag()

    def slow():
        with system_set("slow"):
            Ground.objects.create()
            began.set()
            end.wait(20)
        connection.close()

    thread = Thread(target=slow)
    thread.start()
    assert began.wait(20)
    act("quick")
    assert names("one") == []
    end.set()
    thread.join()
    assert names("one") == ["slow", "quick"]


@pytest.mark.django_db
def test_events_are_rows_of_the_set() -> None:
    grown = Grown(UUID(int=1), Decimal("1.50"), datetime(2024, 1, 1, tzinfo=UTC))
    with system_set("test") as opened:
        publish(opened, grown)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publish_and_fail(opened, grown)
    [event] = Event.objects.filter(set_id=opened.id)
    assert event.name == "kernel.Grown"
    assert event.payload == {"key": str(UUID(int=1)), "share": "1.50", "at": "2024-01-01T00:00:00Z"}


def publish_and_fail(opened, event):
    publish(opened, event)
    raise ZeroDivisionError


@pytest.mark.django_db
def test_the_history_of_a_record_holds_its_parts_in_types_of_the_model() -> None:
    with system_set("made"):
        ground = Ground.objects.create()
        sample, other = Sample.objects.create(), Sample.objects.create()
        part = Part.objects.create(sample=sample, name="p")
    moment = datetime(2024, 5, 6, 7, 8, 9, 10, tzinfo=UTC)
    with system_set("changed"):
        Sample.objects.update(money=Decimal("1.10"), moment=moment, ground=ground, json={"a": 1})
    with system_set("deleted"):
        part.delete()
    entries = history(Sample, sample.pk)
    assert [(entry.set.command, entry.op, entry.model) for entry in entries] == [
        ("deleted", "d", Part),
        ("changed", "u", Sample),
        ("made", "i", Part),
        ("made", "i", Sample),
    ]
    assert sorted(entries[1].fields, key=lambda change: change.field) == [
        FieldChange("ground", None, ground.pk),
        FieldChange("json", {}, {"a": 1}),
        FieldChange("moment", None, moment),
        FieldChange("money", None, Decimal("1.10")),
    ]
    assert FieldChange("name", "p", None) in entries[0].fields
    first = history(Sample, sample.pk, limit=2)
    assert [*first, *history(Sample, sample.pk, limit=2, before=first[-1].id)] == entries
    assert {entry.row for entry in history(Sample, other.pk)} == {other.pk}


@pytest.mark.django_db
def test_the_changes_of_a_job_are_those_of_its_sets() -> None:
    stamp = ActorStamp("job", None, "import")
    parent = open_parent(stamp, command="test")
    for _ in range(2):
        with transaction.atomic(), change_set(stamp, command="test", parent=parent):
            Ground.objects.create()
    finish_parent(parent, "broken")
    assert [entry.op for entry in changes_of(parent)] == ["i", "i"]
    whole = ChangeSet.objects.get(pk=parent)
    assert (whole.state, whole.row_count, whole.actor_kind) == ("broken", 2, "job")
    assert not JournalReader.objects.filter(name="nobody").exists()
