"""Saved views: kept, shared, pinned, grouped, marked; what a shared view shows is never more than the reader's own."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artel.domains.company.factories import HOUSE, department, person
from artel.domains.deals import commands as deal_commands
from artel.domains.deals.models import Deal, DealType
from artel.domains.partners.commands import regions
from artel.domains.partners.factories import partner
from artel.kernel.actors import Actor
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Role
from artel.kernel.refusals import Refused
from artel.kernel.roles import Reach
from artel.kernel.undoing import undo_change_set
from artel.screens.commands import change_view, pin_view, remove_view, save_view, share_view
from artel.screens.models import SavedView, ViewPin, ViewShare

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NORTH = {"field": "comment", "is": "contains", "value": "север"}


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def people(db: None) -> Any:
    sales, stock = department("Продажи"), department("Склад")
    inner = department("Север", sales)

    class People:
        holly = person("holly", "head", department=sales, reach=Reach.ALL)
        alice = person("alice", "sales_manager", department=inner)
        bob = person("bob", "sales_manager", department=stock)
        unit, role = sales, Role.objects.get(code="sales_manager")

    return People


@pytest.fixture
def firms(people: Any) -> list[Any]:
    return [
        partner("Ёлка", HOUSE, manager=people.alice.user, comment="Север"),
        partner("Клён", HOUSE, manager=people.bob.user, comment="Север, склад"),
        partner("Ясень", HOUSE, manager=people.alice.user),
    ]


def saved(actor: Actor, name: str = "Северные", **more: Any) -> SavedView:
    made: SavedView = save_view(actor, entity="partners.partner", name=name, **{"filter": NORTH, **more})
    return made


def names(client: Client, address: str) -> list[str]:
    body = client.get(address).content.decode()
    return [part.split("</a>")[0].split(">")[-1] for part in body.split('<td class="name')[1:]]


def tabs(client: Client) -> list[str]:
    body = client.get("/partners?view=all").content.decode()
    bar = body.split('class="vtabs"')[1].split("</nav>")[0]
    return [re.sub(r"<[^>]+>", "", part.split("</a>")[0]).strip() for part in bar.split('class="vtab"')[1:]]


def test_a_private_view_is_a_tab_of_its_owner_alone(people: Any, firms: list[Any]) -> None:
    view = saved(people.alice)
    assert names(browser_of(people.alice), f"/partners?view={view.pk}") == ["Ёлка"]
    assert any("Северные" in tab for tab in tabs(browser_of(people.alice)))
    for other in (people.holly, people.bob):
        client = browser_of(other)
        assert not any("Северные" in tab for tab in tabs(client))
        assert client.get(f"/views/{view.pk}").status_code == 404
        assert client.post(f"/views/{view.pk}", {"remove": "1"}).status_code == 404
        for act in (change_view, share_view, remove_view, pin_view):
            args = (
                {"audience": "everyone"}
                if act is share_view
                else {"name": "Моё"}
                if act is change_view
                else {}
            )
            with pytest.raises(Refused) as refused:
                act(other, view, **args)
            assert refused.value.code == "not_found"


def test_a_shared_view_shows_everybody_his_own_rows(people: Any, firms: list[Any]) -> None:
    view = saved(people.holly, audience="everyone")
    assert names(browser_of(people.holly), f"/partners?view={view.pk}") == ["Ёлка", "Клён"]
    assert names(browser_of(people.alice), f"/partners?view={view.pk}") == ["Ёлка"]
    assert names(browser_of(people.bob), f"/partners?view={view.pk}") == ["Клён"]
    with pytest.raises(Refused) as refused:
        change_view(people.alice, view, name="Чужое")
    assert refused.value.code == "forbidden"


def test_sharing_with_a_department_reaches_it_and_what_lies_below(people: Any, firms: list[Any]) -> None:
    view = saved(people.holly)
    share_view(people.holly, view, audience="listed", departments=[str(people.unit.pk)])
    assert any("Северные" in tab for tab in tabs(browser_of(people.alice)))
    assert not any("Северные" in tab for tab in tabs(browser_of(people.bob)))
    share_view(people.holly, view, audience="listed", roles=[people.role])
    assert any("Северные" in tab for tab in tabs(browser_of(people.bob)))
    share_view(people.holly, view, audience="nobody")
    assert not any("Северные" in tab for tab in tabs(browser_of(people.bob)))
    assert not ViewShare.objects.exists()


def test_who_may_not_share_is_told_so_and_nothing_is_saved(people: Any, firms: list[Any]) -> None:
    for audience in ("everyone", "listed"):
        with pytest.raises(Refused) as refused:
            saved(people.alice, audience=audience)
        assert refused.value.code == "may_not_share"
    with pytest.raises(Refused) as refused:
        saved(people.holly, audience="listed")
    assert "roles" in refused.value.fields
    assert not SavedView.objects.filter(code="").exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"filter": {"field": "nothing"}}, "filter"),
        ({"filter": {"all": [{"field": "name", "is": "gt", "value": 1}]}}, "filter.all.0"),
        ({"columns": ["name"]}, "columns"),
        ({"formats": [{"when": {}, "style": "bad"}]}, "formats.0"),
        ({"formats": [{"when": NORTH, "style": "pink"}]}, "formats.0"),
        ({"formats": [{"when": {"field": "nothing"}, "style": "bad"}]}, "formats.0.when"),
        ({"name": " "}, "name"),
        ({"entity": "partners.nothing"}, "entity"),
        ({"layout": []}, "layout"),
    ],
)
def test_a_view_that_cannot_be_is_refused_at_its_field(
    people: Any, given: dict[str, Any], field: str
) -> None:
    values = {"entity": "partners.partner", "name": "Проба", **given}
    with pytest.raises(Refused) as refused:
        save_view(people.alice, **values)
    assert field in refused.value.fields


def test_two_views_of_one_person_have_two_names(people: Any) -> None:
    saved(people.alice)
    with pytest.raises(Refused) as refused:
        saved(people.alice, "северные")
    assert refused.value.code == "already_exists"
    saved(people.bob)


def test_every_act_can_be_taken_back(people: Any) -> None:
    view = saved(people.alice, is_pinned=True)
    change_view(people.alice, view, name="Другое", sort="-registered_on")
    remove_view(people.alice, view)
    for command, expected in (("screens.remove_view", "Другое"), ("screens.change_view", "Северные")):
        undone = undo_change_set(people.alice, ChangeSet.objects.get(command=command).pk)
        assert not undone.conflicts
        view.refresh_from_db()
        assert (view.name, view.is_deleted) == (expected, False)
    assert not undo_change_set(people.alice, ChangeSet.objects.get(command="screens.save_view").pk).conflicts
    assert not SavedView.objects.filter(code="").exists()
    assert not ViewPin.objects.exists()


def test_pins_are_ones_own_and_the_list_opens_with_one(people: Any, firms: list[Any]) -> None:
    shared = saved(people.holly, audience="everyone")
    pin_view(people.alice, shared, opens_first=True)
    client = browser_of(people.alice)
    assert "pinned:" in tabs(client)[1] or "закреплён" in tabs(client)[1]
    assert names(client, "/partners") == ["Ёлка"]
    assert names(client, "/partners?view=all") == ["Ёлка", "Ясень"]
    assert names(client, "/partners?kind=company") == ["Ёлка", "Ясень"]
    assert "/partners?view=all" in client.get("/partners?view=all").content.decode()
    assert names(browser_of(people.holly), "/partners") == ["Ёлка", "Клён", "Ясень"]
    other = saved(people.alice, "Второе")
    pin_view(people.alice, other, opens_first=True)
    assert list(ViewPin.objects.filter(opens_first=True).values_list("view", flat=True)) == [other.pk]
    pin_view(people.alice, other, is_pinned=False)
    assert ViewPin.objects.filter(user=people.alice.user).count() == 1


def test_a_view_with_a_closed_field_says_so_and_shows_nothing_by_it(people: Any, firms: list[Any]) -> None:
    """Neither the rows nor the words of the page tell what a closed field holds or is called."""
    formats = [{"when": {"field": "region", "is": "empty"}, "style": "bad", "column": ""}]
    columns = [{"name": "name", "width": 200}, {"name": "region", "width": 0}]
    view = saved(
        people.holly,
        audience="everyone",
        filter={"field": "region", "is": "empty"},
        formats=formats,
        columns=columns,
        group_by="region",
    )
    client = browser_of(people.alice)
    assert names(client, f"/partners?view={view.pk}") == ["Ёлка", "Ясень"]
    with system_set("tests.hide"):
        Role.objects.filter(code="sales_manager").update(hidden_fields={"partners.partner": ["region"]})
    body = client.get(f"/partners?view={view.pk}").content.decode()
    assert names(client, f"/partners?view={view.pk}") == []
    assert "closed to you" in body or "закрыт" in body or "скрыт" in body
    assert "business region" not in body.lower()
    assert "бизнес-регион" not in body.lower()
    found = names(client, f"/partners?view={view.pk}&filter=")
    assert found == ["Ёлка", "Ясень"]
    assert "cf-bad" not in client.get(f"/partners?view={view.pk}&filter=").content.decode()


def test_an_address_carries_what_differs_and_a_view_keeps_it(people: Any, firms: list[Any]) -> None:
    client = browser_of(people.alice)
    answer = client.post("/partners/views/new", {"list": "kind=company&sort=-registered_on", "name": "Фирмы"})
    view = SavedView.objects.get(name="Фирмы")
    assert answer["Location"] == f"/partners?view={view.pk}"
    assert view.filter == {"all": [{"field": "kind", "is": "in", "value": ["company"]}]}
    assert view.sort == "-registered_on"
    changed = f"view={view.pk}&sort=sort_name&manager=me"
    body = client.get(f"/partners?{changed}").content.decode()
    assert "/partners/views/save" in body
    client.post("/partners/views/save", {"list": changed})
    view.refresh_from_db()
    assert view.sort == "sort_name"
    assert len(view.filter["all"]) == 2
    assert "/partners/views/save" not in client.get(f"/partners?view={view.pk}").content.decode()
    shared = saved(people.holly, audience="everyone")
    assert "/partners/views/save" not in client.get(f"/partners?view={shared.pk}&sort=code").content.decode()
    assert client.post("/partners/views/save", {"list": f"view={shared.pk}&sort=code"}).status_code == 302
    shared.refresh_from_db()
    assert shared.sort == ""


def test_the_settings_arrange_the_list(people: Any, firms: list[Any]) -> None:
    client = browser_of(people.alice)
    view = saved(people.alice)
    given = {
        "list": f"view={view.pk}",
        "column": ["name", "manager"],
        "width_name": "300",
        "width_manager": "9999",
        "sort": "registered_on",
        "descending": "1",
        "group": "manager",
        "filter": json.dumps({"field": "name", "is": "contains", "value": "ь"}),
        "formats": json.dumps([{"when": NORTH, "style": "warn", "column": "name"}, {"style": "pink"}]),
        "density": "regular",
    }
    address = client.post("/partners/arrange", given)["Location"]
    assert "columns=name%3A300%2Cmanager" in address
    body = client.get(address).content.decode()
    assert names(client, address) == ["Ясень"]
    assert 'data-density="regular"' in body
    assert '<col width="300">' in body
    assert 'class="grp"' in body
    untouched = {"list": f"view={view.pk}", "column": ["name"], "reset": "1"}
    assert client.post("/partners/arrange", untouched)["Location"] == f"/partners?view={view.pk}"


def test_marks_stand_where_their_condition_holds(people: Any, firms: list[Any]) -> None:
    rule = json.dumps(
        [{"when": NORTH, "style": "bad", "column": "name"}, {"when": NORTH, "style": "dim", "column": ""}]
    )
    body = browser_of(people.alice).get(f"/partners?formats={quote(rule)}").content.decode()
    first, second = body.partition("<tbody")[2].split("</tr>")[:2]
    assert 'class="name cf-bad"' in first
    assert "cf-dim" in first
    assert "title=" in first
    assert not re.search(
        r'[" ]cf-', second
    )  # a key may hold the letters, a class stands after a quote or a space


@pytest.fixture
def deals(people: Any) -> list[Any]:
    kind = deal_commands.kinds.add(HOUSE, name="Простая", type=DealType.NONE, records_demand=False)
    north, south = (regions.add(HOUSE, name=name) for name in ("Север", "Юг"))
    clients = [
        partner("Ёлка", HOUSE, manager=people.alice.user, region=north),
        partner("Клён", HOUSE, manager=people.bob.user, region=south),
    ]
    return [
        deal_commands.open_deal(
            HOUSE,
            name=f"Сделка {number}",
            kind=kind,
            client=clients[number % 2] if number % 5 else None,
            responsible=(people.alice, people.bob, people.holly)[number % 3].user if number % 7 else None,
            potential=Decimal(number % 4 * 100),
            started_at=f"2026-03-{number + 1:02}T10:00:00+00:00",
        )
        for number in range(23)
    ]


@pytest.mark.parametrize(
    "group", ["responsible", "-responsible", "client", "-client", "status", "is_closed", "-probability"]
)
@pytest.mark.parametrize("sort", ["-potential", "sort_name"])
def test_groups_lie_together_on_all_pages(
    people: Any, deals: list[Any], group: str, sort: str, monkeypatch: Any
) -> None:
    from dataclasses import replace

    from artel.screens import registry

    entity = registry.find("deals.deal")
    small = replace(entity, table=replace(entity.table, page_size=4))
    monkeypatch.setitem(registry._by_path, "deals", small)
    client = browser_of(people.holly)
    found, heads, address = [], [], f"/deals?view=all&group={group}&sort={sort}"
    while address:
        body = client.get(address).content.decode()
        found += names(client, address)
        heads += re.findall(r'<tr class="grp">.*?class="mid">([^<]*)<', body)
        onward = re.search(r'href="([^"]*after=[^"]*)"', body)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert sorted(found) == sorted(one.name for one in Deal.objects.visible_to(people.holly))
    assert len(found) > 15
    runs = [head for place, head in enumerate(heads) if place == 0 or heads[place - 1] != head]
    assert len(runs) == len(set(runs)), "no group appears twice"


@pytest.mark.parametrize("order", ["sort_name", "-sort_name"])
def test_directories_stand_by_the_names_that_are_read(people: Any, order: str, monkeypatch: Any) -> None:
    from dataclasses import replace

    from artel.domains.deals.models import Stage
    from artel.screens import registry

    entity = registry.find("deals.stage")
    small = replace(entity, table=replace(entity.table, page_size=3))
    monkeypatch.setitem(registry._by_path, entity.path, small)
    with system_set("test"):
        Stage.objects.create(name="Ъ: без перевода")
    items = list(Stage.objects.present().exclude(is_archived=True))
    assert len(items) > 6
    for language, key in (
        ("en", lambda one: one.name_en.lower() or one.sort_name),
        ("ru", lambda one: one.sort_name),
    ):
        with system_set("test"):
            people.holly.user.language = language
            people.holly.user.save()
        client, found, address = browser_of(people.holly), [], f"/{entity.path}?view=all&sort={order}"
        while address:
            body = client.get(address).content.decode()
            found += names(client, address)
            onward = re.search(r'href="([^"]*after=[^"]*)"', body)
            address = onward[1].replace("&amp;", "&") if onward else ""
        wanted = [
            one.name_en if language == "en" and one.name_en else one.name for one in sorted(items, key=key)
        ]
        assert found == (wanted[::-1] if order.startswith("-") else wanted)


@pytest.mark.parametrize("order", ["sort_name", "-sort_name"])
def test_no_item_is_lost_between_pages_by_a_letter_that_a_database_takes_otherwise(
    people: Any, order: str, monkeypatch: Any
) -> None:
    """SQLite makes small letters of English ones only."""
    from dataclasses import replace

    from artel.domains.deals.models import Stage
    from artel.screens import registry

    entity = registry.find("deals.stage")
    monkeypatch.setitem(
        registry._by_path, entity.path, replace(entity, table=replace(entity.table, page_size=2))
    )
    with system_set("test"):
        for name in ("École", "Élan", "Ökonomie", "Être", "Über", "Île"):
            Stage.objects.create(name=f"Этап {name}", name_en=name)
        people.holly.user.language = "en"
        people.holly.user.save()
    client, found, address = browser_of(people.holly), [], f"/{entity.path}?view=all&sort={order}"
    for _page in range(Stage.objects.count()):
        found += names(client, address)
        onward = re.search(r'href="([^"]*after=[^"]*)"', client.get(address).content.decode())
        if onward is None:
            break
        address = onward[1].replace("&amp;", "&")
    assert sorted(found) == sorted(one.name_en or one.name for one in Stage.objects.present())
    for number, name in enumerate(found, start=1):
        [one] = [one for one in Stage.objects.present() if name in {one.name_en, one.name}]
        place = client.get(f"/{entity.path}/{one.pk}/place?list={quote(f'view=all&sort={order}')}")
        assert f"{number} of {len(found)}" in place.content.decode()


def test_a_group_has_its_count_and_sum_of_the_page(people: Any, deals: list[Any]) -> None:
    body = browser_of(people.holly).get("/deals?view=all&group=status").content.decode()
    [head] = re.findall(r'<tr class="grp">.*?</tr>', body)
    seen = Deal.objects.visible_to(people.holly)
    total = int(sum(one.potential for one in seen))
    assert f" {len(seen)} " in re.sub(r"<[^>]+>", "", head)
    assert f"{total:,}".replace(",", "\u00a0") in head or f"{total:,}" in head


def test_a_group_of_a_client_one_may_not_see_is_closed(people: Any, deals: list[Any]) -> None:
    body = browser_of(people.alice).get("/deals?view=all&group=client").content.decode()
    assert "Клён" not in body
    assert "closed to you" in body or "скрыто от вас" in body


def test_tabs_have_counts_that_end_somewhere(people: Any, firms: list[Any], monkeypatch: Any) -> None:
    from artel.web.pages import views

    view = saved(people.holly, audience="everyone")
    monkeypatch.setattr(views, "TAB_COUNTED", 1)
    body = browser_of(people.holly).get("/partners/views/counts", headers=HTMX).content.decode()
    assert re.search(rf'id="vc-{view.pk}"[^>]*>1\+<', body)
    body = browser_of(people.alice).get("/partners/views/counts", headers=HTMX).content.decode()
    assert re.search(rf'id="vc-{view.pk}"[^>]*>1<', body)


def test_the_builder_is_told_fields_mistakes_and_counts(people: Any, firms: list[Any]) -> None:
    client = browser_of(people.alice)
    hints = client.get("/fields/partners.partner").json()
    assert {"name", "region", "manager"} <= {one["name"] for one in hints["fields"]}
    assert "deals" in {one["name"] for one in hints["relations"]}
    assert client.get("/fields/kernel.token").status_code == 404
    assert client.get("/fields/nonsense").status_code == 404
    good = client.get("/partners/understood", {"filter": json.dumps(NORTH)}).json()
    assert good["count"] == 1
    bad = client.get("/partners/understood", {"filter": '{"all": [{"field": "nothing"}]}'}).json()
    assert list(bad["errors"]) == ["all.0"]


def test_a_list_with_views_costs_no_query_more_than_one_without(people: Any, firms: list[Any]) -> None:
    client = browser_of(people.alice)
    client.get("/partners?view=all")
    with CaptureQueriesContext(connection) as bare:
        client.get("/partners?view=all")
    for number in range(5):
        saved(people.alice, f"Вид {number}", is_pinned=True)
    client.get("/partners?view=all")
    with CaptureQueriesContext(connection) as with_views:
        client.get("/partners?view=all")
    assert len(with_views) == len(bare), [one["sql"] for one in with_views]


def test_an_export_writes_the_rows_and_columns_of_a_view(
    people: Any, firms: list[Any], tmp_path: Any
) -> None:
    from artel.site.cli import main

    columns = [{"name": name, "width": 0} for name in ("manager", "name", "kind")]
    saved(people.holly, audience="everyone", columns=columns)
    path = tmp_path / "out.csv"
    assert main(["export", "partners", str(path), "--view", "северные"]) == 0
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[0] == "manager,name,kind"
    assert sorted(line.split(",")[1] for line in lines[1:]) == ["Ёлка", "Клён"]
    assert main(["export", "partners", str(path), "--view", "Северные", "--as", "alice"]) == 0
    assert len(path.read_text("utf-8-sig").splitlines()) == 2
    saved(people.bob, "Чужие")
    assert main(["export", "partners", str(path), "--view", "Чужие", "--as", "alice"]) == 1
    answer = browser_of(people.alice).get(
        f"/partners/export?view={SavedView.objects.get(name='Северные').pk}&format=csv"
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0].count(",") == 2
    assert len(text.splitlines()) == 2


def test_roles_one_may_not_see_are_neither_offered_nor_taken_away(people: Any, firms: list[Any]) -> None:
    view = saved(people.holly, audience="listed", roles=[people.role], departments=[str(people.unit.pk)])
    address = f"/views/{view.pk}"
    assert people.role.label in browser_of(people.holly).get(address).content.decode()
    with system_set("tests.blind"):
        Role.objects.filter(code="head").update(withdrawn=["kernel.view_role"])
    holly = Actor.person(people.holly.user)
    assert people.role.label not in browser_of(holly).get(address).content.decode()
    share_view(holly, view, audience="listed", departments=[str(people.unit.pk)])
    assert {one.role_id for one in ViewShare.objects.filter(view=view)} == {people.role.pk, None}
    share_view(holly, view, audience="everyone")
    assert not ViewShare.objects.filter(view=view).exists()


def test_a_column_is_as_wide_as_it_was_drawn(people: Any, firms: list[Any]) -> None:
    alice = browser_of(people.alice)
    drawn = {"column": "region", "width": "240"}
    assert alice.post("/partners/width", drawn).status_code == 204
    assert '<col width="240"' in alice.get("/partners").content.decode()
    assert "<colgroup" not in browser_of(people.holly).get("/partners").content.decode()
    alice.post("/partners/width", {"column": "manager", "width": "150"})
    page = alice.get("/partners").content.decode()
    assert '<col width="240"' in page
    assert '<col width="150"' in page
    for name in ("region", "manager"):
        alice.post("/partners/width", {"column": name, "width": ""})
    assert "<colgroup" not in alice.get("/partners").content.decode()
    view = saved(people.alice, columns=[{"name": "name", "width": 0}, {"name": "region", "width": 0}])
    moved = alice.post("/partners/width", {**drawn, "list": f"view={view.pk}"})["HX-Redirect"]
    page = alice.get(moved).content.decode()
    assert '<col width="240"' in page
    assert SavedView.objects.get(pk=view.pk).columns == view.columns
    assert alice.post("/partners/width", {"column": "nonsense", "width": "100"}).status_code == 404
    hidden = {"partners.partner": ["region"]}
    with system_set("tests.hide"):
        Role.objects.filter(code="sales_manager").update(hidden_fields=hidden)
    assert browser_of(Actor.person(people.alice.user)).post("/partners/width", drawn).status_code == 404
