"""Custom attributes as people meet them: made by an administrator, in lists, filters, orders, forms, cards, history, files."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from artel.domains.partners.commands import partners
from artel.domains.partners.models import Partner
from artel.kernel.actors import Actor
from artel.kernel.attributes import indexes
from artel.kernel.attributes.commands import ATTRIBUTES, CHOICES
from artel.kernel.attributes.models import Attribute, Kind
from artel.kernel.commands import stamp_of
from artel.kernel.journal.writing import change_set
from artel.kernel.models import Grant, Role, User
from artel.kernel.roles import Reach
from artel.screens import registry

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_on(
        "sqlite",
        "what pages are made of is the same; what they ask is asked on both by commands, lists and programs",
    ),
]
HOUSE = Actor.system()
HTMX = {"HX-Request": "true"}


def signed_in(*permissions: str, login: str = "alice", **role: Any) -> Client:
    with transaction.atomic(), change_set(stamp_of(HOUSE), command="test.people"):
        user = User.objects.create(login=login, name=login.title(), language="en")
        held = Role.objects.create(name=f"Role of {login}", added=list(permissions), **role)
        Grant.objects.create(user=user, role=held, reach=Reach.ALL)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def define(kind: Kind, name: str, **more: Any) -> Attribute:
    made: Attribute = ATTRIBUTES.add(HOUSE, entity="partners.partner", kind=kind, name=name, **more)
    return made


@pytest.fixture
def known() -> dict[str, Attribute]:
    made = {
        "town": define(Kind.STRING, "Town", is_indexed=True, position=1),
        "staff": define(Kind.NUMBER, "Staff", is_indexed=True, position=2),
        "since": define(Kind.DATE, "Since", is_indexed=True, position=3),
        "vip": define(Kind.BOOLEAN, "VIP", position=4),
        "grade": define(Kind.CHOICE, "Grade", items="Gold\nIron", is_indexed=True, position=5),
        "motto": define(Kind.STRING, "Motto", position=6),
    }
    indexes.keep()
    return made


@pytest.fixture
def three(known: dict[str, Attribute]) -> list[Partner]:
    rows = (
        {
            "town": "Самара",
            "staff": "7",
            "since": "01.02.2020",
            "vip": "да",
            "grade": "gold",
            "motto": "fast",
        },
        {"town": "ёлкино", "staff": "12.5", "since": "2021-03-04", "grade": "iron"},
        {},
    )
    return [partners.add(HOUSE, name=name, attributes=row) for name, row in zip("ABC", rows, strict=True)]


def names(answer: Any) -> list[str]:
    body = answer.content.decode()
    return [part.split("</a>")[0].split(">")[-1] for part in body.split('<td class="name')[1:]]


def onward(answer: Any, label: str) -> str:
    found = re.search(rf'href="([^"]*)"[^>]*aria-label="{label}"', answer.content.decode())
    assert found
    return found[1].replace("&amp;", "&")


def test_columns_are_offered_chosen_and_filled(three: list[Partner]) -> None:
    client = signed_in("*")
    body = client.get("/partners/set-up").content.decode()
    assert 'name="column" value="attributes.grade"' in body
    client.post("/partners/arrange", {"column": ["name", "attributes.grade", "attributes.staff"]})
    body = client.get("/partners").content.decode()
    heads = re.findall(r"<th[^>]*>(?:<a[^>]*>)?(Grade|Staff)", body.split("<thead>")[1].split("</thead>")[0])
    assert heads == ["Grade", "Staff"]
    assert "Gold" in body
    assert "12.5" in body


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("attributes.town=сам", ["A"]),
        ("attributes.town=ЕЛК", ["B"]),
        ("attributes.staff_from=7,5", ["B"]),
        ("attributes.staff=5..10", ["A"]),
        ("attributes.since_from=01.01.2021&attributes.since_to=31.12.2021", ["B"]),
        ("attributes.since_to=31.12.2020", ["A"]),
        ("attributes.vip=true", ["A"]),
        ("attributes.vip=false", ["B", "C"]),
        ("attributes.grade=gold&attributes.grade=iron", ["A", "B"]),
        ("attributes.grade=none", ["C"]),
        ("attributes.staff=nonsense", []),
        ("attributes.since_from=nonsense", []),
        ("attributes.motto=fast", ["A", "B", "C"]),
        ("attributes.unknown=1", ["A", "B", "C"]),
    ],
)
def test_filters_narrow_by_what_is_indexed(three: list[Partner], query: str, found: list[str]) -> None:
    assert names(signed_in("*").get(f"/partners?{query}")) == found


def test_a_chip_says_the_filter_and_a_file_follows_it(three: list[Partner]) -> None:
    client = signed_in("*")
    body = client.get("/partners?attributes.grade=gold,none").content.decode()
    assert "Grade: <b>Gold, not filled in</b>" in body
    csv = b"".join(client.get("/partners/export?format=csv&attributes.grade=gold").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Grade" in csv.splitlines()[0]
    assert ("Gold" in csv, len(csv.splitlines())) == (True, 2)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row a page."""
    entity = registry.at_path("partners")
    short = replace(entity, table=replace(entity.table, page_size=1))
    monkeypatch.setitem(registry._by_path, "partners", short)


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("attributes.town", "CBA"),
        ("-attributes.town", "ABC"),
        ("attributes.staff", "CAB"),
        ("-attributes.staff", "BAC"),
        ("attributes.since", "CAB"),
        ("attributes.grade", "CAB"),
        ("attributes.motto", "ABC"),
    ],
)
def test_orders_page_both_ways_by_what_is_indexed(
    three: list[Partner], small_pages: None, sort: str, found: str
) -> None:
    client = signed_in("*")
    first = client.get(f"/partners?sort={sort}")
    second = client.get(onward(first, "Next page"))
    third = client.get(onward(second, "Next page"))
    assert "".join(one for page in (first, second, third) for one in names(page)) == found
    assert names(client.get(onward(third, "Previous page"))) == [found[1]]
    before, here, after = (three["ABC".index(letter)].pk for letter in found)
    card = client.get(f"/partners/{here}?list=sort%3D{sort}").content.decode()
    assert str(before) in card
    assert str(after) in card
    assert client.get(f"/partners?sort={sort}&after=WyJhYmMiLCAiMSJd").status_code == 200


