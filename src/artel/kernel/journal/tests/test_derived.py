"""A derived column equals the end of its path after every kind of write, and is not journalled."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from artel.kernel.dialect import dialect_of
from artel.kernel.journal.models import RowChange
from artel.kernel.journal.tests.samples.models import Ground, Part, Sample
from artel.kernel.journal.undo import undo
from artel.kernel.journal.writing import ActorStamp, system_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]

NORTH, SOUTH = UUID(int=1), UUID(int=2)


@pytest.fixture
def world():
    with system_set("test"):
        north, south = (Ground.objects.create(zone=zone) for zone in (NORTH, SOUTH))
        sample = Sample.objects.create(ground=north)
        part = Part.objects.create(sample=sample)
    return north, south, sample, part


def zones():
    return Sample.objects.get().zone, Part.objects.get().zone


def test_a_new_row_takes_its_value_whatever_was_written(world) -> None:
    assert zones() == (NORTH, NORTH)
    with system_set("test") as opened:
        second = Sample.objects.create(ground=world[1], zone=NORTH)
        free = Sample.objects.create(zone=NORTH)
    assert list(
        Sample.objects.filter(pk__in=[second.pk, free.pk]).order_by("pk").values_list("zone", flat=True)
    ) == [
        SOUTH,
        None,
    ]
    assert [one.op for one in RowChange.objects.filter(set_id=opened.id)] == ["i", "i"]


def test_a_moved_reference_moves_the_value_along_the_whole_path(world) -> None:
    _, south, sample, _ = world
    with system_set("test") as opened:
        Sample.objects.filter(pk=sample.pk).update(ground=south)
    assert zones() == (SOUTH, SOUTH)
    assert [list(one.after or {}) for one in RowChange.objects.filter(set_id=opened.id)] == [["ground"]]
    with system_set("test"):
        Sample.objects.update(ground=None)
    assert zones() == (None, None)


def test_a_changed_end_reaches_everybody(world) -> None:
    north, *_ = world
    with system_set("test") as opened:
        Ground.objects.filter(pk=north.pk).update(zone=SOUTH)
    assert zones() == (SOUTH, SOUTH)
    assert undo(opened.id, ActorStamp("person", None, "A"), may_change=lambda *_: ()).restored == 1
    assert zones() == (NORTH, NORTH)


def test_a_value_written_over_by_hand_is_put_right(world) -> None:
    key = dialect_of(connection).key(SOUTH)
    with system_set("test") as opened, connection.cursor() as cursor:
        cursor.execute("UPDATE samples_sample SET zone = %s", [key])
        cursor.execute("UPDATE samples_part SET zone = NULL")
    assert zones() == (NORTH, NORTH)
    assert not RowChange.objects.filter(set_id=opened.id).exists()


def test_a_record_made_again_takes_the_value_of_now(world) -> None:
    north, _, sample, _ = world
    with system_set("test") as opened:
        sample.delete()
    with system_set("test"):
        Ground.objects.filter(pk=north.pk).update(zone=SOUTH)
    assert undo(opened.id, ActorStamp("person", None, "A"), may_change=lambda *_: ()).restored == 2
    assert zones() == (SOUTH, SOUTH)
