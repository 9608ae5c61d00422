"""The rules of changing many at once: what may be changed, what is counted, what is taken back."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from artel.domains.company.commands import currencies
from artel.domains.company.factories import HOUSE, person
from artel.domains.deals.commands import change_deal
from artel.domains.partners.commands import partners, regions
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.kernel.actors import Actor
from artel.kernel.arguments import Values
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.jobs import worker
from artel.kernel.jobs.models import Job, State
from artel.kernel.jobs.steer import cancel
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role
from artel.kernel.refusals import Conflict, Forbidden, NotThere, Refused
from artel.kernel.roles import Grant, Reach
from artel.kernel.undoing import undo_change_set
from artel.screens.bulk import matching
from artel.screens.bulk.edits import Edit, edit_of
from artel.screens.bulk.matching import Matching, order
from artel.screens.bulk.previewing import preview
from artel.screens.bulk.selected import MOST, change_selected
from artel.screens.filters import BadFilter, Leaf, read

pytestmark = pytest.mark.django_db
SOUTH = Leaf("comment", "equals", "Юг")


def edit(actor: Any, **raw: Any) -> Edit:
    return edit_of(actor, partners.change, partners.change.read(raw, actor))


def comments(*firms: Any) -> list[str]:
    kept = dict(Partner.objects.values_list("pk", "comment"))
    return [kept[one.pk] for one in firms]


def hide(code: str, **fields: list[str]) -> None:
    with system_set("tests.hide"):
        Role.objects.filter(code=code).update(
            hidden_fields={name.replace("__", "."): of for name, of in fields.items()}
        )


def drained() -> Any:
    worker.drain()
    return Job.objects.get(name="screens.bulk_change")


def test_chosen_rows_change_in_one_set_that_is_taken_back(people: Any, firms: list[Any]) -> None:
    done = change_selected(edit(people.holly, comment="Север"), dict.fromkeys(one.pk for one in firms))
    assert (done.rows, done.changed, done.unchanged, done.refused) == (4, 3, 1, [])
    assert comments(*firms) == ["Север"] * 4
    assert Partner.objects.get(pk=firms[0].pk).version == firms[0].version
    assert done.change_set is not None
    undo_change_set(people.holly, done.change_set)
    assert comments(*firms) == ["Север", "Юг", "Юг", "Юг"]


def test_each_row_is_refused_by_itself(people: Any, firms: list[Any]) -> None:
    partners.change(HOUSE, firms[1], comment="Запад")
    chosen = {one.pk: one.version for one in firms}
    done = change_selected(edit(people.alice, comment="Север"), chosen)
    assert (done.rows, done.changed, done.unchanged) == (4, 1, 1)
    told = dict(done.refused)
    assert isinstance(told[firms[1].pk], Conflict)
    assert isinstance(told[firms[3].pk], NotThere)
    assert comments(*firms) == ["Север", "Запад", "Север", "Юг"]


def test_nothing_written_leaves_no_change_set(people: Any, firms: list[Any]) -> None:
    before = ChangeSet.objects.count()
    done = change_selected(edit(people.alice, comment="Север"), {firms[0].pk: None, firms[3].pk: None})
    assert (done.changed, done.unchanged, len(done.refused), done.change_set) == (0, 1, 1, None)
    assert ChangeSet.objects.count() == before


def test_a_repeated_key_acts_once(people: Any, firms: list[Any]) -> None:
    chosen = {one.pk: one.version for one in firms}
    first = change_selected(edit(people.alice, comment="Север"), chosen, key="k")
    again = change_selected(edit(people.alice, comment="Север"), chosen, key="k")
    assert again.repeated
    assert (again.change_set, again.changed, again.unchanged) == (first.change_set, 2, 1)
    assert len(again.refused) == len(first.refused) == 1
    with pytest.raises(Refused) as caught:
        change_selected(edit(people.alice, comment="Восток"), chosen, key="k")
    assert caught.value.code == "key_reused"


def test_more_than_by_hand_are_a_filter(people: Any) -> None:
    with pytest.raises(Refused) as caught:
        change_selected(edit(people.alice, comment="x"), {uuid4(): None for _ in range(MOST + 1)})
    assert caught.value.code == "too_many"


def test_who_may_not_change_may_not_change_many(people: Any) -> None:
    with pytest.raises(Forbidden):
        edit(people.nemo, comment="x")


@pytest.mark.parametrize("raw", [{"code": "1"}, {"comment_": "x"}, {"attributes": {"none": "1"}}])
def test_what_the_form_does_not_change_is_refused(people: Any, raw: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        edit(people.alice, **raw)
    assert caught.value.code == "invalid"


def test_a_hidden_field_answers_like_none(people: Any, firms: list[Any]) -> None:
    hide("sales_manager", partners__partner=["comment", "attributes.size"])
    ATTRIBUTES.add(HOUSE, entity="partners.partner", code="size", name="Размер", kind="string")
    for raw in ({"comment": "x"}, {"attributes": {"size": "x"}}):
        with pytest.raises(Refused) as hidden:
            edit_of(people.alice, partners.change, Values(raw))
        with pytest.raises(Refused) as absent:
            edit_of(people.alice, partners.change, Values({"nowhere": "x"}))
        assert hidden.value.code == absent.value.code
        assert [str(text) for text in hidden.value.fields.values()] == [
            str(text) for text in absent.value.fields.values()
        ]


def test_nothing_chosen_is_nothing_done(people: Any) -> None:
    with pytest.raises(Refused) as caught:
        edit(people.alice)
    assert caught.value.code == "nothing_chosen"


def test_attributes_and_references_change_and_are_emptied(people: Any, firms: list[Any]) -> None:
    ATTRIBUTES.add(HOUSE, entity="partners.partner", code="size", name="Размер", kind="number")
    volga = regions.add(HOUSE, name="Волга")
    keys = dict.fromkeys(one.pk for one in firms[:3])
    given = edit(people.holly, region=str(volga.pk), attributes={"size": "12,5"}, is_supplier="true")
    assert change_selected(given, keys).changed == 3
    one = Partner.objects.get(pk=firms[0].pk)
    assert (one.region, one.attributes, one.is_supplier) == (volga, {"size": 12.5}, True)
    assert change_selected(given, keys).unchanged == 3
    emptied = change_selected(edit(people.holly, region="", attributes={"size": ""}), keys)
    assert emptied.changed == 3
    one.refresh_from_db()
    assert (one.region, one.attributes) == (None, {})


def test_what_must_be_filled_in_is_not_emptied(people: Any) -> None:
    with pytest.raises(Refused) as caught:
        edit(people.alice, name="")
    assert set(caught.value.fields) == {"name"}


def test_the_preview_tells_the_difference_and_writes_nothing(people: Any, firms: list[Any]) -> None:
    before = ChangeSet.objects.count()
    given = edit(people.alice, comment="Север")
    found = preview(given, Matching().rows(people.alice, Partner))
    assert (found.rows, found.changing, found.same, found.closed_count) == (3, 2, 1, 0)
    assert [(str(one.record), one.now) for one in found.shown] == [
        ("Клён", {"comment": "Юг"}),
        ("Липа", {"comment": "Юг"}),
    ]
    assert comments(*firms) == ["Север", "Юг", "Юг", "Юг"]
    assert ChangeSet.objects.count() == before


def test_the_preview_tells_what_a_rule_refuses(people: Any, firms: list[Any]) -> None:
    given = edit(people.holly, head=str(firms[1].pk))
    found = preview(
        given, Matching(read({"field": "comment", "is": "equals", "value": "Юг"})).rows(people.holly, Partner)
    )
    assert [str(one.record) for one in found.refused] == ["Клён"]
    assert (found.rows, found.changing, len(found.shown)) == (3, 2, 2)


def test_all_that_match_change_in_a_job(
    people: Any, firms: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "CHUNK", 2)
    order(edit(people.alice, comment="Север"), Matching(SOUTH))
    done = drained()
    assert done.state == State.DONE, done.error
    assert {name: done.result[name] for name in ("rows", "changed", "unchanged", "refused")} == {
        "rows": 2, "changed": 2, "unchanged": 0, "refused": 0,
    }  # fmt: skip
    assert comments(*firms) == ["Север", "Север", "Север", "Юг"]
    undo_change_set(people.alice, done.result["change_set"])
    assert comments(*firms) == ["Север", "Юг", "Юг", "Юг"]


def test_the_filter_is_asked_when_the_work_is_done(people: Any, firms: list[Any]) -> None:
    """What no longer matches, or is no longer the person's to see, is left alone."""
    order(edit(people.alice, comment="Север"), Matching(SOUTH))
    partners.change(HOUSE, firms[1], comment="Запад")
    partners.change(HOUSE, firms[2], manager=people.bob.user)
    assert drained().result["rows"] == 0
    assert comments(*firms) == ["Север", "Запад", "Юг", "Юг"]


