"""One edit of many records through the API: named rows at once, a filter by a run; nothing closed is told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.api.programs import program

from artel.domains.company.factories import HOUSE
from artel.domains.partners.commands import partners
from artel.domains.partners.models import Partner
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.jobs import worker
from artel.kernel.jobs.models import Job
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role

pytestmark = pytest.mark.django_db
SOUTH = {"field": "comment", "is": "equals", "value": "Юг"}
NORTH = {"comment": "Север"}


def sent(actor: Any, body: dict[str, Any], **headers: str) -> Any:
    return program(actor).post("partners/bulk", body, **headers)


def hide(*fields: str) -> None:
    with system_set("tests.hide"):
        Role.objects.filter(code="sales_manager").update(hidden_fields={"partners.partner": list(fields)})


def ids(*firms: Any) -> list[str]:
    return [str(one.pk) for one in firms]


def test_named_rows_change_at_once(people: Any, firms: list[Any]) -> None:
    found = sent(people.holly, {"ids": ids(*firms), "values": NORTH})
    assert found.status_code == 200, found.content
    told = found.json()
    assert {name: told[name] for name in ("rows", "changed", "unchanged", "refused", "problems")} == {
        "rows": 4, "changed": 3, "unchanged": 1, "refused": 0, "problems": [],
    }  # fmt: skip
    assert found["X-Change-Set"] == str(told["change_set"])
    assert program(people.holly).post(f"change-sets/{told['change_set']}/undo").status_code == 200
    assert Partner.objects.filter(comment="Север").count() == 1


def test_refused_rows_have_problems(people: Any, firms: list[Any]) -> None:
    partners.change(HOUSE, firms[1], comment="Запад")
    named = [{"id": str(one.pk), "version": one.version} for one in firms] + [str(uuid4())]
    told = sent(people.alice, {"ids": named, "values": NORTH}).json()
    assert (told["rows"], told["changed"], told["unchanged"], told["refused"]) == (5, 1, 1, 3)
    codes = [one["problem"]["code"] for one in told["problems"]]
    assert codes == ["changed_meanwhile", "not_found", "not_found"]
    hidden, absent = (one["problem"] for one in told["problems"][1:])
    assert hidden == absent


def test_a_repeated_request_acts_once(people: Any, firms: list[Any]) -> None:
    body = {"ids": ids(*firms[:3]), "values": NORTH}
    first = sent(people.alice, body, Idempotency_Key="k")
    again = sent(people.alice, body, Idempotency_Key="k")
    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "true"


def test_a_preview_writes_nothing(people: Any, firms: list[Any]) -> None:
    alice = program(people.alice)
    before = ChangeSet.objects.count()
    for asked in ({"filter": {}}, {"ids": ids(*firms)}):
        told = alice.post("partners/bulk", {**asked, "values": NORTH, "preview": True}).json()
        counts = (told["changing"], told["unchanged"], told["forbidden"], told["is_more"])
        assert counts == (2, 1, 0, False)
        assert told["sample"][0]["changes"] == [{"field": "comment", "before": "Юг", "after": "Север"}]
        assert told["not_found"] == ("ids" in asked)
        assert "Ясень" not in str(told)
    assert ChangeSet.objects.count() == before


def test_a_filter_is_ordered_and_followed(people: Any, firms: list[Any]) -> None:
    found = sent(people.alice, {"filter": SOUTH, "values": NORTH}, Idempotency_Key="k")
    again = sent(people.alice, {"filter": SOUTH, "values": NORTH}, Idempotency_Key="k")
    assert found.status_code == 202
    assert found.json() == again.json()
    where = found["Location"].removeprefix("/api/v1/")
    mine = program(people.alice)
    assert mine.get(where).json()["state"] == "waiting"
    worker.drain()
    told = mine.get(where).json()
    assert (told["state"], told["rows"], told["changed"], told["problems"]) == ("done", 2, 2, [])
    assert program(people.bob).get(where).status_code == 404
    assert mine.get(f"runs/{uuid4()}").status_code == 404
    assert mine.post(f"change-sets/{told['change_set']}/undo").status_code == 200
    assert Partner.objects.filter(comment="Север").count() == 1


def test_an_ordered_edit_is_paused_resumed_and_cancelled(people: Any, firms: list[Any]) -> None:
    mine, other = program(people.alice), program(people.bob)
    where = sent(people.alice, {"filter": SOUTH, "values": NORTH})["Location"].removeprefix("/api/v1/")
    assert mine.post(f"{where}/commands/pause").json()["state"] == "paused"
    worker.drain()
    assert Partner.objects.filter(comment="Юг").exists()
    refused = mine.post(f"{where}/commands/pause")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert other.post(f"{where}/commands/resume").status_code == 404
    assert mine.post(f"{where}/commands/nonsense").status_code == 404
    assert mine.get(f"{where}/commands/resume").status_code == 405
    assert mine.post(f"{where}/commands/resume").json()["state"] == "waiting"
    assert mine.post(f"{where}/commands/cancel").json()["state"] == "cancelled"
    worker.drain()
    assert not Partner.objects.filter(comment="Север", version__gt=1).exists()


def test_an_edited_list_is_of_the_callers_rows(people: Any, firms: list[Any]) -> None:
    sent(people.alice, {"filter": {}, "values": NORTH})
    worker.drain()
    assert Partner.objects.get(pk=firms[3].pk).comment == "Юг"


@pytest.mark.parametrize(
    "body",
    [
        {"values": NORTH},
        {"filter": {}, "ids": [], "values": NORTH},
        {"ids": [], "values": NORTH},
        {"ids": ["x"], "values": NORTH},
        {"ids": [str(uuid4())] * 201, "values": NORTH},
        {"ids": [{"id": str(uuid4()), "version": True}], "values": NORTH},
        {"filter": [], "values": NORTH},
        {"filter": {"field": "nowhere"}, "values": NORTH},
        {"filter": {"field": "manager", "value": "nobody at all"}, "values": NORTH},
        {"filter": {}, "values": {}},
        {"filter": {}, "values": {"nowhere": 1}},
        {"filter": {}, "values": {"code": "1"}},
        {"filter": {}, "values": {"attributes": {"nowhere": 1}}},
        {"filter": {}, "values": NORTH, "preview": 1},
        {"filter": {}, "values": NORTH, "items": []},
        {"filter": {}},
    ],
)
def test_what_is_not_understood_is_told(people: Any, firms: list[Any], body: dict[str, Any]) -> None:
    found = sent(people.alice, body)
    assert found.status_code == 422, found.content
    assert found["Content-Type"] == "application/problem+json"
    assert found.json()["errors"]
    assert not Job.objects.filter(name="screens.bulk_change").exists()


def test_hidden_fields_answer_like_none(people: Any, firms: list[Any]) -> None:
    ATTRIBUTES.add(HOUSE, entity="partners.partner", code="secret", name="Тайна", kind="string")
    hide("comment", "attributes.secret")
    for values, like in (
        ({"comment": "x"}, {"nowhere": "x"}),
        ({"attributes": {"secret": "x"}}, {"attributes": {"nowhere": "x"}}),
    ):
        for preview in (True, False):
            hidden, absent = (
                sent(people.alice, {"filter": {}, "values": one, "preview": preview})
                for one in (values, like)
            )
            assert hidden.status_code == absent.status_code == 422
            said = [[one["detail"] for one in each.json()["errors"]] for each in (hidden, absent)]
            assert said[0] == said[1]
    asked = sent(people.alice, {"filter": SOUTH, "values": {"is_supplier": True}})
    assert asked.status_code == 422


def test_a_closed_reference_is_not_told(people: Any, firms: list[Any]) -> None:
    partners.change(HOUSE, firms[1], head=firms[3])
    found = sent(people.alice, {"ids": ids(firms[1]), "values": {"head": str(firms[2].pk)}, "preview": True})
    assert str(firms[3].pk) not in found.content.decode()
    refused = sent(people.alice, {"ids": ids(firms[1]), "values": {"head": str(firms[3].pk)}})
    assert refused.status_code == 422


def test_who_may_not_is_refused(people: Any, firms: list[Any]) -> None:
    assert sent(people.nemo, {"filter": {}, "values": NORTH}).status_code == 403
    with system_set("tests.withdraw"):
        Role.objects.filter(code="sales_manager").update(withdrawn=["partners.change_partner"])
    for preview in (True, False):
        assert sent(people.alice, {"filter": {}, "values": NORTH, "preview": preview}).status_code == 403


def test_lines_are_taken_as_before(people: Any, firms: list[Any]) -> None:
    told = sent(people.alice, {"items": [{"id": str(firms[1].pk), "comment": "Север"}]}).json()
    assert (told["done"], told["refused"]) == (1, 0)
