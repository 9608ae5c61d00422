"""The reports engine on deals: any breakdown, honest totals, access, and the rows behind every number."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artel.domains.deals import commands
from artel.domains.deals.models import Deal
from artel.domains.deals.reports import STAGE_ROWS
from artel.kernel.access import fields_visible_to
from artel.kernel.attributes.models import Attribute
from artel.kernel.models import Role
from artel.kernel.refusals import Forbidden, NotThere, Refused
from artel.kernel.roles import Reach
from artel.reports.composing import run
from artel.reports.drilling import drill
from artel.reports.registry import all_reports
from artel.reports.splits import offered

from .lively import make_lively
from .world import HOUSE, moment, person, written

REPORTS = ["sales-funnel", "deal-effectiveness", "loss-reasons", "primary-interest"]


@pytest.fixture
def lively(world):
    """Two people with deals in two access groups, on the way, won and lost."""
    return make_lively(world)


def numbers(result):
    """Values by measure of every row."""
    places = [n for n, column in enumerate(result.columns) if column.measure]
    return [[row.values[n] for n in places] for row in result.rows]


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_runs_by_every_dimension(lively, name):
    [report] = [one for one in all_reports() if one.name == name]
    for block in report.blocks:
        for dimension in report.dataset.dimensions:
            result = run(HOUSE, name, {"block": block.name, "rows": dimension.name})
            assert all(len(row.values) == len(result.columns) for row in result.rows)
            assert result.rows, (block.name, dimension.name)


@pytest.mark.parametrize("name", REPORTS)
def test_every_number_opens_exactly_its_rows(lively, name):
    [report] = [one for one in all_reports() if one.name == name]
    for block in report.blocks:
        params = {"block": block.name, "from": "2026-03-01"}
        result = run(HOUSE, name, params)
        for row in result.rows:
            for column, value in zip(result.columns, row.values, strict=True):
                if not column.measure or isinstance(value, Decimal):
                    continue
                opened = drill(HOUSE, name, params, {"keys": row.keys, "measure": column.measure})
                assert opened.records.count() == value, (name, block.name, row.keys, column.name)
        for place, column in enumerate(result.columns):
            if column.measure and result.totals and isinstance(result.totals[place], int):
                opened = drill(HOUSE, name, params, {"measure": column.measure})
                assert opened.records.count() == result.totals[place]


def test_a_money_number_opens_the_rows_that_make_the_sum(lively):
    result = run(HOUSE, "sales-funnel", {})
    place = [column.name for column in result.columns].index("won_potential")
    for row in result.rows:
        rows = drill(HOUSE, "sales-funnel", {}, {"keys": row.keys, "measure": "won_potential"}).rows[0]
        assert sum(rows.values_list("potential", flat=True)) == row.values[place]


def test_the_funnel_is_one_question(world, lively):
    with CaptureQueriesContext(connection) as captured:
        run(HOUSE, "sales-funnel", {"from": "2026-01-01", "to": "2026-12-31"})
    assert len([one for one in captured if "deals_dealstage" in one["sql"]]) == 1
    assert len(captured) == 3  # and the names of the stages, and the currency of the sums


def test_nobody_counts_what_he_may_not_see(lively):
    alice, bob = lively
    mine = Deal.objects.visible_to(alice).count()
    assert 0 < mine < Deal.objects.count()
    assert run(alice, "deal-effectiveness", {}).totals[1] == mine
    everything = run(HOUSE, "sales-funnel", {"measures": "count"})
    own, others = (run(who, "sales-funnel", {"measures": "count"}) for who in (alice, bob))
    assert sum(row.values[1] for row in everything.rows) == sum(
        row.values[1] for result in (own, others) for row in result.rows
    )
    nobody = person("nobody", "partners.view_partner")
    for name in REPORTS:
        with pytest.raises(Forbidden):
            run(nobody, name, {})
    opened = drill(alice, "deal-effectiveness", {}, {"measure": "count"})
    assert set(opened.records) == set(Deal.objects.visible_to(alice))


def test_a_closed_client_shows_neither_name_nor_key(world, lively):
    reader = person("reader", "deals.*", reach=Reach.ALL)
    result = run(reader, "deal-effectiveness", {"rows": "client"})
    closed = [row for row in result.rows if row.is_closed]
    assert len(closed) == 1
    assert closed[0].values[1] == 8
    assert closed[0].values[0] not in {"Protos", "Shop"}
    with pytest.raises(Refused) as no:
        run(reader, "deal-effectiveness", {"client": "Shop"})
    assert no.value.code == "unknown_value"


def test_a_hidden_field_is_refused_where_asked_and_left_out_where_not(lively):
    reader = person("reader", "deals.*", "partners.*", reach=Reach.ALL)
    assert reader.user
    role = Role.objects.get(name="Role of reader")
    written_role(role, {"deals.deal": ["potential", "client"], "deals.dealstage": ["potential"]})
    from artel.kernel.actors import Actor

    reader = Actor.person(reader.user)
    assert "potential" not in fields_visible_to(reader, Deal)
    names = {one.name for one in offered(reader, STAGE_ROWS)}
    assert "attributes.choice" in names
    assert not names & {"client", "region", "client.attributes.choice"}
    assert run(reader, "sales-funnel", {"rows": "attributes.choice"}).rows
    shown = [column.name for column in run(reader, "sales-funnel", {}).columns]
    assert shown == ["stage", "in_work_count", "won_count", "lost_count", "mean_days"]
    for params in (
        {"measures": "won_potential"},
        {"rows": "client"},
        {"client": "Shop"},
        {"rows": "region"},
        {"rows": "client.attributes.choice"},
        {"client.attributes.choice": "vip"},
        {"filter": '{"client": "Shop"}'},
    ):
        with pytest.raises(Forbidden):
            run(reader, "sales-funnel", params)


def written_role(role: Role, hidden: dict[str, Any]) -> None:
    from django.db import transaction
    from django.utils import timezone

    from artel.kernel.acts import Act
    from artel.kernel.commands import stamp_of
    from artel.kernel.journal.writing import change_set

    with transaction.atomic(), change_set(stamp_of(HOUSE), command="test.write") as opened:
        Act(HOUSE, "test.write", timezone.now(), opened).change(role, hidden_fields=hidden)


def test_several_levels_stay_with_their_groups(lively):
    params = {"rows": "status,kind,deal", "measures": "count,count_share_percent,potential"}
    result = run(HOUSE, "deal-effectiveness", params)
    assert [column.name for column in result.columns[:3]] == ["status", "kind", "deal"]
    assert len(result.rows) == Deal.objects.count()
    assert result.totals[3] == len(result.rows)
    by_status = [row for row in result.groups if row.level == 0]
    assert sum(row.values[3] for row in by_status) == result.totals[3]
    tree = result.tree
    assert tree[0] == by_status[0]
    assert [row.level for row in tree[:3]] == [0, 1, 2]
    assert len(tree) == len(result.rows) + len(result.groups)
    for group in result.groups:
        inside = [row for row in result.rows if row.keys[: len(group.keys)] == group.keys]
        assert sum(row.values[5] for row in inside) == group.values[5]


def test_dimensions_joined_are_one_level(lively):
    """A plus in an address that nobody escaped arrives as a space."""
    params = {"measures": "count,count_share_percent"}
    result = run(HOUSE, "deal-effectiveness", {**params, "rows": "kind,deal+responsible"})
    assert [len(row.keys) for row in result.tree[:2]] == [1, 3]
    assert [row.size for row in result.tree[:2]] == [1, 2]
    assert {row.values[-1] for row in result.rows} == {25}  # four deals a kind
    spaced = run(HOUSE, "deal-effectiveness", {**params, "rows": "kind,deal responsible"})
    assert [row.values for row in spaced.rows] == [row.values for row in result.rows]


def test_different_things_do_not_add_up(world, lively):
    result = run(HOUSE, "deal-effectiveness", {"rows": "kind,status", "measures": "clients,count"})
    parts = sum(row.values[2] for row in result.rows)
    assert result.totals[2] == 2 < parts
    assert result.totals[3] == 12


def test_a_deviation_is_against_the_average_of_the_groups_beside(lively):
    measures = "count,count_deviation,potential,potential_deviation"
    flat = run(HOUSE, "deal-effectiveness", {"rows": "status", "measures": measures})
    assert [row.values[1:3] for row in flat.rows] == [[6, 2], [3, -1], [3, -1]]
    average = flat.totals[3] / 3
    assert [row.values[4] for row in flat.rows] == [
        (row.values[3] - average).quantize(Decimal("0.01")) for row in flat.rows
    ]
    deep = run(HOUSE, "deal-effectiveness", {"rows": "kind,status", "measures": measures})
    manual = [row.values[2:4] for row in deep.rows if row.values[0] == "Manual"]
    assert sum(count for count, _deviation in manual) == 4
    assert [deviation for _count, deviation in manual] == [
        (count - Decimal(4) / len(manual)).quantize(Decimal("0.01")) for count, _deviation in manual
    ]


def test_days_are_the_companys_and_stand_in_their_order(lively):
    """22 o'clock of the last of March in UTC is April in Moscow."""
    by_month = run(HOUSE, "deal-effectiveness", {"rows": "started_month", "measures": "count"})
    assert [row.values for row in by_month.rows] == [["2026-03", 9], ["2026-04", 3]]
    assert [row.labels for row in by_month.rows] == [["март 2026"], ["апрель 2026"]]
    for unit, values in (("year", ["2026"]), ("quarter", ["2026-Q1", "2026-Q2"])):
        rows = run(HOUSE, "loss-reasons", {"rows": f"started_{unit}"}).rows
        assert [row.values[0] for row in rows] == values
    for text in ("2026-04", "2026-04-17"):
        assert run(HOUSE, "deal-effectiveness", {"started_month": text}).totals[1] == 3
    with pytest.raises(Refused) as no:
        run(HOUSE, "deal-effectiveness", {"started_month": "April"})
    assert no.value.code == "unknown_value"