def test_a_right_that_is_gone_ends_the_job(people: Any, firms: list[Any]) -> None:
    order(edit(people.alice, comment="Север"), Matching(SOUTH))
    with system_set("tests.withdraw"):
        Role.objects.filter(code="sales_manager").update(withdrawn=["partners.change_partner"])
    assert drained().state == State.DEAD
    assert comments(*firms) == ["Север", "Юг", "Юг", "Юг"]


def test_a_filter_by_a_hidden_field_is_refused(people: Any, firms: list[Any]) -> None:
    hide("sales_manager", partners__partner=["comment"])
    with pytest.raises(BadFilter):
        order(edit(people.alice, public_name="x"), Matching(SOUTH))
    assert not Job.objects.filter(name="screens.bulk_change").exists()


def test_a_field_hidden_meanwhile_ends_the_job(people: Any, firms: list[Any]) -> None:
    order(edit(people.alice, public_name="x"), Matching(SOUTH))
    hide("sales_manager", partners__partner=["comment"])
    assert drained().state == State.DEAD
    assert not Partner.objects.filter(public_name="x").exists()


def test_refused_rows_of_a_job_are_told(people: Any, firms: list[Any]) -> None:
    order(edit(people.holly, head=str(firms[0].pk)), Matching())
    done = drained()
    assert (done.result["changed"], done.result["refused"]) == (3, 1)
    [[key, sentence]] = done.result["refusals"]
    assert key == str(firms[0].pk)
    assert sentence


