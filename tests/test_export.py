"""Exports: what one may see, safe in a spreadsheet, and taken in again without a change."""

from __future__ import annotations

import csv

import pytest

from artel.domains.company.factories import department, person
from artel.domains.partners.commands import partners, regions
from artel.domains.partners.factories import HOUSE, contact, partner
from artel.exchange.models import Duplicates
from artel.exchange.tabular import exporting
from artel.exchange.tabular.exporting import ExportOptions, export_table
from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import
from artel.kernel.attributes.commands import ATTRIBUTES, CHOICES
from artel.kernel.refusals import Forbidden, Refused
from artel.kernel.rights_acts import roles
from artel.kernel.roles import Role
from artel.lib.tabular.reading import open_table
from artel.screens.registry import resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales():
    return department("Продажи")


def exported(actor, entity, path, **options):
    count = export_table(actor, resource(entity), path, ExportOptions(**options))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == count
    return rows


def imported(entity, path):
    opened = open_import(HOUSE, resource(entity), path, ImportOptions(duplicates=Duplicates.UPDATE))
    run = carry_on(begin(opened, path), opened)
    return run.total, run.created, run.updated, run.skipped, run.refused


@pytest.fixture
def base(sales):
    """Partners with every kind of column, awkward texts and two of one name."""
    south = regions.add(HOUSE, name="Юг")
    size = ATTRIBUTES.add(HOUSE, entity="partners.partner", code="size", kind="choice", name="Размер")
    CHOICES.add(HOUSE, attribute=size, code="big", name="Крупный")
    ATTRIBUTES.add(HOUSE, entity="partners.partner", code="since", kind="date", name="С какого дня")
    head = partner("Волга", region=south, inn="7707083893", kpp="773601001", phone="84957874008 доб. 5")
    partners.add(
        HOUSE,
        name="=HYPERLINK(1)",
        comment='"кавычки"; и, запятые\nи строки',
        head=head,
        email="a@b.ru",
        attributes={"size": "big", "since": "2015-03-03"},
    )
    partner("Тёзка", comment="'=1", is_supplier=True)
    partner("Тёзка", comment="-5")
    contact(head, "Орлова", first_name="Нина", phone="+79161234567")


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
@pytest.mark.parametrize(
    ("entity", "count"), [("partners", 4), ("contact-people", 1), ("legal-entities", 1), ("regions", 1)]
)
def test_an_export_is_taken_in_again_without_a_change(base, tmp_path, name, entity, count):
    path = tmp_path / name
    export_table(HOUSE, resource(entity), path)
    assert imported(entity, path) == (count, 0, 0, count, 0)


def test_titles_of_a_language_are_taken_in_as_well(base, tmp_path):
    path = tmp_path / "out.csv"
    rows = exported(HOUSE, "partners", path, has_labels=True)
    assert "code" not in rows[0]
    assert imported("partners", path) == (4, 0, 0, 4, 0)


def test_formulas_are_defused(base, tmp_path):
    rows = exported(HOUSE, "partners", tmp_path / "out.csv")
    assert [row["name"] for row in rows] == ["Волга", "'=HYPERLINK(1)", "Тёзка", "Тёзка"]
    assert [row["comment"] for row in rows][2:] == ["''=1", "-5"]
    assert rows[0]["phone"].startswith("'+7")
    assert [row.cells[1] for row in open_table(tmp_path / "out.csv").rows()][1] == "=HYPERLINK(1)"


def test_references_are_named_and_two_of_one_name_by_their_codes(base, tmp_path):
    twin = partners.add(HOUSE, name="Дочка", head=exporting_head("Тёзка"))
    rows = exported(HOUSE, "partners", tmp_path / "out.csv", columns=["name", "head", "region"])
    assert rows[1]["head"] == "Волга"
    assert rows[0]["region"] == "Юг"
    assert rows[-1]["head"] == twin.head.code


def exporting_head(name):
    return resource("partners").model.objects.filter(name=name).first()


def test_pages_follow_each_other_without_a_gap(base, tmp_path, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(exporting, "PAGE_ROWS", 2)
    rows = exported(HOUSE, "partners", tmp_path / "out.csv", columns=["code"])
    assert len({row["code"] for row in rows}) == 4


def test_one_sees_ones_own_rows_and_no_hidden_names(sales, tmp_path):
    alice, bob = (person(name, "sales_manager", department=sales) for name in ("alice", "bob"))
    hidden = partner("Тайна", bob)
    partner("Волга", alice)
    partners.add(HOUSE, name="Ока", head=hidden, manager=alice.user)
    rows = exported(alice, "partners", tmp_path / "out.csv")
    assert [(row["name"], row["head"]) for row in rows] == [("Волга", ""), ("Ока", "")]
    assert "Тайна" not in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_hidden_fields_are_no_columns(sales, tmp_path):
    roles.change(
        HOUSE, Role.objects.get(code="sales_manager"), hidden_fields={"partners.partner": ["phone", "inn"]}
    )
    alice = person("alice", "sales_manager", department=sales)
    partner("Волга", alice, phone="84957874008", inn="7707083893")
    [row] = exported(alice, "partners", tmp_path / "out.csv")
    assert not {"phone", "inn"} & set(row)
    assert "787" not in (tmp_path / "out.csv").read_text("utf-8-sig")
    path = tmp_path / "in.csv"
    path.write_text("name,phone\nОка,84957874008\n")
    with pytest.raises(Refused, match="phone"):
        open_import(alice, resource("partners"), path, ImportOptions())


def test_a_stranger_exports_nothing(tmp_path):
    with pytest.raises(Forbidden):
        export_table(person("charlie", ""), resource("partners"), tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