def test_stages_stand_in_their_order_in_rows_and_in_columns(lively):
    names = [row.values[0] for row in run(HOUSE, "sales-funnel", {}).rows]
    assert names == ["Первичный контакт", "Квалификация клиента", "Формирование предложения"]
    crossed = run(HOUSE, "sales-funnel", {"columns": "kind", "measures": "count"})
    assert [row.values[0] for row in crossed.rows] == names
    across = run(HOUSE, "sales-funnel", {"rows": "kind", "columns": "stage", "measures": "count"})
    assert [str(column.group) for column in across.columns[1:]] == names


def test_a_region_holds_those_inside_it(lively):
    def count(**params):
        return run(HOUSE, "deal-effectiveness", params).totals[1]

    assert (count(region="Самара"), count(region="Волга"), count(region="none")) == (4, 8, 4)
    rows = run(HOUSE, "deal-effectiveness", {"rows": "region", "measures": "count"}).rows
    assert {row.labels[0]: row.values[1] for row in rows} == {"Волга": 4, "Самара": 4, "без региона": 4}


def test_what_is_empty_is_one_group_however_it_is_stored(lively):
    """Deals without an interest, and those whose interest says no type of source."""
    rows = run(HOUSE, "deal-effectiveness", {"rows": "source_type", "measures": "count"}).rows
    assert [row.values for row in rows] == [["client", 4], [None, 8]]


