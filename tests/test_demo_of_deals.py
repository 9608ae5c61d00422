"""The demo's deals: 2015 has the shape and sums of the founding slides, the last year is lively."""

import json
from decimal import Decimal

import pytest

from artel.domains.deals.demo import LIVELY
from artel.domains.deals.models import Deal, DealStatus
from artel.domains.partners.models import Partner
from artel.kernel.actors import Actor
from artel.reports.composing import run
from artel.site import demo as site_demo
from artel.site import growing
from artel.site.demo import Record
from artel.site.demo import fill as fill_demo

pytestmark = pytest.mark.only_on(
    "postgres", "the base of a demo is filled by commands that are tried on both"
)

HOUSE = Actor.system("tests")
YEAR = {"from": "2015-01-01", "to": "2015-12-31"}


@pytest.fixture
def demo(db, tmp_path):
    fill_demo(Record(tmp_path / "demo.json"))


def test_2015_reads_as_the_slides(demo):
    funnel = run(HOUSE, "sales-funnel", YEAR)
    assert funnel.rows[0].values[1:] == [
        *(1, Decimal(0), 2, Decimal("1769.40"), 1, Decimal("707.76"), Decimal("8.50"))
    ]
    assert [row.values[3] for row in funnel.rows] == [2, 2, 2, 1, 1, 1, 2]
    status = run(HOUSE, "deal-effectiveness", YEAR)
    assert [row.values for row in status.rows] == [
        ["in_work", 3, Decimal(15000)],
        ["won", 3, Decimal("2654.10")],
        ["lost", 1, Decimal("707.76")],
    ]
    assert [row.values[1] for row in run(HOUSE, "loss-reasons", YEAR).rows] == [1]


@pytest.mark.parametrize(
    ("block", "deals", "partners"),
    [
        ("source_type", [5, 1], [4, 1]),
        ("channel", [5, 1], [4, 1]),
        ("source", [3, 1, 1, 1], [3, 1, 1, 1]),
    ],
)
def test_where_the_deals_of_2015_came_from(demo, block, deals, partners):
    found = run(HOUSE, "primary-interest", {**YEAR, "block": block})
    assert [row.values[1] for row in found.rows] == deals
    assert [row.values[2] for row in found.rows] == partners
    assert found.totals == [None, 6, 5]


def test_the_last_year_is_lively(demo):
    assert Deal.objects.count() == LIVELY + 7
    statuses = set(Deal.objects.values_list("status", flat=True))
    assert statuses == set(DealStatus.values)
    assert not Deal.objects.filter(status="lost", loss_reason=None).exists()
    assert Deal.objects.filter(client=None).exists()
    assert len(run(HOUSE, "loss-reasons", {}).rows) == 5


def test_a_demo_of_size_grows_by_clients_and_their_deals(demo, monkeypatch):
    clients, deals = Partner.objects.count(), Deal.objects.count()
    monkeypatch.setattr(growing, "AT_ONCE", 20)
    growing.grow(HOUSE, 30, [one for _label, one in site_demo._rooms("grow")])
    assert (Partner.objects.count(), Deal.objects.count()) == (clients + 30, deals + 30)


GROW = """
import json, sys
from pathlib import Path
from artel.domains.company.factories import HOUSE
from artel.domains.deals.models import Deal
from artel.domains.partners.demo import grown
from artel.kernel.actors import Actor
from artel.site import demo, growing
growing.AT_ONCE, growing.SIDE_BY_SIDE = 20, int(sys.argv[1])
rooms = [one for _label, one in demo._rooms("grow")]
if sys.argv[2] == "fail":
    def fails(actor, numbers):
        raise ValueError("no more")
    growing.grow(HOUSE, 70, [fails, rooms[1]])
demo.fill(demo.Record(Path(sys.argv[3]) / "record"))
growing.grow(HOUSE, 70, rooms)
clients = grown(range(70))
deals = Deal.objects.filter(client__in=clients).order_by("code").values_list("code", "name", "client__name", "status")
print(json.dumps([[one.code for one in clients], [*deals], Deal.objects.count()]))
"""


@pytest.mark.only_on("postgres", "on a file rooms grow in turn")
def test_rooms_that_grow_side_by_side_make_what_they_make_in_turn(new_home, parent_in):
    told = []
    for least in (1000, 50):
        home = new_home()
        grown = parent_in(home).run(GROW, str(least), "", home["ARTEL_HOME"])
        assert grown.returncode == 0, grown.stderr
        told.append(json.loads(grown.stdout))
    assert told[0] == told[1]
    assert len(told[0][0]) == 70
    home = new_home()
    failed = parent_in(home).run(GROW, "50", "fail", home["ARTEL_HOME"])
    assert failed.returncode != 0
    assert "no more" in failed.stderr
    assert "the process of another room has ended before its time" in failed.stderr
