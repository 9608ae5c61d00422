"""A record through the API: made, read, changed, marked; versions, keys, hidden records."""

import uuid

import pytest

from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.kernel.admission import give_role
from artel.kernel.models import Grant

from .programs import HOUSE

pytestmark = pytest.mark.django_db


def problem(answer, status, code=None):
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) >= {"type", "title", "status", "code", "detail"}
    assert body["status"] == status
    assert code is None or body["code"] == code
    return {one["field"]: one["detail"] for one in body.get("errors", [])}


def test_a_record_is_made_read_changed_and_marked(people):
    api = people.as_alice
    made = api.post("partners", {"name": "Василёк", "kind": "person", "registered_on": "2026-02-03"})
    assert made.status_code == 201, made.content.decode()
    body = made.json()
    address = made["Location"].removeprefix("/api/v1/")
    assert body["name"] == "Василёк"
    assert body["kind"] == "person"
    assert body["registered_on"] == "2026-02-03"
    assert body["manager"] == str(people.alice.user_id)
    assert body["manager_name"] == "Alice"
    assert body["version"] == 1
    assert made["ETag"] == '"1"'

    read = api.get(address)
    assert read.json() == body

    changed = api.patch(address, {"name": "Ландыш"}, If_Match='"1"')
    assert changed.status_code == 200
    assert changed.json()["name"] == "Ландыш"
    assert changed["ETag"] == '"2"'

    marked = api.delete(address, If_Match="2")
    assert marked.status_code == 204
    assert api.get(address).json()["is_deleted"] is True
    assert [one["id"] for one in api.get("partners").json()["items"]] == []
    assert [one["id"] for one in api.get("partners?is_deleted=true").json()["items"]] == [body["id"]]


def test_somebody_was_faster(people, firm):
    api = people.as_alice
    assert api.patch(f"partners/{firm.pk}", {"comment": "a"}, If_Match='"1"').status_code == 200
    told = api.patch(
        f"partners/{firm.pk}", {"comment": "b", "name": firm.name, "phone": "84957874008"}, If_Match='"1"'
    )
    problem(told, 412, "changed_meanwhile")
    assert told["ETag"] == '"2"'
    assert (told.json()["version"], told.json()["conflicts"]) == (
        2,
        [
            {"field": "comment", "yours": "b", "theirs": "a"},
            {"field": "phone", "yours": "84957874008", "theirs": None},
        ],
    )
    many = api.post("partners/bulk", {"items": [{"id": str(firm.pk), "version": 1, "comment": "b"}]}).json()
    assert many["items"][0]["problem"]["conflicts"] == [{"field": "comment", "yours": "b", "theirs": "a"}]
    problem(api.patch(f"partners/{firm.pk}", {"comment": "b"}, If_Match='"x"'), 412, "changed_meanwhile")
    assert api.patch(f"partners/{firm.pk}", {"comment": "b"}, If_Match="*").status_code == 200
    assert api.patch(f"partners/{firm.pk}", {"comment": "c"}).status_code == 200


def test_what_one_may_not_see_is_not_there(people, firm):
    missing = uuid.uuid4()
    for method, body, path in [
        ("GET", None, "partners/{}"),
        ("PATCH", {"name": "x"}, "partners/{}"),
        ("PATCH", {"nonsense": "x"}, "partners/{}"),
        ("DELETE", None, "partners/{}"),
        ("POST", {"manager": "bob"}, "partners/{}/commands/hand_over"),
        ("POST", {}, "partners/{}/commands/no_such_command"),
    ]:
        for api in (people.as_bob, people.as_nobody):
            hidden = api.send(method, path.format(firm.pk), body, If_Match='"99"')
            absent = api.send(method, path.format(missing), body, If_Match='"99"')
            problem(hidden, 404, "not_found")
            assert hidden.content == absent.content
        problem(people.as_stranger.send(method, path.format(firm.pk), body), 401, "unauthorized")
    assert Partner.objects.get(pk=firm.pk).version == 1


def test_a_record_seen_but_not_to_be_changed_is_403(people, firm):
    from artel.domains.company.factories import person

    from .programs import program

    marketer = program(person("mark", "marketer"))
    assert marketer.get(f"partners/{firm.pk}").status_code == 200
    problem(marketer.patch(f"partners/{firm.pk}", {"name": "x"}), 403, "forbidden")
    problem(marketer.post("partners", {"name": "x"}), 403, "forbidden")
    problem(people.as_nobody.get("partners"), 403, "forbidden")


def test_every_bad_field_is_named(people):
    answer = people.as_alice.post(
        "partners",
        {
            "name": 5,
            "kind": "elephant",
            "registered_on": "tomorrow",
            "colour": "red",
            "version": 3,
            "manager": "who?",
            "is_client": "yes",
            "comment": "a\u0000b",
        },
    )
    errors = problem(answer, 422, "invalid")
    assert set(errors) == {
        "name",
        "kind",
        "registered_on",
        "colour",
        "version",
        "manager",
        "is_client",
        "comment",
    }
    assert not Partner.objects.exists()


