"""Rows pasted from a spreadsheet: their columns are matched, the first rows and then all are tried, and they come in."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Route, expect

from .conftest import Visit

pytestmark = pytest.mark.only_on(
    "sqlite", "pages and scripts are the same; what is written is tested on both"
)

ROWS = "Фирма\tТел\tЧто это\nГавань\t8 (495) 787-40-08\tпричал\nБухта\tнет\t\nМель\t\t\n"


def test_columns_are_matched_once_and_then_known(visit: Visit) -> None:
    def say(text: str) -> str:
        with override("ru"):
            return gettext(text)

    tab = visit("admin", "ru")
    tab.goto("/partners/import")
    tab.locator("#f-pasted").fill(ROWS)
    tab.get_by_role("button", name=say("Next")).click()
    seen = tab.locator("#checked")
    expect(seen).to_contain_text("«Рабочее наименование»")
    tab.get_by_label("Фирма", exact=True).select_option("name")
    expect(seen.locator("tbody tr")).to_have_count(3)
    expect(seen.locator("td.wrong")).to_have_count(0)
    tab.get_by_label("Тел", exact=True).select_option("name")
    expect(seen.get_by_role("alert")).to_be_visible()
    tab.get_by_label("Тел", exact=True).select_option("phone")
    expect(seen.locator("td.wrong")).to_have_count(1)
    expect(seen.get_by_role("alert")).to_have_count(0)

    tab.reload()
    expect(seen.locator("td.wrong")).to_have_count(1)
    tab.get_by_role("button", name=say("Check all rows")).click()
    counts = seen.locator(".equation .v")
    expect(counts).to_have_text(["3", "2", "0", "0", "1"])
    with tab.expect_navigation():
        tab.keyboard.press("Control+Enter")
    expect(tab.locator("main .equation .v")).to_have_text(["3", "2", "0", "0", "1"])

    tab.goto("/partners/import")
    tab.locator("#f-pasted").fill(ROWS)
    tab.get_by_role("button", name=say("Next")).click()
    expect(tab.get_by_label("Фирма", exact=True)).to_have_value("name")
    expect(seen.locator("tbody .tag")).to_have_text(["уже есть", "отклонена", "уже есть"])


def test_cells_are_mended_by_keys_and_rows_left_out(visit: Visit) -> None:
    tab = visit("admin", "ru")
    tab.goto("/partners/import")
    tab.locator("#f-pasted").fill("name\tphone\nПричал\tнет\nПирс\tмимо\nМол\t\n")
    with tab.expect_navigation():
        tab.keyboard.press("Control+s")
    seen = tab.locator("#checked")
    expect(seen.locator("td.wrong")).to_have_count(2)
    cell = seen.locator("td[data-place='1']")
    cell.nth(0).click()
    field = seen.locator("td input")
    expect(field).to_have_value("нет")
    field.fill("84957874001")
    tab.keyboard.press("Enter")
    expect(cell.nth(1)).to_be_focused()
    expect(seen.locator("td.wrong")).to_have_count(1)
    expect(seen.locator("td.mended")).to_have_count(1)
    expect(cell.nth(1)).to_be_focused()
    tab.keyboard.press("Enter")
    field.fill("ничего")
    tab.keyboard.press("Escape")
    expect(cell.nth(1)).to_contain_text("мимо")
    expect(cell.nth(1)).to_be_focused()
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("F2")
    field.fill("Пирс 2")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    field.fill("84957874002")
    tab.keyboard.press("Enter")
    expect(seen.locator("td.mended")).to_have_count(3)
    expect(seen.locator("td.wrong")).to_have_count(0)
    tab.reload()
    expect(seen.locator("td.mended")).to_have_count(3)

    cell.nth(2).click()
    field.fill("опять")
    tab.get_by_role("link", name="С ошибками").click()
    expect(seen.locator("tbody tr")).to_have_count(3)
    seen.get_by_role("button", name="Пропустить строку 4").click()
    expect(seen.locator("tr.left-out")).to_have_count(1)
    with tab.expect_navigation():
        tab.keyboard.press("Control+Enter")
    expect(tab.locator("main .equation .v")).to_have_text(["3", "2", "0", "1", "0"])


def test_rows_that_come_anew_leave_what_is_being_written(visit: Visit) -> None:
    tab = visit("admin", "ru")
    tab.goto("/partners/import")
    tab.locator("#f-pasted").fill("name\tphone\nБуй\tнет\nВеха\tмимо\n")
    with tab.expect_navigation():
        tab.keyboard.press("Control+s")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tab.route("**/import/**", hold, times=1)
    seen = tab.locator("#checked")
    cell, field = seen.locator("td[data-place='1']"), seen.locator("td input")
    cell.nth(0).click()
    field.fill("84957874005")
    with tab.expect_request(lambda request: request.method == "POST"):
        tab.keyboard.press("Enter")
    tab.keyboard.press("Enter")
    expect(field).to_have_value("мимо")
    held.pop().continue_()
    expect(seen.locator("td.mended")).to_have_count(1)
    tab.keyboard.type("84957874006")
    expect(field).to_have_value("84957874006")
    tab.keyboard.press("Enter")
    expect(seen.locator("td.mended")).to_have_count(2)
    expect(seen.locator("td.wrong")).to_have_count(0)


def test_an_older_window_is_told(visit: Visit) -> None:
    tab = visit("admin", "ru")
    tab.goto("/partners/import")
    tab.locator("#f-pasted").fill("name\tphone\nДамба\tнет\n")
    with tab.expect_navigation():
        tab.keyboard.press("Control+s")
    other = tab.context.new_page()
    other.goto(tab.url)
    cell = "td[data-place='1']"
    for page, text in ((tab, "84957874003"), (other, "1")):
        page.locator(cell).click()
        page.locator("td input").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator(cell)).not_to_contain_text("не номер")
    expect(other.get_by_text("в другом окне").first).to_be_visible()
    expect(other.locator(cell)).to_contain_text("84957874003")


def test_of_hundreds_of_columns_each_gets_its_choices_when_it_is_reached(visit: Visit) -> None:
    tab = visit("admin", "ru")
    tab.goto("/partners/import")
    heads = "\t".join(["Фирма", *(f"К{number}" for number in range(300))])
    tab.locator("#f-pasted").fill(f"{heads}\nМаяк\n")
    with tab.expect_navigation():
        tab.keyboard.press("Control+s")
    later = tab.locator("#f-column-7")
    expect(later.locator("option")).to_have_count(1)
    later.focus()
    later.select_option("comment")
    firm = tab.locator("#f-column-0")
    firm.focus()
    firm.select_option("name")
    expect(later).to_have_value("comment")
    expect(tab.locator("#checked tbody tr")).to_have_count(1)


def test_a_file_of_deals_brings_clients_and_people(visit: Visit) -> None:
    tab = visit("admin", "ru")
    tab.goto("/deals/import")
    heads = "Компания\tИНН\tКонтактное лицо\tТелефон контакта\tПредмет\tВид сделки\tСумма"
    rows = (
        "Верфь Онега\t7707083893\tОрлов Иван Петрович\t89161234567\tНасосы\tПоставка\t1 200,50",
        "Верфь Онега\t7707083893\tБелова Анна\t\tТрубы\tПоставка\t300",
        "Затон\t123\t\t\tКраны\tПоставка\t10",
    )
    tab.locator("#f-pasted").fill("\n".join([heads, *rows, ""]))
    with tab.expect_navigation():
        tab.keyboard.press("Control+s")
    seen = tab.locator("#checked")
    expect(tab.get_by_label("ИНН", exact=True)).to_have_value("partner.inn")
    subject = tab.get_by_label("Предмет", exact=True)
    expect(subject.locator("optgroup")).to_have_count(3)
    subject.select_option("name")
    first = seen.locator("tbody tr").nth(0)
    expect(first).to_contain_text("Клиент: новая запись")
    expect(seen.locator("tbody tr").nth(1)).to_contain_text("Клиент: как в строке 2")
    cell = seen.locator("tbody tr").nth(2).locator("td[data-place='1']")
    expect(cell).to_have_class("wrong")
    cell.click()
    seen.locator("td input").fill("7736050003")
    tab.keyboard.press("Enter")
    expect(seen.locator("td.wrong")).to_have_count(0)
    with tab.expect_navigation():
        tab.keyboard.press("Control+Enter")
    expect(tab.locator("main .equation .v")).to_have_text(["3", "3", "0", "0", "0"])
    told = tab.locator("main run-progress")
    expect(told).to_contain_text("Партнёры: создано 2, найдено 1, изменено 0")
    expect(told).to_contain_text("Контактные лица: создано 2, найдено 0, изменено 0")

    tab.locator("a[href*='/undo/'][data-htmx-powered]").click()
    tab.locator("#dialog").get_by_role("button", name="Вернуть").click()
    expect(tab.locator("#toasts")).to_contain_text(re.compile(r"\d"))
    tab.goto("/partners?q=Верфь+Онега")
    expect(tab.locator("main")).to_be_visible()
    expect(tab.get_by_role("link", name="Верфь Онега")).to_have_count(0)
