"""Custom attributes end to end: defined by commands, read from texts, filtered, sorted and indexed on both databases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artel.domains.partners.models import Person
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.attributes import indexes
from artel.kernel.attributes.commands import ATTRIBUTES, CHOICES, keep_indexes
from artel.kernel.attributes.doctor import findings
from artel.kernel.attributes.expressions import AttributeValue, condition
from artel.kernel.attributes.models import Attribute, Kind
from artel.kernel.attributes.values import (
    DIGITS,
    PLACES,
    argument_of,
    checked_attributes,
    definitions,
    diff,
    match,
    read_value,
    shown,
    typed,
)
from artel.kernel.commands import stamp_of
from artel.kernel.jobs.worker import drain
from artel.kernel.journal.undo import UndoResult, undo
from artel.kernel.journal.writing import system_set
from artel.kernel.models import User
from artel.kernel.record_commands import record_commands
from artel.kernel.refusals import Refused
from artel.lib.names import sort_key

pytestmark = pytest.mark.django_db
HOUSE = Actor.system()
PEOPLE = record_commands(
    Person,
    fields=["name", "last_name", "attributes"],
    check=checked_attributes(Person),
    room="test_attributes",
)
VALUES = {"city": "Ёлкино", "turnover": "1 234,56", "since": "31.12.2024", "vip": "да", "grade": "опт"}


def define(code: str, kind: Kind, name: str, **more: Any) -> Attribute:
    made: Attribute = ATTRIBUTES.add(HOUSE, entity="partners.person", code=code, kind=kind, name=name, **more)
    return made


@pytest.fixture
def known() -> dict[str, Attribute]:
    made = {
        "city": define("city", Kind.STRING, "Город доставки", name_en="Delivery city", position=1),
        "turnover": define("turnover", Kind.NUMBER, "Оборот", position=2),
        "since": define("since", Kind.DATE, "Клиент с", position=3),
        "vip": define("vip", Kind.BOOLEAN, "Важный", position=4),
        "grade": define("grade", Kind.CHOICE, "Категория", position=5),
    }
    for code, name in (("wholesale", "Опт"), ("retail", "Розница")):
        CHOICES.add(HOUSE, attribute=made["grade"], code=code, name=name)
    return made


def add(name: str, **attributes: Any) -> Person:
    made: Person = PEOPLE.add(HOUSE, name=name, last_name=name, attributes=attributes)
    return made


def names(rows: Any) -> list[str]:
    return list(rows.values_list("name", flat=True))


def test_values_of_every_kind_are_read_kept_and_shown(known: dict[str, Attribute]) -> None:
    alice = Person.objects.get(pk=add("Alice", **VALUES).pk)
    assert alice.attributes == {
        "city": "Ёлкино",
        "turnover": 1234.56,
        "since": "2024-12-31",
        "vip": True,
        "grade": "wholesale",
    }
    assert alice.attribute_keys == {"city": "елкино", "since": "2024-12-31", "grade": "wholesale"}
    fresh = {one.code: one for one in definitions(Person)}
    assert list(fresh) == list(known)
    assert {code: typed(fresh[code], value) for code, value in alice.attributes.items()} == {
        "city": "Ёлкино",
        "turnover": Decimal("1234.56"),
        "since": date(2024, 12, 31),
        "vip": True,
        "grade": "wholesale",
    }
    assert shown(fresh["grade"], "wholesale") == "Опт"


def test_each_bad_value_is_refused_beside_its_field(known: dict[str, Attribute]) -> None:
    bad = {"turnover": "много", "since": "вчера", "grade": "никакая", "colour": "red", "city": "x" * 1001}
    with pytest.raises(Refused) as refused:
        add("Alice", **bad)
    assert set(refused.value.fields) == {f"attributes.{code}" for code in bad}
    assert not Person.objects.exists()


def test_a_number_has_fifteen_digits_at_most(known: dict[str, Attribute]) -> None:
    for wrong in ("1e15", "0.1234567", "NaN", "Infinity", "9999999999.123456"):
        with pytest.raises(Refused):
            add("Alice", turnover=wrong)
    assert add("Alice", turnover="-999999999.123456").attributes == {"turnover": -999999999.123456}


def test_a_change_keeps_what_it_does_not_name_and_clears_what_it_empties(known: dict[str, Attribute]) -> None:
    alice = add("Alice", **VALUES)
    PEOPLE.change(HOUSE, alice, attributes={"city": "Omsk", "turnover": "", "vip": None})
    alice.refresh_from_db()
    assert alice.attributes == {"city": "Omsk", "since": "2024-12-31", "grade": "wholesale"}
    assert alice.attribute_keys["city"] == "omsk"
    PEOPLE.change(HOUSE, alice, name="Alicia")
    alice.refresh_from_db()
    assert alice.attributes["city"] == "Omsk"


def test_a_required_attribute_is_asked_of_new_records_and_not_emptied(known: dict[str, Attribute]) -> None:
    old = add("Old")
    ATTRIBUTES.change(HOUSE, known["city"], is_required=True)
    with pytest.raises(Refused) as refused:
        PEOPLE.add(HOUSE, name="Alice", last_name="A")
    assert set(refused.value.fields) == {"attributes.city"}
    PEOPLE.change(HOUSE, old, attributes={"vip": "1"})
    with pytest.raises(Refused):
        PEOPLE.change(HOUSE, old, attributes={"city": ""})
    ATTRIBUTES.change(HOUSE, known["city"], is_archived=True)
    add("Bob")


def test_an_archived_choice_is_still_shown_but_not_offered(known: dict[str, Attribute]) -> None:
    CHOICES.change(HOUSE, known["grade"].choices.get(code="retail"), is_archived=True)
    [grade] = [one for one in definitions(Person) if one.code == "grade"]
    assert [code for code, _label in argument_of(grade).choices] == ["wholesale"]
    assert shown(grade, "retail") == "Розница"
    with pytest.raises(Refused):
        add("Alice", grade="retail")


@pytest.mark.parametrize(
    ("code", "lookup", "value", "found"),
    [
        ("city", "exact", "ЁЛКИНО", ["A"]),
        ("city", "exact", "Елкино", ["A"]),
        ("city", "startswith", "ом", ["B"]),
        ("city", "contains", "СК", ["B", "C"]),
        ("city", "contains", "%", []),
        ("city", "in", ["омск", "Ёлкино"], ["A", "B"]),
        ("city", "isnull", True, ["D"]),
        ("city", "isnull", False, ["A", "B", "C"]),
        ("turnover", "exact", Decimal("0.1"), ["B"]),
        ("turnover", "gte", Decimal(100), ["A"]),
        ("turnover", "gt", Decimal("1234.56"), []),
        ("turnover", "lt", Decimal(100), ["B", "C"]),
        ("turnover", "lte", Decimal("0.1"), ["B", "C"]),
        ("turnover", "isnull", True, ["D"]),
        ("since", "gte", date(2024, 12, 31), ["A"]),
        ("since", "lt", date(2024, 12, 31), ["B"]),
        ("vip", "exact", True, ["A"]),
        ("vip", "exact", False, ["B", "C", "D"]),
        ("grade", "exact", "wholesale", ["A"]),
        ("grade", "in", ["wholesale", "retail"], ["A", "B"]),
    ],
)
def test_filters(known: dict[str, Attribute], code: str, lookup: str, value: Any, found: list[str]) -> None:
    add("A", **VALUES)
    add("B", city="Омск", turnover="0.1", since="2020-01-01", vip="нет", grade="retail")
    add("C", city="Томск", turnover=-5)
    add("D")
    rows = Person.objects.filter(condition(known[code], lookup, value)).order_by("name")
    assert names(rows) == found


def test_an_unknown_filter_is_refused(known: dict[str, Attribute]) -> None:
    for code, lookup in (("city", "regex"), ("turnover", "contains")):
        with pytest.raises(Refused):
            condition(known[code], lookup, "1")


def test_a_list_sorted_by_an_attribute_shows_every_record_the_empty_first(
    known: dict[str, Attribute],
) -> None:
    for name, city, turnover in (
        ("A", "ёлкино", 9),
        ("B", "Омск", 10),
        ("C", "Елец", -1),
        ("D", None, None),
        ("E", "жуково", 2),
    ):
        add(name, city=city, turnover=turnover)
    by_city, by_turnover = AttributeValue(known["city"]), AttributeValue(known["turnover"])
    assert names(Person.objects.order_by(by_city, "pk")) == ["D", "C", "A", "E", "B"]
    assert names(Person.objects.order_by(by_city.desc(), "-pk")) == ["B", "E", "A", "C", "D"]
    assert names(Person.objects.order_by(by_turnover, "pk")) == ["D", "C", "E", "A", "B"]
    assert list(Person.objects.order_by("name").values_list(by_turnover, flat=True)) == [9, 10, -1, None, 2]


@given(number=st.decimals(min_value=-(10**8), max_value=10**8, places=PLACES))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_number_is_found_again_and_unchanged(number: Decimal) -> None:
    with transaction.atomic():
        attribute = define("amount", Kind.NUMBER, "Amount")
        kept = Person.objects.get(pk=add("A", amount=str(number)).pk)
        assert typed(attribute, kept.attributes.get("amount")) == number
        assert Person.objects.filter(condition(attribute, "exact", number)).exists()
        assert Person.objects.values_list(AttributeValue(attribute), flat=True).get() == number
        transaction.set_rollback(True)
    assert len(number.as_tuple().digits) <= DIGITS


def uses_index(rows: Any, attribute: Attribute) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows.explain()
    return f"{indexes.PREFIX}{attribute.pk.hex}" in plan


@pytest.mark.django_db(transaction=True)
def test_an_indexed_attribute_gets_its_index_and_loses_it(known: dict[str, Attribute]) -> None:
    add("A", **VALUES)
    for code in ("city", "turnover", "since", "grade"):
        attribute = known[code]
        value = typed(attribute, read_value(attribute, VALUES[code]))
        equal = Person.objects.filter(condition(attribute, "exact", value))
        page = Person.objects.order_by(AttributeValue(attribute), "pk")[:50]
        assert not uses_index(page, attribute)
        ATTRIBUTES.change(HOUSE, attribute, is_indexed=True)
        [finding] = findings()
        assert code in finding
        drain()
        assert findings() == []
        assert uses_index(equal, attribute)
        assert uses_index(page, attribute)
        ATTRIBUTES.change(HOUSE, attribute, is_indexed=False)
        drain()
        assert indexes.present() == set()


@pytest.mark.django_db(transaction=True)
def test_an_index_that_a_migration_dropped_is_made_again() -> None:
    define("city", Kind.STRING, "Город", is_indexed=True)
    drain()
    [name] = indexes.present()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP INDEX "{name}"')
    indexes.keep_after_migrate()
    assert indexes.present() == {name}
    assert keep_indexes.enqueue().name == "attributes.keep_indexes"
    ATTRIBUTES.mark(HOUSE, Attribute.objects.get())
    indexes.keep()
    assert indexes.present() == set()


def test_a_code_that_is_not_given_is_made_of_the_name_and_is_free() -> None:
    codes = [
        ATTRIBUTES.add(HOUSE, entity="partners.person", kind=Kind.CHOICE, name=name).code
        for name in ("Объём закупок, шт.", "Объём закупок: шт.", "2-й склад", "***")
    ]
    assert codes == ["obem_zakupok_sht", "obem_zakupok_sht_2", "n_2_y_sklad", "n"]


def test_items_come_with_their_attribute_and_more_of_them_later() -> None:
    made = ATTRIBUTES.add(
        HOUSE, entity="partners.person", kind=Kind.CHOICE, name="Категория", items="Опт\n\nРозница\nопт "
    )
    ATTRIBUTES.change(HOUSE, made, items="Розница\nСети")
    assert [(one.code, one.name) for one in made.choices.order_by("position")] == [
        ("opt", "опт"),
        ("roznitsa", "Розница"),
        ("seti", "Сети"),
    ]
    with pytest.raises(Refused) as no:
        ATTRIBUTES.add(HOUSE, entity="partners.person", kind=Kind.STRING, name="Город", items="Самара")
    assert no.value.code == "no_list"


def test_an_archived_choice_that_stands_may_stay(known: dict[str, Attribute]) -> None:
    person = add("А", grade="опт")
    CHOICES.change(HOUSE, known["grade"].choices.get(code="wholesale"), is_archived=True)
    PEOPLE.change(HOUSE, person, attributes={"grade": "wholesale", "city": "Тверь"})
    assert Person.objects.get().attributes == {"grade": "wholesale", "city": "Тверь"}
    with pytest.raises(Refused):
        add("Б", grade="wholesale")


def test_definitions_are_held_to_what_works() -> None:
    for code in ("1st", "City", "a'b", "a b", "a" * 41):
        with pytest.raises(Refused):
            ATTRIBUTES.add.one(HOUSE, line(code=code, kind="string", name="X", entity="partners.person"))
    for entity in ("partners.legalentity", "nothing.at_all"):
        with pytest.raises(Refused) as refused:
            ATTRIBUTES.add(HOUSE, entity=entity, code="a", kind="string", name="Y")
        assert refused.value.code == "no_such_entity"
    with pytest.raises(Refused):
        define("flag", Kind.BOOLEAN, "X2", is_indexed=True)
    define("city2", Kind.STRING, "Город")
    with pytest.raises(Refused):
        define("city2", Kind.STRING, "Другой")
    with pytest.raises(Refused):
        CHOICES.add(HOUSE, attribute=Attribute.objects.get(code="city2"), code="a", name="A")


def line(**raw: Any) -> Line[Any, Any]:
    return Line(ATTRIBUTES.add.read(raw))


def test_a_stranger_defines_nothing() -> None:
    with pytest.raises(Refused):
        ATTRIBUTES.add(
            Actor.person(User(login="charlie", name="Charlie")),
            entity="partners.person",
            code="a",
            kind="string",
            name="X",
        )


def test_headings_name_attributes_by_path_or_label(known: dict[str, Attribute]) -> None:
    fresh = definitions(Person)
    for heading in ("attributes.city", "Город  Доставки", "DELIVERY CITY"):
        assert match(fresh, heading) == known["city"]
    assert match(fresh, "city") is None
    with translation.override("en"):
        assert argument_of(known["city"]).label == "Delivery city"


def test_history_tells_single_attributes() -> None:
    assert diff({"a": 1, "b": 2}, {"b": 3, "c": 4}) == [("a", 1, None), ("b", 2, 3), ("c", None, 4)]
    assert diff(None, {"a": 1}) == [("a", None, 1)]


def undone(command_set: int | None) -> UndoResult:
    assert command_set is not None
    return undo(command_set, stamp_of(HOUSE), may_change=lambda model, keys: [])


def changed(*people: Person, **attributes: Any) -> int | None:
    lines: list[Line[Any, Any]] = [Line(Values(attributes=dict(attributes)), person) for person in people]
    return PEOPLE.change.run(HOUSE, lines).change_set


def test_an_undo_puts_back_its_attributes_and_leaves_the_others(known: dict[str, Attribute]) -> None:
    alice = add("Alice", city="Омск", turnover=1)
    moved = changed(alice, city="Ёлкино", grade="опт")
    changed(alice, turnover=2)
    result = undone(moved)
    assert result.conflicts == []
    alice.refresh_from_db()
    assert alice.attributes == {"city": "Омск", "turnover": 2}
    assert alice.attribute_keys == {"city": "омск"}
    undone(result.set_id)
    alice.refresh_from_db()
    assert alice.attributes == {"city": "Ёлкино", "turnover": 2, "grade": "wholesale"}
    assert alice.attribute_keys == {"city": "елкино", "grade": "wholesale"}


def test_an_attribute_changed_since_is_named_and_keys_follow_what_stays(known: dict[str, Attribute]) -> None:
    """The later change differs in case only, so the keys alone would look as if nobody had changed anything."""
    alice, bob = add("Alice", city="Томск", vip=True), add("Bob", city="Тула")
    moved = changed(alice, bob, city="Омск", vip=False)
    later = changed(alice, city="ОМСК")
    changed(alice, turnover=7)
    [conflict] = undone(moved).conflicts
    assert (conflict.row, conflict.field, conflict.reason) == (alice.pk, "attributes.city", "changed")
    assert (conflict.ours, conflict.theirs, conflict.set_id) == ("Омск", "ОМСК", later)
    for person, values in ((alice, {"city": "ОМСК", "turnover": 7, "vip": True}), (bob, {"city": "Тула"})):
        person.refresh_from_db()
        assert person.attributes == values
        assert person.attribute_keys == {"city": sort_key(values["city"])}


def test_an_undone_deletion_brings_the_keys_back(known: dict[str, Attribute]) -> None:
    alice = add("Alice", **VALUES)
    with system_set("tests.erase") as opened:
        Person.objects.filter(pk=alice.pk).delete()
    undone(opened.id)
    assert Person.objects.get(condition(known["city"], "exact", "елкино")) == alice
