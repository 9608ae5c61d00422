"""The language of filters: random trees against a plain evaluation in Python, and what a filter may never tell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artel.domains.company.factories import HOUSE, department, give, person
from artel.domains.deals import commands as deal_commands
from artel.domains.deals.models import Deal, DealKind, DealType
from artel.domains.partners.commands import regions
from artel.domains.partners.factories import partner
from artel.domains.partners.models import Partner
from artel.kernel.attributes.commands import ATTRIBUTES
from artel.kernel.attributes.models import Kind
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role
from artel.kernel.roles import Reach
from artel.lib.names import sort_key
from artel.screens.filters import BadFilter, condition, dump, load, read
from artel.screens.filters.fields import field_of, fields_of, relations_of
from artel.screens.filters.hints import hints
from artel.screens.filters.operators import OF_KIND, OPERATORS, PERIODS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 15, 9, 30, tzinfo=UTC)
HIDDEN = object()


@dataclass
class Firms:
    """Two regions, one inside the other; partners of alice and of bob; deals of both, some with the other's client."""

    alice: Any
    bob: Any
    head: Any
    north: Any
    harbour: Any
    partners: list[Partner]
    deals: list[Deal]


@pytest.fixture
def firms(db: None) -> Firms:
    alice, bob = person("alice", "sales_manager"), person("bob", "sales_manager")
    head = person("holly", "head", reach=Reach.ALL)
    north = regions.add(HOUSE, name="Север")
    harbour = regions.add(HOUSE, name="Гавань", parent=north)
    ATTRIBUTES.add(HOUSE, entity="partners.partner", name="Размер", code="size", kind=Kind.NUMBER)
    ATTRIBUTES.add(HOUSE, entity="partners.partner", name="Цвет", code="tone", kind=Kind.STRING)
    made = [
        partner(
            "Ёлка 100%",
            HOUSE,
            manager=alice.user,
            region=north,
            comment="Ёмкий _запас",
            attributes={"size": "5"},
        ),
        partner("ёж", HOUSE, manager=alice.user, region=harbour, registered_on=date(2026, 5, 14)),
        partner("Ясень", HOUSE, manager=bob.user, comment="тише", attributes={"size": "-2", "tone": "Алый"}),
        partner(
            "Клён", HOUSE, manager=bob.user, region=harbour, registered_on=date(2026, 4, 1), kind="person"
        ),
        partner("Bay", HOUSE, registered_on=date(2027, 1, 1), comment="a.b"),
    ]
    kind = deal_commands.kinds.add(HOUSE, name="Простая", type=DealType.NONE, records_demand=False)
    deals = [
        _deal(kind, number, owner.user, client)
        for number, (owner, client) in enumerate(
            [
                (alice, made[0]),
                (alice, made[2]),
                (alice, None),
                (bob, made[1]),
                (bob, made[3]),
                (head, made[4]),
            ]
        )
    ]
    return Firms(alice, bob, head, north, harbour, made, deals)


def _deal(kind: DealKind, number: int, user: Any, client: Partner | None) -> Deal:
    made: Deal = deal_commands.open_deal(
        HOUSE,
        name=f"Сделка {number}",
        kind=kind,
        client=client,
        responsible=user,
        potential=Decimal(number * 100),
        started_at=NOW - timedelta(days=number * 9),
    )
    return made


# --- a plain evaluation -------------------------------------------------------------------------------------------


