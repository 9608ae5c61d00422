"""Any sequence of writes, undone in reverse, restores every row; and done again, every later one."""

from __future__ import annotations

from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.tests.samples.models import Ground, Part, Sample
from artel.kernel.journal.undo import undo
from artel.kernel.journal.writing import ActorStamp, change_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]

KEYS = [UUID(int=number) for number in range(1, 5)]
NAMES = st.sampled_from(["", "a", "Ё'\"", "null"])
ALICE = ActorStamp("person", None, "Alice")

keys = st.sampled_from(KEYS)
writes = st.one_of(
    st.tuples(st.just("ground"), keys, st.none(), NAMES),
    st.tuples(st.just("sample"), keys, keys | st.none(), NAMES),
    st.tuples(st.just("part"), keys, keys, NAMES),
    st.tuples(st.just("follow"), keys, keys, NAMES),
    st.tuples(st.just("all"), keys, st.none(), NAMES),
    st.tuples(st.just("drop sample"), keys, st.none(), NAMES),
    st.tuples(st.just("drop part"), keys, st.none(), NAMES),
    st.tuples(st.just("drop ground"), keys, st.none(), NAMES),
)
histories = st.lists(st.lists(writes, min_size=1, max_size=4), min_size=1, max_size=6)


def write(kind, key, other, name) -> None:
    """One write that fits the present rows; one that does not is left out."""
    match kind:
        case "ground":
            Ground.objects.update_or_create(pk=key, defaults={"name": name, "zone": key})
        case "sample":
            ground = Ground.objects.filter(pk=other).first()
            Sample.objects.update_or_create(
                pk=key, defaults={"char": name, "code": name or None, "ground": ground}
            )
        case "part" if Sample.objects.filter(pk=other).exists():
            Part.objects.update_or_create(pk=key, defaults={"name": name, "sample_id": other})
        case "follow" if Part.objects.filter(pk=other).exists():
            Part.objects.filter(pk=key).update(after_id=other)
        case "all":
            Sample.objects.update(text=name, json={"a": [name, None]})
        case "drop sample":
            Sample.objects.filter(pk=key).delete()
        case "drop part":
            Part.objects.filter(pk=key).delete()
        case "drop ground":
            Ground.objects.filter(pk=key).delete()


def act(several) -> int:
    with transaction.atomic(), change_set(ALICE, command="test") as opened:
        for one in several:
            try:
                with transaction.atomic():
                    write(*one)
            except IntegrityError:  # the code is taken
                continue
    return opened.id


def picture():
    left_out = {"version", "changed_at", "seen", "password"}
    return [
        sorted(
            model.objects.values_list(
                *[field.attname for field in model._meta.concrete_fields if field.name not in left_out]
            ),
            key=str,
        )
        for model in (Ground, Sample, Part)
    ]


@contextmanager
def going_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def back(set_id):
    result = undo(set_id, ALICE, may_change=lambda *_: ())
    assert result.conflicts == []
    return result.set_id


@given(histories)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_undone_in_reverse_everything_is_as_it_was(steps) -> None:
    with going_back():
        pictures, sets = [picture()], []
        for several in steps:
            sets.append(act(several))
            pictures.append(picture())
        undone = []
        for set_id, before in zip(reversed(sets), reversed(pictures[:-1]), strict=True):
            undone.append(back(set_id))
            assert picture() == before
        for set_id, after in zip(reversed(undone), pictures[1:], strict=True):
            if set_id is not None:
                back(set_id)
            assert picture() == after
        assert not ChangeSet.objects.filter(is_open=True).exists()


FIRST, SECOND, THIRD, FOURTH = KEYS

GIVEN_ON = {
    "to a new row": [("drop sample", FIRST, None, ""), ("sample", THIRD, None, "a")],
    "by a row to a new one": [("sample", FIRST, None, ""), ("sample", THIRD, None, "a")],
    "to a row that was there": [("drop sample", FIRST, None, ""), ("sample", SECOND, None, "a")],
    "along a row": [
        ("drop sample", FIRST, None, ""),
        ("sample", SECOND, None, "a"),
        ("sample", THIRD, None, "null"),
    ],
    "by one to the other and back": [
        ("sample", FIRST, None, ""),
        ("sample", SECOND, None, "a"),
        ("sample", FIRST, None, "null"),
    ],
    "in a circle, with rows made and gone": [
        ("sample", THIRD, None, ""),
        ("drop sample", FIRST, None, ""),
        ("sample", SECOND, None, "a"),
        ("sample", FOURTH, None, "null"),
        ("sample", FIRST, None, ""),
    ],
}


@pytest.mark.parametrize("steps", GIVEN_ON.values(), ids=GIVEN_ON.keys())
def test_a_key_given_on_inside_one_set_comes_back(steps) -> None:
    with going_back():
        act([("sample", FIRST, None, "a"), ("sample", SECOND, None, "null"), ("part", FIRST, FIRST, "")])
        before = picture()
        given_on = act(steps)
        after = picture()
        undone = back(given_on)
        assert picture() == before
        back(undone)
        assert picture() == after


def test_a_key_that_somebody_took_since_stays_taken() -> None:
    with going_back():
        act([("sample", FIRST, None, "a"), ("sample", SECOND, None, "null")])
        emptied = act([("sample", FIRST, None, ""), ("sample", SECOND, None, "Ё'\"")])
        act([("sample", THIRD, None, "a")])
        [conflict] = undo(emptied, ALICE, may_change=lambda *_: ()).conflicts
        assert (conflict.row, conflict.reason) == (FIRST, "taken")
        assert Sample.objects.get(pk=SECOND).code == "null"
