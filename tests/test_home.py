"""The start page: what stands there by role, how people and administrators arrange it, and that its numbers open their rows."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artel.domains.company.factories import HOUSE, department, person
from artel.domains.deals import commands as deal_commands
from artel.domains.deals.models import DealKind, DealType
from artel.domains.partners.factories import partner
from artel.kernel.actors import Actor
from artel.kernel.journal.models import ChangeSet
from artel.kernel.models import Role
from artel.kernel.refusals import Refused
from artel.kernel.roles import Reach
from artel.kernel.undoing import undo_change_set
from artel.screens import registry
from artel.screens.commands import arrange_home, reset_home
from artel.screens.models import HomeArrangement

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.only_on(
        "sqlite",
        "what pages are made of is the same; what they ask is asked on both by commands, lists and programs",
    ),
]
ROOT = Path(__file__).parents[1]
STATEMENTS = 10
"""What the day of a sales manager asks the base, everything told by then: a few for the frame, one a widget."""


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def people(db: None) -> Any:
    sales, stock = department("Продажи"), department("Склад")

    class People:
        holly = person("holly", "head", department=sales, reach=Reach.DEPARTMENT)
        alice = person("alice", "sales_manager", department=sales)
        bob = person("bob", "sales_manager", department=stock)
        adam = person("adam", "administrator", reach=Reach.ALL)
        mary = person("mary", "marketer", reach=Reach.ALL)

    return People


@pytest.fixture
def deals(people: Any) -> list[Any]:
    kind = deal_commands.kinds.add(HOUSE, name="Продажа", type=DealType.NONE)
    made = []
    for owner, name, potential in (
        (people.alice, "Котельная", 100),
        (people.alice, "Кровля", 300),
        (people.bob, "Склад у реки", 700),
    ):
        client = partner(f"Клиент {name}", HOUSE, manager=owner.user)
        made.append(
            deal_commands.open_deal(
                HOUSE,
                name=name,
                client=client,
                kind=kind,
                potential=Decimal(potential),
                responsible=owner.user,
            )
        )
    return made


def titles(client: Client) -> list[str]:
    body = client.get("/").content.decode()
    return re.findall(r'<h2 id="w-([^"]+)"', body)


def test_each_role_has_its_day(people: Any) -> None:
    manager, head, marketer, administrator = (
        titles(browser_of(one)) for one in (people.alice, people.holly, people.mary, people.adam)
    )
    assert manager[:4] == [
        "interactions.overdue",
        "interactions.ahead",
        "deals.no_next_step",
        "deals.mine",
    ]
    assert "deals.funnel" in head
    assert "deals.mine" not in head
    assert marketer[0] == "marketing.open_events"
    assert administrator[0] == "web.failed_jobs"
    assert not {"web.failed_jobs", "web.house"} & {*manager, *head, *marketer}


def test_every_widget_names_what_there_is(people: Any) -> None:
    widgets = registry.all_widgets()
    assert len({one.key for one in widgets}) == len(widgets)
    shipped = set(Role.objects.exclude(code="").values_list("code", flat=True))
    for one in widgets:
        assert set(one.roles) <= shipped, one.key
        assert one.empty, f"{one.key} says nothing when it is empty"
        assert not one.act or registry.find(one.act).create, one.key


def test_a_day_is_arranged_taken_back_and_reset(people: Any) -> None:
    client = browser_of(people.alice)
    before = titles(client)
    answer = client.post(
        "/my-day",
        {"widget": ["deals.mine", "web.opened"], "size_deals.mine": "narrow", "size_web.opened": "half"},
    )
    assert answer.status_code == 302
    assert titles(client) == ["web.opened", "deals.mine"]  # the main column first, then the side
    assert titles(browser_of(people.bob)) == before
    made = ChangeSet.objects.get(command="screens.arrange_home")
    assert made.actor_id == people.alice.user_id
    undo_change_set(people.alice, made.pk)
    assert titles(client) == before
    client.post("/my-day", {"widget": ["deals.mine"], "size_deals.mine": "wide"})
    client.post("/my-day", {"widget": ["web.opened"], "size_web.opened": "wide"})
    assert HomeArrangement.objects.present().filter(user=people.alice.user).count() == 1
    client.post("/my-day", {"reset": "1"})
    assert titles(client) == before


def test_what_was_left_out_stays_out_and_what_comes_new_appears(people: Any) -> None:
    arrange_home(people.alice, widgets=[{"key": "deals.mine", "size": "wide"}])
    row = HomeArrangement.objects.get()
    assert "deals.no_next_step" in row.removed
    assert titles(browser_of(people.alice)) == ["deals.mine"]
    from artel.kernel.journal.writing import system_set

    with system_set("tests.later"):  # as if the room had brought it after the person arranged his day
        HomeArrangement.objects.filter(pk=row.pk).update(
            removed=[key for key in row.removed if key != "deals.no_next_step"]
        )
    assert titles(browser_of(people.alice)) == ["deals.mine", "deals.no_next_step"]


@pytest.mark.parametrize(
    "given",
    ["nonsense", [1], [{"key": "none", "size": "wide"}], [{"key": "deals.mine", "size": "huge"}], [{}]],
)
def test_nonsense_is_refused(people: Any, given: Any) -> None:
    with pytest.raises(Refused) as refused:
        arrange_home(people.alice, widgets=given)
    assert refused.value.code == "invalid"


def test_an_administrator_arranges_the_day_of_a_role_and_only_he(people: Any) -> None:
    role = Role.objects.get(code="sales_manager")
    only = [{"key": "deals.my_stages", "size": "wide"}]
    with pytest.raises(Refused) as refused:
        arrange_home(people.holly, widgets=only, role=role)
    assert refused.value.code == "forbidden"
    arrange_home(people.bob, widgets=[{"key": "web.opened", "size": "wide"}])
    arrange_home(people.adam, widgets=only, role=role)
    assert titles(browser_of(people.alice)) == ["deals.my_stages"]
    assert titles(browser_of(people.bob)) == ["web.opened"]
    with pytest.raises(Refused):
        reset_home(people.alice, role=role)
    reset_home(people.adam, role=role)
    assert "deals.mine" in titles(browser_of(people.alice))


def rows_at(client: Client, address: str) -> list[str]:
    body = client.get(address.replace("&amp;", "&")).content.decode()
    return [part.split("</a>")[0].split(">")[-1] for part in body.split('<td class="name')[1:]]


def test_every_number_opens_exactly_its_rows(people: Any, deals: list[Any]) -> None:
    everything = [{"key": one.key, "size": "wide"} for one in registry.all_widgets()]
    own = partner("Клиент Холли", HOUSE, manager=people.holly.user)
    kind = DealKind.objects.get(name="Продажа")
    deal_commands.open_deal(people.holly, name="Своя", client=own, kind=kind, potential=Decimal(50))
    for actor in (people.alice, people.holly, people.adam):
        arrange_home(actor, widgets=everything)
        client = browser_of(actor)
        for widget in registry.all_widgets():
            answer = client.get(f"/my-day/{widget.key}", headers={"HX-Request": "true"})
            if answer.status_code == 404:
                continue
            for address, count in re.findall(
                r'<li class="barline"><a class="quiet clip" href="([^"]+)">.*?<a class="num[^"]*" href="[^"]+">(\d+)<',
                answer.content.decode(),
            ):
                assert len(rows_at(client, address)) == int(count), (widget.key, address)
        body = client.get("/").content.decode()
        for key, address, count in re.findall(
            r'<h2 id="w-([^"]+)".*?<a class="count quiet" href="([^"]+)"[^>]*>(\d+)</a>', body
        ):
            assert len(rows_at(client, address)) == int(count), (key, address)
    head = browser_of(people.holly).get("/").content.decode()
    assert "Кровля" in head
    assert "Склад у реки" not in head


def test_a_deal_with_a_planned_contact_is_not_without_a_next_step(people: Any, deals: list[Any]) -> None:
    client = browser_of(people.alice)
    assert sorted(rows_at(client, "/deals?responsible=me&planned=no")) == ["Котельная", "Кровля"]
    assert rows_at(client, "/deals?planned=yes") == []
    assert rows_at(client, "/deals?planned=nonsense") == []
    assert rows_at(browser_of(people.holly), "/deals?mine=yes") == []
    assert sorted(rows_at(browser_of(people.holly), "/deals?mine=no")) == ["Котельная", "Кровля"]


def test_a_widget_of_another_persona_is_not_to_be_had(people: Any) -> None:
    for key in ("web.failed_jobs", "web.house", "none"):
        assert browser_of(people.alice).get(f"/my-day/{key}").status_code == 404
    assert browser_of(people.adam).get("/my-day/web.house").status_code == 200


def test_changes_of_others_in_my_records_are_told(people: Any, deals: list[Any]) -> None:
    deal_commands.change_deal(people.adam, deals[0], comment="Взглянул")
    deal_commands.change_deal(people.alice, deals[1], comment="Сама")
    ask = {"HX-Request": "true"}
    told = browser_of(people.alice).get("/my-day/web.changed", headers=ask).content.decode()
    assert "Котельная" in told
    assert people.adam.label in told
    assert "Котельная" not in browser_of(people.bob).get("/my-day/web.changed", headers=ask).content.decode()


def test_the_day_asks_little_and_no_more_for_more_rows(people: Any, deals: list[Any]) -> None:
    client = browser_of(people.alice)
    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/")
    kind = DealKind.objects.get(name="Продажа")
    for number in range(5):
        own = partner(f"Ещё {number}", HOUSE, manager=people.alice.user)
        deal_commands.open_deal(
            people.alice, name=f"Ещё {number}", client=own, kind=kind, potential=Decimal(5)
        )
    client.get("/")
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) <= len(few) + 1, "\n".join(each["sql"][:200] for each in many)
    assert len(many) <= STATEMENTS, "\n".join(each["sql"][:200] for each in many)


def test_what_is_dear_comes_after_the_page_into_its_place(people: Any, deals: list[Any]) -> None:
    body = browser_of(people.holly).get("/").content.decode()
    assert 'hx-get="/my-day/deals.funnel"' in body
    assert "lines10" in body
    css = (ROOT / "islands/styles/day.css").read_text()
    for widget in registry.all_widgets():
        assert not widget.lines or f".lines{widget.lines} " in css, widget.key
    part = browser_of(people.holly).get("/my-day/deals.funnel", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert 'class="barline"' in part.content.decode()


def test_a_person_without_a_role_is_told_whom_to_ask(db: None) -> None:
    from artel.kernel.admission import add_user

    user = add_user(HOUSE, login="charlie", name="Чарли", language="ru")
    body = browser_of(Actor.person(user)).get("/").content.decode()
    assert "Попросите её у администратора" in body