def test_errors_speak_the_persons_language(people):
    from artel.kernel.account_acts import change_own_settings

    change_own_settings(people.alice, people.alice.user, language="ru", time_zone="")
    answer = people.as_alice.post("partners", {"name": "x", "kind": 5}, Accept_Language="en")
    assert problem(answer, 422) == {"kind": "Нужен текст."}
    assert answer.json()["title"] == "Некоторые поля надо поправить"
    assert people.as_stranger.get("partners", Accept_Language="ru").json()["title"] == "Кто вы?"


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b'{"a": NaN}', 400, "malformed_json"),
        (b'{"name": "a", "name": "b"}', 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b"[" * 100000, 400, "malformed_json"),
        (b"[1]", 400, "not_an_object"),
        (b'"text"', 400, "not_an_object"),
        (b'{"name": "\\ud800"}', 422, "invalid"),
        (b'{"name": ' + b"9" * 5000 + b"}", 400, "malformed_json"),
        (b'{"name": "' + b"a" * 3_000_000 + b'"}', 413, "too_large"),
        (b"", 422, "invalid"),
    ],
)
def test_broken_bodies(people, raw, status, code):
    problem(people.as_alice.send("POST", "partners", raw=raw), status, code)


def test_other_content_types_and_methods_and_addresses(people, firm):
    api = people.as_alice
    problem(api.post("partners", {"name": "x"}, Content_Type="text/plain"), 415, "not_json")
    refused = api.send("PUT", f"partners/{firm.pk}", {})
    problem(refused, 405, "method_not_allowed")
    assert refused["Allow"] == "DELETE, GET, HEAD, PATCH"
    for path in ("nonsense", f"nonsense/{firm.pk}", "partners/5", "", "partners/", "a/b/c/d", "partners/%00"):
        problem(api.get(path), 404)


def test_an_idempotency_key_acts_once(people):
    api = people.as_alice
    first = api.post("partners", {"name": "Один"}, Idempotency_Key="k1")
    again = api.post("partners", {"name": "Один"}, Idempotency_Key="k1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotent-Replay"] == "true"
    assert Partner.objects.count() == 1
    problem(api.post("partners", {"name": "Другой"}, Idempotency_Key="k1"), 422, "key_reused")
    assert (
        people.as_bob.post("partners", {"name": "Один"}, Idempotency_Key="k1").json()["id"]
        != first.json()["id"]
    )
    problem(api.post("partners", {"name": "x"}, Idempotency_Key="k" * 201), 400, "bad_key")


def test_references_are_written_as_id_code_or_name(people, firm):
    api = people.as_alice
    for said in (str(firm.pk), firm.code, "ромашка"):
        made = api.post("partners", {"name": f"Дочка {said}", "head": said})
        assert made.status_code == 201, made.content.decode()
        assert made.json()["head"] == str(firm.pk)
        assert made.json()["head_name"] == "Ромашка"
    partner("Ромашка", people.alice)
    assert set(problem(api.post("partners", {"name": "x", "head": "Ромашка"}), 422)) == {"head"}


def test_a_reference_to_a_hidden_record_shows_neither_key_nor_name(people, firm):
    from artel.kernel.actors import Actor

    daughter = partner("Дочка", Actor.system("tests"), head=firm, manager=people.bob.user)
    body = people.as_bob.get(f"partners/{daughter.pk}").json()
    assert body["head"] is None
    assert body["head_name"] is None
    assert "Ромашка" not in str(body)
    assert people.as_bob.get(f"partners?head={firm.pk}").json()["items"] == []
    assert set(problem(people.as_bob.patch(f"partners/{daughter.pk}", {"head": str(firm.pk)}), 422)) == {
        "head"
    }


def test_a_command_answers_with_the_record(people, firm):
    done = people.as_alice.post(
        f"partners/{firm.pk}/commands/hand_over", {"manager": str(people.head.user_id)}
    )
    assert done.status_code == 200, done.content.decode()
    assert done.json()["record"] is None
    assert isinstance(done.json()["change_set"], int)
    assert people.as_head.get(f"partners/{firm.pk}").json()["manager_name"] == "Holly"
    problem(people.as_head.post(f"partners/{firm.pk}/commands/hand_over", {}), 422)
    problem(people.as_head.post(f"partners/{firm.pk}/commands/hand_over", {"manager": "bob", "x": 1}), 422)


