"""The reports equal the slides number for number (rules §4.1–4.3)."""

import json
from decimal import Decimal

import pytest

from artel.reports.composing import run
from artel.reports.registry import all_reports
from artel.site.cli import main

from .files import put_deals_from_files
from .slides import HOUSE, SLIDES, put_deals, put_managers_table

pytestmark = pytest.mark.django_db
EXPECTED = SLIDES["expected"]
YEAR = {"from": EXPECTED["period"][0], "to": EXPECTED["period"][1]}


@pytest.fixture(params=["commands", "files"])
def slides(request, tmp_path, monkeypatch):
    """From files in chunks so small that a deal's stages come in several of them."""
    monkeypatch.setattr("artel.exchange.tabular.importing.CHUNK_ROWS", 3)
    put_deals() if request.param == "commands" else put_deals_from_files(tmp_path)


def plain(rows):
    """Numbers as numbers: 0, "0" and "0.00" are one."""
    return [[number(value) for value in row] for row in rows]


def number(value):
    if isinstance(value, int | Decimal):
        return Decimal(value)
    try:
        return Decimal(value)
    except (ArithmeticError, TypeError, ValueError):
        return value


def document(name, **params):
    return run(HOUSE, name, {**YEAR, **params}).as_json()


def names(answer):
    return [column["name"] for column in answer["columns"]]


def test_sales_funnel(slides):
    answer = document("sales-funnel")
    assert names(answer) == EXPECTED["funnel"]["columns"]
    assert plain(answer["rows"]) == plain(EXPECTED["funnel"]["rows"])
    assert answer["totals"] == []


def test_the_funnel_of_another_year_is_empty(slides):
    assert run(HOUSE, "sales-funnel", {"from": "2014-01-01", "to": "2014-12-31"}).as_json()["rows"] == []


def test_deal_effectiveness(slides):
    answer = document("deal-effectiveness")
    assert answer["blocks"] == EXPECTED["deal_effectiveness_blocks"]
    assert names(answer) == EXPECTED["effectiveness"]["columns"]
    assert plain(answer["rows"]) == plain(EXPECTED["effectiveness"]["rows"])


def test_deals_in_work_by_kind(slides):
    answer = document("deal-effectiveness", block="open_and_won", status="in_work")
    assert names(answer) == EXPECTED["effectiveness_in_work"]["columns"]
    assert plain(answer["rows"]) == plain(EXPECTED["effectiveness_in_work"]["rows"])


def test_deals_in_work_and_won_by_kind(slides):
    answer = document("deal-effectiveness", block="open_and_won")
    wide = len(EXPECTED["effectiveness_in_work"]["columns"])
    assert names(answer)[:wide] == EXPECTED["effectiveness_in_work"]["columns"]
    shown = {row[0]: plain([row])[0] for row in answer["rows"]}
    assert list(shown) == [
        "Долгосрочные проекты",
        "Обособленный учет по сделкам",
        "Произвольная продажа",
        "Типовая продажа",
    ]
    for row in plain(EXPECTED["effectiveness_in_work"]["rows"]):
        assert shown[row[0]][:wide] == row
    assert [shown[name][wide::2] for name in list(shown)[1:]] == [[1, Decimal("884.70")]] * 3


