"""Stages and deals through files, to the letter of the contract."""

from __future__ import annotations

import csv

import pytest

from artel.domains.deals.models import DealKind, Stage
from artel.domains.partners.factories import HOUSE, partner
from artel.exchange.models import Duplicates
from artel.exchange.tabular.exporting import export_table
from artel.exchange.tabular.importing import ImportOptions, begin, carry_on, open_import
from artel.screens.registry import resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(tmp_path):
    """Import rows (the first is the header); answers (created, updated, skipped, refused)."""

    def take(entity, *rows, **options):
        path = tmp_path / f"{entity}.csv"
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows(rows)
        opened = open_import(HOUSE, resource(entity), path, ImportOptions(**options))
        run = carry_on(begin(opened, path), opened)
        return run.created, run.updated, run.skipped, run.refused

    return take


@pytest.fixture
def exported(tmp_path):
    def exported(entity, *columns):
        path = tmp_path / "out.csv"
        export_table(HOUSE, resource(entity), path)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [tuple(row[name] for name in columns) for row in csv.DictReader(stream)]

    return exported


STAGES = [
    ["Вид сделки", "Наименование", "Порядок"],
    ["Сервис", "Заявка", "10"],
    ["Сервис", "Работа", "20"],
    ["Проект", "Заявка", "1"],
    ["Проект", "Сдача", "2"],
    ["Проект", "заявка", "1"],
]


def path_of(name):
    kind = DealKind.objects.get(name=name)
    names = dict(Stage.objects.values_list("pk", "name"))
    return [names[key] for key in kind.stage_keys]


def test_one_stage_in_two_kinds_keeps_its_place_in_each(take, exported):
    assert take("stages", *STAGES) == (4, 0, 1, 0)
    assert (path_of("Сервис"), path_of("Проект")) == (["Заявка", "Работа"], ["Заявка", "Сдача"])
    assert Stage.objects.filter(name="Заявка").count() == 1
    rows = exported("stages", "kind", "name", "order")
    assert {("Сервис", "Заявка", "1"), ("Проект", "Заявка", "1"), ("Проект", "Сдача", "2")} <= set(rows)
    assert take("stages", *STAGES, duplicates=Duplicates.UPDATE) == (0, 0, 5, 0)


def test_an_order_that_is_taken_moves_the_others_back(take):
    take("stages", *STAGES)
    header = STAGES[0]
    assert take("stages", header, ["Сервис", "Оплата", "2"]) == (1, 0, 0, 0)
    assert path_of("Сервис") == ["Заявка", "Оплата", "Работа"]
    assert take("stages", header, ["Сервис", "Работа", "1"]) == (0, 1, 0, 0)
    assert path_of("Сервис") == ["Работа", "Заявка", "Оплата"]


def test_stages_without_a_kind_and_kinds_without_stages(take, exported):
    assert take("stages", ["name"], ["Одинокий"]) == (1, 0, 0, 0)
    assert exported("stages", "kind", "name", "order")[-1] == ("", "Одинокий", "")
    take("deal-kinds", ["name", "type"], ["Разное", "none"])
    assert take("stages", STAGES[0], ["Разное", "Этап", "1"]) == (0, 0, 0, 1)
    assert not Stage.objects.filter(name="Этап").exists()


def test_files_call_deals_and_currencies_by_their_codes(take, exported):
    partner("Берёзка")
    take("stages", *STAGES)
    deal = ["D-1", "Сделка", "Берёзка", "Сервис", "1 234,56", "RUB", "01.03.2024"]
    assert take("deals", ["code", "name", "client", "kind", "potential", "currency", "started_at"], deal) == (
        1,
        0,
        0,
        0,
    )
    assert exported("deals", "code", "currency", "potential") == [("D-1", "RUB", "1234.56")]
    assert exported("deal-stages", "deal", "stage") == [("D-1", "Заявка")]
    rows = [
        ["Сделка", "Этап", "Начало", "Окончание", "Результат"],
        ["D-1", "Заявка", "01.03.2024", "2024-03-05", "won"],
        ["D-1", "Работа", "2024-03-05 10:00", "", "in_work"],
    ]
    assert take("deal-stages", *rows) == (2, 0, 0, 0)
    assert exported("deal-stages", "deal", "stage", "result") == [
        ("D-1", "Заявка", "won"),
        ("D-1", "Работа", "in_work"),
    ]
    assert take("deal-stages", *rows) == (0, 0, 2, 0)