class Plain:
    """What a tree means, told without a database: a record and the sets of what the actor may see."""

    def __init__(self, actor: Any) -> None:
        self.actor = actor
        self.seen = {
            model: set(model.objects.visible_to(actor).values_list("pk", flat=True))
            for model in (Partner, Deal)
        }

    def holds(self, record: Any, tree: dict[str, Any]) -> bool:
        if not tree:
            return True
        if "all" in tree:
            return all(self.holds(record, one) for one in tree["all"])
        if "any" in tree:
            return any(self.holds(record, one) for one in tree["any"])
        if "not" in tree:
            return not self.holds(record, tree["not"])
        if "field" in tree:
            return self.leaf(record, tree)
        name = tree.get("has") or tree["has_no"]
        rows = [one for one in getattr(record, name).all() if one.pk in self.seen[type(one)]]
        found = any(self.holds(one, tree.get("where", {})) for one in rows)
        return found if "has" in tree else not found

    def leaf(self, record: Any, leaf: dict[str, Any]) -> bool:
        value = self.value(record, leaf["field"])
        if value is HIDDEN:
            return False
        operator = OPERATORS[leaf["is"]]
        found = self.compared(value, operator.positive or operator.code, leaf.get("value"))
        return not found if operator.positive else found

    def value(self, record: Any, name: str) -> Any:
        *steps, last = (
            name.split(".") if not name.endswith((".size", ".tone")) else [*name.split(".")[:-2], name]
        )
        for step in steps:
            record = getattr(record, step)
            if record is None:
                return None
            if type(record) in self.seen and record.pk not in self.seen[type(record)]:
                return HIDDEN
        if "attributes." in last:
            found = record.attributes.get(last.rpartition(".")[2])
            return Decimal(str(found)) if isinstance(found, int | float) else found
        return getattr(record, last)

    def compared(self, value: Any, code: str, given: Any) -> bool:
        if code == "empty":
            return value in (None, "")
        if value is None:
            return False
        if code in {"contains", "begins"}:
            wanted, text = sort_key(given), sort_key(value)
            return text.startswith(wanted) if code == "begins" else wanted in text
        if code in {"equals", "in"} and not isinstance(value, date):
            several = given if isinstance(given, list) else [given]
            return any(self.same(value, one) for one in several)
        if code == "within":
            return any(one.replace("-", "") in value.path for one in given)
        low, high = self.span(value, code, given)
        here = timezone.localtime(value).date() if isinstance(value, datetime) else value
        return (low is None or here >= low) and (high is None or here <= high)

    def same(self, value: Any, given: Any) -> bool:
        if hasattr(value, "pk"):
            keys = [str(self.actor.user_id)] if given == "me" else [given]
            return str(value.pk) in keys
        return sort_key(value) == sort_key(given) if isinstance(value, str) else value == given

    def span(self, value: Any, code: str, given: Any) -> tuple[Any, Any]:
        day, today = timedelta(days=1), timezone.localdate(NOW)
        if code == "during":
            return {
                "today": (today, today),
                "this_month": (date(2026, 5, 1), date(2026, 5, 31)),
                "last_month": (date(2026, 4, 1), date(2026, 4, 30)),
                "this_quarter": (date(2026, 4, 1), date(2026, 6, 30)),
                "next_year": (date(2027, 1, 1), date(2027, 12, 31)),
                "this_week": (date(2026, 5, 11), date(2026, 5, 17)),
            }[given]
        if code == "last_days":
            return today - (given - 1) * day, today
        if code == "next_days":
            return today, today + (given - 1) * day
        if code == "between":
            return tuple(
                one if one is None or not isinstance(value, date) else date.fromisoformat(one)
                for one in given
            )  # type: ignore[return-value]
        if code == "overdue":
            return None, today - day
        one = date.fromisoformat(given) if isinstance(value, date) else Decimal(given)
        step = day if isinstance(value, date) else Decimal("0.000001")
        return {
            "gt": (one + step, None),
            "gte": (one, None),
            "lt": (None, one - step),
            "lte": (None, one),
        }.get(code, (one, one))


