"""The index of settings, the start pages of roles, and looking at what somebody else sees."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from artel.domains.company.factories import HOUSE, department, person
from artel.domains.partners.factories import partner
from artel.kernel.actors import Actor
from artel.kernel.journal.models import ChangeSet, RowChange
from artel.kernel.journal.writing import system_set
from artel.kernel.models import Grant, Role
from artel.kernel.refusals import Refused
from artel.kernel.roles import AccessGroup, GrantGroup, GroupMode, Reach
from artel.kernel.undoing import undo_change_set
from artel.screens import registry
from artel.screens.commands import save_view
from artel.screens.models import HomeArrangement
from artel.web.commands import look_as
from artel.web.models import ViewedAs
from artel.web.settings import SECTIONS

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def people(db: None) -> Any:
    sales = department("Продажи")

    class People:
        alice = person("alice", "sales_manager", department=sales)
        bob = person("bob", "sales_manager", department=sales)
        adam = person("adam", "administrator", reach=Reach.ALL)

    return People


def links(body: str) -> list[str]:
    return re.findall(r'<a class="quiet mid blk1" href="([^"]+)"', body)


def test_the_index_has_every_directory_once_for_who_may_open_it(people: Any) -> None:
    found = links(browser_of(people.adam).get("/settings").content.decode())
    assert len(set(found)) == len(found)
    wanted = {f"/{one.path}" for one in registry.all_entities() if one.section in SECTIONS}
    assert wanted <= set(found)
    assert {
        "/settings/as",
        "/settings/house",
        "/settings/start-pages",
        "/numbering",
        "/settings/personal",
    } <= set(found)
    of_alice = set(links(browser_of(people.alice).get("/settings").content.decode()))
    assert "/settings/personal" in of_alice
    assert not {"/settings/as", "/settings/house", "/roles", "/options", "/tokens"} & of_alice


def test_what_ships_with_the_product_is_named_in_the_language_of_the_reader(people: Any) -> None:
    for language, name, other in (("en", "Sales manager", "Менеджер"), ("ru", "Менеджер", "Sales manager")):
        page = browser_of(people.adam).get("/roles", headers={"Accept-Language": language})
        assert name in page.content.decode()
        assert other not in page.content.decode()


def test_groups_name_lists_that_there_are() -> None:
    known = {one.name for one in registry.all_entities()}
    assert {name for group in registry.all_settings() for name in group.entities} <= known


def test_every_setting_says_what_it_is_for(people: Any) -> None:
    silent = [one.path for one in registry.all_entities() if one.section in SECTIONS and not one.help]
    assert silent == []


@pytest.mark.parametrize(
    ("words", "address"),
    [("профил", "/roles"), ("часов пояс систем", ""), ("курс", "/currency-rates"), ("нумерат", "/numbering")],
)
def test_a_setting_is_found_by_words_of_its_name_and_help(people: Any, words: str, address: str) -> None:
    part = browser_of(people.adam).get("/settings", {"q": words}, headers=HTMX).content.decode()
    assert "<html" not in part
    if address:
        assert address in links(part)
    assert len(links(part)) < 6
    nothing = browser_of(people.adam).get("/settings", {"q": "zzzz"}).content.decode()
    assert "Такой настройки нет" in nothing


def test_the_start_page_of_a_role_is_arranged_by_administrators(people: Any) -> None:
    role = Role.objects.get(code="sales_manager")
    address = f"/settings/start-pages/{role.pk}"
    given = {"widget": ["web.opened"], "size_web.opened": "wide"}
    assert browser_of(people.alice).post(address, given).status_code == 404
    admin = browser_of(people.adam)
    assert admin.get("/settings/start-pages").status_code == 200
    assert admin.get(address).status_code == 200
    assert admin.post(address, given)["Location"] == address
    body = browser_of(people.alice).get("/").content.decode()
    assert re.findall(r'<h2 id="w-([^"]+)"', body) == ["web.opened"]
    undo_change_set(people.adam, ChangeSet.objects.filter(command="screens.arrange_home").latest("pk").pk)
    assert not HomeArrangement.objects.present().exists()
    admin.post(address, given)
    admin.post(address, {"reset": "1"})
    assert not HomeArrangement.objects.present().exists()


def looking(viewer: Actor, at: Actor) -> str:
    answer = browser_of(viewer).post("/settings/as", {"user": str(at.user_id)})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_looking_as_somebody_shows_his_rows_and_is_written_into_his_history(people: Any) -> None:
    partner("Ёлка", HOUSE, manager=people.alice.user)
    partner("Клён", HOUSE, manager=people.bob.user)
    address = looking(people.adam, people.alice)
    body = browser_of(people.adam).get(f"{address}?entity=partners.partner").content.decode()
    assert "Ёлка" in body
    assert "Клён" not in body
    menu = body.split('class="menu-told"')[1].split("</ul>")[0]
    assert "Партнёры" in menu
    assert "Выданные роли" not in menu
    made = ViewedAs.objects.get()
    assert (made.author_id, made.user_id) == (people.adam.user_id, people.alice.user_id)
    assert RowChange.objects.filter(owner_id=people.alice.user_id, row_id=made.pk).exists()
    with pytest.raises(Refused):
        undo_change_set(people.adam, ChangeSet.objects.get(command="web.look_as").pk)


def test_looking_is_for_administrators_and_each_has_his_own(people: Any) -> None:
    eve = person("eve", "administrator", reach=Reach.ALL)
    address = looking(people.adam, people.alice)
    assert browser_of(eve).get(address).status_code == 404
    for path in ("/settings/as", address, "/settings/house", "/settings/start-pages"):
        assert browser_of(people.alice).get(path).status_code == 404
    with pytest.raises(Refused):
        look_as(people.alice, user=people.bob.user)
    assert browser_of(people.adam).post("/settings/as", {}).status_code == 422
    role = Role.objects.get(code="marketer")
    answer = browser_of(people.adam).post("/settings/as", {"role": str(role.pk)})
    body = browser_of(people.adam).get(answer["Location"]).content.decode()
    assert "Маркетолог" in body
    assert not ViewedAs.objects.filter(user=people.bob.user).exists()


def test_who_looks_sees_nothing_that_is_closed_to_himself(people: Any) -> None:
    """An administrator kept to one access group reads, as alice, only what he may read as himself."""
    with system_set("tests.wall"):
        group = AccessGroup.objects.create(name="Сети")
        grant = Grant.objects.get(user=people.adam.user)
        Grant.objects.filter(pk=grant.pk).update(group_mode=GroupMode.ONLY)
        GrantGroup.objects.create(grant=grant, access_group=group)
    partner("Тайна", HOUSE, manager=people.alice.user)
    partner("Сеть", HOUSE, manager=people.alice.user, access_group=group)
    adam = Actor.person(people.adam.user)
    address = looking(adam, people.alice)
    for entity in (one.name for one in registry.all_entities()):
        body = browser_of(adam).get(f"{address}?entity={entity}").content.decode()
        assert "Тайна" not in body, entity
        if entity == "partners.partner":
            assert "Сеть" in body


def test_why_one_record_is_seen_or_not(people: Any) -> None:
    hers, his = (
        partner("Ёлка", HOUSE, manager=people.alice.user),
        partner("Клён", HOUSE, manager=people.bob.user),
    )
    address = looking(people.adam, people.alice)
    client = browser_of(people.adam)
    ask = f"{address}?entity=partners.partner&record="
    assert "Видно, и можно изменять." in client.get(f"{ask}{hers.pk}").content.decode()
    assert "Не видно" in client.get(f"{ask}{his.pk}").content.decode()
    assert client.get(f"{ask}nonsense").status_code == 200


def test_views_for_others_are_listed_for_who_may_share(people: Any) -> None:
    role = Role.objects.get(code="sales_manager")
    made = save_view(people.adam, entity="partners.partner", name="Северные", audience="listed", roles=[role])
    save_view(people.adam, entity="partners.partner", name="Только мои")
    body = browser_of(people.adam).get("/settings/views").content.decode()
    assert f'href="/views/{made.pk}"' in body
    assert str(role) in body
    assert "Только мои" not in body
    assert browser_of(people.alice).get("/settings/views").status_code == 404