def test_the_levels_of_deals_in_work_and_won_read_as_printed(slides):
    """Rules §4.1: kind, then deal with its responsible, then client with its agreement; shares of the group above."""
    [report] = [one for one in all_reports() if one.name == "deal-effectiveness"]
    block = report.block("open_and_won")
    assert block
    result = run(HOUSE, report.name, {**YEAR, "block": block.name, "rows": list(block.levels)})
    first = next(n for n, column in enumerate(result.columns) if column.measure)
    printed = [
        (row.level, *row.labels[-row.size :], *row.values[first : first + 3])
        for row in result.tree
        if row.values[first] or row.level == 0
    ]
    all_for_home, sigma = (
        f"Продажа товаров в магазины сети {name}" for name in ('"Все для дома"', 'Торговый дом "Сигма"')
    )
    fedorov, share = "Федоров Борис Михайлович", Decimal
    assert printed == [
        (0, "Долгосрочные проекты", 2, share("66.67"), 15000),
        (1, all_for_home, fedorov, 1, share(50), 10000),
        (2, "Все для дома Магазин", "Сетевые магазины (комиссия)", 1, share(100), 10000),
        (1, sigma, fedorov, 1, share(50), 5000),
        (2, 'Торговый дом "Сигма"', "Дистрибьюторское (обувь)", 1, share(100), 5000),
        (0, "Обособленный учет по сделкам", 0, share(0), 0),
        (0, "Произвольная продажа", 0, share(0), 0),
        (0, "Типовая продажа", 1, share("33.33"), 0),
        (1, "что-то продаём", "Орлов Александр Владимирович", 1, share(100), 0),
        (2, "Альтаир", "ДС Продажи инструментов", 1, share(100), 0),
    ]


def test_lost_deals_by_responsible_read_as_printed(db):
    """Rules §4.2: one lost deal, each level the whole of the one above."""
    put_managers_table()
    result = run(
        HOUSE, "deal-effectiveness", {"block": "lost", "rows": "responsible,kind+agreement,deal+client"}
    )
    assert [row.labels[-row.size :] for row in result.tree] == [
        ["Кострова Вера Борисовна"],
        ["Долгосрочные проекты", "без соглашения"],
        ["Оптовые продажи розничной сети", "без клиента"],
    ]
    assert all(row.values[-4:] == [1, 100, 300000, 100] for row in result.tree)


def test_loss_reasons(slides):
    answer = document("loss-reasons", reason="Проигрыш конкуренту")
    assert names(answer) == EXPECTED["loss_reasons"]["columns"]
    assert plain(answer["rows"]) == plain(EXPECTED["loss_reasons"]["rows"])
    assert plain([answer["totals"]]) == plain([EXPECTED["loss_reasons"]["totals"]])
    assert answer["blocks"] == ["reason", "responsible", "client", "deal"]


@pytest.mark.parametrize("block", ["source_type", "channel", "source"])
def test_primary_interest(slides, block):
    expected = SLIDES["primary_interest"]["expected"][block]
    answer = document("primary-interest", block=block)
    assert names(answer) == expected["columns"]
    assert plain(answer["rows"]) == plain(expected["rows"])
    assert plain([answer["totals"]]) == plain([expected["totals"]])


def test_shares_relate_to_the_group_above(db):
    put_managers_table()
    table = SLIDES["managers_table"]
    answer = run(HOUSE, "deal-effectiveness", {"block": "open_and_won", "status": "in_work"}).as_json()
    assert plain(answer["rows"]) == plain(table["expected_in_work"])
    answer = run(
        HOUSE,
        "deal-effectiveness",
        {"block": "open_and_won", "status": "in_work", "rows": "kind,responsible"},
    ).as_json()
    assert names(answer)[:2] == ["kind", "responsible"]
    found = {tuple(row[:2]): plain([row])[0] for row in answer["rows"]}
    for kind, who, count, potential in table["expected_in_kind"]:
        row = found[kind, who]
        assert (row[3], row[5]) == (Decimal(count), Decimal(potential))


@pytest.mark.parametrize("kind", ["table", "csv", "json", "xlsx"])
def test_the_command_line_prints_the_same(slides, kind, capsysbinary):
    params = [f"--param={name}={value}" for name, value in YEAR.items()]
    assert main(["report", "sales-funnel", *params, "--format", kind]) == 0
    out = capsysbinary.readouterr().out
    if kind == "json":
        assert plain(json.loads(out)["rows"]) == plain(EXPECTED["funnel"]["rows"])
    elif kind == "xlsx":
        assert out.startswith(b"PK")
    else:
        text = out.decode().replace(" ", "")
        assert "Первичныйконтакт" in text
        assert "1769.40" in text


@pytest.mark.parametrize(("words", "code"), [(["nothing"], 2), (["sales-funnel", "--param", "kind"], 2)])
def test_a_wrong_report_is_explained(db, words, code, capsys):
    assert main(["report", *words]) == code
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
