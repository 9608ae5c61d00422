"""The board of deals: lanes of one kind with counts and sums, by the same filters and rights as the list."""

import json
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DealStage, DealStatus
from artel.domains.partners.models import Partner
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.models import AccessGroup, Grant, Role
from artel.kernel.refusals import Refused
from artel.kernel.roles import Reach
from artel.kernel.undoing import undo_change_set
from artel.screens.models import SavedView
from artel.web.boards import WINDOW
from artel.web.models import FoldedLanes

from .world import HOUSE, moment, person, written


def browser_of(actor):
    made = Client()
    assert actor.user
    made.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture
def alice():
    return person("alice", "*", reach=Reach.ALL)


@pytest.fixture
def board(alice, world):
    """What the board of a kind shows, by lane: count and sum as they are written, and the names of cards."""
    browser = browser_of(alice)

    def read(query="", kind=None):
        page = browser.get(f"/deals?look=board&deck={(kind or world.manual).pk}{query}")
        assert page.status_code == 200
        return lanes_of(page)

    return read


def lanes_of(page):
    text = unescape(page.content.decode()).replace("\u00a0", " ")
    found = {}
    for name, inside in re.findall(
        r'<section id="[^"]*" class="lane[^>]*aria-label="([^"]*)">(.*?)</section>', text, re.DOTALL
    ):
        [head] = re.findall(r"<b>(\d+)</b>(?: · ([^<]*))?", inside)
        cards = re.findall(r'<h3 class="t"><a[^>]*>([^<]*)<', inside)
        found[name] = (int(head[0]), head[1], cards)
    return found


def test_lanes_are_the_stages_of_a_kind_then_won_and_lost(world, board):
    first, second, *_rest = world.stages
    world.open(name="A", potential=Decimal(100))
    world.open(name="B", potential=Decimal("50.5"))
    world.open(name="Other kind", kind=world.standard, responsible=person("olga").user)
    moved = world.open(name="C", potential=Decimal(7))
    commands.move_deal(HOUSE, moved, stage=second)
    commands.win_deal(HOUSE, world.open(name="D", potential=Decimal(1000)))
    commands.lose_deal(HOUSE, world.open(name="E"), loss_reason=world.reason)
    lanes = board("&sort=sort_name")
    assert list(lanes)[:4] == [one.label for one in world.stages[:4]]
    assert len(lanes) == 6
    assert lanes[first.label] == (2, "150,50 ₽", ["A", "B"])
    assert lanes[second.label] == (1, "7,00 ₽", ["C"])
    won, lost = list(lanes)[4:]
    assert (lanes[won][0], lanes[won][1], lanes[lost][0]) == (1, "1 000,00 ₽", 1)
    assert "Other kind" not in str(lanes)
    assert list(board(kind=world.standard)[first.label][2]) == ["Other kind"]


def test_filters_and_orders_are_those_of_the_list(world, board):
    for number, name in enumerate(("Anvil", "Bellows", "Chisel")):
        world.open(name=name, potential=Decimal(number))
    stage = world.stages[0].label
    assert board("&sort=-potential")[stage][2] == ["Chisel", "Bellows", "Anvil"]
    assert board("&potential=2")[stage][2] == ["Chisel"]
    assert board("&q=bellows")[stage][2] == ["Bellows"]


def test_a_lane_comes_in_pieces(world, board, alice):
    for number in range(WINDOW + 3):
        world.open(name=f"Deal {number:02}", potential=Decimal(number))
    stage = world.stages[0]
    count, _sum, names = board("&sort=-potential")[stage.label]
    assert (count, len(names)) == (WINDOW + 3, WINDOW)
    browser = browser_of(alice)
    page = unescape(browser.get(f"/deals?look=board&deck={world.manual.pk}&sort=-potential").content.decode())
    [more] = re.findall(r'hx-get="([^"]*lane=[^"]*)"', page)
    rest = browser.get(more, headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'<h3 class="t"><a[^>]*>([^<]*)<', rest) == ["Deal 02", "Deal 01", "Deal 00"]
    assert "hx-get" not in rest
    assert browser.get(more.replace(str(stage.pk), "nonsense")).status_code == 404


def test_a_deal_whose_stage_has_left_the_kind_stands_before_all(world, board):
    world.open(name="Left behind")
    commands.unlist_stage(HOUSE, world.manual, stage=world.stages[0])
    lanes = board()
    assert next(iter(lanes.values()))[2] == ["Left behind"]
    assert world.stages[0].label not in lanes