def test_columns_by_a_dimension(lively):
    result = run(HOUSE, "deal-effectiveness", {"columns": "status", "rows": "kind", "measures": "count"})
    assert [column.name for column in result.columns] == ["kind", "count:in_work", "count:won", "count:lost"]
    assert sum(result.totals[1:]) == 12
    flat = {row.values[0]: sum(row.values[1:]) for row in result.rows}
    assert flat == {"Manual": 4, "Plain": 4, "Standard": 4}
    under = result.columns[1].under
    opened = drill(
        HOUSE,
        "deal-effectiveness",
        {"columns": "status", "rows": "kind", "measures": "count"},
        {"keys": result.rows[0].keys, "measure": "count", "under": under},
    )
    assert opened.records.count() == result.rows[0].values[1]


def test_custom_attributes_split_filter_and_open(world, lively):
    written(Attribute, entity="deals.deal", code="region", name="Край", kind="string")
    first, second, third = Deal.objects.order_by("id")[:3]
    for deal, value in ((first, "Волга"), (second, "волга"), (third, "Урал")):
        commands.change_deal(HOUSE, deal, attributes={"region": value})
    result = run(HOUSE, "deal-effectiveness", {"rows": "attributes.region", "measures": "count"})
    found = {str(row.values[0]).casefold(): row.values[1] for row in result.rows}
    assert found == {"волга": 2, "урал": 1, "none": 9}
    held = run(HOUSE, "deal-effectiveness", {"attributes.region": "ВОЛГА"})
    assert held.totals[1] == 2
    row = next(row for row in result.rows if row.values[1] == 2)
    opened = drill(
        HOUSE, "deal-effectiveness", {"rows": "attributes.region"}, {"keys": row.keys, "measure": "count"}
    )
    assert set(opened.records) == {first, second}
    funnel = run(HOUSE, "sales-funnel", {"rows": "attributes.region", "measures": "deals"})
    assert sum(row.values[1] for row in funnel.rows) == 8


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"segment": "VIP"}, "no_segments"),
        ({"block": "nothing"}, "unknown_block"),
        ({"rows": "colour"}, "unknown_dimension"),
        ({"measures": "colour"}, "unknown_measure"),
        ({"colour": "red"}, "unknown_parameter"),
        ({"kind": "Nothing"}, "unknown_value"),
        ({"from": "soon"}, "not_a_day"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "period"),
        ({"filter": "{"}, "filter"),
    ],
)
def test_what_cannot_be_asked(world, params, code):
    with pytest.raises(Refused) as no:
        run(HOUSE, "sales-funnel", params)
    assert no.value.code == code
    assert set(no.value.fields) & {*params, "rows", "measures"}


def test_dimensions_are_held_by_code_name_or_nothing(world, lively):
    def count(**params):
        return run(HOUSE, "deal-effectiveness", params).totals[1]

    assert count(kind="manual") == count(kind=str(world.manual.pk)) == 4
    assert count(client="none") == 4
    assert count(client=world.client.code) == 4
    assert count(status=["won", "Проиграна"]) == count(status="won") + count(status="lost")
    assert count(filter={"kind": "Plain", "status": "won"}) == count(kind="Plain", status="won")


def test_there_is_no_such_report():
    with pytest.raises(NotThere):
        run(HOUSE, "nothing", {})


def test_the_period_holds_rows_alive_in_it(world):
    deal = world.open(started_at=moment(10), ended_at=moment(20))
    for first, last, alive in (
        ("2026-03-01", "2026-03-09", 0),
        ("2026-03-01", "2026-03-10", 1),
        ("2026-03-20", "2026-04-01", 1),
        ("2026-03-21", "2026-04-01", 0),
    ):
        found = run(HOUSE, "deal-effectiveness", {"from": first, "to": last}).totals[1]
        assert found == alive, (first, last, deal)
