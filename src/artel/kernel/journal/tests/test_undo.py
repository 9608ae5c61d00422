"""Undo puts back exactly what was, and names what it cannot."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection, transaction

from artel.kernel.journal.models import ChangeSet, RowChange
from artel.kernel.journal.tests.awkward import rows
from artel.kernel.journal.tests.samples.models import Ground, Part, Sample
from artel.kernel.journal.undo import undo
from artel.kernel.journal.writing import ActorStamp, change_set, finish_parent, open_parent, system_set
from artel.kernel.refusals import AlreadyUndone, NotThere, Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]

ALICE = ActorStamp("person", None, "Alice")
BOB = ActorStamp("person", None, "Bob")


def back(set_id, stamp=ALICE, forbidden=(), **how):
    return undo(set_id, stamp, may_change=lambda model, keys: set(forbidden) & set(keys), **how)


@contextmanager
def by(stamp, **more):
    with transaction.atomic(), change_set(stamp, command="test", **more) as opened:
        yield opened


def picture(model=Sample):
    """Every journalled value of every row."""
    left_out = {"version", "changed_at", "seen", "password"}
    names = [field.attname for field in model._meta.concrete_fields if field.name not in left_out]
    return {row["id"]: row for row in model.objects.values(*names)}


def bare(model=Sample):
    """The same as the database keeps it, JSON apart."""
    names = [
        field.column
        for field in model._meta.concrete_fields
        if field.name not in {"version", "changed_at", "seen", "password", "json"}
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM {model._meta.db_table} ORDER BY id")
        return [tuple(map(repr, row)) for row in cursor.fetchall()]


def differing(then):
    """Fields that are not as they were: none, it is hoped."""
    now = picture(), bare()
    fields = [
        (name, row[name], then[0][key][name])
        for key, row in now[0].items()
        for name in row
        if row[name] != then[0][key][name]
    ]
    return fields + [(new, old) for new, old in zip(now[1], then[1], strict=True) if new != old]


@pytest.fixture
def awkward():
    with by(ALICE):
        Sample.objects.bulk_create(Sample(**row) for row in rows(1500))
    return picture(), bare()


def test_an_update_of_awkward_values_is_undone_exactly(awkward) -> None:
    others = rows(1501)[1:]
    with by(ALICE) as opened:
        for sample, values in zip(Sample.objects.order_by("id"), others, strict=True):
            Sample.objects.filter(pk=sample.pk).update(**values)
    assert picture() != awkward[0]
    changed = picture(), bare()
    result = back(opened.id)
    assert (result.restored, result.conflicts) == (1500, [])
    assert differing(awkward) == []
    again = back(result.set_id)
    assert again.conflicts == []
    assert differing(changed) == []


def test_a_delete_of_awkward_values_is_undone_exactly(awkward) -> None:
    with by(ALICE) as opened:
        Sample.objects.all().delete()
    result = back(opened.id)
    assert (result.restored, result.conflicts) == (1500, [])
    assert differing(awkward) == []
    redone = back(result.set_id)
    assert (redone.restored, redone.conflicts, Sample.objects.count()) == (1500, [], 0)


def test_an_insert_is_undone_and_done_again() -> None:
    with by(ALICE) as opened:
        sample = Sample.objects.create(char="a", json={"a": 1})
        Part.objects.create(sample=sample, name="part")
    before = picture(), picture(Part)
    result = back(opened.id)
    assert (result.restored, Sample.objects.count(), Part.objects.count()) == (2, 0, 0)
    assert back(result.set_id).conflicts == []
    assert (picture(), picture(Part)) == before


@pytest.fixture
def sample():
    with by(ALICE):
        return Sample.objects.create(char="a", whole=1, text="first", money=Decimal("1.50"))


def test_a_field_changed_since_stays_and_is_named(sample) -> None:
    with by(ALICE):
        other = Sample.objects.create(char="other")
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(char="b", whole=2, money=Decimal("2.50"))
        Sample.objects.filter(pk=other.pk).update(char="b")
    with by(BOB) as later:
        Sample.objects.filter(pk=sample.pk).update(whole=3)
    result = back(opened.id)
    [conflict] = result.conflicts
    assert (conflict.entity, conflict.row, conflict.field, conflict.reason) == (
        "samples.sample",
        sample.pk,
        "whole",
        "changed",
    )
    assert (conflict.ours, conflict.theirs, conflict.who, conflict.set_id) == (2, 3, "Bob", later.id)
    assert conflict.when == ChangeSet.objects.get(pk=later.id).at
    sample.refresh_from_db()
    assert (sample.char, sample.whole, sample.money) == ("a", 3, Decimal("1.50"))


def test_one_record_is_undone_wholly_or_not_at_all(sample) -> None:
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(char="b", whole=2)
    with by(BOB):
        Sample.objects.filter(pk=sample.pk).update(whole=3)
    count = ChangeSet.objects.count()
    result = back(opened.id)
    assert (result.restored, len(result.conflicts), result.set_id) == (0, 1, None)
    sample.refresh_from_db()
    assert (sample.char, ChangeSet.objects.count()) == ("b", count)


def test_a_value_that_came_back_is_ours_again(sample) -> None:
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(char="b")
    for value in ("c", "b"):
        with by(BOB):
            Sample.objects.filter(pk=sample.pk).update(char=value)
    assert back(opened.id).conflicts == []
    sample.refresh_from_db()
    assert sample.char == "a"


def test_json_spelt_otherwise_is_no_conflict(sample) -> None:
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(json={"a": 1, "b": [1.50]})
    with by(BOB):
        Sample.objects.filter(pk=sample.pk).update(json={"b": [1.5], "a": 1})
    assert back(opened.id).conflicts == []
    sample.refresh_from_db()
    assert sample.json == {}


def test_an_undo_of_what_is_undone_is_refused(sample) -> None:
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(char="b")
    first = back(opened.id)
    with pytest.raises(AlreadyUndone) as refused:
        back(opened.id)
    assert (first.restored, refused.value.code, refused.value.change_set) == (
        1,
        "already_undone",
        first.set_id,
    )
    assert "Alice" in str(refused.value.sentence)


def test_a_made_row_that_was_changed_since_stays() -> None:
    with by(ALICE) as opened:
        kept, _ = (Sample.objects.create(char=name) for name in "ab")
    with by(BOB):
        Sample.objects.filter(pk=kept.pk).update(char="c")
    result = back(opened.id)
    [conflict] = result.conflicts
    assert (conflict.row, conflict.field, conflict.ours, conflict.theirs, conflict.who) == (
        kept.pk,
        "char",
        "a",
        "c",
        "Bob",
    )
    assert [row.pk for row in Sample.objects.all()] == [kept.pk]


def test_a_made_row_whose_change_was_undone_goes() -> None:
    with by(ALICE) as opened:
        made = Sample.objects.create(char="a")
    with by(BOB) as later:
        Sample.objects.filter(pk=made.pk).update(char="b")
    back(later.id)
    assert back(opened.id).conflicts == []
    assert not Sample.objects.exists()


def test_a_made_row_that_others_refer_to_stays_with_all_it_needs() -> None:
    with by(ALICE) as opened:
        ground = Ground.objects.create()
        sample, free = Sample.objects.create(ground=ground), Sample.objects.create(ground=ground)
    with by(BOB):
        Part.objects.create(sample=sample)
    result = back(opened.id)
    assert {(one.row, one.reason, one.theirs) for one in result.conflicts} == {
        (sample.pk, "referenced", "samples.part"),
        (ground.pk, "referenced", "samples.sample"),
    }
    assert result.restored == 1
    assert not Sample.objects.filter(pk=free.pk).exists()


def test_rows_that_refer_to_one_another_go_together() -> None:
    with by(ALICE) as opened:
        sample = Sample.objects.create()
        first, second = Part.objects.create(sample=sample), Part.objects.create(sample=sample)
        Part.objects.filter(pk=first.pk).update(after=second)
        Part.objects.filter(pk=second.pk).update(after=first)
    before = picture(Part)
    result = back(opened.id)
    assert (result.restored, result.conflicts, Part.objects.count()) == (3, [], 0)
    assert back(result.set_id).restored == 3
    assert picture(Part) == before


def test_a_reference_moved_to_a_made_row_moves_back_first(sample) -> None:
    with by(ALICE):
        part = Part.objects.create(sample=sample)
    with by(ALICE) as opened:
        other = Sample.objects.create()
        Part.objects.filter(pk=part.pk).update(sample=other)
    assert back(opened.id).conflicts == []
    part.refresh_from_db()
    assert part.sample_id == sample.pk
    assert not Sample.objects.filter(pk=other.pk).exists()


def test_a_deleted_row_whose_unique_key_is_taken_stays_away_and_so_do_its_parts() -> None:
    with by(ALICE):
        sample, other = Sample.objects.create(code="x"), Sample.objects.create(code="y")
        Part.objects.create(sample=sample)
    with by(ALICE) as opened:
        Sample.objects.all().delete()
    with by(BOB):
        Sample.objects.create(code="x")
    result = back(opened.id)
    assert sorted((one.entity, one.reason) for one in result.conflicts) == [
        ("samples.part", "gone"),
        ("samples.sample", "taken"),
    ]
    assert Sample.objects.filter(pk=other.pk).exists()


def test_a_deleted_row_whose_parent_is_gone_stays_away(sample) -> None:
    with by(ALICE):
        Part.objects.create(sample=sample)
    with by(ALICE) as opened:
        Part.objects.all().delete()
    with by(BOB):
        Sample.objects.all().delete()
    [conflict] = back(opened.id).conflicts
    assert (conflict.entity, conflict.field, conflict.reason) == ("samples.part", "sample", "gone")


def test_a_changed_row_that_was_deleted_since_is_named(sample) -> None:
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(char="b")
    with by(BOB):
        Sample.objects.all().delete()
    [conflict] = back(opened.id).conflicts
    assert (conflict.field, conflict.reason, conflict.who) == ("", "deleted", "Bob")


def test_a_reference_to_what_is_gone_stays(sample) -> None:
    with by(ALICE):
        ground = Ground.objects.create()
        Sample.objects.filter(pk=sample.pk).update(ground=ground)
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(ground=None, char="z")
        Sample.objects.create()
    with by(BOB):
        Ground.objects.all().delete()
    [conflict] = back(opened.id).conflicts
    assert (conflict.field, conflict.reason) == ("ground", "gone")
    sample.refresh_from_db()
    assert (sample.char, sample.ground_id) == ("a", None)


def test_a_unique_value_taken_since_stays(sample) -> None:
    with by(ALICE):
        several = [Sample.objects.create(code=str(number)) for number in range(5)]
    with by(ALICE) as opened:
        Sample.objects.exclude(code=None).update(code=None)
    with by(BOB):
        Sample.objects.create(code="3")
    [conflict] = back(opened.id).conflicts
    assert (conflict.row, conflict.reason) == (several[3].pk, "taken")
    assert Sample.objects.filter(code=None).count() == 2


def test_a_made_row_stays_for_one_that_cannot_let_go_of_it(sample) -> None:
    with by(ALICE):
        Sample.objects.filter(pk=sample.pk).update(code="x")
    with by(ALICE) as opened:
        ground = Ground.objects.create()
        Sample.objects.filter(pk=sample.pk).update(code=None, ground=ground)
    with by(BOB):
        Sample.objects.create(code="x")
    result = back(opened.id)
    assert {(one.row, one.reason) for one in result.conflicts} == {
        (sample.pk, "taken"),
        (ground.pk, "referenced"),
    }
    assert (result.restored, Ground.objects.count()) == (0, 1)


def test_a_row_written_several_times_is_put_back_to_its_beginning(sample) -> None:
    with by(ALICE) as opened:
        for number in range(2, 5):
            Sample.objects.filter(pk=sample.pk).update(whole=number, char=str(number % 2))
        Sample.objects.filter(pk=sample.pk).update(text="last")
        sample.delete()
        Sample.objects.create(char="made and deleted").delete()
    before = {"char": "a", "whole": 1, "text": "first", "money": Decimal("1.50")}
    assert back(opened.id).conflicts == []
    assert Sample.objects.values(*before).get() == before


def test_a_row_deleted_and_made_again_in_one_set_is_put_back(sample) -> None:
    with by(ALICE):
        Sample.objects.create()
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(whole=2)
        Sample.objects.filter(pk=sample.pk).delete()
        Sample.objects.create(pk=sample.pk, char="new", whole=7)
        Sample.objects.filter(pk=sample.pk).update(char="newer")
    with by(BOB):
        Sample.objects.filter(pk=sample.pk).update(text="Bob's")
    result = back(opened.id)
    sample.refresh_from_db()
    assert (sample.char, sample.whole, sample.text) == ("newer", 7, "Bob's")
    assert [(one.field, one.theirs, one.who) for one in result.conflicts] == [("text", "Bob's", "Bob")]
    assert back(ChangeSet.objects.latest("pk").pk, BOB).conflicts == []
    assert back(opened.id).conflicts == []
    sample.refresh_from_db()
    assert (sample.char, sample.whole, sample.text) == ("a", 1, "first")


def test_versions_go_on_and_secrets_do_not_come_back(sample) -> None:
    with by(ALICE):
        Sample.objects.filter(pk=sample.pk).update(password="secret", version=2)
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(char="b", version=3)
    back(opened.id)
    sample.refresh_from_db()
    assert (sample.version, sample.password) == (4, "secret")
    with by(ALICE) as opened:
        sample.delete()
    back(opened.id)
    again = Sample.objects.get()
    assert (again.password, again.seen) == ("", 0)
    assert again.version > 3


def test_what_the_actor_may_not_change_stays() -> None:
    with by(ALICE):
        mine, theirs, deleted = (Sample.objects.create(char=name) for name in ("mine", "theirs", "deleted"))
    with by(ALICE) as opened:
        Sample.objects.update(char="x")
        Sample.objects.filter(pk=deleted.pk).delete()
        made = Sample.objects.create(char="made")
    result = back(opened.id, forbidden=[theirs.pk, deleted.pk, made.pk])
    assert {(one.row, one.reason) for one in result.conflicts} == {
        (row.pk, "forbidden") for row in (theirs, deleted, made)
    }
    assert result.restored == 1
    mine.refresh_from_db()
    assert mine.char == "mine"


def test_a_dry_run_tells_and_changes_nothing(sample) -> None:
    with by(ALICE) as opened:
        Sample.objects.filter(pk=sample.pk).update(char="b")
    changes = RowChange.objects.count()
    result = back(opened.id, dry_run=True)
    assert (result.restored, result.conflicts, result.set_id) == (1, [], None)
    sample.refresh_from_db()
    assert (sample.char, RowChange.objects.count()) == ("b", changes)


def test_a_strict_undo_does_all_or_nothing() -> None:
    with by(ALICE):
        one, two = Sample.objects.create(), Sample.objects.create()
    with by(ALICE) as opened:
        Sample.objects.update(char="b")
    with by(BOB):
        Sample.objects.filter(pk=one.pk).update(char="c")
    result = back(opened.id, strict=True)
    assert (result.restored, len(result.conflicts)) == (0, 1)
    two.refresh_from_db()
    assert two.char == "b"


def test_what_went_out_of_the_house_is_refused() -> None:
    with by(ALICE, irreversible=True) as opened:
        Sample.objects.create()
    with pytest.raises(Refused) as refused:
        back(opened.id)
    assert refused.value.code == "irreversible"
    with pytest.raises(NotThere):
        back(opened.id + 1000)


def job(state):
    parent = open_parent(ALICE, command="test.import")
    for number in range(3):
        with by(ALICE, parent=parent):
            Sample.objects.filter(char="a").update(whole=10 + number)
            for each in range(4):
                Sample.objects.create(char=f"row {number} {each}")
    if state != "open":
        finish_parent(parent, state)
    return parent


@pytest.mark.parametrize("state", ["open", "done", "broken"])
def test_a_job_of_many_sets_is_undone_whole_and_done_again(sample, state) -> None:
    parent = job(state)
    result = back(parent)
    assert (result.restored, result.conflicts) == (15, [])
    sample.refresh_from_db()
    assert (sample.whole, Sample.objects.count()) == (1, 1)
    undone = ChangeSet.objects.get(pk=result.set_id)
    assert (undone.state, undone.undoes_id, undone.children.count(), undone.row_count) == (
        "done",
        parent,
        3,
        15,
    )
    assert back(result.set_id).conflicts == []
    sample.refresh_from_db()
    assert (sample.whole, Sample.objects.count()) == (12, 13)


def test_a_job_is_undone_once_and_again_after_it_was_done_again(sample) -> None:
    parent = job("done")
    first = back(parent)
    with pytest.raises(AlreadyUndone) as refused:
        back(parent)
    assert (refused.value.code, refused.value.change_set) == ("already_undone", first.set_id)
    assert ChangeSet.objects.filter(undoes=parent).count() == 1
    back(first.set_id)
    assert back(parent).restored == 15


def test_what_was_put_back_in_part_is_undone_further(sample) -> None:
    parent = job("done")
    with by(BOB):
        Sample.objects.filter(char="row 0 0").update(char="Bob's")
    assert back(parent).restored == 14
    assert [one.field for one in back(parent).conflicts] == ["char"]
    with by(BOB):
        Sample.objects.filter(char="Bob's").update(char="row 0 0")
    assert back(parent).restored == 1


def test_a_job_is_rehearsed_as_a_whole(sample) -> None:
    parent = job("done")
    rehearsal = back(parent, dry_run=True)
    assert (rehearsal.restored, rehearsal.conflicts, rehearsal.set_id) == (15, [], None)
    assert Sample.objects.count() == 13
    with by(BOB):
        Sample.objects.filter(char="row 0 0").update(char="Bob's")
    strict = back(parent, strict=True)
    assert [one.field for one in strict.conflicts] == ["char"]
    assert (strict.set_id, Sample.objects.count()) == (None, 13)


def test_an_undo_within_a_change_set_is_refused(sample) -> None:
    with pytest.raises(transaction.TransactionManagementError), system_set("test"):
        back(1)
