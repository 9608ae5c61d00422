"""A company moves in: people and rights, clients and deals from files, a salesman's day, what his head and strangers see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from artel.domains.company.models import Department
from artel.domains.deals.models import Deal, LossReason, Stage
from artel.domains.partners.models import Partner
from artel.kernel.actors import Actor
from artel.kernel.admission import add_user, give_role
from artel.kernel.people import User
from artel.kernel.roles import Role

from .desk import PASSWORD, CommandLine, Desk

pytestmark = pytest.mark.django_db

PARTNERS = """Рабочее наименование;Клиент;Конкурент;Основной менеджер;Регион;Телефон;ИНН
Волжские паруса;да;нет;alice;Поволжье;8 (846) 200-10-01;7707083893
Окская верфь;да;нет;alice;Поволжье;;7736050003
Северный причал;да;нет;charlie;Север;+7 812 200-10-03;
Речные моторы;да;да;;Север;;
Без телефона;да;нет;bob;Север;позвонить;
"""
STAGES = """Этап,Вид сделки,Порядок
Знакомство,Оснащение судов,1
Смета,Оснащение судов,2
Договор,Оснащение судов,3
"""
DEALS = """Сделка;Клиент;Вид;Ответственный;Потенциал;Начало
Паруса для регаты;Волжские паруса;Оснащение судов;alice;300000;01.09.2026
Ремонт мачты;Окская верфь;Оснащение судов;alice;120000,50;02.09.2026
Швартовы;Северный причал;Оснащение судов;charlie;50000;03.09.2026
"""
MEASURES = "in_work_count,in_work_potential,won_count,won_potential,lost_count,lost_potential"
FUNNEL = ("rows=stage", f"measures={MEASURES}")
HIDDEN = ("Северный причал", "Швартовы")


@dataclass
class House:
    """The company after its first morning."""

    desks: dict[str, Desk]
    command: CommandLine
    imports: dict[str, int] = field(default_factory=dict)


@pytest.fixture
def house(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> House:
    """The administrator's morning, through pages and the command line."""
    first = Actor.system("first day")
    give_role(
        first,
        add_user(first, login="admin", name="Admin", password=PASSWORD, language="en"),
        role="administrator",
    )
    made = House({"admin": Desk("admin")}, CommandLine(capsys, tmp_path))
    _let_in(made)
    for entity, text, expected in (("partners", PARTNERS, 4), ("stages", STAGES, 3), ("deals", DEALS, 3)):
        result = made.command.take_in(entity, text)
        assert result["created"] == expected, result
        made.imports[entity] = result["change_set"]
    return made


def _let_in(made: House) -> None:
    """Two departments: alice, bob and their head hanna in the first, charlie in the second."""
    admin = made.desks["admin"]
    sales, fleet = (admin.make("departments", name=name) for name in ("Продажи", "Флот"))
    for login, role, department in (
        ("alice", "sales_manager", sales),
        ("bob", "sales_manager", sales),
        ("hanna", "head", sales),
        ("charlie", "sales_manager", fleet),
    ):
        user = admin.make("users", login=login, name=login.title(), language="en", is_active="on")
        admin.act("users", user, "set_password", password=PASSWORD)
        admin.make("employees", name=login.title(), user=user, department=department)
        reach = {"reach": "department", "department": department} if role == "head" else {}
        admin.make("grants", user=user, role=Role.objects.get(code=role).pk, **reach)
        made.desks[login] = Desk(login)


def _deal(name: str) -> UUID:
    key: UUID = Deal.objects.get(name=name).pk
    return key


def _stage(name: str) -> UUID:
    key: UUID = Stage.objects.get(name=name).pk
    return key


def test_the_files_are_in_and_the_bad_row_is_told(house: House, tmp_path: Path) -> None:
    refused = (tmp_path / "partners.csv.refused.csv").read_text("utf-8-sig")
    assert "Телефон" in refused
    assert "Без телефона" in refused
    assert house.desks["admin"].names("/partners") == [
        "Волжские паруса",
        "Окская верфь",
        "Речные моторы",
        "Северный причал",
    ]
    assert Department.objects.count() == 2
    assert User.objects.filter(is_active=True).count() == 5
    again = house.command.take_in("partners", PARTNERS)
    assert (again["created"], again["skipped"], again["refused"]) == (0, 4, 1)


def test_a_salesman_works_a_deal_to_its_end(house: House) -> None:
    alice = house.desks["alice"]
    assert alice.names("/partners?q=паруса") == ["Волжские паруса"]
    assert alice.suggested("partners.partner", "7707083893") == ["Волжские паруса"]
    client = Partner.objects.get(name="Волжские паруса").pk
    assert "78462001001" in "".join(filter(str.isdigit, alice.page(f"/partners/{client}")))

    kind = Deal.objects.get(name="Ремонт мачты").kind_id
    deal = alice.make("deals", name="Стаксель", client=client, kind=kind, potential="90000")
    card = alice.page(f"/deals/{deal}")
    assert "Стаксель" in card
    assert "Знакомство" in card
    alice.act("deals", deal, "move_deal", stage=_stage("Смета"))
    alice.act("deals", deal, "move_deal", stage=_stage("Договор"))
    assert Deal.objects.get(pk=deal).stage.name == "Договор"

    dialog = alice.refused("deals", deal, "lose_deal")
    assert "Say why the deal was lost." in dialog
    assert 'name="loss_reason"' in dialog
    assert Deal.objects.get(pk=deal).status == "in_work"
    competitor = LossReason.objects.get(code=LossReason.TO_COMPETITOR).pk
    dialog = alice.refused("deals", deal, "lose_deal", loss_reason=competitor)
    assert "Say which competitor won the deal." in dialog
    price = house.desks["hanna"].make("loss-reasons", name="Дорого")
    alice.act("deals", deal, "lose_deal", loss_reason=price, close="on")
    lost = Deal.objects.get(pk=deal)
    assert (lost.status, lost.is_closed, lost.stage.name) == ("lost", True, "Договор")
    assert "Стаксель" in alice.page(f"/partners/{client}")


