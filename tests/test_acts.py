"""Acts as people and programs do them: what a single write costs, lost races, what an act lacked, and who did it."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.api.programs import program

from artel.domains.company.factories import person
from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DealStatus
from artel.domains.deals.tests.world import made_world
from artel.kernel import gates
from artel.kernel.actors import Actor
from artel.kernel.journal.models import ChangeSet, Event, RowChange
from artel.kernel.refusals import Missing
from artel.kernel.roles import Reach

HOUSE = Actor.system()
BACKEND = "django.contrib.auth.backends.ModelBackend"
MOST_STATEMENTS = 9

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def world():
    return made_world()


@pytest.fixture
def alice():
    return person("alice", "sales_manager", reach=Reach.ALL)


@pytest.fixture
def desk(alice):
    return at_desk(alice)


@pytest.fixture
def deal(world, alice):
    return world.open(alice, responsible=alice.user)


def at_desk(actor):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(actor.user, backend=BACKEND)
    return client


def text_of(answer):
    return " ".join(re.sub(r"<[^>]*>", " ", html.unescape(answer.content.decode())).split())


def typed_in(answer):
    """The hidden and typed values of a form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()))


def statements(captured):
    outside = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return [query["sql"] for query in captured if not query["sql"].startswith(outside)]


def cost(send):
    """Statements of the second time, when the process is warm."""
    assert send().status_code == 302
    with CaptureQueriesContext(connection) as captured:
        assert send().status_code == 302
    return statements(captured)


def test_opening_a_deal_costs_nine_statements_sign_in_included(desk, world):
    def send():
        given = {"name": "Fans", "kind": world.manual.pk, "client": world.client.pk, "potential": "100"}
        return desk.post("/deals/new", given)

    found = cost(send)
    assert len(found) <= MOST_STATEMENTS, "\n".join(found)
    assert Event.objects.filter(name="deals.DealOpened").count() == 2


def test_moving_a_deal_costs_nine_statements_sign_in_included(desk, deal, world):
    other = world.open(HOUSE)
    turns = iter([(other, 1), (other, 2), (deal, 1), (deal, 2)])

    def send():
        moving, stage = next(turns)
        return desk.post(f"/deals/{moving.pk}/act/move_deal", {"stage": world.stages[stage].pk})

    assert send().status_code == send().status_code == 302
    found = cost(send)
    assert len(found) <= MOST_STATEMENTS, "\n".join(found)
    assert Deal.objects.get(pk=deal.pk).stage_order == 3
    assert Event.objects.filter(name="deals.DealMoved").count() == 4


def test_an_act_takes_the_version_its_page_has_shown(desk, deal, world):
    card = desk.get(f"/deals/{deal.pk}").content.decode()
    assert f"/act/move_deal?version={deal.version}" in card
    commands.move_deal(HOUSE, deal, stage=world.stages[1])
    seen, mine = deal.version, str(world.stages[2].pk)
    lost = desk.post(f"/deals/{deal.pk}/act/move_deal?version={seen}", {"stage": mine})
    assert lost.status_code == 409
    assert world.stages[1].label in text_of(lost)
    assert world.stages[2].label in text_of(lost)
    assert Deal.objects.get(pk=deal.pk).stage == world.stages[1]
    again = desk.post(f"/deals/{deal.pk}/act/move_deal", {**typed_in(lost), "stage": mine})
    assert again.status_code == 302
    assert Deal.objects.get(pk=deal.pk).stage == world.stages[2]


def test_the_page_of_taking_back_names_the_field_somebody_changed_since(desk, deal):
    for name in ("Warm floor", "Warmer floor"):
        commands.change_deal(HOUSE, deal, name=name)
    earlier = ChangeSet.objects.order_by("-pk")[1]
    asked = desk.get(f"/undo/{earlier.pk}")
    assert asked.status_code == 200
    told = text_of(asked)
    assert "Warm floor" in told
    assert "now Warmer floor" in told


def test_an_act_on_a_selection_takes_the_versions_the_list_has_shown(desk, world, alice):
    deals = [world.open(alice, name=name, responsible=alice.user) for name in ("A", "B")]
    listed = desk.get("/deals").content.decode()
    keys = re.findall(r'name="key" value="([^"]+)"', listed)
    assert sorted(keys) == sorted(f"{one.pk}:{one.version}" for one in deals)
    commands.change_deal(HOUSE, deals[0], comment="meanwhile")
    asked = desk.get("/deals/act/win_deal", {"key": keys}, headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'name="key" value="([^"]+)"', asked) == keys
    answer = desk.post("/deals/act/win_deal", {"key": keys}, headers={"HX-Request": "true"}).content.decode()
    assert "1 record, 1 refused" in answer
    assert re.search(r'action="/undo/\d+', desk.get("/deals").content.decode().split('id="toasts"')[1])
    assert {one.name: one.status for one in Deal.objects.all()} == {"A": "in_work", "B": "won"}


def test_the_form_of_a_lost_race_shows_both_values(desk, deal):
    form = desk.get(f"/deals/{deal.pk}/edit")
    commands.change_deal(HOUSE, deal, name="Theirs")
    mine = {**typed_in(form), "name": "Mine", "kind": deal.kind_id, "client": deal.client_id}
    lost = desk.post(f"/deals/{deal.pk}/edit", mine)
    assert lost.status_code == 409
    assert {"Theirs", "Mine"} <= set(re.findall(r"\w+", text_of(lost) + lost.content.decode()))
    assert Deal.objects.get(pk=deal.pk).name == "Theirs"