def test_a_folded_lane_tells_its_count_and_brings_no_cards(world, board, alice):
    first, second, *_rest = world.stages
    world.open(name="Alpha", potential=Decimal(100))
    commands.move_deal(HOUSE, world.open(name="Beta", potential=Decimal(7)), stage=second)
    browser = browser_of(alice)
    state = {"list": f"look=board&deck={world.manual.pk}", "lane": str(first.pk)}

    def put(**given):
        return browser.post("/deals/fold", {**state, **given}, follow=True)

    page = put(folded="1").content.decode()
    assert ">Alpha<" not in page
    assert ">Beta<" in page
    [strip] = re.findall(r'<button class="strip".*?</button>', page)
    assert f'data-fold="{first.pk}"' in strip
    assert "1 · 100,00" in unescape(strip).replace("\u00a0", " ")
    assert ">Alpha<" not in browser.get(f"/deals?look=board&deck={world.manual.pk}").content.decode()
    assert "strip" not in browser.get(f"/deals?look=board&deck={world.standard.pk}").content.decode()
    bob = browser_of(person("bob", "*", reach=Reach.ALL))
    assert ">Alpha<" in bob.get(f"/deals?look=board&deck={world.manual.pk}").content.decode()
    commands.move_deal(HOUSE, Deal.objects.get(name="Beta"), stage=first)
    assert ">Beta<" not in browser.get(f"/deals?look=board&deck={world.manual.pk}").content.decode()
    page = put(folded="").content.decode()
    assert ">Alpha<" in page
    assert ">Beta<" in page
    assert not FoldedLanes.objects.exists()
    assert put(lane="nonsense", folded="1").status_code == 404


def test_its_rows_cost_three_statements(world, alice):
    for number in range(8):
        world.open(name=str(number))
    browser, address = browser_of(alice), f"/deals?look=board&deck={world.manual.pk}"
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    tables = ("deals_deal", "partners_partner", "interactions_talkdigest")
    asked = [one["sql"] for one in queries if any(f'FROM "{table}"' in one["sql"] for table in tables)]
    assert len(asked) <= 3, "\n".join(asked)


def test_sums_stand_weighted_by_probability_where_work_goes_on(world, alice):
    world.open(name="A", potential=Decimal("100.01"), probability=50)
    world.open(name="B", potential=Decimal(200), probability=10)
    commands.win_deal(HOUSE, world.open(name="C", potential=Decimal(7000), probability=90))
    browser = browser_of(alice)

    def text():
        page = browser.get(f"/deals?look=board&deck={world.manual.pk}")
        return unescape(page.content.decode()).replace("\u00a0", " ")

    shown = text()
    assert shown.count("70,01 ₽") == 2  # 50.005 + 20, over the board and over its lane
    assert "6 300,00" not in shown
    with system_set("tests.hide"):
        Role.objects.filter(name="Role of alice").update(hidden_fields={"deals.deal": ["probability"]})
    assert "300,01 ₽" in text()
    assert "70,01 ₽" not in text()


def test_hidden_sums_are_neither_shown_nor_added_up(world):
    world.open(name="A", potential=Decimal("884.70"))
    alice = person("alice", "deals.*", "partners.*", reach=Reach.ALL)
    address = f"/deals?look=board&deck={world.manual.pk}"
    assert "884,70" in browser_of(alice).get(address).content.decode()
    role = Role.objects.get(name="Role of alice")
    with system_set("tests.hide"):
        Role.objects.filter(pk=role.pk).update(hidden_fields={"deals.deal": ["potential", "client"]})
    page = browser_of(alice).get(address).content.decode()
    assert "884,70" not in page
    assert "Protos" not in page
    assert ">A<" in page


@pytest.mark.parametrize("field", ["kind", "stage", "status"])
def test_whom_a_lane_would_tell_what_is_hidden_has_no_board(world, field):
    deal = world.open(name="A")
    alice = person("alice", "deals.*", "partners.*", reach=Reach.ALL)
    browser, address = browser_of(alice), f"/deals?look=board&deck={world.manual.pk}"
    card = f"/deals/{deal.pk}"
    assert "<board-lanes" in browser.get(address).content.decode()
    assert 'class="route"' in browser.get(card).content.decode()
    with system_set("tests.hide"):
        Role.objects.filter(name="Role of alice").update(hidden_fields={"deals.deal": [field]})
    page = browser.get(address).content.decode()
    assert "<board-lanes" not in page
    assert "look=board" not in page.replace("look=board&amp;deck", "")
    assert ">A<" in page
    assert 'class="route"' not in browser.get(card).content.decode()