def test_the_head_reads_what_her_people_did(house: House) -> None:
    alice, hanna = house.desks["alice"], house.desks["hanna"]
    deal = _deal("Ремонт мачты")
    alice.act("deals", deal, "move_deal", stage=_stage("Смета"))
    assert set(hanna.names("/deals")) == {"Паруса для регаты", "Ремонт мачты"}
    assert hanna.names(f"/deals?stage={_stage('Смета')}") == ["Ремонт мачты"]
    history = hanna.page(f"/deals/{deal}/history")
    assert re.search(r"Move to a stage .* Alice .* Admin ", history)
    assert "Result in work won" in history
    assert set(house.desks["admin"].names("/deals")) == {"Паруса для регаты", "Ремонт мачты", "Швартовы"}


def test_another_department_does_not_exist(house: House) -> None:
    """Charlie's clients and deals are nowhere for alice and hanna, and theirs nowhere for him."""
    north, moor = Partner.objects.get(name="Северный причал").pk, _deal("Швартовы")
    for desk in (house.desks["alice"], house.desks["hanna"]):
        for address in (f"/partners/{north}", f"/deals/{moor}"):
            for end in ("", "/edit", "/history"):
                desk.page(address + end, status=404)
        assert desk.client.post(f"/deals/{moor}/act/lose_deal", {}).status_code == 404
        for address in ("/partners", "/deals", "/search?q=причал", f"/deals?client={north}", "/"):
            seen = desk.page(address)
            assert not [name for name in HIDDEN if name in seen], address
        assert desk.suggested("partners.partner", "причал") == []
    charlie = house.desks["charlie"]
    assert (charlie.names("/deals"), charlie.names("/partners")) == (["Швартовы"], ["Северный причал"])
    assert house.desks["bob"].names("/deals") == []
    house.desks["bob"].page(f"/undo/{house.imports['deals']}", status=404)


def test_an_import_is_taken_back_and_says_what_stays(house: House) -> None:
    alice = house.desks["alice"]
    alice.act("deals", _deal("Ремонт мачты"), "move_deal", stage=_stage("Смета"))
    number = house.imports["deals"]
    rehearsed = house.command.run("undo", number, "--dry-run")
    stays = {each["row"] for each in rehearsed["conflicts"] if each["entity"] == "deals.deal"}
    assert stays == {str(_deal("Ремонт мачты"))}
    assert "Alice" in {each["who"] for each in rehearsed["conflicts"]}
    assert Deal.objects.count() == 3
    undone = house.command.run("undo", number)
    assert undone["conflicts"] == rehearsed["conflicts"]
    assert set(house.desks["admin"].names("/deals")) == {"Ремонт мачты"}
    assert alice.names("/partners") == ["Волжские паруса", "Окская верфь"]
    house.command.run("undo", undone["change_set"])
    assert set(house.desks["admin"].names("/deals")) == {"Ремонт мачты", "Паруса для регаты", "Швартовы"}


def test_the_reports_count_what_was_done(house: House) -> None:
    """Numbers by hand: two deals of the first department, one carried to the second stage and lost there, for a price."""
    alice, hanna = house.desks["alice"], house.desks["hanna"]
    deal = _deal("Ремонт мачты")
    alice.act("deals", deal, "move_deal", stage=_stage("Смета"))
    price = hanna.make("loss-reasons", name="Дорого")
    alice.act("deals", deal, "lose_deal", loss_reason=price)
    assert _told(house, "hanna", "sales-funnel", *FUNNEL) == [
        ["Знакомство", 1, "300000.00", 1, "120000.50", 0, "0.00"],
        ["Смета", 0, "0.00", 0, "0.00", 1, "120000.50"],
    ]
    by_reason = ("block=reason", "measures=count,potential")
    assert _told(house, "hanna", "loss-reasons", *by_reason) == [["Дорого", 1, "120000.50"]]
    assert _told(house, "charlie", "loss-reasons", *by_reason) == []
    assert _told(house, "charlie", "sales-funnel", *FUNNEL) == [
        ["Знакомство", 1, "50000.00", 0, "0.00", 0, "0.00"]
    ]
    assert _told(house, "admin", "sales-funnel", *FUNNEL)[0][:3] == ["Знакомство", 2, "350000.00"]


def _told(house: House, login: str, name: str, *params: str) -> list[list[Any]]:
    """The rows of a report as one person gets them."""
    words = [word for each in params for word in ("--param", each)]
    rows: list[list[Any]] = house.command.run("report", name, *words, login=login)["rows"]
    return rows