def trees(firms: Firms) -> st.SearchStrategy[Any]:
    """Random trees over partners."""
    texts = st.sampled_from(["ё", "Е", "100%", "_", "a.b", "ль", "Bay", "тише", "ёж"])
    days = st.sampled_from(["2026-05-14", "2026-04-01", "2026-05-15", "2027-01-01"])
    numbers = st.sampled_from([-2, 0, 5, 100, 300])
    places = st.lists(st.sampled_from([str(firms.north.pk), str(firms.harbour.pk)]), min_size=1, max_size=2)
    people = st.lists(
        st.sampled_from(["me", str(firms.bob.user.pk), str(firms.alice.user.pk)]), min_size=1, max_size=2
    )

    def leaf(name: str, codes: str, value: Any) -> st.SearchStrategy[Any]:
        return st.builds(
            lambda code, one: {"field": name, "is": code, "value": one}, st.sampled_from(codes.split()), value
        )

    def bare(names: list[str]) -> st.SearchStrategy[Any]:
        return st.builds(
            lambda name, code: {"field": name, "is": code},
            st.sampled_from(names),
            st.sampled_from(["empty", "not_empty"]),
        )

    def dated(name: str) -> st.SearchStrategy[Any]:
        return st.one_of(
            leaf(name, "gt gte lt lte equals not_equals", days),
            leaf(name, "last_days next_days", st.sampled_from([1, 7, 40])),
            leaf(
                name,
                "during",
                st.sampled_from(
                    ["today", "this_month", "last_month", "this_quarter", "next_year", "this_week"]
                ),
            ),
            leaf(name, "between", st.tuples(days, days).map(sorted)),
            leaf(name, "overdue", st.none()),
        )

    own = st.one_of(
        leaf("name", "contains begins equals not_equals not_contains", texts),
        leaf("comment", "contains begins not_contains", texts),
        leaf("kind", "in not_in equals", st.sampled_from(["company", "person"])),
        leaf("region", "in not_in within not_within", places),
        leaf("manager", "in not_in", people),
        leaf("attributes.size", "gt gte lt lte equals not_equals", numbers),
        leaf("attributes.tone", "contains begins equals not_equals", st.sampled_from(["Алый", "лы", "z"])),
        dated("registered_on"),
        bare(["region", "manager", "comment", "attributes.size", "attributes.tone", "head"]),
    )
    of_deals = st.one_of(
        leaf("potential", "gt gte lt lte", numbers),
        leaf("responsible", "in not_in", people),
        leaf("client.name", "contains not_contains begins", texts),
        leaf("client.region", "in not_in within", places),
        leaf("client.attributes.size", "gt lt equals not_equals", numbers),
        dated("started_at"),
        bare(["client", "client.region", "client.comment", "client.manager", "ended_at"]),
    )

    def joined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(inner, max_size=3)
        return st.one_of(
            st.builds(lambda parts: {"all": parts}, several),
            st.builds(lambda parts: {"any": parts}, several),
            st.builds(lambda part: {"not": part}, inner),
        )

    deals = st.recursive(of_deals, joined, max_leaves=4)
    of_partners = st.one_of(
        own,
        own,
        st.builds(
            lambda word, where: {word: "deals", "where": where}, st.sampled_from(["has", "has_no"]), deals
        ),
    )
    return st.tuples(st.recursive(of_partners, joined, max_leaves=6), deals)


def test_a_random_tree_finds_what_a_plain_reading_finds(firms: Firms) -> None:
    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(trees(firms), st.sampled_from([firms.alice, firms.bob, firms.head]))
    def compare(pair: tuple[Any, Any], actor: Any) -> None:
        plain = Plain(actor)
        for model, tree in zip((Partner, Deal), pair, strict=True):
            rows = model.objects.visible_to(actor)
            found = set(rows.filter(condition(model, read(tree), actor, NOW)).values_list("pk", flat=True))
            assert found == {one.pk for one in rows if plain.holds(one, tree)}, tree

    compare()


def test_a_tree_is_written_back_as_it_was_read() -> None:
    tree = {"all": [{"not": {"field": "a", "is": "empty"}}, {"any": []}, {"has_no": "deals"}, {"has": "x", "where": {"field": "b", "is": "in", "value": [1]}}]}  # fmt: skip
    assert dump(read(tree)) == tree
    assert dump(load("")) == dump(read({})) == {}


