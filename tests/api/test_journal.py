"""History and undo through the API."""

import uuid

import pytest

from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.kernel.journal.models import ChangeSet

from .programs import HOUSE
from .test_lists import hide
from .test_records import problem

pytestmark = pytest.mark.django_db


def test_history_says_what_changed_and_who_did_it(people, firm):
    api = people.as_alice
    api.patch(f"partners/{firm.pk}", {"comment": "новое", "head": None})
    body = api.get(f"partners/{firm.pk}/history").json()
    latest = body["items"][0]
    assert latest["actor"] == {"kind": "token", "name": "test"}
    assert latest["command"] == "partners.change_partner"
    [row] = [row for row in latest["rows"] if row["entity"] == "partners"]
    assert row["fields"] == [{"field": "comment", "before": "", "after": "новое"}]
    assert body["items"][-1]["rows"][0]["op"] == "i"
    page = api.get(f"partners/{firm.pk}/history?limit=1").json()
    rest = api.get(f"partners/{firm.pk}/history?limit=200&cursor={page['next']}").json()
    assert [one["change_set"] for one in page["items"]] == [latest["change_set"]]
    assert latest["change_set"] not in [one["change_set"] for one in rest["items"]]


def test_history_tells_nothing_hidden(people, firm):
    daughter = partner("Дочка", HOUSE, manager=people.bob.user)
    from artel.domains.partners.commands import partners

    partners.change(HOUSE, daughter, head=firm, comment="тайна")
    told = people.as_bob.get(f"partners/{daughter.pk}/history").json()
    assert str(firm.pk) not in str(told)
    assert "Ромашка" not in str(told)
    assert str(firm.pk) in str(people.as_head.get(f"partners/{daughter.pk}/history").json())
    hide("sales_manager", "comment")
    assert "тайна" not in str(people.as_bob.get(f"partners/{daughter.pk}/history").json())
    hidden = people.as_bob.get(f"partners/{firm.pk}/history")
    assert hidden.content == people.as_bob.get(f"partners/{uuid.uuid4()}/history").content
    problem(hidden, 404, "not_found")


@pytest.mark.parametrize("query", ["limit=0", "cursor=-1", "cursor=x", "cursor=99999999999999999999", "x=1"])
def test_history_refuses_what_it_does_not_understand(people, firm, query):
    problem(people.as_alice.get(f"partners/{firm.pk}/history?{query}"), 400, "bad_parameters")


def changed(people, firm, comment="новое"):
    answer = people.as_alice.patch(f"partners/{firm.pk}", {"comment": comment})
    return int(answer["X-Change-Set"])


def test_a_change_is_taken_back(people, firm):
    number = changed(people, firm)
    api = people.as_alice
    tried = api.post(f"change-sets/{number}/undo", {"dry_run": True}).json()
    assert tried == {"change_set": None, "restored": 1, "conflicts": []}
    assert Partner.objects.get(pk=firm.pk).comment == "новое"
    done = api.post(f"change-sets/{number}/undo", Idempotency_Key="u").json()
    assert done["restored"] == 1
    assert Partner.objects.get(pk=firm.pk).comment == ""
    again = api.post(f"change-sets/{number}/undo", Idempotency_Key="u")
    assert again.json()["change_set"] == done["change_set"]
    assert again["Idempotent-Replay"] == "true"
    assert ChangeSet.objects.filter(undoes=number).count() == 1
    back = api.post(f"change-sets/{done['change_set']}/undo").json()
    assert back["restored"] == 1
    assert Partner.objects.get(pk=firm.pk).comment == "новое"


def test_a_change_is_taken_back_once(people, firm):
    number = changed(people, firm)
    done = people.as_alice.post(f"change-sets/{number}/undo").json()["change_set"]
    for body in ({}, {"dry_run": True}):
        refused = people.as_alice.post(f"change-sets/{number}/undo", body)
        problem(refused, 409, "already_undone")
        assert refused.json()["change_set"] == done
    assert ChangeSet.objects.filter(undoes=number).count() == 1
    problem(people.as_bob.post(f"change-sets/{number}/undo"), 404)
    people.as_alice.post(f"change-sets/{done}/undo")
    assert people.as_alice.post(f"change-sets/{number}/undo").json()["restored"] == 1