def test_the_same_order_is_accepted_once(people: Any, firms: list[Any]) -> None:
    first, again = (order(edit(people.alice, comment="Север"), Matching(SOUTH), key="k") for _ in range(2))
    assert first.pk == again.pk
    assert order(edit(people.bob, comment="Север"), Matching(SOUTH), key="k").pk != first.pk


def test_a_cancelled_job_ends_its_change_set(
    people: Any, firms: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "CHUNK", 1)
    owed = order(edit(people.holly, comment="Север"), Matching(SOUTH))
    real = matching._chunk

    def cancelling(*given: Any) -> Any:
        reached = real(*given)
        cancel([owed.pk])
        return reached

    monkeypatch.setattr(matching, "_chunk", cancelling)
    monkeypatch.setattr("artel.kernel.jobs.run.REPORT_SECONDS", 0)
    done = drained()
    assert done.state == State.CANCELLED
    assert comments(*firms).count("Север") == 2
    undo_change_set(people.holly, done.checkpoint["change_set"])
    assert comments(*firms).count("Север") == 1


def test_questions_do_not_grow_with_the_rows(people: Any) -> None:
    """Pinned: what thirty rows ask, three hundred ask as well."""
    made = [partner(f"Фирма {number}", HOUSE, manager=people.holly.user) for number in range(30)]
    asked = []
    for count, comment in ((3, "Север"), (30, "Юг")):
        given = edit(people.holly, comment=comment)
        with CaptureQueriesContext(connection) as run:
            change_selected(given, {one.pk: None for one in made[:count]})
        with CaptureQueriesContext(connection) as looked:
            preview(edit(people.holly, comment="Восток"), Matching().rows(people.holly, Partner))
        asked.append((len(run), len(looked)))
    assert asked[0] == asked[1]
    assert asked[0] == (12, 15)


def test_rows_one_sees_but_may_not_change_are_told(people: Any, firms: list[Any]) -> None:
    with system_set("tests.look"):
        looking = Role.objects.create(name="Looks", added=["partners.view_partner"])
        Grant.objects.create(user=people.alice.user, role=looking, reach=Reach.ALL)
    alice = Actor.person(people.alice.user)
    given = edit(alice, comment="Север")
    found = preview(given, Matching().rows(alice, Partner))
    assert (found.rows, found.changing, found.same, found.closed_count) == (4, 2, 1, 1)
    assert [str(one) for one in found.closed] == ["Ясень"]
    done = change_selected(given, dict.fromkeys(one.pk for one in firms))
    [(key, why)] = done.refused
    assert (key, why.code) == (firms[3].pk, "forbidden")


def test_what_is_kept_for_a_job_reads_as_it_was(people: Any, firms: list[Any]) -> None:
    for kind in ("string", "number", "date", "boolean"):
        ATTRIBUTES.add(HOUSE, entity="deals.deal", code=kind, name=kind, kind=kind)
    raw = {
        "potential": "1 250,50",
        "started_at": "31.12.2026 18:30",
        "client": str(firms[0].pk),
        "probability": "40",
        "attributes": {"string": "да", "number": "2,5", "date": "31.12.2026", "boolean": "true"},
    }
    given = edit_of(people.holly, change_deal, change_deal.read(raw, people.holly))
    kept = json.loads(json.dumps(given.kept()))
    with timezone.override(UTC):
        again = edit_of(people.holly, change_deal, change_deal.read(kept, people.holly))
    assert again.values == given.values


def test_what_the_base_lets_in_once_goes_to_the_first(people: Any) -> None:
    """Where the base refuses one row of a batch, each is tried by itself."""
    made = [currencies.add(HOUSE, code=code, name=code) for code in ("XAA", "XAB", "XAC")]
    admin = person("ada", "administrator")
    given = edit_of(admin, currencies.change, currencies.change.read({"code": "XZZ"}, admin))
    chosen = {one.pk: one.version for one in made}
    assert len(preview(given, type(made[0]).objects.filter(pk__in=chosen)).refused) == 2
    done = change_selected(given, chosen)
    assert (done.changed, len(done.refused)) == (1, 2)
    assert type(made[0]).objects.filter(code="XZZ").count() == 1


def test_a_job_that_is_taken_back_meanwhile_ends(
    people: Any, firms: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "CHUNK", 1)
    order(edit(people.holly, comment="Север"), Matching(SOUTH))
    real = matching._chunk

    def undoing(run: Any, given: Any, reached: Any, records: Any) -> Any:
        further = real(run, given, reached, records)
        undo_change_set(people.holly, further.change_set)
        return further

    monkeypatch.setattr(matching, "_chunk", undoing)
    done = drained()
    assert done.state == State.DEAD
    assert done.checkpoint["rows"] == 1
    assert comments(*firms) == ["Север", "Юг", "Юг", "Юг"]