@pytest.mark.parametrize(
    ("tree", "places"),
    [
        ('{"field": "nothing", "is": "empty"}', [""]),
        ('{"all": [{"field": "name", "is": "gt", "value": "a"}, {"field": "registered_on", "is": "during", "value": "soon"}]}', ["all.0", "all.1"]),
        ('{"any": [{"not": {"field": "registered_on", "value": "soon"}}]}', ["any.0.not"]),
        ('{"has": "secrets"}', [""]),
        ('{"has": "deals", "where": {"has": "stage_rows", "where": {"field": "deal.client.name", "value": "x"}}}', ["where.where"]),
        ('{"has": "deals", "where": {"field": "nothing"}}', ["where"]),
        ('{"field": "head.head.head.name", "value": "x"}', [""]),
        ('{"field": "manager.password", "is": "begins", "value": "a"}', [""]),
        ('{"field": "attribute_keys", "is": "empty"}', [""]),
        ('{"field": "name", "is": "in", "value": []}', [""]),
        ('{"field": "name", "is": "contains", "value": ""}', [""]),
        ('{"field": "registered_on", "is": "between", "value": ["2026-01-01"]}', [""]),
        ('{"field": "registered_on", "is": "last_days", "value": 0}', [""]),
        ('{"all": 5}', ["all"]),
        ('{"field": "name", "colour": 1}', [""]),
        ("[]", [""]),
        ("nonsense", [""]),
        ('{"field": "version", "is": "equals", "value": 99999999999999999999}', [""]),
        ('{"not": ' * 12 + "{}" + "}" * 12, [".".join(["not"] * 8)]),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(firms: Firms, tree: str, places: list[str]) -> None:
    with pytest.raises(BadFilter) as bad:
        condition(Partner, load(tree), firms.head)
    assert sorted(bad.value.at) == sorted(places)
    assert all(str(sentence) for sentence in bad.value.at.values())


def test_too_many_conditions_are_refused() -> None:
    with pytest.raises(BadFilter):
        read({"any": [{"field": "name", "is": "empty"}] * 61})


def test_my_department_is_my_department_and_below(db: None) -> None:
    sales = department("Продажи")
    north, other = department("Север", sales), department("Склад")
    holly = person("holly", "head", department=sales, reach=Reach.ALL)
    ann, ben = (
        person("ann", "sales_manager", department=north),
        person("ben", "sales_manager", department=other),
    )
    for one in (holly, ann, ben):
        partner(one.label, HOUSE, manager=one.user)
    mine = read({"field": "manager", "is": "in", "value": ["my_department"]})
    assert names(holly, mine) == {"Holly", "Ann"}
    give(ann.user, "head", department=north, reach=Reach.ALL)
    assert names(type(ann).person(ann.user), mine) == {"Ann"}


def names(actor: Any, tree: Any) -> set[str]:
    return {one.name for one in Partner.objects.visible_to(actor).filter(condition(Partner, tree, actor))}


def test_nobody_guesses_a_hidden_field_or_a_hidden_record(firms: Firms) -> None:
    """A hidden field, a misspelt one and one behind a hidden reference get the same answer; a hidden record matches nothing."""
    with system_set("tests.hide"):
        Role.objects.filter(code="sales_manager").update(
            hidden_fields={"partners.partner": ["region", "attributes.size"], "deals.deal": ["potential"]}
        )
    alice = type(firms.alice).person(firms.alice.user)
    for name in ("region", "region.name", "attributes.size", "nonsense"):
        for operator in ("empty", "equals", "within"):
            with pytest.raises(BadFilter) as bad:
                condition(Partner, read({"field": name, "is": operator, "value": "x"}), alice)
            assert bad.value.unknown == {""}
    with pytest.raises(BadFilter):
        condition(
            Partner, read({"has": "deals", "where": {"field": "potential", "is": "gt", "value": 1}}), alice
        )
    assert not {"region", "attributes.size"} & {one.name for one in fields_of(Partner, alice)}
    assert "potential" not in {one["name"] for one in hints(Deal, alice)["fields"]}


@pytest.mark.parametrize(
    "operator", ["equals", "contains", "begins", "not_equals", "not_contains", "empty", "not_empty"]
)
def test_a_condition_about_a_closed_client_tells_nothing_of_him(firms: Firms, operator: str) -> None:
    """Alice's deal with bob's client: whatever is asked of the client, the answer does not depend on what he is."""
    deals = Deal.objects.visible_to(firms.alice)
    own = {firms.deals[1].pk}
    answers = set()
    for value in ("Ясень", "Другой"):
        tree = {"field": "client.name", "is": operator, "value": value}
        for asked in (tree, {"not": tree}):
            found = set(deals.filter(condition(Deal, read(asked), firms.alice)).values_list("pk", flat=True))
            answers.add((asked is tree, bool(found & own)))
    assert answers == {(True, False), (False, True)}
    for value in (str(firms.partners[2].pk), "Ясень", firms.partners[2].code):
        asked = read({"field": "client", "is": "equals", "value": value})
        assert not deals.filter(condition(Deal, asked, firms.alice)).exists()


def test_related_rows_one_may_not_see_are_not_counted(firms: Firms) -> None:
    """Bob holds a deal with alice's client; for her there is none."""
    asked = read({"has": "deals", "where": {"field": "potential", "is": "equals", "value": 300}})
    assert names(firms.alice, asked) == set()
    assert names(firms.head, asked) == {"ёж"}


def test_who_may_not_list_an_entity_may_not_ask_about_it(firms: Firms) -> None:
    with system_set("tests.role"):
        Role.objects.create(name="Партнёры", code="only-partners", added=["partners.view_partner"])
    dora = person("dora", "only-partners", reach=Reach.ALL)
    assert "deals" not in {one.name for one in relations_of(Partner, dora)}
    assert field_of(Partner, "manager.name", dora) is None
    assert field_of(Partner, "region.name", dora) is None
    assert field_of(Partner, "region", dora) is not None
    with pytest.raises(BadFilter):
        condition(Partner, read({"has": "deals"}), dora)


def test_every_operator_and_period_is_understood(firms: Firms) -> None:
    """Nothing that the builder offers is refused for being unknown."""
    values = {
        "one": "2026-01-01",
        "several": ["2026-01-01"],
        "range": ["2026-01-01", None],
        "count": 3,
        "nothing": None,
    }
    for model in (Partner, Deal):
        for asked in fields_of(model, firms.head):
            for code in OF_KIND[asked.kind]:
                for value in (
                    PERIODS if OPERATORS[code].takes == "period" else [values[OPERATORS[code].takes]]
                ):
                    tree = {"field": asked.name, "is": code, "value": value}
                    assert not unknown_in(model, tree, firms.head), tree


def unknown_in(model: Any, tree: dict[str, Any], actor: Any) -> frozenset[str]:
    try:
        list(model.objects.filter(condition(model, read(tree), actor))[:1])
    except BadFilter as bad:
        return bad.unknown
    return frozenset()


def test_the_api_and_the_address_of_a_list_take_the_same_tree(firms: Firms) -> None:
    from django.test import Client
    from tests.api.programs import program

    tree = json.dumps({"any": [{"field": "region", "is": "within", "value": ["Север"]}, {"field": "name", "is": "begins", "value": "ba"}]})  # fmt: skip
    api = program(firms.head)
    answer = api.get(f"partners?filter={quote(tree)}")
    assert {one["name"] for one in answer.json()["items"]} == {"Ёлка 100%", "ёж", "Клён", "Bay"}
    nonsense = quote('{"all": [{"field": "colour"}]}')
    wrong = api.get(f"partners?filter={nonsense}")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "filter.all.0")
    browser = Client()
    browser.force_login(firms.head.user, backend="django.contrib.auth.backends.ModelBackend")
    body = browser.get("/partners", {"filter": tree}).content.decode()
    assert "Клён" in body
    assert "Ясень" not in body
    assert "lies within" in body or "внутри" in body


@pytest.mark.parametrize("blank", ["%0C", "%20", "%09"])
def test_a_blank_moment_is_no_moment(firms, blank):
    from tests.api.programs import program

    answer = program(firms.head).get(f"partners?changed_at__lt={blank}")
    assert answer.status_code == 400, answer.content