def test_what_stands_in_the_way_is_listed(people, firm):
    number = changed(people, firm)
    changed(people, firm, "другое")
    refused = people.as_alice.post(f"change-sets/{number}/undo", {})
    problem(refused, 409, "undo_conflicts")
    [conflict] = refused.json()["conflicts"]
    assert conflict["id"] == str(firm.pk)
    assert (conflict["field"], conflict["reason"]) == ("comment", "changed")
    assert (conflict["ours"], conflict["theirs"], conflict["who"]) == ("новое", "другое", "test")


def test_a_set_of_hidden_rows_is_not_there(people, firm):
    number = changed(people, firm)
    hidden = people.as_bob.post(f"change-sets/{number}/undo", {"dry_run": True})
    problem(hidden, 404, "not_found")
    assert hidden.content == people.as_bob.post("change-sets/999999/undo", {"dry_run": True}).content
    problem(people.as_bob.post(f"change-sets/{2**63}/undo"), 404)
    problem(people.as_stranger.post(f"change-sets/{number}/undo"), 401)
    assert Partner.objects.get(pk=firm.pk).comment == "новое"


@pytest.mark.parametrize("body", [{"dry_run": "yes"}, {"colour": 1}, {"strict": None}])
def test_undo_refuses_what_it_does_not_understand(people, firm, body):
    problem(people.as_alice.post(f"change-sets/{changed(people, firm)}/undo", body), 422, "invalid")


def test_an_undo_that_is_asked_twice_says_again_what_stays(people, firm):
    number = changed(people, firm, "первое")
    api = people.as_alice
    api.patch(f"partners/{firm.pk}", {"comment": "второе"})
    both = api.post("partners/bulk", {"items": [{"id": str(firm.pk), "note": "x"}]}).json()["change_set"]
    assert both != number
    body = {"items": [{"name": "Один"}, {"name": "Два"}]}
    made = api.post("partners/bulk", body).json()
    keys = [one["id"] for one in made["items"]]
    changed_both = api.post(
        "partners/bulk", {"items": [{"id": key, "comment": "раз"} for key in keys]}
    ).json()["change_set"]
    api.patch(f"partners/{keys[0]}", {"comment": "два"})
    first = api.post(f"change-sets/{changed_both}/undo", Idempotency_Key="twice").json()
    assert (first["restored"], len(first["conflicts"])) == (1, 1)
    again = api.post(f"change-sets/{changed_both}/undo", Idempotency_Key="twice")
    assert again["Idempotent-Replay"] == "true"
    assert again.json() == first


def test_a_hidden_attribute_stays_hidden_in_history_and_conflicts(people, firm):
    from artel.domains.partners.commands import partners
    from artel.kernel.attributes.commands import ATTRIBUTES

    ATTRIBUTES.add(HOUSE, entity="partners.partner", code="margin", name="Маржа", kind="string")
    ATTRIBUTES.add(HOUSE, entity="partners.partner", code="size", name="Размер", kind="string")
    partners.change(HOUSE, firm, attributes={"margin": "тайна", "size": "большой"})
    hide("sales_manager", "attributes.margin")
    told = str(people.as_alice.get(f"partners/{firm.pk}/history").json())
    assert "большой" in told
    assert "тайна" not in told
    assert "тайна" in str(people.as_head.get(f"partners/{firm.pk}/history").json())


def test_history_tells_no_key_of_a_hidden_source(people, firm):
    from artel.domains.partners.commands import partners

    secret = partner("Советчик", HOUSE, manager=people.bob.user, is_client=True)
    made = partner("Клиент", HOUSE, manager=people.alice.user, source_type="user", source="bob")
    partners.change(HOUSE, made, source_type="client", source=secret.code)
    assert str(secret.pk) not in str(people.as_alice.get(f"partners/{made.pk}/history").json())
    assert str(secret.pk) in str(people.as_head.get(f"partners/{made.pk}/history").json())


def test_one_takes_back_what_one_has_taken_back(people):
    """What somebody made, undid and wants again is his own, although the record is no longer there to be seen."""
    made = people.as_alice.post("partners", {"name": "Ветер"})
    undone = people.as_alice.post(f"change-sets/{made['X-Change-Set']}/undo").json()["change_set"]
    problem(people.as_bob.post(f"change-sets/{undone}/undo"), 404)
    assert people.as_alice.post(f"change-sets/{undone}/undo").json()["restored"] > 0
    assert Partner.objects.filter(name="Ветер").exists()
