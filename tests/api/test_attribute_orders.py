"""Lists through the API by custom attributes: every kind, both ways, page by page; and names that nothing is called by."""

import base64
import json
from urllib.parse import quote

import pytest

from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.kernel.actors import Actor
from artel.kernel.attributes import indexes
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.attributes.models import Kind
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role

from .programs import program
from .test_records import problem

pytestmark = pytest.mark.django_db
HOUSE = Actor.system("tests")
VALUES = {
    "size": ["12.5", "7", None, "7", "1000000", "-3"],
    "town": ["Самара", "ёлкино", None, "Ель", "самара", "Ея"],
    "since": ["2020-02-01", None, "2021-03-04", "2020-02-01", "1999-12-31", None],
}
KINDS = {"size": Kind.NUMBER, "town": Kind.STRING, "since": Kind.DATE}


@pytest.fixture
def firms(people):
    for name, kind in KINDS.items():
        ATTRIBUTES.add(HOUSE, entity="partners.partner", kind=kind, name=name, is_indexed=True)
    ATTRIBUTES.add(HOUSE, entity="partners.partner", kind=Kind.STRING, name="motto")
    ATTRIBUTES.add(HOUSE, entity="partners.partner", kind=Kind.BOOLEAN, name="vip")
    indexes.keep()
    for place in range(6):
        given = {name: values[place] for name, values in VALUES.items() if values[place] is not None}
        partner(f"Фирма {place}", people.alice, attributes=given)
    partner("Чужая", people.bob, attributes={"size": "1"})


def paged(api, sort):
    found, cursor = [], ""
    while cursor is not None:
        body = api.get(f"partners?sort={sort}&limit=2&cursor={cursor}").json()
        found += body["items"]
        cursor = body["next"]
    return found


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_list_is_sorted_by_an_attribute_and_paged(people, firms, name, sign):
    rows = paged(people.as_alice, f"{sign}attributes.{name}")
    assert len({one["id"] for one in rows}) == 6
    values = [one["attributes"].get(name) for one in rows]
    folded = [_compared(name, value) for value in values]
    assert folded == sorted(folded, reverse=bool(sign))
    backwards = paged(people.as_alice, f"{'' if sign else '-'}attributes.{name}")
    assert [one["id"] for one in backwards] == [one["id"] for one in rows][::-1]


def _compared(name, value):
    if name == "size":
        return float("-inf") if value is None else float(value)
    return (value or "").lower().replace("ё", "е")


def test_an_attribute_stands_among_other_keys(people, firms):
    rows = paged(people.as_alice, "attributes.size,-name")
    pairs = [(_compared("size", one["attributes"].get("size")), one["name"]) for one in rows]
    assert pairs == sorted(sorted(pairs, key=lambda pair: pair[1], reverse=True), key=lambda pair: pair[0])


@pytest.mark.parametrize(
    "sort", ["attributes.motto", "attributes.vip", "attributes.nonsense", "--attributes.size", "attributes."]
)
def test_only_what_has_an_index_and_may_be_seen_sorts(people, firms, sort):
    problem(people.as_alice.get(f"partners?sort={sort}"), 400, "bad_parameters")


def test_a_hidden_attribute_sorts_nothing(people, firms):
    with system_set("test.hide"):
        Role.objects.filter(code="sales_manager").update(
            hidden_fields={"partners.partner": ["attributes.size"]}
        )
    api = program(Actor.person(people.alice.user))
    hidden = problem_of(api.get("partners?sort=attributes.size"))
    assert hidden == problem_of(api.get("partners?sort=attributes.nonsense"))
    assert people.as_head.get("partners?sort=attributes.size").status_code == 200


def problem_of(answer):
    problem(answer, 400, "bad_parameters")
    return answer.json()


def test_a_cursor_that_was_tampered_with_is_refused(people, firms):
    for sort in ("attributes.size", "attributes.town", "attributes.since"):
        cursor = people.as_alice.get(f"partners?sort={sort}&limit=1").json()["next"]
        name, _value, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        for value in ("x", None, {"a": 1}):
            spoilt = base64.urlsafe_b64encode(json.dumps([name, value, key]).encode()).decode().rstrip("=")
            answer = people.as_alice.get(f"partners?sort={sort}&cursor={spoilt}")
            assert answer.status_code in {200, 400}, (sort, value)
        problem(people.as_alice.get(f"partners?sort=-{sort}&cursor={cursor}"), 400, "bad_parameters")


def test_a_name_that_nothing_is_called_by_is_refused_with_its_field(people, firms):
    """A misspelt name, one of several records and one of a record that is not the caller's to see answer alike."""
    api = people.as_alice
    for _twice in range(2):
        partner("Двойная", people.alice)
    told = {}
    for name in ("Нет такой", "Чужая", "Двойная"):
        for query in (f"head={quote(name)}", f"head__in={quote(f'Фирма 1,{name}')}"):
            answer = api.get(f"partners?{query}")
            assert set(problem(answer, 400, "bad_parameters")) == {query.partition("=")[0]}
            told.setdefault(query.partition("=")[0], set()).add(answer.content.decode().replace(name, "NAME"))
        tree = quote(json.dumps({"field": "head", "is": "equals", "value": name}))
        assert problem(api.get(f"partners?filter={tree}"), 400, "bad_parameters")
    assert {len(answers) for answers in told.values()} == {1}
    assert people.as_head.get(f"partners?head={quote('Чужая')}").json()["items"] == []
    assert api.get(f"partners?head={quote('Фирма 1')}").json()["items"] == []


def test_a_key_that_nobody_has_finds_nothing_whether_it_is_somebodys_or_not(people, firms):
    closed = Partner.objects.get(name="Чужая").pk
    for key in (closed, "01890a5d-ac96-774b-bcce-b302099a8057"):
        assert people.as_alice.get(f"partners?head={key}").json()["items"] == []
