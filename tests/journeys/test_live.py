"""Two people at one record: what one does, the other is told; and a page that is cut off says so and loses nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE

pytestmark = pytest.mark.only_on("postgres", "pages and scripts are the same; their acts are tested on both")

SAID = "live-record [data-said]"
LISTED = "live-list [data-said]"
STATE = "live-state [data-said]"
FIRST = "/deals?q=Тёплый пол"


def address_of_first(tab: Page) -> str:
    tab.goto(FIRST)
    return str(tab.locator("tbody td.name a").first.get_attribute("href")).partition("?")[0]


def listening(tab: Page, address: str) -> None:
    """Open a page and wait until it is told what happens."""
    with tab.expect_response(lambda answer: "/live?" in answer.url and answer.ok):
        tab.goto(address)


def save(tab: Page, address: str, comment: str) -> None:
    tab.goto(f"{address}/edit")
    tab.fill("#f-comment", comment)
    tab.keyboard.press("Control+s")
    expect(tab.locator(".rec-head .title")).to_be_attached()


def test_somebody_else_changes_the_record_that_is_open(visit) -> None:
    head, manager = visit("head"), visit("manager")
    deal = address_of_first(manager)
    listening(head, deal)
    save(manager, deal, "Позвонить в среду")
    expect(head.locator(SAID)).to_have_text(re.compile("Лебедева Мария: запись изменена в"))
    expect(head.get_by_text("Позвонить в среду")).to_have_count(0)
    head.get_by_role("button", name="Показать изменения").click()
    expect(head.locator("dialog ins")).to_have_text("Позвонить в среду")
    head.keyboard.press("Escape")
    head.locator("live-record").get_by_role("button", name="Обновить").click()
    expect(head.locator(".facts").get_by_text("Позвонить в среду")).to_be_visible()
    expect(head.locator(SAID)).to_be_empty()
    expect(manager.locator(SAID)).to_be_empty()


def test_what_is_typed_stays_and_the_save_shows_both(visit) -> None:
    head, manager = visit("head"), visit("manager")
    deal = address_of_first(manager)
    listening(head, f"{deal}/edit")
    head.fill("#f-comment", "Моё")
    save(manager, deal, "Чужое")
    expect(head.locator(SAID)).to_have_text(re.compile("Лебедева Мария"))
    expect(head.locator("#f-comment")).to_have_value("Моё")
    head.keyboard.press("Control+s")
    expect(head.locator(".versus")).to_contain_text("Чужое")
    expect(head.locator("#f-comment")).to_have_value("Моё")


def test_a_list_says_how_many_and_its_rows_stay(visit) -> None:
    head, manager = visit("head"), visit("manager")
    deal = address_of_first(manager)
    listening(head, FIRST)
    before = head.locator("tbody").inner_text()
    save(manager, deal, "Для списка")
    expect(head.locator(LISTED)).to_have_text("Новых изменений: 1")
    assert head.locator("tbody").inner_text() == before
    head.locator("live-list").get_by_role("button", name="Обновить").click()
    expect(head.locator(LISTED)).to_be_empty()


def test_a_board_hears_of_a_card_that_leaves_it(visit) -> None:
    head, manager = visit("head"), visit("manager")
    deal = address_of_first(manager)
    name = manager.locator("tbody td.name a").first.inner_text()
    key = deal.rpartition("/")[2]
    head.goto("/deals?look=board&q=Тёплый пол")
    for address in (
        head.locator(".boardbar .menu")
        .first.locator(".pop a")
        .evaluate_all("links => links.map(one => one.href)")
    ):
        listening(head, address)
        if head.locator(f'.kcard[data-key="{key}"]').count():
            break
    expect(head.locator(f'.kcard[data-key="{key}"]')).to_have_count(1)
    for renamed in ("Холодная стена", name):
        manager.goto(f"{deal}/edit")
        manager.fill("#f-name", renamed)
        manager.keyboard.press("Control+s")
        expect(manager.locator(".rec-head .title")).to_contain_text(renamed)
        expect(head.locator(LISTED)).to_have_text("Новых изменений: 1")


def test_ones_own_change_in_another_tab_is_simply_there(visit) -> None:
    manager = visit("manager")
    deal = address_of_first(manager)
    listening(manager, deal)
    other = manager.context.new_page()
    save(other, deal, "Из другой вкладки")
    expect(manager.locator(".facts").get_by_text("Из другой вкладки")).to_be_visible()
    expect(other.locator(SAID)).to_be_empty()
    expect(other.locator("toast-note")).to_be_visible()


def test_a_page_without_a_connection_says_so_and_keeps_what_is_typed(visit) -> None:
    head, manager = visit("head"), visit("manager")
    deal = address_of_first(manager)
    listening(head, f"{deal}/edit")
    head.fill("#f-comment", "Без связи")
    head.context.set_offline(True)
    expect(head.locator(STATE)).to_have_text(re.compile(r"Связь потеряна, данные на \d\d:\d\d"))
    head.keyboard.press("Control+s")
    expect(head.locator("toast-note")).to_contain_text("Нет связи с сервером")
    expect(head.locator("#f-comment")).to_have_value("Без связи")
    assert head.url.endswith("/edit")
    save(manager, deal, "Пока вас не было")
    head.context.set_offline(False)
    expect(head.locator(STATE)).to_be_empty()
    expect(head.locator(SAID)).to_have_text(re.compile("Лебедева Мария"))
    expect(head.locator("#f-comment")).to_have_value("Без связи")


def test_many_tabs_share_one_connection_and_another_takes_it_over(visit) -> None:
    head, manager = visit("head"), visit("manager")
    deal = address_of_first(manager)
    listening(head, FIRST)
    other = head.context.new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url) if "/live?" in request.url else None)
    with head.expect_response(lambda answer: "/live?" in answer.url and "record=" in answer.url):
        other.goto(deal)
    assert asked == []
    save(manager, deal, "Для обеих")
    expect(other.locator(SAID)).not_to_be_empty()
    expect(head.locator(LISTED)).not_to_be_empty()
    with other.expect_response(lambda answer: "/live?" in answer.url and answer.ok):
        head.close()
    save(manager, deal, "Для оставшейся")
    other.locator("live-record").get_by_role("button", name="Показать изменения").click()
    expect(other.locator("dialog ins").first).to_be_visible()


def test_signing_out_in_one_tab_is_felt_in_the_others(visit) -> None:
    marketer = visit("marketer")
    listening(marketer, "/campaigns")
    other = marketer.context.new_page()
    other.goto("/")
    other.locator(".topbar details.menu").last.click()
    other.get_by_role("button", name="Выйти").click()
    expect(other.locator("#login")).to_be_visible()
    held = marketer.evaluate("navigator.locks.query().then((found) => found.held.length)")
    assert held == 0


def test_a_note_half_written_survives_the_reading_anew_of_its_card(visit) -> None:
    head, manager = visit("head"), visit("manager")
    deal = address_of_first(manager)
    listening(head, deal)
    note = head.locator("#feed textarea").first
    note.fill("Недописанная заметка")
    save(manager, deal, "Пока пишут заметку")
    expect(head.locator(SAID)).to_have_text(re.compile("Лебедева Мария"))
    expect(note).to_have_value("Недописанная заметка")
    head.locator("live-record").get_by_role("button", name="Обновить").click()
    expect(head.locator(".facts").get_by_text("Пока пишут заметку")).to_be_visible()
    expect(head.locator("#feed textarea").first).to_have_value("Недописанная заметка")


def test_on_a_phone_the_line_is_read_whole_and_nothing_grows_wider(visit) -> None:
    head, manager = visit("head"), visit("manager")
    deal = address_of_first(manager)
    head.set_viewport_size(PHONE)
    for number, page in enumerate((deal, f"{deal}/edit")):
        listening(head, page)
        save(manager, deal, f"С телефона {number}")
        said = head.locator(SAID)
        expect(said).to_have_text(re.compile(r"запись изменена в \d\d:\d\d"))
        assert said.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")
        right = head.locator("live-record").get_by_role("button", name="Обновить").bounding_box()
        assert right is not None
        assert right["x"] + right["width"] <= PHONE["width"]