def test_forms_ask_by_kind_and_keep_what_was_typed(known: dict[str, Attribute]) -> None:
    ATTRIBUTES.change(HOUSE, known["town"], is_required=True)
    client = signed_in("*")
    body = client.get("/partners/new").content.decode()
    assert 'name="attributes.vip" value="true"' in body
    assert '<option value="gold">Gold</option>' in body
    assert "<date-field" in body.split('id="f-attributes.since"')[0][-300:]
    bad = client.post(
        "/partners/new",
        {
            "name": "D",
            "kind": "company",
            "attributes.town": "",
            "attributes.staff": "many",
            "attributes.grade": "iron",
        },
    )
    body = bad.content.decode()
    assert bad.status_code == 422
    assert 'id="e-attributes.town"' in body
    assert 'id="e-attributes.staff"' in body
    assert 'value="many"' in body
    assert '<option value="iron" selected>' in body
    good = {
        "name": "D",
        "kind": "company",
        "attributes.town": "Тверь",
        "attributes.staff": "1 234,5",
        "attributes.since": "31.12.2025",
        "attributes.grade": "iron",
    }
    assert client.post("/partners/new", good).status_code == 302
    made = Partner.objects.get(name="D")
    assert made.attributes == {"town": "Тверь", "staff": 1234.5, "since": "2025-12-31", "grade": "iron"}


def test_an_edit_changes_what_was_changed_and_the_card_and_history_tell(three: list[Partner]) -> None:
    one = three[0]
    client = signed_in("*")
    edit = f"/partners/{one.pk}/edit"
    body = client.get(edit).content.decode()
    assert 'value="2020-02-01"' in body
    given = {"name": "A", "kind": "company", "attributes.town": "Самара", "attributes.staff": "8"}
    given |= {"attributes.since": "2020-02-01", "attributes.grade": "", "attributes.motto": "fast"}
    assert client.post(edit, given).status_code == 302
    one.refresh_from_db()
    assert one.attributes == {
        "town": "Самара",
        "staff": 8,
        "since": "2020-02-01",
        "vip": False,
        "motto": "fast",
    }
    card = client.get(f"/partners/{one.pk}").content.decode()
    assert "Custom attributes" in card
    assert re.search(r"<dt>Staff</dt><dd[^>]*>.*8.*</dd>", card)
    told = client.get(f"/partners/{one.pk}/history").content.decode()
    assert re.search(r"<dt>Staff</dt><dd><del>7</del><ins>8</ins></dd>", told)
    assert re.search(r"<dt>Grade</dt><dd><del>Gold</del>", told)
    assert "<dt>Town" not in told.split("</li>")[0]