def test_a_program_names_the_version_of_any_act(deal, alice, world):
    api = program(alice)
    commands.change_deal(HOUSE, deal, comment="Meanwhile")
    stage = {"stage": str(world.stages[1].pk)}
    old, new = f'"{deal.version}"', f'"{deal.version + 1}"'
    lost = api.post(f"deals/{deal.pk}/commands/move_deal", stage, If_Match=old)
    assert (lost.status_code, lost.json()["code"]) == (412, "changed_meanwhile")
    assert api.post(f"deals/{deal.pk}/commands/move_deal", stage, If_Match=new).status_code == 200


@pytest.fixture
def probability_first(monkeypatch):
    """A higher room's condition: a deal moves when somebody has said how likely it is."""

    def asked(_act, lines):
        for line in lines:
            if not line.subject.probability:
                line.miss(Missing(["probability"], "Say first how likely the deal is."))

    monkeypatch.setitem(gates._gates, "deals.move_deal", [asked])


@pytest.mark.usefixtures("probability_first")
def test_what_an_act_lacked_goes_with_it_into_one_change_set(desk, deal, world):
    address, stage = f"/deals/{deal.pk}/act/move_deal", str(world.stages[1].pk)
    before = ChangeSet.objects.count()
    refused = desk.post(address, {"stage": stage})
    assert refused.status_code == 422
    assert "Say first how likely the deal is." in text_of(refused)
    form = {**typed_in(refused), "stage": stage}
    assert form["needs"] == "probability"
    wrong = desk.post(address, {**form, "probability": "many"})
    assert wrong.status_code == 422
    assert ChangeSet.objects.count() == before
    done = desk.post(address, {**form, "probability": "40"})
    assert done.status_code == 302
    [made] = ChangeSet.objects.order_by("pk")[before:]
    assert (made.command, made.actor_kind) == ("deals.move_deal", "person")
    told = RowChange.objects.filter(set=made, row_id=deal.pk).values_list("after", flat=True)
    assert {name for after in told for name in after} >= {"probability", "stage"}
    again = desk.post(address, {**form, "probability": "40"})
    assert (again.status_code, ChangeSet.objects.count()) == (302, before + 1)


@pytest.mark.usefixtures("probability_first")
def test_an_act_refused_in_the_end_keeps_none_of_the_fields(desk, deal, world):
    form = {"needs": "probability", "probability": "40", "stage": str(deal.stage_id)}
    before = ChangeSet.objects.count()
    assert desk.post(f"/deals/{deal.pk}/act/move_deal", form).status_code == 422
    assert Deal.objects.get(pk=deal.pk).probability == 0
    assert ChangeSet.objects.count() == before


@pytest.mark.usefixtures("probability_first")
def test_a_program_sends_what_an_act_lacked_with_it(deal, alice, world):
    api, path = program(alice), f"deals/{deal.pk}/commands/move_deal"
    stage, version = {"stage": str(world.stages[1].pk)}, f'"{deal.version}"'
    refused = api.post(path, stage)
    assert (refused.status_code, refused.json()["needs"]) == (422, ["probability"])
    before = ChangeSet.objects.count()
    assert api.post(path, {**stage, "fields": {"probability": "x"}}).status_code == 422
    assert api.post(path, {**stage, "fields": 5}).status_code == 422
    done = api.post(path, {**stage, "fields": {"probability": 40}}, If_Match=version, Idempotency_Key="k")
    assert done.status_code == 200, done.content
    assert (done.json()["record"]["probability"], ChangeSet.objects.count()) == (40, before + 1)
    again = api.post(path, {**stage, "fields": {"probability": 40}}, If_Match=version, Idempotency_Key="k")
    assert (again.status_code, again["Idempotent-Replay"]) == (200, "true")
    assert ChangeSet.objects.count() == before + 1


def test_a_refusal_offers_the_acts_that_would_help(desk, deal):
    commands.add_demand_row(HOUSE, deal, description="Fans", sum=Decimal(5))
    refused = desk.post(f"/deals/{deal.pk}/act/win_deal", {})
    assert refused.status_code == 422
    assert f'href="/deals/{deal.pk}/act/change_demand_row"' in refused.content.decode()
    assert Deal.objects.get(pk=deal.pk).status == DealStatus.IN_WORK


def test_a_stranger_is_told_nothing_whatever_he_sends(deal):
    charlie = at_desk(person("charlie", "sales_manager", reach=Reach.OWN))
    for given in ({}, {"stage": "nonsense"}, {"stage": str(deal.stage_id)}):
        assert charlie.post(f"/deals/{deal.pk}/act/move_deal", given).status_code == 404


def test_who_may_see_but_not_act_is_told_so(deal):
    from artel.domains.deals.tests.world import person as with_permissions

    reader = with_permissions("rita", "deals.view_deal", "deals.view_stage", reach=Reach.ALL)
    for given in ({}, {"stage": str(deal.stage_id)}):
        assert at_desk(reader).post(f"/deals/{deal.pk}/act/move_deal", given).status_code == 403


def test_what_people_change_about_themselves_is_journalled_as_theirs(desk, alice):
    alice.user.language = ""
    answer = desk.post("/settings/personal", {"language": "en", "time_zone": "Asia/Omsk"})
    assert answer.status_code == 302
    made = ChangeSet.objects.latest("pk")
    assert (made.command, made.actor_kind, made.actor_id) == (
        "web.change_own_speech",
        "person",
        alice.user.pk,
    )


def test_nobody_changes_the_own_settings_of_another(alice):
    from artel.kernel.refusals import Refused
    from artel.web.commands import as_oneself, change_own_speech

    bob = person("bob")
    with pytest.raises(Refused) as no:
        change_own_speech(as_oneself(alice.user), bob.user, language="ru")
    assert no.value.code == "not_oneself"
