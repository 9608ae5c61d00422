"""Lists through the API: filters, orders, pages, words; hidden fields and rows are as if they were not."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artel.domains.company.factories import person
from artel.domains.partners.commands import regions
from artel.domains.partners.factories import partner
from artel.kernel.actors import Actor
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role

from .programs import program
from .test_records import problem

pytestmark = pytest.mark.django_db
HOUSE = Actor.system("tests")


def names(api, query=""):
    answer = api.get(f"partners?{query}")
    assert answer.status_code == 200, answer.content.decode()
    return [one["name"] for one in answer.json()["items"]]


@pytest.fixture
def firms(people):
    north, south = (regions.add(HOUSE, name=name) for name in ("Север", "Юг"))
    made = [
        partner(
            "Ель",
            people.alice,
            region=north,
            registered_on="2026-01-10",
            phone="+7 495 787-40-08",
            email="Info@fir.example",
        ),
        partner("ёж", people.alice, region=south, registered_on="2026-01-20", kind="person"),
        partner("Ясень", people.alice, registered_on="2026-02-01", inn="7707083893"),
        partner("Чужая", people.bob, region=north),
    ]
    return {one.name: one for one in made}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["ёж", "Ель", "Ясень"]),
        ("kind=person", ["ёж"]),
        ("kind__in=person,company&sort=-name", ["Ясень", "Ель", "ёж"]),
        ("registered_on__gte=2026-01-20", ["ёж", "Ясень"]),
        ("registered_on__gt=2026-01-20&registered_on__lte=2026-02-01", ["Ясень"]),
        ("registered_on__lt=2026-01-20", ["Ель"]),
        ("region=север", ["Ель"]),
        ("region__in=Север,Юг", ["ёж", "Ель"]),
        ("region__isnull=true", ["Ясень"]),
        ("region__isnull=false", ["ёж", "Ель"]),
        ("manager=alice", ["ёж", "Ель", "Ясень"]),
        ("manager=bob", []),
        ("name=Ель", ["Ель"]),
        ("is_client=true", ["ёж", "Ель", "Ясень"]),
        ("is_client=false", []),
        ("q=ЁЖ", ["ёж"]),
        ("q=чужая", []),
        ("q=7707083893", ["Ясень"]),
        ("q=%22", ["ёж", "Ель", "Ясень"]),
        ("sort=-registered_on", ["Ясень", "ёж", "Ель"]),
        ("sort=-public_name", None),
        ("inn=7707083893", ["Ясень"]),
        ("phone=84957874008", ["Ель"]),
        ("email=info@fir.example", ["Ель"]),
        ("phone=5", []),
        ("created_at__gte=2020-01-01", ["ёж", "Ель", "Ясень"]),
    ],
)  # fmt: skip
def test_filters_and_orders(people, firms, query, expected):
    if expected is None:
        assert set(problem(people.as_alice.get(f"partners?{query}"), 400, "bad_parameters")) == {"sort"}
    else:
        assert names(people.as_alice, query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "colour=red", "kind__gte=a", "kind=elephant", "registered_on=soon", "is_client=perhaps", "limit=0", "limit=1000000000000", "limit=x",
        "limit=201", "sort=colour", "sort=--name", "sort=inn", "cursor=x", "cursor=%00", "name=%00", "q=%00", "version=99999999999999999999",
        "version__gte=", "id=5", "count=perhaps", "region__isnull=perhaps", "phone__gte=5", "kind__contains=x", "attributes.nothing=1", "region__name=x",
        "manager__password=x", "password=x", "name__regex=.*", "access_group__name=x",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(people, firms, query):
    problem(people.as_alice.get(f"partners?{query}"), 400, "bad_parameters")


@pytest.mark.parametrize("sort", ["name", "-name", "code", "-code,name", "-id", "kind,-name"])
def test_pages_meet_without_gaps_or_repeats(people, sort):
    from artel.screens import registry

    for number in range(23):
        partner(f"Завод {number % 5}", people.alice, kind="person" if number % 3 else "company")
    if any(part.lstrip("-") not in ("id", "name", "code") for part in sort.split(",")):
        problem(people.as_alice.get(f"partners?sort={sort}"), 400)
        assert registry.resource("partners")
        return
    whole = [one["id"] for one in people.as_alice.get(f"partners?sort={sort}&limit=200").json()["items"]]
    paged, cursor = [], ""
    while cursor is not None:
        body = people.as_alice.get(f"partners?sort={sort}&limit=4&cursor={cursor}").json()
        paged += [one["id"] for one in body["items"]]
        cursor = body["next"]
    assert paged == whole
    assert len(set(paged)) == 23


def test_a_cursor_of_another_order_is_refused(people, firms):
    cursor = people.as_alice.get("partners?sort=name&limit=1").json()["next"]
    assert names(people.as_alice, f"sort=name&limit=1&cursor={cursor}") == ["Ель"]
    problem(people.as_alice.get(f"partners?sort=-name&cursor={cursor}"), 400, "bad_parameters")


def test_nothing_is_counted_unless_asked(people, firms):
    # Once an epoch SQLite looks how many she sees, to steer the list: decision 0014.
    people.as_alice.get("partners")
    with CaptureQueriesContext(connection) as queries:
        assert people.as_alice.get("partners").json()["count"] is None
    assert not any("COUNT" in one["sql"] for one in queries)
    assert people.as_alice.get("partners?count=true&limit=1").json()["count"] == 3


def test_the_number_of_queries_does_not_grow_with_the_list(people, firms):
    api = people.as_alice
    api.get("partners")
    with CaptureQueriesContext(connection) as few:
        api.get("partners?sort=name")
    for number in range(20):
        partner(f"Ещё {number}", people.alice, head=firms["Ель"], region=firms["Ель"].region)
    with CaptureQueriesContext(connection) as many:
        assert len(api.get("partners?sort=name").json()["items"]) == 23
    assert len(many) == len(few) + 1  # the partners they refer to
    with CaptureQueriesContext(connection) as slim:
        items = api.get("partners?sort=name&fields=name,head,region,manager").json()["items"]
    assert set(items[0]) == {
        "id",
        "name",
        "head",
        "head_name",
        "region",
        "region_name",
        "manager",
        "manager_name",
    }
    # Token and person, grants, the page, partners it refers to.
    assert len(slim) <= 4, [one["sql"] for one in slim]
    with CaptureQueriesContext(connection) as read:
        api.get(f"partners/{firms['Ель'].pk}")
    assert len(read) <= len(few)


def hide(role, *fields):
    with system_set("test.hide"):
        Role.objects.filter(code=role).update(hidden_fields={"partners.partner": list(fields)})


def test_a_hidden_field_is_as_if_it_were_not(people, firms):
    key = firms["Ясень"].pk
    hide("sales_manager", "inn", "registered_on", "code", "head", "region")
    carol = person("carol", "sales_manager")
    api = program(Actor.person(people.alice.user))
    body = api.get(f"partners/{key}").json()
    assert not {
        "inn",
        "registered_on",
        "code",
        "head",
        "head_name",
        "region",
        "region_name",
        "region_code",
    } & set(body)
    for query in (
        "inn=7707083893",
        "registered_on__gte=2026-01-01",
        "sort=code",
        "head__isnull=true",
        "region_code=x",
    ):
        problem(api.get(f"partners?{query}"), 400, "bad_parameters")
    assert names(api, "q=7707083893") == []
    assert set(problem(api.patch(f"partners/{key}", {"registered_on": "2026-01-01"}), 422)) == {
        "registered_on"
    }
    assert people.as_head.get(f"partners/{key}").json()["inn"] == "7707083893"
    assert carol.user is not None


def test_an_entity_whose_option_is_off_is_not_there(people, firms, monkeypatch):
    from dataclasses import replace

    from artel.kernel import options
    from artel.screens import registry

    monkeypatch.setitem(options._declared, "test_api", options.OptionFact("test_api", "x", default=False))
    off = replace(registry.resource("partners"), option="test_api")
    monkeypatch.setitem(registry._resources, "partners", off)
    problem(people.as_alice.get("partners"), 404, "no_such_address")
    problem(people.as_alice.get(f"partners/{firms['Ель'].pk}"), 404, "no_such_address")
    assert "/partners" not in people.as_alice.get("openapi.json").json()["paths"]
    assert "partners" not in {one["entity"] for one in people.as_alice.get("search?q=ель").json()["items"]}


def test_search_finds_across_entities_what_one_may_see(people, firms):
    hits = people.as_alice.get("search?q=ясень").json()["items"]
    assert [one["entity"] for one in hits] == ["partners", "legal-entities"]
    code = firms["Ясень"].code
    assert hits[0] == {"entity": "partners", "id": str(firms["Ясень"].pk), "code": code, "name": "Ясень"}
    assert people.as_alice.get("search?q=чужая").json()["items"] == []
    assert people.as_nobody.get("search?q=ясень").json()["items"] == []
    assert people.as_alice.get("search").json()["items"] == []
    problem(people.as_alice.get("search?query=x"), 400)


def test_who_am_i(people):
    body = people.as_alice.get("users/me").json()
    assert (body["login"], body["kind"], body["roles"]) == ("alice", "token", ["sales_manager"])
    problem(people.as_stranger.get("users/me"), 401)
    json.dumps(body)