def test_cards_move_only_for_who_may_change_them(world):
    """Who may change no deal is offered no move; who may change his own moves none but those."""
    world.open(name="Theirs")
    deals = f"/deals?look=board&deck={world.manual.pk}"
    reader = person("reader", "deals.view_deal", "partners.view_partner", reach=Reach.ALL)
    page = browser_of(reader).get(deals).content.decode()
    assert ">Theirs<" in page
    assert "data-move" not in page
    assert 'data-act="move_deal"' not in page
    seller = person("seller", "deals.view_deal", "partners.view_partner", reach=Reach.ALL)
    role = written(Role, name="Changes", added=["deals.change_deal"])
    written(Grant, user=seller.user, role=role, reach=Reach.OWN)
    world.open(name="Mine", responsible=seller.user)
    page = browser_of(seller).get(deals).content.decode()
    cards = {one.partition("</a>")[0].rpartition(">")[2]: one for one in page.split("<article")[1:]}
    assert "data-still" in cards["Theirs"]
    assert "data-move" not in cards["Theirs"]
    assert "data-still" not in cards["Mine"]
    assert "data-move" in cards["Mine"]
    assert 'data-act="move_deal"' in page


def test_a_board_counts_only_what_one_may_see(world):
    secret = written(AccessGroup, name="Secret")
    hidden = written(Partner, name="Hidden", is_client=True, access_group=secret)
    world.open(name="Seen", potential=Decimal(1))
    world.open(name="Unseen", client=hidden, potential=Decimal(500))
    bob = person("bob", "deals.*", "partners.*", reach=Reach.ALL, only=[world.group])
    lanes = lanes_of(browser_of(bob).get(f"/deals?look=board&deck={world.manual.pk}"))
    assert lanes[world.stages[0].label] == (1, "1,00 ₽", ["Seen"])
    stranger = person("carol", "products.view_agreement")
    assert browser_of(stranger).get("/deals?look=board").status_code == 404
    nobody = lanes_of(browser_of(person("dave")).get(f"/deals?look=board&deck={world.manual.pk}"))
    assert {one[0] for one in nobody.values()} == {0}


def test_a_board_is_kept_as_a_view(world, alice):
    world.open(name="Deal")
    browser = browser_of(alice)
    query = f"look=board&deck={world.standard.pk}"
    form = {"list": query, "name": "Типовые", "is_pinned": "1"}
    assert browser.post("/deals/views/new", form).status_code == 302
    view = SavedView.objects.get(name="Типовые")
    assert (view.kind, view.layout) == ("board", {"deck": str(world.standard.pk)})
    page = browser.get(f"/deals?view={view.pk}").content.decode()
    assert "<board-lanes" in page
    assert "<board-lanes" not in browser.get(f"/deals?view={view.pk}&look=").content.decode()
    kinds = browser.post("/partners/views/new", {"list": "look=board", "name": "Партнёры", "is_pinned": "1"})
    assert "<board-lanes" not in kinds.content.decode()


def test_a_finished_deal_comes_back_to_a_stage_in_one_act(world):
    deal = world.open(started_at=moment(1))
    commands.lose_deal(HOUSE, deal, loss_reason=world.reason)
    target = world.stages[2]
    commands.resume_deal(HOUSE, deal, stage=target)
    back = Deal.objects.get(pk=deal.pk)
    assert (back.status, back.stage, back.loss_reason) == (DealStatus.IN_WORK, target, None)
    assert list(DealStage.objects.filter(deal=deal).order_by("order").values_list("result", flat=True)) == [
        "won",
        "won",
        "in_work",
    ]
    undo_change_set(HOUSE, ChangeSet.objects.latest("pk").pk)
    assert Deal.objects.get(pk=deal.pk).status == DealStatus.LOST
    with pytest.raises(Refused):
        commands.resume_deal(HOUSE, world.open(), stage=target)
    commands.win_deal(HOUSE, other := world.open())
    commands.resume_deal(HOUSE, other, stage=world.stages[0])
    assert Deal.objects.get(pk=other.pk).stage == world.stages[0]


def test_what_is_dropped_is_an_act_of_the_record(world, alice):
    """The island sends what a lane says; a refusal comes back as the dialog of what is missing."""
    deal = world.open()
    browser = browser_of(alice)
    page = unescape(browser.get(f"/deals?look=board&deck={world.manual.pk}").content.decode())
    lanes = re.findall(
        r'data-lane="([^"]*)" data-act="([^"]*)" data-ended="([^"]*)" data-given="(\{[^>]*?\})"', page
    )
    assert [one[1] for one in lanes] == ["move_deal"] * 4 + ["win_deal", "lose_deal"]
    given = json.loads(lanes[1][3])
    part = {"HX-Request": "true"}
    address = f"/deals/{deal.pk}/act"
    done = browser.post(f"{address}/move_deal", {**given, "back": "/deals?look=board"}, headers=part)
    assert done["HX-Redirect"] == "/deals?look=board"
    assert Deal.objects.get(pk=deal.pk).stage == world.stages[1]
    refused = browser.post(f"{address}/lose_deal", {"version": deal.version}, headers=part)
    assert refused.status_code in (409, 422)
    assert "loss_reason" in refused.content.decode()
