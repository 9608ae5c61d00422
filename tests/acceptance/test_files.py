"""The same figures when the deals of the slides come from files, as a company would bring them in."""

import csv

import pytest

from artel.domains.deals.models import Deal, DealKind, DealStage
from artel.kernel.admission import add_user
from artel.reports.composing import run
from artel.site.cli import main

from .slides import COMPETITOR, HOUSE, SLIDES
from .test_slides import EXPECTED, YEAR, plain

DEALS = SLIDES["deals"]


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)


def files(folder):
    """Six files, Russian headers where the contract has them."""
    interests = {one["deal"]: one for one in SLIDES["primary_interest"]["inputs"]}
    sources = {(one["source_type"], one["source"]) for one in interests.values()}
    clients = {one["client"] for one in DEALS} | {name for kind, name in sources if kind == "client"}
    write(
        folder / "partners.csv",
        ["Рабочее наименование", "is_client", "is_competitor"],
        [*([name, "да", "нет"] for name in sorted(clients)), [COMPETITOR, "0", "1"]],
    )
    kinds = {one["kind"]: one["kind_type"] for one in DEALS}
    write(folder / "deal-kinds.csv", ["name", "type"], kinds.items())
    paths = {}
    for deal in DEALS:
        if len(deal["stages"]) > len(paths.get(deal["kind"], ())):
            paths[deal["kind"]] = [name for name, _start, _end in deal["stages"]]
    write(
        folder / "stages.csv",
        ["kind", "name", "order"],
        [[kind, name, n] for kind, path in paths.items() for n, name in enumerate(path, 1)],
    )
    write(
        folder / "deals.csv",
        [
            *(
                "code",
                "name",
                "client",
                "agreement",
                "kind",
                "responsible",
                "status",
                "closed",
                "probability",
            ),
            *(
                "potential",
                "started_at",
                "ended_at",
                "loss_reason",
                "winner",
                "channel",
                "source_type",
                "source",
            ),
        ],
        [deal_row(deal, interests.get(deal["n"], {})) for deal in DEALS],
    )
    write(
        folder / "deal-stages.csv",
        ["deal", "stage", "started_at", "ended_at", "result", "responsible"],
        [
            [deal["name"], stage, start, end, result_of(deal, end), deal["responsible"]]
            for deal in DEALS
            for stage, start, end in deal["stages"]
        ],
    )


def deal_row(deal, interest):
    return [
        *(deal.get(name, "") for name in ("code", "name", "client", "agreement", "kind", "responsible")),
        *(deal["status"], deal.get("closed", ""), deal.get("probability", ""), deal["potential"]),
        *(deal["start"], deal["end"], deal.get("loss_reason", "")),
        COMPETITOR if deal.get("loss_reason") else "",
        *(interest.get(name, "") for name in ("channel", "source_type", "source")),
    ]


def result_of(deal, end):
    return "lost" if deal["status"] == "lost" else "won" if end else "in_work"


@pytest.fixture
def imported(db, tmp_path, capsys):
    for number, name in enumerate(sorted({deal["responsible"] for deal in DEALS})):
        add_user(HOUSE, login=f"user{number}", name=name, password="", language="")
    files(tmp_path)
    for entity in ("partners", "deal-kinds", "stages", "deals", "deal-stages"):
        assert main(["import", entity, str(tmp_path / f"{entity}.csv")]) == 0
        refused = tmp_path / f"{entity}.csv.refused.csv"
        assert not refused.exists(), refused.read_text()
    return tmp_path


def rows(name, **params):
    answer = run(HOUSE, name, {**YEAR, **params}).as_json()
    return plain(answer["rows"]), plain([answer["totals"]])[0]


def test_the_reports_equal_the_slides(imported):
    assert rows("sales-funnel")[0] == plain(EXPECTED["funnel"]["rows"])
    assert rows("deal-effectiveness")[0] == plain(EXPECTED["effectiveness"]["rows"])
    held = rows("deal-effectiveness", block="open_and_won", status="in_work")[0]
    assert held == plain(EXPECTED["effectiveness_in_work"]["rows"])
    assert rows("loss-reasons")[0] == plain(EXPECTED["loss_reasons"]["rows"])
    for block, expected in SLIDES["primary_interest"]["expected"].items():
        found, totals = rows("primary-interest", block=block)
        assert (found, totals) == (plain(expected["rows"]), plain([expected["totals"]])[0])


def test_what_the_files_brought(imported):
    deals = {deal.name: deal for deal in Deal.objects.select_related("stage")}
    assert deals["Продажа телевизоров"].code == "00-00000003"
    assert len({deal.code for deal in deals.values()}) == len(DEALS)
    assert str(deals["что-то продаём"].stage) == "Первичный контакт"
    assert [len(kind.stage_keys) for kind in DealKind.objects.order_by("name")] == [0, 0, 4, 7]
    assert DealStage.objects.count() == sum(len(deal["stages"]) for deal in DEALS)
    assert not DealStage.objects.filter(is_implied=True).exists()


def test_bringing_the_stages_again_changes_nothing(imported, capsys):
    before = list(DealStage.objects.order_by("id").values_list("id", "version"))
    assert main(["import", "deal-stages", str(imported / "deal-stages.csv"), "--json"]) == 0
    assert list(DealStage.objects.order_by("id").values_list("id", "version")) == before
    assert main(["import", "stages", str(imported / "stages.csv"), "--json"]) == 0
    assert list(DealStage.objects.order_by("id").values_list("id", "version")) == before
