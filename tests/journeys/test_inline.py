"""One field changed where it stands: in a list by a double click, a pencil or F2, on a card by a click; left by Esc, saved by Enter, taken back."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from .conftest import Visit
from .test_axe import look_at, told

pytestmark = pytest.mark.only_on("postgres", "pages and scripts are the same; their acts are tested on both")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_deal_is_changed_in_its_list_and_on_its_card(visit: Visit, language: str) -> None:
    tab = visit("manager", language)
    tab.goto("/deals")
    row = tab.locator("tbody tr").nth(1)
    place = row.locator("td.num").first
    before = place.inner_text()
    place.dblclick()
    editor = tab.locator("inline-field")
    expect(editor.locator("[name=potential]")).to_be_focused()
    assert told(look_at(tab)) == ""
    tab.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    expect(place).to_have_text(before)

    place.dblclick()
    editor.locator("[name=potential]").fill("987654")
    tab.keyboard.press("Enter")
    saved(tab, language)
    expect(place).to_contain_text("987")
    tab.locator("#toasts form button").click()
    expect(place).to_have_text(before)

    row.locator("td.name a").click()
    fact = tab.locator("dd[data-field=probability]")
    was = fact.inner_text()
    fact.click()
    editor.locator("[name=probability]").fill("нет")
    tab.keyboard.press("Enter")
    expect(editor.locator("#e-probability")).to_be_visible()
    editor.locator("[name=probability]").fill("61")
    editor.locator("[type=submit]").click()
    saved(tab, language)
    expect(fact).to_contain_text("61")
    tab.locator("#toasts form button").click()
    expect(fact).to_have_text(was)


def test_a_cell_that_is_a_link_is_changed_by_its_pencil_or_by_a_key(visit: Visit) -> None:
    tab = visit("manager", "en")
    tab.goto("/deals")
    row = tab.locator("tbody tr").nth(1)
    place, editor = row.locator("td:has(> a.quiet)").first, tab.locator("inline-field")
    expect(tab.locator("[data-htmx-powered]").first).to_be_attached()  # the scripts are awake
    place.hover()
    tab.get_by_role("button", name="Change: Client").click()
    leave_the_options(tab, editor)
    expect(place.locator("a")).to_be_focused()
    tab.keyboard.press("F2")
    leave_the_options(tab, editor)

    name = row.locator("td.name a")
    before = name.inner_text()
    name.focus()
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("button", name="Change: Name")).to_be_focused()
    tab.keyboard.press("Enter")
    editor.get_by_label("Name").fill(f"{before} 2")
    tab.keyboard.press("Enter")
    saved(tab, "en")
    expect(name).to_have_text(f"{before} 2")
    tab.locator("#toasts form button").click()
    expect(name).to_have_text(before)


def leave_the_options(tab: Page, editor: Locator) -> None:
    """Esc leaves the options first, once they have come, and then the editor."""
    expect(editor.get_by_role("combobox", name="Client")).to_be_focused()
    expect(editor.get_by_role("option").nth(1)).to_be_visible()
    tab.keyboard.press("Escape")
    expect(editor.get_by_role("option").nth(1)).to_be_hidden()
    tab.keyboard.press("Escape")
    expect(editor).to_have_count(0)


def saved(tab: Page, language: str) -> None:
    with override(language):
        words = (gettext("Saved: %(what)s") % {"what": ""}).strip()
    expect(tab.locator("#toasts")).to_contain_text(words)


def test_a_column_is_drawn_wider_and_stays_so(visit: Visit) -> None:
    tab = visit("marketer")
    tab.goto("/partners")
    head = tab.locator('th[data-column="region"]')
    before = head.bounding_box()
    assert before
    tab.mouse.move(before["x"] + before["width"] - 3, before["y"] + 8)
    tab.mouse.down()
    tab.mouse.move(before["x"] + before["width"] + 77, before["y"] + 8, steps=4)
    with tab.expect_response(lambda answer: answer.url.endswith("/width") and answer.ok):
        tab.mouse.up()
    drawn = head.bounding_box()
    assert drawn
    assert drawn["width"] > before["width"] + 40
    tab.reload()
    again = head.bounding_box()
    assert again
    assert abs(again["width"] - drawn["width"]) < 3
    assert tab.url.endswith("/partners")
    with tab.expect_response(lambda answer: answer.url.endswith("/width") and answer.ok):
        tab.mouse.dblclick(again["x"] + again["width"] - 3, again["y"] + 8)
    expect(tab.locator("colgroup")).to_have_count(0)