def test_a_lost_race_names_the_attribute(three: list[Partner]) -> None:
    one = three[0]
    client = signed_in("*")
    partners.change(HOUSE, one, attributes={"grade": "iron"})
    given = {
        "name": "A",
        "kind": "company",
        "version": "1",
        "attributes.grade": "gold",
        "attributes.town": "Самара",
    }
    given |= {
        "attributes.staff": "7",
        "attributes.since": "2020-02-01",
        "attributes.vip": "true",
        "attributes.motto": "fast",
    }
    answer = client.post(f"/partners/{one.pk}/edit", given)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(r">Grade</span><span>Gold</span><span[^>]*>Iron<", body)
    assert ">Staff</span>" not in body


def test_a_lost_race_elsewhere_names_no_attribute(three: list[Partner]) -> None:
    one = three[0]
    client = signed_in("*")
    form = client.get(f"/partners/{one.pk}/edit").content.decode()
    given = dict(re.findall(r'name="(attributes[^"]*)"[^>]*value="([^"]*)"', form))
    partners.change(HOUSE, one, comment="Theirs")
    one.refresh_from_db()
    answer = client.post(
        f"/partners/{one.pk}/edit",
        {
            **given,
            "attributes.grade": "gold",
            "attributes.vip": "true",
            "name": "A",
            "kind": "company",
            "comment": "Mine",
            "version": "1",
        },
    )
    body = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(r"<span>Mine</span><span[^>]*>Theirs<", body)
    assert not re.search(r">(Grade|Staff|Town|Motto)</span><span", body)


def test_a_hidden_attribute_is_nowhere(three: list[Partner]) -> None:
    hidden = {"partners.partner": ["attributes.grade", "attributes.staff"]}
    client = signed_in("*", login="dora", hidden_fields=hidden)
    one = three[0]
    client.post("/partners/arrange", {"column": ["name", "attributes.grade"]})
    for address in (
        "/partners",
        f"/partners/{one.pk}",
        f"/partners/{one.pk}/edit",
        f"/partners/{one.pk}/history",
        "/partners/import",
    ):
        body = client.get(address).content.decode()
        assert "Grade" not in body
        assert "Gold" not in body
        assert "Town" in body or address.endswith("history")
    assert names(client.get("/partners?attributes.grade=gold")) == ["A", "B", "C"]
    assert names(client.get("/partners?sort=-attributes.staff")) == ["A", "B", "C"]
    csv = b"".join(client.get("/partners/export?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert ("Gold" in csv, "Town" in csv) == (False, True)
    given = {"name": "A", "kind": "company", "attributes.town": "Псков", "attributes.grade": "iron"}
    client.post(f"/partners/{one.pk}/edit", given)
    one.refresh_from_db()
    assert (one.attributes["town"], one.attributes["grade"]) == ("Псков", "gold")
    partners.change(HOUSE, one, attributes={"grade": "iron", "staff": "9"})
    answer = client.post(f"/partners/{one.pk}/edit", {**given, "version": "1"})
    assert answer.status_code == 409
    assert "Grade" not in answer.content.decode()


def test_an_administrator_makes_attributes_and_nobody_else_does(db: None) -> None:
    client = signed_in("*")
    form = client.get("/attributes/new").content.decode()
    assert '<option value="partners.partner">' in form
    given = {
        "name": "Склад",
        "entity": "partners.partner",
        "kind": "choice",
        "items": "Свой\nЧужой",
        "is_indexed": "true",
    }
    answer = client.post("/attributes/new", given)
    made = Attribute.objects.get()
    assert (answer.status_code, made.code, made.is_indexed) == (302, "sklad", True)
    assert [one.name for one in made.choices.order_by("position")] == ["Свой", "Чужой"]
    card = client.get(f"/attributes/{made.pk}").content.decode()
    assert "Свой" in card
    assert "Склад" in client.get("/attributes").content.decode()
    assert "Склад" in client.get("/partners/new").content.decode()
    bob = signed_in("partners.*", login="bob")
    assert bob.get("/attributes").status_code == 404
    assert bob.post("/attributes/new", given).status_code == 404
    assert json.loads(client.get("/lookup/attributes.attribute?q=скл").content)["results"]
    CHOICES.change(HOUSE, made.choices.get(name="Чужой"), is_archived=True)
    assert "Чужой" not in client.get("/partners/new").content.decode()