def test_bulk_makes_and_changes_in_one_change_set(people):
    api = people.as_alice
    made = api.post(
        "partners/bulk", {"items": [{"name": "А"}, {"name": ""}, {"name": "Б", "version": 3}, {"name": "В"}]}
    )
    assert made.status_code == 200, made.content.decode()
    body = made.json()
    assert (body["done"], body["refused"]) == (2, 2)
    assert ["problem" in one for one in body["items"]] == [False, True, True, False]
    keys = [one["id"] for one in body["items"] if "id" in one]
    items = [
        {"id": keys[0], "comment": "x", "version": 1},
        {"id": keys[1], "comment": "x", "version": 9},
        {"id": str(uuid.uuid4()), "comment": "x"},
    ]
    changed = api.post("partners/bulk", {"items": items}).json()
    assert [one.get("problem", {}).get("status") for one in changed["items"]] == [None, 412, 404]
    assert Partner.objects.get(pk=keys[0]).comment == "x"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": 5},
        {"items": [5]},
        {"items": [{"name": "a"}] * 1001},
        {"items": [{"name": "a"}], "x": 1},
        {"items": [{"name": "a"}, {"id": "b"}]},
    ],
)
def test_bulk_refuses_what_is_no_list_of_lines(people, body):
    problem(people.as_alice.post("partners/bulk", body), 422)


def test_bulk_refuses_only_the_lines_that_the_database_refuses(people):
    from artel.kernel.models import AccessGroup

    api = people.as_admin
    items = [{"name": "Опт"}, {"name": "Розница"}, {"name": "Опт"}]
    body = api.post("access-groups/bulk", {"items": items}, Idempotency_Key="k").json()
    assert [one.get("problem", {}).get("status") for one in body["items"]] == [None, None, 409]
    assert AccessGroup.objects.filter(name__in=["Опт", "Розница"]).count() == 2
    again = api.post("access-groups/bulk", {"items": items}, Idempotency_Key="k")
    assert again["Idempotent-Replay"] == "true"
    assert [one.get("id") for one in again.json()["items"]] == [one.get("id") for one in body["items"]]
    assert AccessGroup.objects.filter(name__in=["Опт", "Розница"]).count() == 2


def test_an_emptied_field_that_must_hold_something_holds_its_default(people, firm):
    body = people.as_alice.patch(
        f"partners/{firm.pk}", {"kind": None, "is_client": None, "gender": None}
    ).json()
    assert (body["kind"], body["is_client"], body["gender"]) == ("company", False, "")


@pytest.mark.parametrize(
    "rights",
    [
        {"added": True},
        {"added": [None]},
        {"withdrawn": 0.5},
        {"hidden_fields": ["name"]},
        {"hidden_fields": {"a": 1}},
    ],
)
def test_rights_of_another_shape_are_refused(people, rights):
    told = people.as_admin.post("roles", {"name": "Кто-то", **rights})
    problem(told, 422, "invalid")
    assert [one["field"] for one in told.json()["errors"]] == list(rights)
    assert people.as_admin.post("roles", {"name": "Никто", **dict.fromkeys(rights)}).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [("language", "переводчик"), ("email", "first_label"), ("login", "а" * 151), ("name", "а" * 251)],
)
def test_a_person_is_let_in_with_what_fits(people, field, value):
    answer = people.as_admin.post("users", {"login": "fresh", "name": "Fresh", field: value})
    assert answer.status_code == 422, answer.content
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_one_record_stands_in_a_request_once(people, firm):
    items = [{"id": str(firm.pk), "comment": text, "version": 1} for text in ("a", "b")]
    told = people.as_alice.post("partners/bulk", {"items": items}).json()
    assert (told["done"], told["refused"]) == (1, 1)
    assert told["items"][0]["version"] == 2
    assert told["items"][1]["problem"]["code"] == "repeated"
    firm.refresh_from_db()
    assert (firm.comment, firm.version) == ("a", 2)


def test_what_a_request_made_and_somebody_took_back_is_gone(people):
    api = people.as_alice
    made = api.post("partners", {"name": "Ветер"}, Idempotency_Key="k")
    api.post(f"change-sets/{made['X-Change-Set']}/undo")
    problem(api.post("partners", {"name": "Ветер"}, Idempotency_Key="k"), 410, "gone")


def test_a_repeated_act_names_what_it_made_of_another_kind(people):
    first = give_role(HOUSE, people.bob.user, role="marketer", key="g")
    assert isinstance(first, Grant)
    assert give_role(HOUSE, people.bob.user, role="marketer", key="g") == first


def test_an_empty_object_is_no_list_of_types(people):
    told = people.as_admin.post("channels", {"name": "Выставка", "source_types": {}})
    assert (told.status_code, told.json()["errors"][0]["field"]) == (422, "source_types")


def test_an_address_with_a_line_s_end_is_told_of_like_any_other(people):
    told = people.as_admin.get("files/%0A/versions/1/content")
    assert (told.status_code, told.json()["code"]) == (404, "no_such_address")
